/* SPDX-License-Identifier: ISC */
/* A control that must be found: the engine's CCM, but the tag is compared as
 * one would without thinking. */
#include <string.h>

#define mssl_dev_ccm_open mssl_dev_ccm_open_in_one_time
#include "mssl_dev_engine_ccm.c"
#undef mssl_dev_ccm_open

uint8_t mssl_dev_ccm_open(uint8_t *buf, uint8_t n, const uint8_t key[MSSL_KEY_LEN],
                          uint8_t dir, uint16_t counter)
{
    uint8_t sent[MSSL_TAG_LEN];

    memcpy(sent, buf + n, sizeof sent);
    ccm(buf, n, key, dir, counter, 1);
    if (memcmp(sent, buf + n, sizeof sent) == 0)
        return 0;
    mssl_dev_wipe(buf, (uint8_t)(n + MSSL_TAG_LEN));
    return 1;
}
