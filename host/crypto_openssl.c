/* SPDX-License-Identifier: ISC */
/* The crypto of the library over OpenSSL 3: see mssl.h 4 and mssl_crypto.h. */
#include <limits.h>
#include <pthread.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

#include "mssl_crypto.h"

#define RSA_BITS_MIN 2048

void mssl_wipe(void *p, size_t n)
{
    OPENSSL_cleanse(p, n);
}

mssl_err mssl_random(uint8_t *out, size_t n)
{
    if (RAND_priv_bytes_ex(NULL, out, n, 0) == 1)
        return MSSL_OK;
    ERR_clear_error();
    mssl_wipe(out, n);
    return MSSL_E_CRYPTO;
}

/* -- The cipher contexts of a thread --
 * Made at its first call and freed at its end, whatever the number of sessions:
 * looking a cipher up costs more than using it. Between calls they hold a key of
 * zeros. A context that has failed in anything is not used again. */
struct ciphers {
    EVP_CIPHER_CTX *f;              /* AES-128-CBC; no use has a last part that is padded */
    EVP_CIPHER_CTX *ccm;            /* AES-128-CCM with our lengths, to seal and to open */
};

static const uint8_t zero[MSSL_BLOCK_LEN];
static pthread_once_t ciphers_once = PTHREAD_ONCE_INIT;
static pthread_key_t ciphers_key;
static bool ciphers_key_made;

/* Wipes both, keys and all. */
static void ciphers_free(void *p)
{
    struct ciphers *c = p;

    EVP_CIPHER_CTX_free(c->f);
    EVP_CIPHER_CTX_free(c->ccm);
    OPENSSL_free(c);
}

static void ciphers_make_key(void)
{
    ciphers_key_made = pthread_key_create(&ciphers_key, ciphers_free) == 0;
}

static void ciphers_drop(struct ciphers *c)
{
    ERR_clear_error();
    if (c == NULL)
        return;
    pthread_setspecific(ciphers_key, NULL);
    ciphers_free(c);
}

static struct ciphers *ciphers_new(void)
{
    struct ciphers *c = OPENSSL_zalloc(sizeof *c);

    if (c == NULL)
        return NULL;
    c->f = EVP_CIPHER_CTX_new();
    c->ccm = EVP_CIPHER_CTX_new();
    if (c->f != NULL && c->ccm != NULL
        && EVP_EncryptInit_ex(c->f, EVP_aes_128_cbc(), NULL, zero, zero) == 1
        && EVP_EncryptInit_ex(c->ccm, EVP_aes_128_ccm(), NULL, NULL, NULL) == 1
        && EVP_CIPHER_CTX_ctrl(c->ccm, EVP_CTRL_AEAD_SET_IVLEN, MSSL_CCM_NONCE_LEN, NULL) == 1
        && EVP_CIPHER_CTX_ctrl(c->ccm, EVP_CTRL_AEAD_SET_TAG, MSSL_TAG_LEN, NULL) == 1
        && pthread_setspecific(ciphers_key, c) == 0)
        return c;
    ciphers_free(c);
    return NULL;
}

/* This thread's. NULL: the library or the system has no memory for them. */
static struct ciphers *ciphers_get(void)
{
    struct ciphers *c;

    pthread_once(&ciphers_once, ciphers_make_key);
    if (!ciphers_key_made)
        return NULL;
    c = pthread_getspecific(ciphers_key);
    return c != NULL ? c : ciphers_new();
}

/* E_key(x[0..15]), then E_key(that xor x[16..31]): CBC over 32 bytes from a zero
 * vector does just this, and its last block is F. */
