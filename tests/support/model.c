/* SPDX-License-Identifier: ISC */
/* A host for tests, on OpenSSL: see model.h. PROTOCOL 2 to 7. */
#include <stdlib.h>
#include <string.h>
#include <openssl/evp.h>

#include "model.h"

/* A test can't go on without its reference: OpenSSL's failure is fatal. */
static void must(int ok)
{
    if (ok <= 0)
        abort();
}

void model_aes(uint8_t out[16], const uint8_t key[16], const uint8_t in[16])
{
    static EVP_CIPHER_CTX *ctx;
    int n;

    if (!ctx) {
        ctx = EVP_CIPHER_CTX_new();
        must(EVP_EncryptInit_ex(ctx, EVP_aes_128_ecb(), NULL, NULL, NULL));
    }
    must(EVP_EncryptInit_ex(ctx, NULL, NULL, key, NULL));
    EVP_CIPHER_CTX_set_padding(ctx, 0);
    must(EVP_EncryptUpdate(ctx, out, &n, in, 16));
}

void model_f(uint8_t out[16], const uint8_t key[16], const uint8_t x[32])
{
    uint8_t block[16];
    int i;

    model_aes(block, key, x);
    for (i = 0; i < 16; i++)
        block[i] ^= x[16 + i];
    model_aes(out, key, block);
}

void model_lab(uint8_t out[16], const uint8_t key[16], uint8_t label)
{
    uint8_t x[32] = { 0 };

    x[0] = label;
    model_f(out, key, x);
}

/* A CCM context for one record; tag is NULL for sealing. */
static EVP_CIPHER_CTX *ccm_begin(uint8_t *tag, uint8_t n, const uint8_t key[16], uint8_t dir,
                                 uint16_t counter)
{
    uint8_t nonce[13] = { dir, (uint8_t)(counter >> 8), (uint8_t)counter };
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    int out, seal = tag == NULL;

    must(ctx != NULL);
    must(EVP_CipherInit_ex(ctx, EVP_aes_128_ccm(), NULL, NULL, NULL, seal));
    must(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, 13, NULL));
    must(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, 8, tag));
    must(EVP_CipherInit_ex(ctx, NULL, NULL, key, nonce, seal));
    must(EVP_CipherUpdate(ctx, NULL, &out, NULL, n));
    return ctx;
}

void model_seal(uint8_t *out, const uint8_t *plain, uint8_t n, const uint8_t key[16], uint8_t dir,
                uint16_t counter)
{
    EVP_CIPHER_CTX *ctx = ccm_begin(NULL, n, key, dir, counter);
    uint8_t none = 0;
    int len;

    out[0] = n;
    must(EVP_EncryptUpdate(ctx, out + 1, &len, n ? plain : &none, n));
    must(EVP_EncryptFinal_ex(ctx, out + 1 + len, &len));
    must(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, 8, out + 1 + n));
    EVP_CIPHER_CTX_free(ctx);
}

int model_unseal(uint8_t *plain, const uint8_t *in, size_t len, const uint8_t key[16], uint8_t dir,
                 uint16_t counter)
{
    EVP_CIPHER_CTX *ctx;
    uint8_t tag[8];
    int n, ok;

    if (len < 9 || len != (size_t)in[0] + 9)
        return -1;
    memcpy(tag, in + 1 + in[0], 8);
    ctx = ccm_begin(tag, in[0], key, dir, counter);
    ok = EVP_DecryptUpdate(ctx, plain, &n, in + 1, in[0]);
    EVP_CIPHER_CTX_free(ctx);
    return ok > 0 ? in[0] : -1;
}

static void tasks_set(uint8_t *block, uint32_t tasks)
{
    int i;

    for (i = 0; i < 4; i++)
        block[MSSL_G_TASKS + i] = (uint8_t)(tasks >> 8 * i);
}

