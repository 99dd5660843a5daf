/* SPDX-License-Identifier: ISC */
/* The plaintext of a record: which command, which command's answer, which event.
 * PROTOCOL 7, 9, 10. */
#include "decode.h"

#define WARN(w)      (1u << (w))
#define WAITS_SELF   0x200
#define WAITS_TASK   0x0FF
#define WAITS_SEALED 0x100

static void wait_for(struct decode_session *s, uint16_t what)
{
    if (s->count == DECODE_WAITING_MAX)
        s->first = (uint16_t)((s->first + 1) % DECODE_WAITING_MAX);
    else
        s->count++;
    s->waiting[(s->first + s->count - 1) % DECODE_WAITING_MAX] = what;
}

/* What the oldest command without an answer is; there is one. */
static uint16_t answered(struct decode_session *s)
{
    uint16_t what = s->waiting[s->first];

    s->first = (uint16_t)((s->first + 1) % DECODE_WAITING_MAX);
    s->count--;
    return what;
}

void decode_sealed(struct decode_session *s, uint8_t dir)
{
    if (dir == MSSL_DIR_HOST)
        wait_for(s, WAITS_SEALED);
    else if (s->count > 0)
        answered(s);
}

static void command(struct decode_session *s, struct decode_message *m)
{
    m->kind = DECODE_COMMAND;
    m->has_task = true;
    m->task = m->plain[0];
    m->self = m->task == MSSL_TASK_DESCRIBE && m->plain[1] != MSSL_DESCRIBE_TASK;
    if (m->task >= MSSL_TASKS)
        m->warnings |= WARN(DECODE_W_TASK_RANGE);
    wait_for(s, (uint16_t)(m->task | (m->self ? WAITS_SELF : 0)));
}

static void event(struct decode_message *m)
{
    m->kind = DECODE_EVENT;
    m->has_task = true;
    m->task = (uint8_t)(m->plain[0] - MSSL_STATUS_EVENT);
    if (m->task > MSSL_TASK_APP_MAX)
        m->warnings |= WARN(DECODE_W_TASK_RANGE);
}

static void answer(struct decode_session *s, struct decode_message *m)
{
    uint8_t status = m->plain[0];
    uint16_t asked = WAITS_SEALED;

    m->kind = DECODE_ANSWER;
    if (s->count == 0)
        m->warnings |= WARN(DECODE_W_NOT_ASKED);
    else
        asked = answered(s);
    m->has_task = !(asked & WAITS_SEALED);
    if (!m->has_task)
        return;
    m->task = (uint8_t)(asked & WAITS_TASK);
    m->self = (asked & WAITS_SELF) != 0;
    /* The answer to an admin command that passed the gate is the last record. M-9.7 */
    if (m->task == MSSL_TASK_ADMIN && status != MSSL_STATUS_UNKNOWN && status != MSSL_STATUS_DENIED
        && status != MSSL_STATUS_SIGNATURE)
        s->admin = true;
    if (m->task == MSSL_TASK_ENROL && status == MSSL_STATUS_FAILED)
        s->enrol_bad = true;
}

void decode_plain(struct decode_session *s, struct decode_message *m)
{
    if (m->dir == MSSL_DIR_HOST)
        command(s, m);
    else if (m->plain[0] >= MSSL_STATUS_EVENT)
        event(m);
    else
        answer(s, m);
}
