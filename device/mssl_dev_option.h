/* SPDX-License-Identifier: ISC */
/* The signature option's hooks in the core. PROTOCOL 10.
 *
 * A build without the option (MSSL_DEV_SIGNATURE 0, the default) takes the
 * empty ones below, which cost nothing. A build with it links functions of the
 * same names instead. */
#ifndef MSSL_DEV_OPTION_H
#define MSSL_DEV_OPTION_H

#include "mssl_dev.h"

#if MSSL_DEV_SIGNATURE

/* Non-zero while the session's grant is not enrolled: status 4. M-10.1. */
uint8_t mssl_dev_signature_wanted(const struct mssl_dev_session *s);

/* Flags of describe. M-7.9. */
uint8_t mssl_dev_signature_flags(const struct mssl_dev_session *s);

/* Runs task 30 on the arguments at buf[2], as mssl_dev_task_run. */
uint8_t mssl_dev_signature_enrol(struct mssl_dev_session *s, uint8_t *buf, uint8_t n);

/* A session ended: discards its check under way. M-10.13. */
void mssl_dev_signature_discard(const struct mssl_dev_session *s);

/* Clears all enrolments, before an epoch step. M-9.4. */
void mssl_dev_signature_clear(void);

#else

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
