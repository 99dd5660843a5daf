/* SPDX-License-Identifier: ISC */
/* The RSA check of the signature option: s^e mod N against the whole
 * EMSA-PKCS1-v1_5 block. docs/RSA.md has the arithmetic and its proofs.
 *
 * Two of them have this interface: the C twin (mssl_dev_rsa.c, operands in
 * RAM), and avr/mssl_avr_rsa.S with operands in RAM or in the packet memory of
 * an ENC28J60. Nothing here is secret, so nothing needs constant time.
 *
 * Build constant: MSSL_DEV_RSA_BITS, 2048 (default), 3072 or 4096. */
#ifndef MSSL_DEV_RSA_H
#define MSSL_DEV_RSA_H

#include <stdint.h>

#include "mssl_dev_sha256.h"

#ifndef MSSL_DEV_RSA_BITS
#define MSSL_DEV_RSA_BITS 2048
#endif
#define MSSL_DEV_RSA_LEN (MSSL_DEV_RSA_BITS / 8)

/* What the device knows of its authority: docs/FORMATS.md, Modulus for the
 * chip. Comes from who links the core; on AVR it lies in flash. */
#define MSSL_DEV_MODULUS_LEN (MSSL_DEV_RSA_LEN + 4)
extern const uint8_t mssl_modulus[MSSL_DEV_MODULUS_LEN];

/* The work area: the accumulator of the multiplication, and while it is not
 * multiplying, the one of SHA-256. The first byte takes what a row shifts out. */
union mssl_dev_check {
    uint8_t row[1 + MSSL_DEV_RSA_LEN + 1];
    struct mssl_dev_sha256 sha256;
};
extern union mssl_dev_check mssl_dev_check;

/* Takes n bytes (1..124) of u = s R mod N, big-endian; offset is their place from
 * its highest byte on; offset + n is at most MSSL_DEV_RSA_LEN. */
void mssl_dev_rsa_put(uint16_t offset, const uint8_t *bytes, uint8_t n);

/* Is u a signature over what has this SHA-256? Returns 0 if so; not 0 too
 * without a modulus, or when its exponent is neither 3 nor 65537. u is used up.
 * Time depends on the exponent: 18 multiplications for 65537, 3 for 3. M-10.10. */
uint8_t mssl_dev_rsa_check(const uint8_t digest[MSSL_DEV_SHA256_LEN]);

/* -- Port -- */

/* Called before each multiplication of a check, which takes 2 s in all on an
 * 8-bit chip: feeds the watchdog, minds the clock. It must not use the network. */
void mssl_port_alive(void);

#endif
