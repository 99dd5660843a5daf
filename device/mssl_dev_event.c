/* SPDX-License-Identifier: ISC */
/* Events: what a task tells on its own; a build option. PROTOCOL 7.3. */
#include "mssl_dev_core.h"

uint8_t mssl_dev_event_ready(const struct mssl_dev_session *s, uint8_t task)
{
    return s->state == MSSL_DEV_OPEN
        && s->fill == 0
        && !mssl_dev_session_expired(s)
        && !mssl_dev_record_last(s)
        && task <= MSSL_TASK_APP_MAX
        && mssl_dev_task_granted(s, task)
        && !mssl_dev_signature_wanted(s);
}

uint8_t mssl_dev_event(struct mssl_dev_session *s, uint8_t *buf, uint8_t task, uint8_t len)
{
    if (!mssl_dev_event_ready(s, task))
        return 0;
    return mssl_dev_answer_create(s, buf, MSSL_STATUS_EVENT + task, len);
}
