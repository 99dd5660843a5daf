/* SPDX-License-Identifier: ISC */
/* libmssl with a secret key and secret arguments: a whole session, a forged
 * record, restrictions. Memcheck says whether a branch or an address of
 * libmssl's own code depended on them. OpenSSL gets public copies, and what it
 * computes from them is secret again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "ct.h"
#include "record.h"

#define ROOM 256

/* -- OpenSSL, as libmssl calls it -- */

int __real_EVP_EncryptInit_ex(EVP_CIPHER_CTX *c, const EVP_CIPHER *t, ENGINE *e, const unsigned char *key,
                              const unsigned char *iv);
int __wrap_EVP_EncryptInit_ex(EVP_CIPHER_CTX *c, const EVP_CIPHER *t, ENGINE *e, const unsigned char *key,
                              const unsigned char *iv);
int __real_EVP_DecryptInit_ex(EVP_CIPHER_CTX *c, const EVP_CIPHER *t, ENGINE *e, const unsigned char *key,
                              const unsigned char *iv);
int __wrap_EVP_DecryptInit_ex(EVP_CIPHER_CTX *c, const EVP_CIPHER *t, ENGINE *e, const unsigned char *key,
                              const unsigned char *iv);
int __real_EVP_EncryptUpdate(EVP_CIPHER_CTX *c, unsigned char *out, int *len, const unsigned char *in, int n);
int __wrap_EVP_EncryptUpdate(EVP_CIPHER_CTX *c, unsigned char *out, int *len, const unsigned char *in, int n);
int __real_EVP_DecryptUpdate(EVP_CIPHER_CTX *c, unsigned char *out, int *len, const unsigned char *in, int n);
int __wrap_EVP_DecryptUpdate(EVP_CIPHER_CTX *c, unsigned char *out, int *len, const unsigned char *in, int n);
int __real_EVP_CIPHER_CTX_ctrl(EVP_CIPHER_CTX *c, int type, int n, void *p);
int __wrap_EVP_CIPHER_CTX_ctrl(EVP_CIPHER_CTX *c, int type, int n, void *p);

static const unsigned char *public_copy(unsigned char room[ROOM], const unsigned char *from, int n)
{
    if (!from)
        return NULL;
    memcpy(room, from, (size_t)n);
    ct_public(room, (size_t)n);
    return room;
}

int __wrap_EVP_EncryptInit_ex(EVP_CIPHER_CTX *c, const EVP_CIPHER *t, ENGINE *e, const unsigned char *key,
                              const unsigned char *iv)
{
    unsigned char room[ROOM];

    return __real_EVP_EncryptInit_ex(c, t, e, public_copy(room, key, MSSL_KEY_LEN), iv);
}

int __wrap_EVP_DecryptInit_ex(EVP_CIPHER_CTX *c, const EVP_CIPHER *t, ENGINE *e, const unsigned char *key,
                              const unsigned char *iv)
{
    unsigned char room[ROOM];

    return __real_EVP_DecryptInit_ex(c, t, e, public_copy(room, key, MSSL_KEY_LEN), iv);
}

int __wrap_EVP_EncryptUpdate(EVP_CIPHER_CTX *c, unsigned char *out, int *len, const unsigned char *in, int n)
{
    unsigned char room[ROOM];
    int good = __real_EVP_EncryptUpdate(c, out, len, public_copy(room, in, n), n);

    ct_secret(out, (size_t)n);
    return good;
}

int __wrap_EVP_DecryptUpdate(EVP_CIPHER_CTX *c, unsigned char *out, int *len, const unsigned char *in, int n)
{
    unsigned char room[ROOM];
    int good = __real_EVP_DecryptUpdate(c, out, len, public_copy(room, in, n), n);

    ct_secret(out, (size_t)n);
    return good;
}

/* The tag that is wanted; the tag that was made, which then goes out. */
int __wrap_EVP_CIPHER_CTX_ctrl(EVP_CIPHER_CTX *c, int type, int n, void *p)
{
    int good;

    if (type == EVP_CTRL_AEAD_SET_TAG && p)
        ct_public(p, (size_t)n);
    good = __real_EVP_CIPHER_CTX_ctrl(c, type, n, p);
    if (type == EVP_CTRL_AEAD_GET_TAG)
        ct_secret(p, (size_t)n);
    return good;
}

