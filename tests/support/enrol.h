/* SPDX-License-Identifier: ISC */
/* An authority and a host that enrols, for tests of the signature option. */
#ifndef MSSL_TEST_ENROL_H
#define MSSL_TEST_ENROL_H

#include "bench.h"
#include "mssl_dev_rsa.h"

/* One key for a test program, e = 3: cmocka's group setup and teardown. */
int enrol_key_make(void **state);
int enrol_key_free(void **state);

/* Setup: bench_setup with the modulus in place, an open session of G with all
 * tasks, and its signature ready. */
int enrol_setup(void **state);

/* Resets the chip: also what the option keeps in RAM. */
void enrol_reset(void);

/* u of the next enrolment, in whole or in part; it may be spoiled. */
extern uint8_t enrol_u[MSSL_DEV_RSA_LEN];
void enrol_sign(const uint8_t grant[MSSL_GRANT_LEN]);

/* SHA-256 of a grant: the first 16 bytes at out are what is stored. */
void enrol_digest(uint8_t out[16], const uint8_t grant[MSSL_GRANT_LEN]);

/* Sends a chunk of n bytes of enrol_u; returns the status, or -1 without an answer. */
int enrol_chunk(struct bench *b, unsigned offset, uint8_t n);

/* From offset to end, in chunks of n; returns the first status that is not 0, or 0. */
int enrol_chunks(struct bench *b, unsigned offset, unsigned end, uint8_t n);
int enrol_all(struct bench *b);

/* Sends the last chunk, which makes the answer with status 6 and a close behind
 * it, and the session is over; fails the test if not. */
void enrol_is_forged(struct bench *b, unsigned offset, uint8_t n);

/* How often the device hashed a grant (needs the linker's --wrap). */
extern unsigned enrol_hashes;

#endif
