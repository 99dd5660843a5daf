/* SPDX-License-Identifier: ISC */
/* Records: see record.h. */
#include "record.h"

#include <string.h>

#include "mssl_crypto.h"

#define CLASS_MIN 8

uint8_t mssl_record_class(uint8_t n)
{
    uint8_t len = CLASS_MIN;

    while (len < n)
        len = (uint8_t)(2 * len);
    return len;
}

bool mssl_record_len_ok(uint8_t n)
{
    return n == 0 || (n <= MSSL_RECORD_DATA_MAX && mssl_record_class(n) == n);
}

/* dir(1) ‖ counter(2) ‖ 0^10. Section 2 */
static void make_nonce(uint8_t nonce[MSSL_CCM_NONCE_LEN], uint8_t dir, uint16_t counter)
{
    memset(nonce, 0, MSSL_CCM_NONCE_LEN);
    nonce[0] = dir;
    nonce[1] = (uint8_t)(counter >> 8);
    nonce[2] = (uint8_t)counter;
}

mssl_err mssl_record_seal(uint8_t out[MSSL_RECORD_LEN_MAX], uint8_t *len, const uint8_t *in, uint8_t n,
                          const uint8_t key[MSSL_KEY_LEN], uint8_t dir, uint16_t counter)
{
    uint8_t nonce[MSSL_CCM_NONCE_LEN];
    uint8_t padded = n > 0 ? mssl_record_class(n) : 0;
    mssl_err e;

    make_nonce(nonce, dir, counter);
    memset(out, 0, MSSL_RECORD_LEN_MAX);
    out[0] = padded;
    if (n > 0)
        memcpy(out + 1, in, n);
    e = mssl_ccm_seal(out + 1, out + 1 + padded, out + 1, padded, key, nonce);
    *len = e == MSSL_OK ? (uint8_t)(padded + MSSL_RECORD_OVERHEAD) : 0;
    return e;
}

mssl_err mssl_record_open(uint8_t *rec, const uint8_t key[MSSL_KEY_LEN], uint8_t dir, uint16_t counter)
{
    uint8_t nonce[MSSL_CCM_NONCE_LEN];
    uint8_t n = rec[0];
    mssl_err e;

    make_nonce(nonce, dir, counter);
    e = mssl_ccm_open(rec + 1, rec + 1 + n, rec + 1, n, key, nonce);
    if (e != MSSL_OK)
        mssl_wipe(rec, (size_t)n + MSSL_RECORD_OVERHEAD);
    return e;
}
