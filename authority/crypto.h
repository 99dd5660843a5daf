/* SPDX-License-Identifier: ISC */
/* The authority's own cryptography: the one file of this room that meets OpenSSL.
 *
 * What hosts need too (F, CCM, random, checking a signature) is libmssl's. Every
 * function returns 1, or 0 after an error, with outputs zeroed. */
#ifndef MSSL_AUTH_CRYPTO_H
#define MSSL_AUTH_CRYPTO_H

#include <stddef.h>
#include <stdint.h>

#define AUTH_SALT_LEN    16
#define AUTH_STORE_KEY   32   /* AES-256 */
#define AUTH_SEAL_EXTRA  28   /* nonce 12 before, tag 16 behind */

struct auth_pem {             /* malloc'ed text, ended by a zero byte */
    char *text;
    size_t len;
};

void auth_pem_free(struct auth_pem *pem);   /* wipes */

/* A new RSA key: PKCS#8 (scrypt and AES-256-CBC under pass, or plain when pass
 * is NULL) and SubjectPublicKeyInfo. */
int auth_rsa_make(int bits, uint32_t exponent, const char *pass, struct auth_pem *secret,
                  struct auth_pem *public_half);

/* Modulus and exponent of a public key, big-endian. 0: pem is no RSA key of at most
 * AUTH_RSA_MAX bytes, or its exponent is above 32 bits. */
#define AUTH_RSA_MAX 512
int auth_rsa_numbers(const char *pem, size_t pem_len, uint8_t n[AUTH_RSA_MAX], size_t *n_len,
                     uint32_t *e);

/* PKCS#1 v1.5 with SHA-256 over msg. sig holds 512; *sig_len is the modulus's.
 * Returns 0: pem cannot be read; -1: pass is wrong or missing. */
int auth_rsa_sign(const char *pem, size_t pem_len, const char *pass, const uint8_t *msg,
                  size_t len, uint8_t *sig, size_t *sig_len);

/* scrypt (RFC 7914), N 2^14, r 8, p 5: 16 MiB and a quarter of a second. */
int auth_kdf(uint8_t key[AUTH_STORE_KEY], const char *pass, const uint8_t salt[AUTH_SALT_LEN]);

/* AES-256-GCM with a random nonce. out holds len + AUTH_SEAL_EXTRA. */
int auth_seal(uint8_t *out, const uint8_t key[AUTH_STORE_KEY], const uint8_t *ad, size_t ad_len,
              const uint8_t *text, size_t len);

/* len counts nonce and tag; text holds len - AUTH_SEAL_EXTRA. 0: forged, or
 * another key; text is zeroed. */
int auth_unseal(uint8_t *text, const uint8_t key[AUTH_STORE_KEY], const uint8_t *ad,
                size_t ad_len, const uint8_t *in, size_t len);

#endif
