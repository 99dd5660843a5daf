/* SPDX-License-Identifier: ISC */
/* native_device with the signature option: the modulus from a file. */
#include <stdio.h>

#include "device_modulus.h"
#include "mssl_dev_rsa.h"
#include "native_device.h"

void mssl_port_alive(void)
{
}

int native_modulus_read(const char *path)
{
    uint8_t bytes[MSSL_DEV_MODULUS_LEN];
    long len = native_hex_read(path, bytes, sizeof bytes);

    device_modulus_set(len == (long)sizeof bytes ? bytes : NULL);
    return len == (long)sizeof bytes ? 0 : -1;
}
