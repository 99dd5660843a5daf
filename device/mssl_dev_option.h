/* SPDX-License-Identifier: ISC */
/* The signature option's hooks in the core. PROTOCOL 10.
 *
 * A build without the option (MSSL_DEV_SIGNATURE 0, the default) takes the
 * empty ones below, which cost nothing. A build with it links functions of the
 * same names instead: mssl_dev_signature.c. Its assembly twin is a part of the core.
 *
 * What the core owes them, whoever writes it:
 *   take      once per accepted HELLO, when all checks hold and the nonce is
 *             there; G is still whole in the buffer
 *   wanted    for every task but 29 and 30 that the session may do (31 too), and
 *             for events; only for a proven host, since it may compute SHA-256 (M-10.9)
 *   flags     for describe 0
 *   enrol     for task 30, which needs no bit; as all tasks, with s->fill 0
 *   discard   when a session ends or begins anew, before it is wiped
 *   clear     before K_D is replaced
 * None of them calls back into the core but for mssl_dev_sessions; they use the
 * EEPROM port. By the C convention of AVR: s in r25:24, buf or g in r23:22, n in
 * r20; the result in r24. */
#ifndef MSSL_DEV_OPTION_H
#define MSSL_DEV_OPTION_H

#include "mssl_dev.h"

#if MSSL_DEV_SIGNATURE

/* Non-zero while the session's grant is not enrolled: status 4. M-10.1. */
uint8_t mssl_dev_signature_wanted(const struct mssl_dev_session *s);

/* Keeps G (32 bytes at g): for its SHA-256 later, not before the host is proven. M-10.9. */
void mssl_dev_signature_take(const struct mssl_dev_session *s, const uint8_t *g);

/* Flags of describe. M-7.9. */
uint8_t mssl_dev_signature_flags(const struct mssl_dev_session *s);

/* A status of the option's own: the signature is bad, or could not be stored.
 * The core answers status 6 without data, puts a close behind that answer into
 * the same buffer (17 + 9 bytes to send), and the session is over. M-8.17, M-10.11. */
#define MSSL_DEV_STATUS_FORGED 0x7e

/* Runs task 30 on the arguments at buf[2], as mssl_dev_task_run: n is the length
 * of the record, the task's byte and the padding included. Returns the status:
 * 0 with one byte of data at buf[2] and s->fill 1; 1, 3, 5, or FORGED, without. */
uint8_t mssl_dev_signature_enrol(struct mssl_dev_session *s, uint8_t *buf, uint8_t n);

/* A session ended: discards its check under way. M-10.13. */
void mssl_dev_signature_discard(const struct mssl_dev_session *s);

/* Clears all enrolments, before an epoch step. M-9.4. */
void mssl_dev_signature_clear(void);

/* Is it FORGED? A constant in a build without the option. */
static inline uint8_t mssl_dev_signature_forged(uint8_t status)
{
    return status == MSSL_DEV_STATUS_FORGED;
}

#else

static inline uint8_t mssl_dev_signature_forged(uint8_t status)
{
    (void)status;
    return 0;
}

static inline void mssl_dev_signature_take(const struct mssl_dev_session *s, const uint8_t *g)
{
    (void)s;
    (void)g;
}

static inline uint8_t mssl_dev_signature_wanted(const struct mssl_dev_session *s)
{
    (void)s;
    return 0;
}

static inline uint8_t mssl_dev_signature_flags(const struct mssl_dev_session *s)
{
    (void)s;
    return 0;
}

static inline uint8_t mssl_dev_signature_enrol(struct mssl_dev_session *s, uint8_t *buf, uint8_t n)
{
    (void)s;
    (void)buf;
    (void)n;
    return MSSL_STATUS_UNKNOWN;
}

static inline void mssl_dev_signature_discard(const struct mssl_dev_session *s)
{
    (void)s;
}

static inline void mssl_dev_signature_clear(void)
{
}

#endif

#endif
