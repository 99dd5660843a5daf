/* SPDX-License-Identifier: ISC */
/* A session's states and timers: bytes in, messages out. PROTOCOL 8. */
#include "mssl_dev_core.h"

struct mssl_dev_session mssl_dev_sessions[MSSL_DEV_SESSIONS];

void mssl_dev_end(struct mssl_dev_session *s)
{
    mssl_dev_signature_discard(s);
    mssl_dev_wipe(s, sizeof *s);    /* zero is also CLOSED, and counters from 0 */
}

void mssl_dev_begin(struct mssl_dev_session *s, const uint8_t peer[MSSL_PEER_LEN])
{
    mssl_dev_end(s);
    s->peer = peer;
    s->state = MSSL_DEV_AWAIT_HELLO;
    s->ticks = MSSL_DEV_TICKS(MSSL_HELLO_TIMEOUT_S);
}

/* The timeout: silence before WELCOME, a close after it. M-8.4, M-8.17. */
static uint8_t session_expire(struct mssl_dev_session *s, uint8_t *buf)
{
    if (s->state >= MSSL_DEV_AWAIT_PROOF)
        return mssl_dev_close_create(s, buf);
    mssl_dev_end(s);
    return 0;
}

uint8_t mssl_dev_tick(struct mssl_dev_session *s, uint8_t *buf)
{
    if (s->state == MSSL_DEV_CLOSED)
        return 0;
    if (mssl_dev_session_expired(s) || --s->ticks == 0)
        return session_expire(s, buf);
    return 0;
}

/* Could n be the length of a record's ciphertext: 0, 8, 16, 32, 64, 128? M-6.3. */
static uint8_t record_len_bad(uint8_t n)
{
    return n % 8 || (n & (n - 1));
}

uint8_t mssl_dev_input(struct mssl_dev_session *s, uint8_t *buf, uint8_t byte)
{
    uint8_t bad;

    if (s->state == MSSL_DEV_CLOSED)
        return 0;
    if (mssl_dev_session_expired(s))
        return mssl_dev_close_create(s, buf);
    buf[s->fill++] = byte;
    if (s->state == MSSL_DEV_AWAIT_HELLO) {
        bad = mssl_dev_hello_len_bad(buf[0]);
        if (!bad && s->fill <= buf[0])
            return 0;
    } else {
        bad = record_len_bad(buf[0]);
        if (!bad && s->fill < buf[0] + MSSL_RECORD_OVERHEAD)
            return 0;
    }
    if (bad) {
        mssl_dev_end(s);
        return 0;
    }
    s->fill = 0;
    return s->state == MSSL_DEV_AWAIT_HELLO ? mssl_dev_hello_consume(s, buf)
                                            : mssl_dev_record_consume(s, buf);
}
