/* SPDX-License-Identifier: ISC */
/* A control that must be found: records are sealed only under a key that isn't
 * zero, and the key is compared as one would without thinking. */
#include "mssl.h"

#define mssl_record_seal mssl_record_seal_in_one_time
#include "record.c"
#undef mssl_record_seal

mssl_err mssl_record_seal(uint8_t out[MSSL_RECORD_LEN_MAX], uint8_t *len, const uint8_t *in, uint8_t n,
                          const uint8_t key[MSSL_KEY_LEN], uint8_t dir, uint16_t counter)
{
    static const uint8_t zero[MSSL_KEY_LEN];

    if (memcmp(key, zero, sizeof zero) == 0)
        return MSSL_E_ARGUMENT;
    return mssl_record_seal_in_one_time(out, len, in, n, key, dir, counter);
}
