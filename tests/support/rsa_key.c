/* SPDX-License-Identifier: ISC */
/* RSA keys for tests: see rsa_key.h. */
#include <stdlib.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include "rsa_key.h"

static void must(int ok)
{
    if (ok <= 0)
        abort();
}

void rsa_key_make(struct rsa_key *k, unsigned bits, unsigned long e)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, NULL);
    EVP_PKEY *key = NULL;

    k->n = k->d = NULL;
    k->e = BN_new();
    must(BN_set_word(k->e, e));
    must(EVP_PKEY_keygen_init(ctx));
    must(EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, (int)bits));
    must(EVP_PKEY_CTX_set1_rsa_keygen_pubexp(ctx, k->e));
    must(EVP_PKEY_generate(ctx, &key));
    must(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &k->n));
    must(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_D, &k->d));
    EVP_PKEY_free(key);
    EVP_PKEY_CTX_free(ctx);
}

void rsa_key_public(struct rsa_key *k, const uint8_t *n, size_t len, unsigned long e)
{
    k->n = BN_bin2bn(n, (int)len, NULL);
    k->e = BN_new();
    k->d = NULL;
    must(k->n != NULL && BN_set_word(k->e, e));
}

void rsa_key_free(struct rsa_key *k)
{
    BN_free(k->n);
    BN_free(k->e);
    BN_free(k->d);
}

/* The squarings of e = 2^s + 1; 0 when e is not of this form. */
static uint8_t squarings(const BIGNUM *e)
{
    int s = BN_num_bits(e) - 1;
    BIGNUM *other = BN_new();
    int same;

    must(BN_set_word(other, 1) && BN_set_bit(other, s));
    same = BN_cmp(e, other) == 0;
    BN_free(other);
    return same ? (uint8_t)s : 0;
}

void rsa_key_modulus(const struct rsa_key *k, uint8_t *out)
{
    int len = BN_num_bytes(k->n);
    uint8_t inverse = 0;

    out[0] = (uint8_t)(len / 32);
    out[1] = squarings(k->e);
    must(BN_bn2lebinpad(k->n, out + 3, len));
    do
        inverse++;
    while ((uint8_t)(out[3] * inverse) != 0xff);
    out[2] = inverse;
    out[3 + len] = 0;
}

void rsa_key_sign(const struct rsa_key *k, const uint8_t *block, uint8_t *out)
{
    int len = BN_num_bytes(k->n);
    BN_CTX *ctx = BN_CTX_new();
    BIGNUM *m = BN_bin2bn(block, len, NULL);

    must(BN_mod_exp(m, m, k->d, k->n, ctx));
    must(BN_bn2binpad(m, out, len));
    BN_free(m);
    BN_CTX_free(ctx);
}

void rsa_key_montgomery(const struct rsa_key *k, const uint8_t *s, uint8_t *out)
{
    int len = BN_num_bytes(k->n);
    BN_CTX *ctx = BN_CTX_new();
    BIGNUM *m = BN_bin2bn(s, len, NULL);

    must(BN_lshift(m, m, 8 * (len + 1)) && BN_nnmod(m, m, k->n, ctx));
    must(BN_bn2binpad(m, out, len));
    BN_free(m);
    BN_CTX_free(ctx);
}

void rsa_key_openssl(uint8_t *s, const uint8_t *message, size_t len, const struct rsa_key *k)
{
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, NULL);
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    size_t n = (size_t)BN_num_bytes(k->n);
    EVP_PKEY *key = NULL;
    OSSL_PARAM *params;

    must(OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, k->n));
    must(OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, k->e));
    must(OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_D, k->d));
    params = OSSL_PARAM_BLD_to_param(build);
    must(EVP_PKEY_fromdata_init(ctx) > 0
         && EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, params) > 0);
    must(EVP_DigestSignInit(md, NULL, EVP_sha256(), NULL, key));
    must(EVP_DigestSign(md, s, &n, message, len));
    EVP_MD_CTX_free(md);
    EVP_PKEY_free(key);
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(build);
    EVP_PKEY_CTX_free(ctx);
}
