/* SPDX-License-Identifier: ISC */
/* Records: sealed and opened. Sections 2, 6, 7. */
#ifndef MSSL_RECORD_H
#define MSSL_RECORD_H

#include "mssl.h"

/* The padded length of n bytes, 1..128: 8, 16, 32, 64 or 128. */
uint8_t mssl_record_class(uint8_t n);

/* Can n be a record's length byte? 0 (close), 8, 16, 32, 64, 128. */
bool mssl_record_len_ok(uint8_t n);

/* Pads n bytes and writes the record; n = 0 gives a close. *len: 9 to 137.
 * MSSL_E_CRYPTO: out is zeroed. in and out must not overlap. */
mssl_err mssl_record_seal(uint8_t out[MSSL_RECORD_LEN_MAX], uint8_t *len, const uint8_t *in, uint8_t n,
                          const uint8_t key[MSSL_KEY_LEN], uint8_t dir, uint16_t counter);

/* Opens a whole record in place: its n plaintext bytes, n = rec[0], are at
 * rec + 1. MSSL_E_TAG, _CRYPTO: all of rec is zeroed. */
mssl_err mssl_record_open(uint8_t *rec, const uint8_t key[MSSL_KEY_LEN], uint8_t dir, uint16_t counter);

#endif
