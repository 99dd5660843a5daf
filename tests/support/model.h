/* SPDX-License-Identifier: ISC */
/* A host for tests of the device core, on OpenSSL and from docs/PROTOCOL.md
 * alone: it shares no code with libmssl, and can do what no good host does. */
#ifndef MSSL_TEST_MODEL_H
#define MSSL_TEST_MODEL_H

#include <stddef.h>
#include <stdint.h>

#include "mssl_wire.h"

struct model {
    uint8_t blocks[1 + MSSL_RESTRICTIONS_MAX][MSSL_GRANT_LEN];
    uint8_t count;
    uint8_t nc[MSSL_NONCE_LEN];
    uint8_t ns[MSSL_NONCE_LEN];
    uint8_t key[MSSL_KEY_LEN];      /* K_s, from model_welcome on */
    uint16_t sent, received;
};

/* -- Primitives -- */
void model_aes(uint8_t out[16], const uint8_t key[16], const uint8_t in[16]);
void model_f(uint8_t out[16], const uint8_t key[16], const uint8_t x[32]);
void model_lab(uint8_t out[16], const uint8_t key[16], uint8_t label);

/* A whole record: n ‖ ciphertext ‖ tag, n + 9 bytes; n may be any, so bad ones too. */
void model_seal(uint8_t *out, const uint8_t *plain, uint8_t n, const uint8_t key[16], uint8_t dir,
                uint16_t counter);

/* Opens a whole record of len bytes. Returns n, or -1: forged. */
int model_unseal(uint8_t *plain, const uint8_t *in, size_t len, const uint8_t key[16], uint8_t dir,
                 uint16_t counter);

/* -- Blocks: offsets are set by hand with MSSL_G_* -- */

/* G of PROTOCOL 12 with all tasks and any address: slot 0, generation 0. */
void model_grant(struct model *h, uint32_t tasks);

/* Appends a restriction for any address. */
void model_restrict(struct model *h, uint32_t tasks);

void model_address(uint8_t *block, uint8_t kind, const uint8_t *address, uint8_t len);

/* -- Messages -- */
size_t model_hello(const struct model *h, uint8_t *out);

/* Derives K_s from kd and checks WELCOME. Returns 1 if the device is proven. */
int model_welcome(struct model *h, const uint8_t kd[16], const uint8_t *in, size_t len);

/* The next command, padded; len of args may be 0. Returns the bytes to send. */
size_t model_command(struct model *h, uint8_t task, const void *args, size_t len, uint8_t *out);
size_t model_close(struct model *h, uint8_t *out);

/* Opens the device's next record; returns its n, or -1. */
int model_open(struct model *h, const uint8_t *in, size_t len, uint8_t *plain);

/* -- Small helpers -- */

/* A reproducible random byte (xorshift); seed it per test. */
void model_random_seed(uint32_t seed);
uint32_t model_random(void);
void model_random_bytes(uint8_t *out, size_t n);

/* Are all n bytes 0? */
int model_zero(const void *p, size_t n);

#endif
