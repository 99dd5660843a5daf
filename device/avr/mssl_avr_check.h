/* SPDX-License-Identifier: ISC */
/* mssl_dev_check, as assembly shares it: the accumulator of the RSA check, where
 * SHA-256 works between checks; right behind it, the digest that is checked. And
 * the check for callers in assembly, which may lose more registers than C's:
 *   mssl_avr_rsa_check  zero flag set: the u that was put is a signature over the
 *                       digest there. Keeps r16 and r17, of what C keeps, and r2
 *                       to r15; r28 and r29 are lost
 *   mssl_avr_rsa_put    mssl_dev_rsa_put with the bytes at X; keeps r18, r19, r21
 *                       and the flag T too */
#ifndef MSSL_AVR_CHECK_H
#define MSSL_AVR_CHECK_H

#ifndef MSSL_DEV_RSA_BITS
#define MSSL_DEV_RSA_BITS 2048
#endif
/* A row stores a byte lower than it loads, so there is one in front. */
#define MSSL_AVR_CHECK_LEN (MSSL_DEV_RSA_BITS / 8 + 2)
#define MSSL_AVR_DIGEST    (mssl_dev_check + MSSL_AVR_CHECK_LEN)
#define MSSL_AVR_DIGEST_LEN 32

#endif
