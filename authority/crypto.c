/* SPDX-License-Identifier: ISC */
/* Keys, signatures and sealed secrets by OpenSSL; see crypto.h. */
#include "crypto.h"

#include <string.h>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "mssl.h"

#define SCRYPT_N   16384
#define SCRYPT_R   8
#define SCRYPT_P   5
#define SCRYPT_MEM (64u << 20)
#define GCM_NONCE  12
#define GCM_TAG    16

void auth_pem_free(struct auth_pem *pem)
{
    if (pem->text)
        mssl_wipe(pem->text, pem->len);
    OPENSSL_free(pem->text);
    pem->text = NULL;
    pem->len = 0;
}

int auth_pem_alloc(struct auth_pem *pem, size_t size)
{
    pem->text = OPENSSL_zalloc(size);
    pem->len = 0;
    return pem->text != NULL;
}

int auth_pem_take(struct auth_pem *pem, void *bio)
{
    char *data;
    long len = BIO_get_mem_data((BIO *)bio, &data);

    if (len <= 0 || !auth_pem_alloc(pem, (size_t)len + 1))
        return 0;
    memcpy(pem->text, data, (size_t)len);
    pem->len = (size_t)len;
    return 1;
}

/* -- RSA -- */

static EVP_PKEY *rsa_generate(int bits, uint32_t exponent)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    BIGNUM *e = BN_new();
    EVP_PKEY *key = NULL;

    if (ctx && e && BN_set_word(e, exponent) && EVP_PKEY_keygen_init(ctx) > 0 &&
        EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, bits) > 0 &&
        EVP_PKEY_CTX_set1_rsa_keygen_pubexp(ctx, e) > 0 && EVP_PKEY_generate(ctx, &key) <= 0)
        key = NULL;
    BN_free(e);
    EVP_PKEY_CTX_free(ctx);
    return key;
}

/* PBES2 with scrypt: what `openssl pkcs8 -scrypt` writes, so any openssl reads it. */
static int write_encrypted(BIO *out, PKCS8_PRIV_KEY_INFO *info, const char *pass)
{
    X509_ALGOR *pbe = PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), NULL, AUTH_SALT_LEN, NULL,
                                            SCRYPT_N, SCRYPT_R, SCRYPT_P);
    X509_SIG *sealed = pbe ? PKCS8_set0_pbe(pass, (int)strlen(pass), info, pbe) : NULL;
    int ok = sealed && PEM_write_bio_PKCS8(out, sealed);

    if (pbe && !sealed)
        X509_ALGOR_free(pbe);
    X509_SIG_free(sealed);
    return ok;
}

static int write_secret(struct auth_pem *pem, EVP_PKEY *key, const char *pass)
{
    BIO *out = BIO_new(BIO_s_secmem());
    PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
    int ok = out && info;

    if (ok)
        ok = pass ? write_encrypted(out, info, pass)
                  : PEM_write_bio_PKCS8_PRIV_KEY_INFO(out, info);
    if (ok)
        ok = auth_pem_take(pem, out);
    PKCS8_PRIV_KEY_INFO_free(info);
    BIO_free(out);
    return ok;
}

static int write_public(struct auth_pem *pem, EVP_PKEY *key)
{
    BIO *out = BIO_new(BIO_s_mem());
    int ok = out && PEM_write_bio_PUBKEY(out, key) && auth_pem_take(pem, out);

    BIO_free(out);
    return ok;
}

int auth_rsa_make(int bits, uint32_t exponent, const char *pass, struct auth_pem *secret,
                  struct auth_pem *public_half)
{
    EVP_PKEY *key = rsa_generate(bits, exponent);
    int ok;

    memset(secret, 0, sizeof *secret);
    memset(public_half, 0, sizeof *public_half);
    ok = key && write_secret(secret, key, pass) && write_public(public_half, key);
    if (!ok) {
        auth_pem_free(secret);
        auth_pem_free(public_half);
    }
    EVP_PKEY_free(key);
    ERR_clear_error();
    return ok;
}

struct ask {
    const char *pass;
    int asked;
};

static int give_pass(char *buf, int size, int writing, void *arg)
{
    struct ask *ask = arg;
    size_t len = ask->pass ? strlen(ask->pass) : 0;

    (void)writing;
    ask->asked = 1;
    if (!len || len > (size_t)size)
        return -1;
    memcpy(buf, ask->pass, len);
    return (int)len;
}

int auth_rsa_sign(const char *pem, size_t pem_len, const char *pass, const uint8_t *msg,
                  size_t len, uint8_t *sig, size_t *sig_len)
{
    struct ask ask = { pass, 0 };
    BIO *in = BIO_new_mem_buf(pem, (int)pem_len);
    EVP_PKEY *key = in ? PEM_read_bio_PrivateKey(in, NULL, give_pass, &ask) : NULL;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    int ok = key && ctx && EVP_PKEY_is_a(key, "RSA") && EVP_PKEY_get_size(key) <= 512;

    *sig_len = 512;
    /* RSA's default padding is PKCS#1 v1.5. RFC 8017 8.2 */
    ok = ok && EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) > 0 &&
         EVP_DigestSign(ctx, sig, sig_len, msg, len) > 0;
    if (!ok)
        memset(sig, 0, 512);
    if (!key && ask.asked)
        ok = -1;
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(key);
    BIO_free(in);
    ERR_clear_error();
    return ok;
}

