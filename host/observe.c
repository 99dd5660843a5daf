/* SPDX-License-Identifier: ISC */
/* Records opened by an observer: see mssl_observe.h. */
#include "mssl_observe.h"

#include <string.h>

#include "record.h"

bool mssl_observe_length_ok(uint8_t n)
{
    return mssl_record_len_ok(n);
}

mssl_err mssl_observe_record(uint8_t plain[MSSL_RECORD_DATA_MAX], uint8_t *n, const uint8_t *record,
                             size_t len, const uint8_t key[MSSL_KEY_LEN], uint8_t dir, uint16_t counter)
{
    uint8_t copy[MSSL_RECORD_LEN_MAX];
    mssl_err e;

    *n = 0;
    memset(plain, 0, MSSL_RECORD_DATA_MAX);
    if (len < MSSL_CLOSE_LEN || !mssl_record_len_ok(record[0])
        || len != (size_t)record[0] + MSSL_RECORD_OVERHEAD || dir > MSSL_DIR_HOST)
        return MSSL_E_RECORD;
    memcpy(copy, record, len);
    e = mssl_record_open(copy, key, dir, counter);
    if (e == MSSL_OK) {
        *n = copy[0];
        memcpy(plain, copy + 1, *n);
    }
    mssl_wipe(copy, sizeof copy);
    return e;
}
