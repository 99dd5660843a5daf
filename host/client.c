/* SPDX-License-Identifier: ISC */
/* The client of a session, bytes in and bytes out: see mssl.h 8; sections 4 to 8. */
#include <string.h>

#include "record.h"

/* Transcript T = 0x21 ‖ host id of the last block ‖ Nc ‖ Ns. Section 4 */
#define T_HOST  1
#define T_NC    (T_HOST + MSSL_G_HOST_LEN)
#define T_NS    (T_NC + MSSL_NONCE_LEN)

/* Offset of the length byte inside WELCOME: Ns comes first. */
#define WELCOME_RECORD MSSL_NONCE_LEN

mssl_err mssl_client_begin(struct mssl_client *c, const uint8_t blocks[][MSSL_GRANT_LEN], uint8_t count,
                           const uint8_t key[MSSL_KEY_LEN], const uint8_t nc[MSSL_NONCE_LEN],
                           uint8_t out[MSSL_HELLO_LEN_MAX], uint8_t *len)
{
    uint8_t n = 1;

    memset(c, 0, sizeof *c);
    *len = 0;
    if (count < 1 || count > MSSL_BLOCKS_MAX)
        return MSSL_E_ARGUMENT;
    memcpy(c->key, key, MSSL_KEY_LEN);
    c->transcript[0] = MSSL_TYPE_TRANSCRIPT;
    memcpy(c->transcript + T_HOST, blocks[count - 1] + MSSL_G_HOST, MSSL_G_HOST_LEN);
    memcpy(c->transcript + T_NC, nc, MSSL_NONCE_LEN);
    memcpy(out + n, blocks, (size_t)count * MSSL_GRANT_LEN);
    n = (uint8_t)(n + count * MSSL_GRANT_LEN);
    memcpy(out + n, nc, MSSL_NONCE_LEN);
    n = (uint8_t)(n + MSSL_NONCE_LEN);
    out[0] = (uint8_t)(n - 1);
    *len = n;
    c->state = MSSL_AWAIT_WELCOME;
    return MSSL_OK;
}

/* The session is over; what waits stays known for mssl_client_end. */
static void shut(struct mssl_client *c)
{
    mssl_wipe(c->key, sizeof c->key);
    c->state = MSSL_CLOSED;
}

static mssl_err fail(struct mssl_client *c, mssl_err e)
{
    mssl_wipe(c->in, sizeof c->in);
    c->failed = true;
    shut(c);
    return e;
}

/* WELCOME is complete: the session key, and the tag that proves the device. */
static mssl_err consume_welcome(struct mssl_client *c, struct mssl_message *m)
{
    mssl_err e;

    memcpy(c->transcript + T_NS, c->in, MSSL_NONCE_LEN);
    e = mssl_f(c->key, c->key, c->transcript);
    if (e == MSSL_OK)
        e = mssl_record_open(c->in + WELCOME_RECORD, c->key, MSSL_DIR_DEVICE, 0);
    if (e != MSSL_OK)
        return fail(c, e);
    c->received = 1;
    c->fill = 0;
    c->state = MSSL_OPEN;
    m->kind = MSSL_WELCOME;
    return MSSL_OK;
}

static mssl_err consume_event(struct mssl_client *c, struct mssl_message *m)
{
    m->task = (uint8_t)(m->status & ~MSSL_STATUS_EVENT);
    m->kind = MSSL_EVENT;
    return m->task <= MSSL_TASK_APP_MAX ? MSSL_OK : fail(c, MSSL_E_RECORD);
}

/* Did the command pass the task gate? Status 5 is a task's, so of an admin command 0, 3, 6. */
static bool past_the_gate(uint8_t status)
{
    return status != MSSL_STATUS_UNKNOWN && status != MSSL_STATUS_DENIED
        && status != MSSL_STATUS_SIGNATURE;
}

static mssl_err consume_answer(struct mssl_client *c, struct mssl_message *m)
{
    if (c->waiting == 0)
        return fail(c, MSSL_E_RECORD);
    m->kind = MSSL_ANSWER;
    m->task = c->tasks[c->first];
    c->first = (uint8_t)((c->first + 1) % MSSL_PIPELINE_MAX);
    c->waiting--;
    /* The answer to an admin command is the session's last record. M-9.7 */
    if (m->task == MSSL_TASK_ADMIN && past_the_gate(m->status)) {
        c->admin_done = true;
        shut(c);
    }
    return MSSL_OK;
}

static mssl_err consume_record(struct mssl_client *c, struct mssl_message *m)
{
    mssl_err e = mssl_record_open(c->in, c->key, MSSL_DIR_DEVICE, c->received);

    if (e != MSSL_OK)
        return fail(c, e);
    c->received++;
    c->fill = 0;
    if (c->in[0] == 0) {
        c->close_got = true;
        m->kind = MSSL_CLOSE;
        shut(c);
        return MSSL_OK;
    }
    m->status = c->in[1];
    m->data = c->in + 2;
    m->len = (uint8_t)(c->in[0] - 1);
    if (m->status & MSSL_STATUS_EVENT)
        return consume_event(c, m);
    return consume_answer(c, m);
}

/* How many bytes the message in hand has in all; 0: its length can't be. */
static uint8_t message_len(const struct mssl_client *c)
{
    if (c->state == MSSL_AWAIT_WELCOME)     /* the byte is 0 until it comes */
        return c->in[WELCOME_RECORD] == 0 ? MSSL_WELCOME_LEN : 0;
    if (!mssl_record_len_ok(c->in[0]) || (c->received == MSSL_COUNTER_LAST && c->in[0] != 0))
        return 0;
    return (uint8_t)(c->in[0] + MSSL_RECORD_OVERHEAD);
}