mssl_err mssl_f(uint8_t out[MSSL_KEY_LEN], const uint8_t key[MSSL_KEY_LEN],
                const uint8_t x[MSSL_F_INPUT_LEN])
{
    struct ciphers *c = ciphers_get();
    uint8_t work[MSSL_F_INPUT_LEN];
    int n;
    bool ok = c != NULL
        && EVP_EncryptInit_ex(c->f, NULL, NULL, key, zero) == 1
        && EVP_EncryptUpdate(c->f, work, &n, x, MSSL_F_INPUT_LEN) == 1
        && EVP_EncryptInit_ex(c->f, NULL, NULL, zero, zero) == 1;

    if (ok)
        memcpy(out, work + MSSL_BLOCK_LEN, MSSL_KEY_LEN);
    else
        mssl_wipe(out, MSSL_KEY_LEN);
    mssl_wipe(work, sizeof work);
    if (ok)
        return MSSL_OK;
    ciphers_drop(c);
    return MSSL_E_CRYPTO;
}

mssl_err mssl_lab(uint8_t out[MSSL_KEY_LEN], const uint8_t key[MSSL_KEY_LEN], uint8_t type)
{
    uint8_t x[MSSL_F_INPUT_LEN] = { type };

    return mssl_f(out, key, x);
}

/* The next use needs a key and a nonce of its own. */
static bool ccm_forget(EVP_CIPHER_CTX *ccm)
{
    return EVP_EncryptInit_ex(ccm, NULL, NULL, zero, zero) == 1;
}

mssl_err mssl_ccm_seal(uint8_t *out, uint8_t tag[MSSL_TAG_LEN], const uint8_t *in, uint8_t n,
                       const uint8_t key[MSSL_KEY_LEN], const uint8_t nonce[MSSL_CCM_NONCE_LEN])
{
    struct ciphers *c = ciphers_get();
    int got;

    if (c != NULL && EVP_EncryptInit_ex(c->ccm, NULL, NULL, key, nonce) == 1
        && EVP_EncryptUpdate(c->ccm, out, &got, in, n) == 1
        && EVP_EncryptFinal_ex(c->ccm, out, &got) == 1       /* of CCM: no bytes */
        && EVP_CIPHER_CTX_ctrl(c->ccm, EVP_CTRL_AEAD_GET_TAG, MSSL_TAG_LEN, tag) == 1
        && ccm_forget(c->ccm))
        return MSSL_OK;
    ciphers_drop(c);
    mssl_wipe(out, n);
    mssl_wipe(tag, MSSL_TAG_LEN);
    return MSSL_E_CRYPTO;
}

mssl_err mssl_ccm_open(uint8_t *out, const uint8_t tag[MSSL_TAG_LEN], const uint8_t *in, uint8_t n,
                       const uint8_t key[MSSL_KEY_LEN], const uint8_t nonce[MSSL_CCM_NONCE_LEN])
{
    uint8_t want[MSSL_TAG_LEN];
    struct ciphers *c = ciphers_get();
    mssl_err e = MSSL_E_CRYPTO;
    int got;

    memcpy(want, tag, sizeof want);
    if (c != NULL && EVP_DecryptInit_ex(c->ccm, NULL, NULL, key, nonce) == 1
        && EVP_CIPHER_CTX_ctrl(c->ccm, EVP_CTRL_AEAD_SET_TAG, MSSL_TAG_LEN, want) == 1) {
        e = MSSL_E_TAG;
        if (EVP_DecryptUpdate(c->ccm, out, &got, in, n) == 1)
            e = ccm_forget(c->ccm) ? MSSL_OK : MSSL_E_CRYPTO;
    }
    if (e == MSSL_OK)
        return MSSL_OK;
    ciphers_drop(c);
    mssl_wipe(out, n);
    return e;
}

/* The RSA public key of a PEM text; NULL when it is something else or too short. */
static EVP_PKEY *public_key(const char *pem, size_t len)
{
    BIO *bio = len <= INT_MAX ? BIO_new_mem_buf(pem, (int)len) : NULL;
    EVP_PKEY *key = bio != NULL ? PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL) : NULL;

    BIO_free(bio);
    if (key != NULL && EVP_PKEY_is_a(key, "RSA") && EVP_PKEY_get_bits(key) >= RSA_BITS_MIN)
        return key;
    EVP_PKEY_free(key);
    return NULL;
}