void model_grant(struct model *h, uint32_t tasks)
{
    memset(h, 0, sizeof *h);
    h->count = 1;
    h->blocks[0][MSSL_G_TYPE] = 0x11;
    h->blocks[0][MSSL_G_TABLE] = 1;
    h->blocks[0][MSSL_G_DEVICE + 3] = 1;
    tasks_set(h->blocks[0], tasks);
    memcpy(h->blocks[0] + MSSL_G_HOST, "alice", 5);
    model_random_bytes(h->nc, sizeof h->nc);
}

void model_restrict(struct model *h, uint32_t tasks)
{
    uint8_t *block = h->blocks[h->count++];

    memset(block, 0, MSSL_GRANT_LEN);
    block[MSSL_G_TYPE] = 0x12;
    block[MSSL_G_SLOT] = h->blocks[0][MSSL_G_SLOT];
    block[MSSL_G_GENERATION] = h->blocks[0][MSSL_G_GENERATION];
    tasks_set(block, tasks);
    memcpy(block + MSSL_G_HOST, "helper", 6);
}

void model_address(uint8_t *block, uint8_t kind, const uint8_t *address, uint8_t len)
{
    block[MSSL_G_ADDRESS_LEN] = len;
    block[MSSL_G_ADDRESS_KIND] = kind;
    memset(block + MSSL_G_ADDRESS, 0, MSSL_G_ADDRESS_MAX);
    memcpy(block + MSSL_G_ADDRESS, address, len);
}

size_t model_hello(const struct model *h, uint8_t *out)
{
    size_t blocks = (size_t)h->count * MSSL_GRANT_LEN;

    out[0] = (uint8_t)(12 + blocks);
    memcpy(out + 1, h->blocks, blocks);
    memcpy(out + 1 + blocks, h->nc, 12);
    return 13 + blocks;
}

int model_welcome(struct model *h, const uint8_t kd[16], const uint8_t *in, size_t len)
{
    uint8_t t[32] = { 0x21 }, none[1];
    int i;

    if (len != MSSL_WELCOME_LEN)
        return 0;
    memcpy(h->key, kd, 16);
    for (i = 0; i < h->count; i++)
        model_f(h->key, h->key, h->blocks[i]);
    memcpy(h->ns, in, 12);
    memcpy(t + 1, h->blocks[h->count - 1] + MSSL_G_HOST, 7);
    memcpy(t + 8, h->nc, 12);
    memcpy(t + 20, in, 12);
    model_f(h->key, h->key, t);
    h->sent = 0;
    h->received = 1;
    return in[12] == 0 && model_unseal(none, in + 12, 9, h->key, 0, 0) == 0;
}

size_t model_command(struct model *h, uint8_t task, const void *args, size_t len, uint8_t *out)
{
    uint8_t plain[128] = { task };
    uint8_t n = 8;

    if (len)
        memcpy(plain + 1, args, len);
    while (n < 1 + len)
        n = (uint8_t)(2 * n);
    model_seal(out, plain, n, h->key, 1, h->sent++);
    return (size_t)n + 9;
}

size_t model_close(struct model *h, uint8_t *out)
{
    model_seal(out, NULL, 0, h->key, 1, h->sent++);
    return 9;
}

int model_open(struct model *h, const uint8_t *in, size_t len, uint8_t *plain)
{
    return model_unseal(plain, in, len, h->key, 0, h->received++);
}

static uint32_t random_state = 1;

void model_random_seed(uint32_t seed)
{
    random_state = seed * 2654435761u + 1u;
    if (random_state == 0)
        random_state = 1;
}

uint32_t model_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state;
}

void model_random_bytes(uint8_t *out, size_t n)
{
    while (n--)
        *out++ = (uint8_t)(model_random() >> 11);
}

int model_zero(const void *p, size_t n)
{
    const uint8_t *byte = p;
    uint8_t any = 0;

    while (n--)
        any |= *byte++;
    return any == 0;
}