mssl_err mssl_client_input(struct mssl_client *c, const uint8_t *in, size_t len, size_t *used,
                           struct mssl_message *m)
{
    mssl_err e;
    size_t i;

    memset(m, 0, sizeof *m);
    *used = len;
    if (c->state == MSSL_IDLE)
        return MSSL_E_STATE;
    if (c->state == MSSL_CLOSED)
        return MSSL_OK;
    for (i = 0; i < len; i++) {
        uint8_t want;
        c->in[c->fill++] = in[i];
        want = message_len(c);
        if (want == 0)
            return fail(c, MSSL_E_RECORD);
        if (c->fill < want)
            continue;
        *used = i + 1;
        e = c->state == MSSL_AWAIT_WELCOME ? consume_welcome(c, m) : consume_record(c, m);
        if (e != MSSL_OK)
            memset(m, 0, sizeof *m);
        return e;
    }
    return MSSL_OK;
}

static bool admin_waits(const struct mssl_client *c)
{
    uint8_t last = (uint8_t)((c->first + c->waiting + MSSL_PIPELINE_MAX - 1) % MSSL_PIPELINE_MAX);

    return c->waiting > 0 && c->tasks[last] == MSSL_TASK_ADMIN;
}

mssl_err mssl_client_command(struct mssl_client *c, uint8_t task, const void *args, size_t len,
                             uint8_t out[MSSL_RECORD_LEN_MAX], uint8_t *out_len)
{
    uint8_t plain[MSSL_RECORD_DATA_MAX];
    mssl_err e;

    *out_len = 0;
    if (c->state != MSSL_OPEN || c->waiting == MSSL_PIPELINE_MAX || admin_waits(c))
        return MSSL_E_STATE;
    if (task >= MSSL_TASKS)
        return MSSL_E_ARGUMENT;
    if (len > MSSL_RECORD_DATA_MAX - 1)
        return MSSL_E_ROOM;
    if (c->sent >= MSSL_COUNTER_LAST)
        return MSSL_E_COUNTER;
    plain[0] = task;
    if (len > 0)
        memcpy(plain + 1, args, len);
    e = mssl_record_seal(out, out_len, plain, (uint8_t)(1 + len), c->key, MSSL_DIR_HOST, c->sent);
    mssl_wipe(plain, sizeof plain);
    if (e != MSSL_OK)
        return e;
    c->sent++;
    c->tasks[(c->first + c->waiting) % MSSL_PIPELINE_MAX] = task;
    c->waiting++;
    return MSSL_OK;
}

uint16_t mssl_client_left(const struct mssl_client *c)
{
    uint16_t more = (uint16_t)(MSSL_COUNTER_LAST - c->sent);
    uint16_t answers = (uint16_t)(MSSL_COUNTER_LAST - c->received);

    if (c->state != MSSL_OPEN || c->waiting >= answers)
        return 0;
    answers = (uint16_t)(answers - c->waiting);
    return more < answers ? more : answers;
}

mssl_err mssl_client_close(struct mssl_client *c, uint8_t out[MSSL_CLOSE_LEN], uint8_t *out_len)
{
    uint8_t record[MSSL_RECORD_LEN_MAX];
    mssl_err e;

    *out_len = 0;
    if (c->state != MSSL_OPEN)
        return MSSL_E_STATE;
    e = mssl_record_seal(record, out_len, NULL, 0, c->key, MSSL_DIR_HOST, c->sent);
    if (e != MSSL_OK)
        return e;
    memcpy(out, record, MSSL_CLOSE_LEN);
    c->sent++;
    c->close_sent = true;
    c->state = MSSL_AWAIT_CLOSE;
    return MSSL_OK;
}

/* The meaning of the end, in the order of what matters most to the caller. 8 */
static mssl_err meaning(const struct mssl_client *c)
{
    if (c->state == MSSL_AWAIT_WELCOME)
        return c->fill == 0 ? MSSL_E_REFUSED : MSSL_E_CUT;
    if (c->waiting > 0)
        return c->close_got ? MSSL_E_NOT_RUN : MSSL_E_UNKNOWN;
    if (c->failed)
        return MSSL_E_TAG;
    if (c->state == MSSL_IDLE || c->close_got || c->close_sent || c->admin_done)
        return MSSL_OK;
    return MSSL_E_TRUNCATED;
}

mssl_err mssl_client_end(struct mssl_client *c)
{
    mssl_err e = meaning(c);

    mssl_client_wipe(c);
    return e;
}

void mssl_client_wipe(struct mssl_client *c)
{
    mssl_wipe(c, sizeof *c);
}

mssl_err mssl_describe_parse(struct mssl_describe *d, const uint8_t *data, uint8_t len)
{
    int i;

    memset(d, 0, sizeof *d);
    if (len < MSSL_DESCRIBE_SELF_LEN)
        return MSSL_E_FORMAT;
    d->table = data[0];
    for (i = 0; i < MSSL_G_TASKS_LEN; i++)
        d->tasks |= (uint32_t)data[1 + i] << 8 * i;
    d->signature = (data[5] & MSSL_FLAG_SIGNATURE) != 0;
    d->enrolled = (data[5] & MSSL_FLAG_ENROLLED) != 0;
    return MSSL_OK;
}
