/* SPDX-License-Identifier: ISC */
/* Records and closes, both ways. PROTOCOL 6, 7, 8. */
#include "mssl_dev_core.h"

MSSL_DEV_INTERNAL uint8_t mssl_dev_record_size(uint8_t n)
{
    /* A multiple of 8 with one bit at most: 0, 8, 16, 32, 64, 128. Minus 8 leaves
     * bits 0 to 2 as they are, and clears the one bit above or borrows from it. */
    if (n & (uint8_t)(n - MSSL_RECORD_DATA_MIN))
        return 0;
    return n + MSSL_RECORD_OVERHEAD;
}

MSSL_DEV_INTERNAL uint8_t mssl_dev_record_seal(struct mssl_dev_session *s, uint8_t *buf, uint8_t n)
{
    *buf = n;
    mssl_dev_ccm_seal(buf + 1, n, s->key, MSSL_DIR_DEVICE, s->sent++);
    return n + MSSL_RECORD_OVERHEAD;
}

MSSL_DEV_INTERNAL uint8_t mssl_dev_answer_create(struct mssl_dev_session *s, uint8_t *buf,
                                                 uint8_t status, uint8_t len)
{
    uint8_t n;

    buf[1] = status;
    /* Zeroes all the room, not the padding only: so nothing of a command or of
     * a task's work stays in the buffer. */
    mssl_dev_wipe(buf + 2 + len, MSSL_RECORD_DATA_MAX - 1 - len);
    for (n = 8; n <= len; n *= 2)
        ;
    return mssl_dev_record_seal(s, buf, n);
}

MSSL_DEV_INTERNAL uint8_t mssl_dev_record_consume(struct mssl_dev_session *s, uint8_t *buf)
{
    uint8_t forged, status, n = buf[0];

    if (mssl_dev_ccm_open(buf + 1, n, s->key, MSSL_DIR_HOST, s->received++))
        return 0;
    /* A host's close is answered with one. A command whose answer would be
     * record 0xff00 does not run: that number is the close's. M-8.18, M-8.19. */
    if (n == 0 || mssl_dev_record_last(s))
        return mssl_dev_record_seal(s, buf, 0);
    s->state = MSSL_DEV_OPEN;
    s->ticks = MSSL_DEV_TICKS(MSSL_IDLE_TIMEOUT_S);
    status = mssl_dev_task_run(s, buf, n);
    forged = mssl_dev_signature_forged(status);
    if (forged)
        status = MSSL_STATUS_FAILED;
    n = mssl_dev_answer_create(s, buf, status, s->fill);
    if (forged) {               /* M-8.17, M-10.11 */
        s->ticks = 0;
        n += mssl_dev_record_seal(s, buf + n, 0);
    }
    return status == MSSL_DEV_STATUS_SILENT ? 0 : n;
}
