/* SPDX-License-Identifier: ISC */
/* A key's signature over a block, and a grant file in a folder of its own: both good. */
#ifndef MSSL_TEST_SIGNED_H
#define MSSL_TEST_SIGNED_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "session.h"

static char pem[2048];
static uint8_t signature[256];
static const uint8_t signed_block[MSSL_GRANT_LEN] = { 0x11 };

static inline int make_signature(void **state)
{
    EVP_PKEY *key = EVP_RSA_gen(2048);
    BIO *bio = BIO_new(BIO_s_mem());
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    size_t len = sizeof signature;

    (void)state;
    assert_int_equal(PEM_write_bio_PUBKEY(bio, key), 1);
    assert_true(BIO_read(bio, pem, sizeof pem - 1) > 0);
    assert_int_equal(EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key), 1);
    assert_int_equal(EVP_DigestSign(ctx, signature, &len, signed_block, sizeof signed_block), 1);
    BIO_free(bio);
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(key);
    return 0;
}

static inline mssl_err verify(void)
{
    return mssl_signature_verify(signed_block, signature, sizeof signature, pem, strlen(pem));
}

static struct mssl_grant_file file;
static char folder[32], path[64];

static inline void make_file(void)
{
    memset(&file, 0, sizeof file);
    strcpy(file.device_name, "porch");
    strcpy(file.host_name, "alice");
    file.table.number = 1;
    file.count = 1;
    file.signature_len = 256;
    unhex(file.blocks[0], MSSL_GRANT_LEN, KNOWN_GRANT);
    unhex(file.key, MSSL_KEY_LEN, KNOWN_K0);
}

/* Around a test that writes path: gone afterwards, also when the test fails. */
static inline int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/mssl-host-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/file", folder);
    return 0;
}

static inline int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    rmdir(folder);
    return 0;
}

#endif
