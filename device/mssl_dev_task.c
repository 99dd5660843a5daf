/* SPDX-License-Identifier: ISC */
/* The gate every command passes, and describe. PROTOCOL 7. */
#include "mssl_dev_core.h"

/* Longest data of an answer. A port that claims more has written beyond the buffer
 * already; the low bits of its length count, so that what is sealed is a record. */
#define LEN_MAX (MSSL_RECORD_DATA_MAX - 1)

MSSL_DEV_INTERNAL uint8_t mssl_dev_task_granted(const struct mssl_dev_session *s, uint8_t task)
{
    uint8_t word;

    /* 29 and 30 are open to all; the words stay as they are, for describe. M-3.3. */
    if (task == MSSL_TASK_DESCRIBE || task == MSSL_TASK_ENROL)
        return 1;
    word = s->tasks[task / 8];
    for (task %= 8; task; task--)       /* in 8 bits; a >> would take 16 */
        word >>= 1;
    return word & 1;
}

/* Describe 0: the session's own rights. M-7.9. */
static uint8_t describe_self(struct mssl_dev_session *s, uint8_t *buf)
{
    buf[2] = MSSL_DEV_TASK_TABLE;
    mssl_dev_copy(buf + 3, s->tasks, MSSL_G_TASKS_LEN);
    buf[3 + MSSL_G_TASKS_LEN] = mssl_dev_signature_flags(s);
    s->fill = MSSL_DESCRIBE_SELF_LEN;
    return MSSL_STATUS_OK;
}

/* Describe 1 ‖ t: a task's text. M-7.10. */
static uint8_t describe_task(struct mssl_dev_session *s, uint8_t *buf)
{
    uint8_t len;

    len = mssl_port_task_text(buf[3], buf + 2) & LEN_MAX;
    s->fill = len;
    return len ? MSSL_STATUS_OK : MSSL_STATUS_UNKNOWN;
}

#define NO_ARGUMENT 0xff    /* no first argument of a task of the core's */

/* Runs one of the core's own tasks, whose arguments are one or two bytes. */
static uint8_t core_task_run(struct mssl_dev_session *s, uint8_t *buf, uint8_t n)
{
    /* What follows must be padding, or it is another argument: one that neither
     * describe nor admin knows, so that admin ends the session for it too.
     * M-7.11, M-9.6, M-9.7. */
    do
        if (buf[n])
            buf[2] = NO_ARGUMENT;
    while (--n > 3);
    if (buf[1] == MSSL_TASK_ADMIN)
        return mssl_dev_admin_run(s, buf);
    if (buf[2] == MSSL_DESCRIBE_TASK)
        return describe_task(s, buf);
    if (buf[2] == MSSL_DESCRIBE_SELF && buf[3] == 0)
        return describe_self(s, buf);
    return MSSL_STATUS_ARGUMENT;
}

MSSL_DEV_INTERNAL uint8_t mssl_dev_task_run(struct mssl_dev_session *s, uint8_t *buf, uint8_t n)
{
    uint8_t status, task = buf[1];

    s->fill = 0;
    if (task >= MSSL_TASKS)
        return MSSL_STATUS_UNKNOWN;
    if (!mssl_dev_task_granted(s, task))
        return MSSL_STATUS_DENIED;
    if (task == MSSL_TASK_ENROL)
        return mssl_dev_signature_enrol(s, buf, n);
    if (task != MSSL_TASK_DESCRIBE && mssl_dev_signature_wanted(s))
        return MSSL_STATUS_SIGNATURE;
    if (task > MSSL_TASK_APP_MAX)
        return core_task_run(s, buf, n);
    /* No message is coming while its answer is made, so fill is free to be the
     * port's len: a variable of our own would cost AVR a stack frame. */
    s->fill = n - 1;
    status = mssl_port_task(task, &s->caller, buf + 2, &s->fill);
    s->fill &= LEN_MAX;
    if (status == MSSL_STATUS_UNKNOWN)
        s->fill = 0;
    return status;
}
