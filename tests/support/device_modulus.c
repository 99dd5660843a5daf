/* SPDX-License-Identifier: ISC */
/* The modulus in RAM: see device_modulus.h. Not through mssl_dev_rsa.h, which
 * says that nobody changes it. */
#include <string.h>

#include "device_modulus.h"

#ifndef MSSL_DEV_RSA_BITS
#define MSSL_DEV_RSA_BITS 2048
#endif
#define LEN (MSSL_DEV_RSA_BITS / 8 + 4)

extern uint8_t mssl_modulus[LEN];
uint8_t mssl_modulus[LEN];

void device_modulus_set(const uint8_t *bytes)
{
    if (bytes)
        memcpy(mssl_modulus, bytes, LEN);
    else
        memset(mssl_modulus, 0xff, LEN);
}
