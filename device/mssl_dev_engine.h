/* SPDX-License-Identifier: ISC */
/* The engine: AES, F, CCM and wiping. Two of them have this interface: the C
 * twin (engine_*.c), the default everywhere, and avr/ in assembly. */
#ifndef MSSL_DEV_ENGINE_H
#define MSSL_DEV_ENGINE_H

#include <stdint.h>

#include "mssl_wire.h"

/* Encrypts block in place under key; key is unchanged, round keys are made on
 * the fly in the engine's work area. Constant time. FIPS 197. */
void mssl_dev_aes(uint8_t block[MSSL_BLOCK_LEN], const uint8_t key[MSSL_KEY_LEN]);

/* out = F(key, x) = E(E(x[0..15]) xor x[16..31]); out may be key. The work area
 * is wiped. PROTOCOL 2. */
void mssl_dev_f(uint8_t out[MSSL_KEY_LEN], const uint8_t key[MSSL_KEY_LEN],
                const uint8_t x[MSSL_F_INPUT_LEN]);

/* out = lab(key, type) = F(key, type then 31 zero bytes); out may be key. PROTOCOL 2. */
void mssl_dev_lab(uint8_t out[MSSL_KEY_LEN], const uint8_t key[MSSL_KEY_LEN], uint8_t type);

/* Seals buf[0..n) in place and puts the tag behind it: n + 8 bytes. n is a
 * multiple of 8 up to 128. dir and counter make the nonce. The work area is
 * wiped. avr/ is a device's only: it seals in direction 0 and opens in 1.
 * PROTOCOL 2, RFC 3610. */
void mssl_dev_ccm_seal(uint8_t *buf, uint8_t n, const uint8_t key[MSSL_KEY_LEN],
                       uint8_t dir, uint16_t counter);

/* Opens n bytes of ciphertext and the tag behind them, in place. Returns 0, or
 * non-zero for a bad tag: then the n + 8 bytes are zeroed. Time depends on n only. */
uint8_t mssl_dev_ccm_open(uint8_t *buf, uint8_t n, const uint8_t key[MSSL_KEY_LEN],
                          uint8_t dir, uint16_t counter);

/* Zeroes n bytes; never deleted by a compiler. */
void mssl_dev_wipe(void *p, uint8_t n);

#endif
