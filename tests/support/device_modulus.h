/* SPDX-License-Identifier: ISC */
/* The flash section of the modulus, for native tests: it can be changed. */
#ifndef MSSL_TEST_DEVICE_MODULUS_H
#define MSSL_TEST_DEVICE_MODULUS_H

#include <stdint.h>

/* Writes MSSL_DEV_MODULUS_LEN bytes; NULL erases it to 0xff. */
void device_modulus_set(const uint8_t *bytes);

#endif