/* -- What becomes public: the status of an answer, which libmssl obeys -- */

mssl_err __real_mssl_record_open(uint8_t *rec, const uint8_t key[MSSL_KEY_LEN], uint8_t dir, uint16_t counter);
mssl_err __wrap_mssl_record_open(uint8_t *rec, const uint8_t key[MSSL_KEY_LEN], uint8_t dir, uint16_t counter);

mssl_err __wrap_mssl_record_open(uint8_t *rec, const uint8_t key[MSSL_KEY_LEN], uint8_t dir, uint16_t counter)
{
    mssl_err e = __real_mssl_record_open(rec, key, dir, counter);

    if (e == MSSL_OK && rec[0] > 0)
        ct_public(rec + 1, 1);
    return e;
}

/* -- A session: the known answers of PROTOCOL 12 -- */

static size_t unhex(uint8_t *out, const char *hex)
{
    unsigned byte;
    size_t n;

    for (n = 0; hex[2 * n]; n++) {
        sscanf(hex + 2 * n, "%2x", &byte);
        out[n] = (uint8_t)byte;
    }
    return n;
}

static void must(int holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "ct_host: not %s\n", what);
        exit(1);
    }
}

static void begin(struct mssl_client *c)
{
    uint8_t block[1][MSSL_GRANT_LEN], key[MSSL_KEY_LEN], nc[MSSL_NONCE_LEN];
    uint8_t out[MSSL_HELLO_LEN_MAX], in[64], len;
    struct mssl_message m;
    size_t n, used;

    unhex(block[0], "110100000001000004000000020000000a0002020000000000616c6963650000");
    unhex(key, "bd541439a7b0a65dad2b4b4893382c9d");
    unhex(nc, "404142434445464748494a4b");
    ct_secret(key, sizeof key);
    must(mssl_client_begin(c, block, 1, key, nc, out, &len) == MSSL_OK, "begun");
    n = unhex(in, "cf7026fe6dab3ac6759b874700815bea9cf0979b57");
    must(mssl_client_input(c, in, n, &used, &m) == MSSL_OK && m.kind == MSSL_WELCOME, "welcome");
}

static void session(const char *answer, mssl_err expected)
{
    struct mssl_client c;
    struct mssl_message m;
    uint8_t in[64], out[MSSL_RECORD_LEN_MAX], len, args[2] = { 'o', 'n' };
    size_t n, used;

    begin(&c);
    ct_secret(args, sizeof args);
    must(mssl_client_command(&c, 1, args, sizeof args, out, &len) == MSSL_OK, "commanded");
    n = unhex(in, answer);
    must(mssl_client_input(&c, in, n, &used, &m) == expected, "the answer's verdict");
    if (expected == MSSL_OK)
        must(mssl_client_close(&c, out, &len) == MSSL_OK, "closed");
    mssl_client_end(&c);
}

/* A key as it stands in a grant file, there and back. */
static void key_as_text(void)
{
    char text[2 * MSSL_KEY_LEN + 1] = "bd541439a7b0a65dad2b4b4893382c9d";
    uint8_t key[MSSL_KEY_LEN];
    mssl_err e;

    ct_secret(text, 2 * MSSL_KEY_LEN);
    e = mssl_from_hex(key, sizeof key, text, 2 * MSSL_KEY_LEN);
    must(e == MSSL_OK, "read");
    mssl_to_hex(text, key, sizeof key);
}

/* A helper's key out of ours. */
static void restriction(void)
{
    struct mssl_grant_file g = { .count = 1 };

    unhex(g.blocks[0], "110100000001000004000000020000000a0002020000000000616c6963650000");
    ct_secret(g.key, sizeof g.key);
    must(mssl_grant_file_restrict(&g, 1u << 1, NULL, "helper") == MSSL_OK, "restricted");
}

int main(void)
{
    key_as_text();
    restriction();
    session("08c3a7012cf6fda9d42f5ee7d096fbdd93", MSSL_OK);
    session("08c3a7012cf6fda9d42f5ee7d096fbdd94", MSSL_E_TAG);
    puts("ct_host: done");
    return 0;
}