mssl_err mssl_signature_verify(const uint8_t block[MSSL_GRANT_LEN], const uint8_t *sig, size_t sig_len,
                               const char *pem, size_t pem_len)
{
    EVP_PKEY *key = public_key(pem, pem_len);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    EVP_PKEY_CTX *pctx = NULL;
    mssl_err e = MSSL_E_SIGNATURE;

    if (key == NULL)
        e = MSSL_E_FORMAT;
    else if (ctx == NULL || EVP_DigestVerifyInit(ctx, &pctx, EVP_sha256(), NULL, key) != 1
             || EVP_PKEY_CTX_set_rsa_padding(pctx, RSA_PKCS1_PADDING) != 1)
        e = MSSL_E_CRYPTO;
    else if (EVP_DigestVerify(ctx, sig, sig_len, block, MSSL_GRANT_LEN) == 1)
        e = MSSL_OK;
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(key);
    ERR_clear_error();
    return e;
}

mssl_err mssl_authority_fingerprint(char out[MSSL_FINGERPRINT_SIZE], const char *pem, size_t pem_len)
{
    EVP_PKEY *key = public_key(pem, pem_len);
    unsigned char *der = NULL;
    uint8_t hash[EVP_MAX_MD_SIZE];
    int len = key != NULL ? i2d_PUBKEY(key, &der) : 0;
    mssl_err e = key != NULL ? MSSL_E_CRYPTO : MSSL_E_FORMAT;

    out[0] = '\0';
    if (len > 0 && EVP_Digest(der, (size_t)len, hash, NULL, EVP_sha256(), NULL) == 1) {
        mssl_to_hex(out, hash, MSSL_FINGERPRINT_SIZE / 2);
        e = MSSL_OK;
    }
    OPENSSL_free(der);
    EVP_PKEY_free(key);
    ERR_clear_error();
    return e;
}

/* The Montgomery form saves the device R^2 mod N. M-10.3 */
static mssl_err montgomery(uint8_t *u, const uint8_t *sig, size_t sig_len, const BIGNUM *n, BN_CTX *ctx)
{
    BIGNUM *s = BN_bin2bn(sig, (int)sig_len, NULL);
    mssl_err e = MSSL_E_CRYPTO;

    if (s != NULL && BN_cmp(s, n) >= 0)
        e = MSSL_E_SIGNATURE;
    else if (s != NULL && BN_lshift(s, s, 8 * ((int)sig_len + 1)) == 1 && BN_nnmod(s, s, n, ctx) == 1
             && BN_bn2binpad(s, u, (int)sig_len) == (int)sig_len)
        e = MSSL_OK;
    BN_free(s);
    return e;
}

mssl_err mssl_signature_montgomery(uint8_t u[MSSL_SIGNATURE_MAX], const uint8_t *sig, size_t sig_len,
                                   const char *pem, size_t pem_len)
{
    EVP_PKEY *key = public_key(pem, pem_len);
    BN_CTX *ctx = BN_CTX_new();
    BIGNUM *n = NULL;
    mssl_err e = MSSL_E_CRYPTO;

    memset(u, 0, MSSL_SIGNATURE_MAX);
    if (key == NULL)
        e = MSSL_E_FORMAT;
    else if (sig_len > MSSL_SIGNATURE_MAX || (int)sig_len != EVP_PKEY_get_size(key))
        e = MSSL_E_SIGNATURE;
    else if (ctx != NULL && EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n) == 1)
        e = montgomery(u, sig, sig_len, n, ctx);    /* writes u only if all is well */
    BN_free(n);
    BN_CTX_free(ctx);
    EVP_PKEY_free(key);
    ERR_clear_error();
    return e;
}
