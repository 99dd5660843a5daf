/* SPDX-License-Identifier: ISC */
/* Tests of SHA-256 and the RSA check that run alike on this machine and on the
 * simulated chip: subject_*.c say how to reach the code, check_*.c what it must do. */
#ifndef MSSL_TEST_SUBJECT_H
#define MSSL_TEST_SUBJECT_H

#include <stddef.h>
#include <stdint.h>

#ifndef MSSL_DEV_RSA_BITS
#define MSSL_DEV_RSA_BITS 2048
#endif
#define SUBJECT_LEN     (MSSL_DEV_RSA_BITS / 8)
#define SUBJECT_MODULUS (SUBJECT_LEN + 4)   /* docs/FORMATS.md, Modulus for the chip */

/* How many of the long runs a subject stands: 1 on the chip, more natively; 0 of
 * a slow one, which then hashes short messages only. */
extern unsigned subject_effort;

/* Takes a block into a hash; with first, whatever was in it. */
void subject_sha_block(uint8_t hash[32], const uint8_t block[64], int first);

/* x = SHA-256(x). */
void subject_sha_replace(uint8_t x[32]);

/* Is u, given in chunks of n bytes, a signature over digest under this modulus? */
int subject_check(const uint8_t modulus[SUBJECT_MODULUS], const uint8_t u[SUBJECT_LEN], size_t n,
                  const uint8_t digest[32]);


/* -- Lines of hex, made by check_vectors.py: NAME FIELD .. FIELD -- */

/* Calls f for every line that begins with name; - is an empty field. */
void subject_lines(const char *name, void (*f)(char **fields, size_t count));

/* The bytes of a field; fails the test when there are more than max. */
size_t subject_bytes(const char *field, uint8_t *out, size_t max);

#endif
