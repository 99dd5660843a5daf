/* SPDX-License-Identifier: ISC */
/* The core's engine over libcrypto: AES with the processor's own instructions, where
 * the C engine looks its S-box up, whose time a neighbour on a machine with caches
 * could measure. The interface and its promises: device/mssl_dev_engine.h.
 *
 * The contexts are made once, for the one thread there is. The interface knows no
 * failure, and a key that was not computed must not be used: then the process ends. */
#include "mssl_dev_engine.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "store.h"

#define F_LEN 32

static EVP_CIPHER *cbc, *ccm;
static EVP_CIPHER_CTX *f_ctx, *seal_ctx, *open_ctx;

static void must(int ok)
{
    if (ok != 1)
        abort();
}

static EVP_CIPHER_CTX *ccm_context(int seal)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();

    if (ctx != NULL && EVP_CipherInit_ex(ctx, ccm, NULL, NULL, NULL, seal) == 1
        && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, MSSL_CCM_NONCE_LEN, NULL) == 1)
        return ctx;
    EVP_CIPHER_CTX_free(ctx);
    return NULL;
}

bool tunnel_engine_begin(void)
{
    cbc = EVP_CIPHER_fetch(NULL, "AES-128-CBC", NULL);
    ccm = EVP_CIPHER_fetch(NULL, "AES-128-CCM", NULL);
    f_ctx = EVP_CIPHER_CTX_new();
    seal_ctx = ccm != NULL ? ccm_context(1) : NULL;
    open_ctx = ccm != NULL ? ccm_context(0) : NULL;
    return cbc != NULL && f_ctx != NULL && seal_ctx != NULL && open_ctx != NULL;
}

void tunnel_engine_end(void)
{
    EVP_CIPHER_CTX_free(f_ctx);     /* each wipes its key */
    EVP_CIPHER_CTX_free(seal_ctx);
    EVP_CIPHER_CTX_free(open_ctx);
    EVP_CIPHER_free(cbc);
    EVP_CIPHER_free(ccm);
    f_ctx = seal_ctx = open_ctx = NULL;
    cbc = ccm = NULL;
}

/* CBC over the blocks from a zero vector: its last block is the MAC. */
static void cbc_mac(uint8_t out[MSSL_BLOCK_LEN], const uint8_t *key, const uint8_t *x, int len)
{
    static const uint8_t zero[MSSL_BLOCK_LEN];
    uint8_t work[F_LEN];
    int n = 0;

    must(EVP_EncryptInit_ex(f_ctx, cbc, NULL, key, zero));
    must(EVP_CIPHER_CTX_set_padding(f_ctx, 0));
    must(EVP_EncryptUpdate(f_ctx, work, &n, x, len));
    memcpy(out, work + len - MSSL_BLOCK_LEN, MSSL_BLOCK_LEN);
    OPENSSL_cleanse(work, sizeof work);
}

void mssl_dev_aes(uint8_t block[MSSL_BLOCK_LEN], const uint8_t key[MSSL_KEY_LEN])
{
    cbc_mac(block, key, block, MSSL_BLOCK_LEN);
}

void mssl_dev_f(uint8_t out[MSSL_KEY_LEN], const uint8_t key[MSSL_KEY_LEN], const uint8_t x[MSSL_F_INPUT_LEN])
{
    cbc_mac(out, key, x, MSSL_F_INPUT_LEN);
}

void mssl_dev_lab(uint8_t out[MSSL_KEY_LEN], const uint8_t key[MSSL_KEY_LEN], uint8_t type)
{
    uint8_t x[MSSL_F_INPUT_LEN] = { type };

    cbc_mac(out, key, x, MSSL_F_INPUT_LEN);
}

/* dir(1) ‖ counter(2) ‖ 0^10. PROTOCOL 2 */
static void nonce_make(uint8_t nonce[MSSL_CCM_NONCE_LEN], uint8_t dir, uint16_t counter)
{
    memset(nonce, 0, MSSL_CCM_NONCE_LEN);
    nonce[0] = dir;
    nonce[1] = (uint8_t)(counter >> 8);
    nonce[2] = (uint8_t)counter;
}

void mssl_dev_ccm_seal(uint8_t *buf, uint8_t n, const uint8_t key[MSSL_KEY_LEN], uint8_t dir, uint16_t counter)
{
    uint8_t nonce[MSSL_CCM_NONCE_LEN], none[MSSL_BLOCK_LEN] = { 0 };
    int got = 0;

    nonce_make(nonce, dir, counter);
    must(EVP_CIPHER_CTX_ctrl(seal_ctx, EVP_CTRL_AEAD_SET_TAG, MSSL_TAG_LEN, NULL));
    must(EVP_CipherInit_ex(seal_ctx, NULL, NULL, key, nonce, 1));
    must(EVP_EncryptUpdate(seal_ctx, n > 0 ? buf : none, &got, n > 0 ? buf : none, n));
    must(EVP_EncryptFinal_ex(seal_ctx, none, &got));
    must(EVP_CIPHER_CTX_ctrl(seal_ctx, EVP_CTRL_AEAD_GET_TAG, MSSL_TAG_LEN, buf + n));
}

uint8_t mssl_dev_ccm_open(uint8_t *buf, uint8_t n, const uint8_t key[MSSL_KEY_LEN], uint8_t dir, uint16_t counter)
{
    uint8_t nonce[MSSL_CCM_NONCE_LEN], none[MSSL_BLOCK_LEN] = { 0 };
    int got = 0;

    nonce_make(nonce, dir, counter);
    must(EVP_CIPHER_CTX_ctrl(open_ctx, EVP_CTRL_AEAD_SET_TAG, MSSL_TAG_LEN, buf + n));
    must(EVP_CipherInit_ex(open_ctx, NULL, NULL, key, nonce, 0));
    if (EVP_DecryptUpdate(open_ctx, n > 0 ? buf : none, &got, n > 0 ? buf : none, n) == 1)
        return 0;
    OPENSSL_cleanse(buf, n + (size_t)MSSL_TAG_LEN);
    return 1;
}

void mssl_dev_wipe(void *p, uint8_t n)
{
    OPENSSL_cleanse(p, n);
}
