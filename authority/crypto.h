/* SPDX-License-Identifier: ISC */
/* The authority's own cryptography: crypto.c and, for keys in a token, token.c are the
 * files of this room that meet OpenSSL.
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

#define AUTH_RSA_MAX     512

struct auth_pem {             /* malloc'ed text, ended by a zero byte */
    char *text;
    size_t len;
};

/* Room for size bytes, zeroed. */
int auth_pem_alloc(struct auth_pem *pem, size_t size);

/* What was written to bio, an OpenSSL memory BIO. */
int auth_pem_take(struct auth_pem *pem, void *bio);

void auth_pem_free(struct auth_pem *pem);   /* wipes */

/* A new RSA key: PKCS#8 (scrypt and AES-256-CBC under pass, or plain when pass
 * is NULL) and SubjectPublicKeyInfo. */
int auth_rsa_make(int bits, uint32_t exponent, const char *pass, struct auth_pem *secret,
                  struct auth_pem *public_half);

/* Modulus and exponent of a public key, big-endian. 0: pem is no RSA key of at most
 * AUTH_RSA_MAX bytes, or its exponent is above 32 bits. */
int auth_rsa_numbers(const char *pem, size_t pem_len, uint8_t n[AUTH_RSA_MAX], size_t *n_len,
                     uint32_t *e);

/* PKCS#1 v1.5 with SHA-256 over msg. sig holds 512; *sig_len is the modulus's.
 * Returns 0: pem cannot be read; -1: pass is wrong or missing. */
int auth_rsa_sign(const char *pem, size_t pem_len, const char *pass, const uint8_t *msg,
                  size_t len, uint8_t *sig, size_t *sig_len);

#define AUTH_HASH_LEN   32

/* SHA-256 over a, then b. */
int auth_sha256(uint8_t out[AUTH_HASH_LEN], const void *a, size_t a_len, const void *b,
                size_t b_len);

/* The private key of pem, under old (NULL: plain), again under pass (NULL: plain).
 * Returns 0, or -1: old is wrong or missing. */
int auth_rsa_rewrap(struct auth_pem *out, const char *pem, size_t pem_len, const char *old,
                    const char *pass);

/* -- token.c: a key that lives in a PKCS#11 token -- */

#define AUTH_TOKEN_OK       0
#define AUTH_TOKEN_ENGINE   1   /* OpenSSL has no engine for tokens */
#define AUTH_TOKEN_MODULE   2   /* the token's module does not load */
#define AUTH_TOKEN_URI      3   /* no PKCS#11 URI that names a key */
#define AUTH_TOKEN_ABSENT   4   /* no token, or no key in it, has these names */
#define AUTH_TOKEN_PIN      5   /* wrong, or no PIN at all */
#define AUTH_TOKEN_LOCKED   6   /* too many wrong PINs */
#define AUTH_TOKEN_NOT_RSA  7
#define AUTH_TOKEN_FAILED   8   /* the token did not sign */

#define AUTH_URI_MAX        1023

/* What is wrong with the text of a URI, or NULL. It may have one query attribute,
 * module-path (RFC 7512), and must hold no PIN: it stands on command lines and in
 * a file. */
const char *auth_token_uri_fault(const char *uri);

/* PKCS#1 v1.5 with SHA-256 over msg by the key in the token; sig holds AUTH_RSA_MAX. */
int auth_token_sign(const char *uri, const char *pin, const uint8_t *msg, size_t len,
                    uint8_t *sig, size_t *sig_len);

/* The public half, SubjectPublicKeyInfo. */
int auth_token_public(const char *uri, const char *pin, struct auth_pem *public_half);

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
