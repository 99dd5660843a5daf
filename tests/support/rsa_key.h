/* SPDX-License-Identifier: ISC */
/* RSA keys of OpenSSL for tests of the device: what the authority and the host
 * compute, without their code. docs/FORMATS.md, PROTOCOL 10. */
#ifndef MSSL_TEST_RSA_KEY_H
#define MSSL_TEST_RSA_KEY_H

#include <stddef.h>
#include <stdint.h>
#include <openssl/bn.h>

struct rsa_key {
    BIGNUM *n, *e, *d;
};

/* A fresh key; freed by rsa_key_free. Aborts when OpenSSL fails. */
void rsa_key_make(struct rsa_key *k, unsigned bits, unsigned long e);
void rsa_key_public(struct rsa_key *k, const uint8_t *n, size_t len, unsigned long e);
void rsa_key_free(struct rsa_key *k);

/* The modulus as it lies in the chip's flash: len + 4 bytes, len being N's. */
void rsa_key_modulus(const struct rsa_key *k, uint8_t *out);

/* out = block^d mod N: the signature, if block is a right one. len bytes each. */
void rsa_key_sign(const struct rsa_key *k, const uint8_t *block, uint8_t *out);

/* out = s R mod N, R = 256^(len + 1). M-10.3. */
void rsa_key_montgomery(const struct rsa_key *k, const uint8_t *s, uint8_t *out);

/* The signature by OpenSSL itself over a message: PKCS#1 v1.5 with SHA-256. */
void rsa_key_openssl(uint8_t *s, const uint8_t *message, size_t len, const struct rsa_key *k);

#endif
