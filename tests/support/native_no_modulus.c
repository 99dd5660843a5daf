/* SPDX-License-Identifier: ISC */
/* native_device without the signature option: it takes no modulus. */
#include "native_device.h"

int native_modulus_read(const char *path)
{
    (void)path;
    return -1;
}
