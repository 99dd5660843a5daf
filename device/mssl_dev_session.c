/* SPDX-License-Identifier: ISC */
/* A session's states and timers: bytes in, messages out. PROTOCOL 8. */
#include "mssl_dev_core.h"

struct mssl_dev_session mssl_dev_sessions[MSSL_DEV_SESSIONS];

void mssl_dev_end(struct mssl_dev_session *s)
{
    mssl_dev_signature_discard(s);
    mssl_dev_wipe(s, sizeof *s);    /* zero is also CLOSED */
}

void mssl_dev_begin(struct mssl_dev_session *s, const uint8_t peer[MSSL_PEER_LEN])
{
    mssl_dev_end(s);
    s->peer = peer;
    s->state = MSSL_DEV_AWAIT_HELLO;
    s->ticks = MSSL_DEV_TICKS(MSSL_HELLO_TIMEOUT_S);
}

/* M-8.4 to M-8.6, M-8.17. */
uint8_t mssl_dev_tick(struct mssl_dev_session *s, uint8_t *buf)
{
    uint8_t n = 0;

    if (s->state == MSSL_DEV_CLOSED)
        return 0;
    if (!mssl_dev_session_expired(s) && --s->ticks)
        return 0;
    if (s->state >= MSSL_DEV_AWAIT_PROOF)   /* before, the device says nothing */
        n = mssl_dev_record_seal(s, buf, 0);
    mssl_dev_end(s);
    return n;
}

uint8_t mssl_dev_input(struct mssl_dev_session *s, uint8_t *buf, uint8_t byte)
{
    uint8_t n;

    if (s->state == MSSL_DEV_CLOSED)
        return 0;
    if (mssl_dev_session_expired(s))
        return mssl_dev_tick(s, buf);
    buf[s->fill++] = byte;
    n = s->state == MSSL_DEV_AWAIT_HELLO ? mssl_dev_hello_size(buf[0])
                                         : mssl_dev_record_size(buf[0]);
    if (s->fill < n)
        return 0;
    s->ticks = 0;
    if (n)
        n = s->state == MSSL_DEV_AWAIT_HELLO ? mssl_dev_hello_consume(s, buf)
                                             : mssl_dev_record_consume(s, buf);
    s->fill = 0;
    if (s->ticks == 0)      /* refused, closed, bad, or an admin command */
        mssl_dev_end(s);
    return n;
}
