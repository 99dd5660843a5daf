/* SPDX-License-Identifier: ISC */
/* The modulus of the authority, at the end of the flash: docs/FORMATS.md, Modulus
 * for the chip. MSSL_MODULUS_H is made of the file that the build was given; a
 * build without one leaves the bytes as erased flash has them: 0xff, none. */
        .section .mssl_modulus, "a", @progbits
        .global mssl_modulus
        .type   mssl_modulus, @object
mssl_modulus:
#ifdef MSSL_MODULUS_H
#include MSSL_MODULUS_H
#else
        .fill   MSSL_DEV_RSA_BITS / 8 + 4, 1, 0xff
#endif
        .size   mssl_modulus, MSSL_DEV_RSA_BITS / 8 + 4