int auth_rsa_numbers(const char *pem, size_t pem_len, uint8_t n[AUTH_RSA_MAX], size_t *n_len,
                     uint32_t *e)
{
    BIO *in = BIO_new_mem_buf(pem, (int)pem_len);
    EVP_PKEY *key = in ? PEM_read_bio_PUBKEY(in, NULL, NULL, NULL) : NULL;
    BIGNUM *modulus = NULL, *exponent = NULL;
    int ok = key && EVP_PKEY_is_a(key, "RSA") && EVP_PKEY_get_size(key) <= AUTH_RSA_MAX &&
             EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &modulus) &&
             EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &exponent) &&
             BN_num_bits(exponent) <= 32;

    memset(n, 0, AUTH_RSA_MAX);
    *n_len = ok ? (size_t)BN_num_bytes(modulus) : 0;
    *e = ok ? (uint32_t)BN_get_word(exponent) : 0;
    if (ok)
        BN_bn2bin(modulus, n);
    BN_free(modulus);
    BN_free(exponent);
    EVP_PKEY_free(key);
    BIO_free(in);
    ERR_clear_error();
    return ok;
}

int auth_rsa_rewrap(struct auth_pem *out, const char *pem, size_t pem_len, const char *old,
                    const char *pass)
{
    struct ask ask = { old, 0 };
    BIO *in = BIO_new_mem_buf(pem, (int)pem_len);
    EVP_PKEY *key = in ? PEM_read_bio_PrivateKey(in, NULL, give_pass, &ask) : NULL;
    int ok;

    memset(out, 0, sizeof *out);
    ok = key && write_secret(out, key, pass);
    if (!ok)
        auth_pem_free(out);
    if (!key && ask.asked)
        ok = -1;
    EVP_PKEY_free(key);
    BIO_free(in);
    ERR_clear_error();
    return ok;
}

/* -- Hashes -- */

int auth_sha256(uint8_t out[AUTH_HASH_LEN], const void *a, size_t a_len, const void *b,
                size_t b_len)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    int ok = ctx && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) &&
             EVP_DigestUpdate(ctx, a, a_len) && EVP_DigestUpdate(ctx, b, b_len) &&
             EVP_DigestFinal_ex(ctx, out, NULL);

    if (!ok)
        memset(out, 0, AUTH_HASH_LEN);
    EVP_MD_CTX_free(ctx);
    ERR_clear_error();
    return ok;
}

/* -- The ledger's secrets -- */

int auth_kdf(uint8_t key[AUTH_STORE_KEY], const char *pass, const uint8_t salt[AUTH_SALT_LEN])
{
    if (EVP_PBE_scrypt(pass, strlen(pass), salt, AUTH_SALT_LEN, SCRYPT_N, SCRYPT_R, SCRYPT_P,
                       SCRYPT_MEM, key, AUTH_STORE_KEY) == 1)
        return 1;
    memset(key, 0, AUTH_STORE_KEY);
    ERR_clear_error();
    return 0;
}

int auth_seal(uint8_t *out, const uint8_t key[AUTH_STORE_KEY], const uint8_t *ad, size_t ad_len,
              const uint8_t *text, size_t len)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    int n = 0;
    int ok = ctx && !mssl_random(out, GCM_NONCE) &&
             EVP_EncryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key, out) &&
             EVP_EncryptUpdate(ctx, NULL, &n, ad, (int)ad_len) &&
             EVP_EncryptUpdate(ctx, out + GCM_NONCE, &n, text, (int)len) &&
             EVP_EncryptFinal_ex(ctx, out + GCM_NONCE + len, &n) &&
             EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, GCM_TAG, out + GCM_NONCE + len);

    if (!ok)
        memset(out, 0, len + AUTH_SEAL_EXTRA);
    EVP_CIPHER_CTX_free(ctx);
    ERR_clear_error();
    return ok;
}

int auth_unseal(uint8_t *text, const uint8_t key[AUTH_STORE_KEY], const uint8_t *ad,
                size_t ad_len, const uint8_t *in, size_t len)
{
    EVP_CIPHER_CTX *ctx;
    uint8_t tag[GCM_TAG];
    size_t body;
    int n = 0;
    int ok;

    if (len < AUTH_SEAL_EXTRA)
        return 0;
    body = len - AUTH_SEAL_EXTRA;
    memcpy(tag, in + GCM_NONCE + body, GCM_TAG);
    ctx = EVP_CIPHER_CTX_new();
    ok = ctx && EVP_DecryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key, in) &&
         EVP_DecryptUpdate(ctx, NULL, &n, ad, (int)ad_len) &&
         EVP_DecryptUpdate(ctx, text, &n, in + GCM_NONCE, (int)body) &&
         EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, GCM_TAG, tag) &&
         EVP_DecryptFinal_ex(ctx, text + body, &n) > 0;
    if (!ok)
        mssl_wipe(text, body);
    EVP_CIPHER_CTX_free(ctx);
    ERR_clear_error();
    return ok;
}
