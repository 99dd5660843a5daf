/* SPDX-License-Identifier: ISC */
/* Enrolment, the host's end: a signature in chunks: see mssl.h 9, section 10. */
#include <string.h>

#include "mssl.h"

/* The device's C twin takes 137 million cycles on an AVR for 2048 bits and e = 65537:
 * 8.6 s at 16 MHz. The time grows with the square of the length. */
#define WAIT_2048_S 15
#define LEN_2048    256

mssl_err mssl_enrol_begin(struct mssl_enrol *e, const uint8_t *sig, size_t sig_len,
                          const char *pem, size_t pem_len)
{
    mssl_err bad;

    memset(e, 0, sizeof *e);
    bad = mssl_signature_montgomery(e->u, sig, sig_len, pem, pem_len);
    if (bad == MSSL_OK)
        e->len = (uint16_t)sig_len;
    return bad;
}

/* In order and without gaps, from offset 0: M-10.2, M-10.4, M-10.5. */
mssl_err mssl_enrol_create(struct mssl_enrol *e, uint8_t args[MSSL_ENROL_ARGS_MAX], uint8_t *len)
{
    uint16_t left = (uint16_t)(e->len - e->created);
    uint8_t n = left < MSSL_ENROL_CHUNK_MAX ? (uint8_t)left : MSSL_ENROL_CHUNK_MAX;

    *len = 0;
    if (e->waits || left == 0)
        return MSSL_E_STATE;
    args[MSSL_ENROL_OFFSET] = (uint8_t)(e->created >> 8);
    args[MSSL_ENROL_OFFSET + 1] = (uint8_t)e->created;
    args[MSSL_ENROL_COUNT] = n;
    memcpy(args + MSSL_ENROL_HEAD_LEN, e->u + e->created, n);
    *len = (uint8_t)(MSSL_ENROL_HEAD_LEN + n);
    e->created = (uint16_t)(e->created + n);
    e->waits = true;
    return MSSL_OK;
}

unsigned mssl_enrol_wait_s(const struct mssl_enrol *e)
{
    if (!e->waits || e->created < e->len)
        return 0;
    return (unsigned)((uint32_t)WAIT_2048_S * e->len * e->len / (LEN_2048 * LEN_2048));
}

/* Nothing more is sent. */
static mssl_err over(struct mssl_enrol *e, mssl_err why)
{
    e->created = e->len;
    return why;
}

/* M-10.6: 0 while bytes are missing, 1 when the last one made it good. */
static mssl_err consume_ok(struct mssl_enrol *e, uint8_t said, bool *done)
{
    bool all = e->created == e->len;

    if (said == MSSL_ENROL_MORE)
        return all ? MSSL_E_ENROL_SIZE : MSSL_OK;
    if (said != MSSL_ENROL_DONE || !all)
        return over(e, MSSL_E_RECORD);
    *done = true;
    return MSSL_OK;
}

mssl_err mssl_enrol_consume(struct mssl_enrol *e, const struct mssl_message *m, bool *done)
{
    *done = false;
    if (!e->waits || m->kind != MSSL_ANSWER || m->task != MSSL_TASK_ENROL)
        return MSSL_E_STATE;
    e->waits = false;
    switch (m->status) {
    case MSSL_STATUS_OK:
        return m->len > 0 ? consume_ok(e, m->data[0], done) : over(e, MSSL_E_RECORD);
    case MSSL_STATUS_UNKNOWN:       /* enrolled before: M-10.7 */
        *done = true;
        return over(e, MSSL_OK);
    case MSSL_STATUS_ARGUMENT:      /* the order was right, so the length was not: M-10.5 */
        return over(e, MSSL_E_ENROL_SIZE);
    case MSSL_STATUS_BUSY:          /* M-10.8 */
        return over(e, MSSL_E_ENROL_BUSY);
    case MSSL_STATUS_FAILED:        /* M-10.11 */
        return over(e, MSSL_E_ENROL_BAD);
    default:
        return over(e, MSSL_E_RECORD);
    }
}
