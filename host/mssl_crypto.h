/* SPDX-License-Identifier: ISC */
/* What the library needs from a crypto library: AES, CCM, RSA, random. One file
 * implements it, with mssl_f, mssl_lab, mssl_random, mssl_wipe and
 * mssl_signature_verify of mssl.h; another library means another such file. */
#ifndef MSSL_CRYPTO_H
#define MSSL_CRYPTO_H

#include "mssl.h"

/* AES-128-CCM, M = 8, L = 2, no associated data. RFC 3610, section 2. n is 0 to
 * MSSL_RECORD_DATA_MAX; in and out may be the same, and are not NULL for no bytes either. */
mssl_err mssl_ccm_seal(uint8_t *out, uint8_t tag[MSSL_TAG_LEN], const uint8_t *in, uint8_t n,
                       const uint8_t key[MSSL_KEY_LEN], const uint8_t nonce[MSSL_CCM_NONCE_LEN]);

/* MSSL_E_TAG: the tag is not that of in. out is zeroed after any error. */
mssl_err mssl_ccm_open(uint8_t *out, const uint8_t tag[MSSL_TAG_LEN], const uint8_t *in, uint8_t n,
                       const uint8_t key[MSSL_KEY_LEN], const uint8_t nonce[MSSL_CCM_NONCE_LEN]);

#endif
