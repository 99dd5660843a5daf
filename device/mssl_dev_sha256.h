/* SPDX-License-Identifier: ISC */
/* SHA-256 of one block (FIPS 180-4), for the signature option. Two of them have
 * this interface: the C twin (mssl_dev_sha256.c), and avr/ in assembly, once
 * with a table of constants and once computing them.
 *
 * Everything hashed here is public (a grant goes over the wire in the clear),
 * so nothing needs constant time. */
#ifndef MSSL_DEV_SHA256_H
#define MSSL_DEV_SHA256_H

#include <stdint.h>

#define MSSL_DEV_SHA256_LEN   32
#define MSSL_DEV_SHA256_BLOCK 64

/* The hash value so far and the block, both as big-endian words: the work area,
 * which the signature check uses for itself between calls. */
struct mssl_dev_sha256 {
    uint8_t hash[MSSL_DEV_SHA256_LEN];
    uint8_t state[MSSL_DEV_SHA256_LEN];     /* h, g, .. a: the order in which they move on */
    uint8_t block[MSSL_DEV_SHA256_BLOCK];   /* right behind state; it is used up */
};

/* hash = what the initial value and block make: the first block of a message.
 * FIPS 180-4 5.3.3. */
void mssl_dev_sha256_first(struct mssl_dev_sha256 *w);

/* Takes block into hash. FIPS 180-4 6.2.2. */
void mssl_dev_sha256_block(struct mssl_dev_sha256 *w);

/* Replaces the 32 bytes at x by their SHA-256, with w as work area. */
void mssl_dev_sha256_replace(struct mssl_dev_sha256 *w, uint8_t x[MSSL_DEV_SHA256_LEN]);

#endif
