/* SPDX-License-Identifier: ISC */
/* Random records in our exact parameters, sealed by the core's engine, libmssl,
 * OpenSSL, libgcrypt and Nettle: all bytes alike; opened by core and libmssl; and
 * with one bit changed refused by both. F and lab against libgcrypt's CBC-MAC.
 * Usage: vectors-differential RECORDS [SEED] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gcrypt.h>
#include <nettle/aes.h>
#include <nettle/ccm.h>
#include <openssl/evp.h>

#include "mssl.h"
#include "mssl_dev_engine.h"
#include "mssl_dev_port.h"
#include "record.h"

#define LEN_MAX (MSSL_RECORD_DATA_MAX + MSSL_TAG_LEN)

static uint64_t state;

/* The core's port: nothing here asks it. */
uint8_t mssl_port_eeprom_read(uint16_t address)
{
    (void)address;
    return 0;
}

void mssl_port_eeprom_write(uint16_t address, uint8_t value)
{
    (void)address;
    (void)value;
}

uint8_t mssl_port_task(uint8_t task, const struct mssl_dev_caller *caller, uint8_t *buf, uint8_t *len)
{
    (void)task;
    (void)caller;
    (void)buf;
    (void)len;
    return 0;
}

uint8_t mssl_port_task_text(uint8_t task, uint8_t *out)
{
    (void)task;
    (void)out;
    return 0;
}

/* splitmix64: reproducible, and no library's own. */
static uint64_t random64(void)
{
    uint64_t z = (state += 0x9E3779B97F4A7C15u);

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static void random_bytes(uint8_t *out, size_t n)
{
    while (n--)
        *out++ = (uint8_t)random64();
}

static void must(int ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "differential: %s\n", what);
        exit(1);
    }
}

struct record {
    uint8_t key[16], nonce[13], plain[MSSL_RECORD_DATA_MAX], n, dir;
    uint16_t counter;
};

static void by_openssl(uint8_t *out, const struct record *r)
{
    static EVP_CIPHER_CTX *ctx;
    int len;

    if (!ctx)
        ctx = EVP_CIPHER_CTX_new();
    must(EVP_EncryptInit_ex(ctx, EVP_aes_128_ccm(), NULL, NULL, NULL) == 1
        && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, 13, NULL) == 1
        && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, 8, NULL) == 1
        && EVP_EncryptInit_ex(ctx, NULL, NULL, r->key, r->nonce) == 1
        && EVP_EncryptUpdate(ctx, NULL, &len, NULL, r->n) == 1
        && EVP_EncryptUpdate(ctx, out, &len, r->plain, r->n) == 1
        && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, 8, out + r->n) == 1, "OpenSSL failed");
}

static void by_gcrypt(uint8_t *out, const struct record *r)
{
    static gcry_cipher_hd_t h;
    uint64_t lengths[3] = { r->n, 0, 8 };

    if (!h)
        must(!gcry_cipher_open(&h, GCRY_CIPHER_AES128, GCRY_CIPHER_MODE_CCM, 0), "libgcrypt failed");
    must(!gcry_cipher_reset(h) && !gcry_cipher_setkey(h, r->key, 16) && !gcry_cipher_setiv(h, r->nonce, 13)
        && !gcry_cipher_ctl(h, GCRYCTL_SET_CCM_LENGTHS, lengths, sizeof lengths)
        && !gcry_cipher_encrypt(h, out, r->n, r->plain, r->n)
        && !gcry_cipher_gettag(h, out + r->n, 8), "libgcrypt failed");
}

static void by_nettle(uint8_t *out, const struct record *r)
{
    struct ccm_aes128_ctx ctx;

    ccm_aes128_set_key(&ctx, r->key);
    ccm_aes128_encrypt_message(&ctx, 13, r->nonce, 0, NULL, 8, r->n + 8u, out, r->plain);
}

static void by_core(uint8_t *out, const struct record *r)
{
    memcpy(out, r->plain, r->n);
    mssl_dev_ccm_seal(out, r->n, r->key, r->dir, r->counter);
}

static void by_libmssl(uint8_t *out, const struct record *r)
{
    uint8_t record[MSSL_RECORD_LEN_MAX], len;

    must(mssl_record_seal(record, &len, r->plain, r->n, r->key, r->dir, r->counter) == MSSL_OK
        && len == r->n + MSSL_RECORD_OVERHEAD && record[0] == r->n, "libmssl failed");
    memcpy(out, record + 1, r->n + 8u);
}

static void check_record(void)
{
    static const uint8_t lengths[6] = { 0, 8, 16, 32, 64, 128 };
    static void (*const by[])(uint8_t *, const struct record *) =
        { by_openssl, by_gcrypt, by_nettle, by_core, by_libmssl };
    uint8_t out[5][LEN_MAX], record[MSSL_RECORD_LEN_MAX], bit;
    uint64_t choice = random64();
    struct record r = { .n = lengths[choice % 6], .dir = (uint8_t)(choice >> 8 & 1),
                        .counter = (uint16_t)(choice >> 16) };
    size_t i, len = r.n + 8u;

    random_bytes(r.key, sizeof r.key);
    random_bytes(r.plain, r.n);
    r.nonce[0] = r.dir;
    r.nonce[1] = (uint8_t)(r.counter >> 8);
    r.nonce[2] = (uint8_t)r.counter;
    for (i = 0; i < 5; i++) {
        by[i](out[i], &r);
        must(memcmp(out[i], out[0], len) == 0, "sealed unlike OpenSSL");
    }
    record[0] = r.n;
    memcpy(record + 1, out[0], len);
    must(mssl_record_open(record, r.key, r.dir, r.counter) == MSSL_OK
        && memcmp(record + 1, r.plain, r.n) == 0, "libmssl does not open");
    must(mssl_dev_ccm_open(out[1], r.n, r.key, r.dir, r.counter) == 0
        && memcmp(out[1], r.plain, r.n) == 0, "the core does not open");
    bit = (uint8_t)(choice >> 32) % (uint8_t)len;
    out[2][bit] ^= (uint8_t)(1 << (choice >> 40 & 7));
    memcpy(record + 1, out[2], len);
    record[0] = r.n;
    must(mssl_record_open(record, r.key, r.dir, r.counter) == MSSL_E_TAG, "libmssl opens a forgery");
    must(mssl_dev_ccm_open(out[2], r.n, r.key, r.dir, r.counter) != 0, "the core opens a forgery");
    for (i = 0; i < len; i++)
        must(out[2][i] == 0 && record[1 + i] == 0, "a forgery is not zeroed");
}

/* F is CBC-MAC over two blocks, so the last block of CBC with a zero IV. */
static void check_f(void)
{
    static gcry_cipher_hd_t h;
    uint8_t key[16], x[32], out[32], core[16], host[16];
    int lab = (int)(random64() & 1);

    if (!h)
        must(!gcry_cipher_open(&h, GCRY_CIPHER_AES128, GCRY_CIPHER_MODE_CBC, 0), "libgcrypt failed");
    random_bytes(key, sizeof key);
    random_bytes(x, sizeof x);
    if (lab)
        memset(x + 1, 0, sizeof x - 1);
    must(!gcry_cipher_reset(h) && !gcry_cipher_setkey(h, key, 16)
        && !gcry_cipher_encrypt(h, out, 32, x, 32), "libgcrypt failed");
    mssl_dev_f(core, key, x);
    must(mssl_f(host, key, x) == MSSL_OK && memcmp(host, out + 16, 16) == 0, "libmssl's F differs");
    must(memcmp(core, out + 16, 16) == 0, "the core's F differs");
    if (lab) {
        mssl_dev_lab(core, key, x[0]);
        must(memcmp(core, out + 16, 16) == 0, "the core's lab differs");
    }
}

int main(int argc, char **argv)
{
    long count = argc > 1 ? atol(argv[1]) : 0, i;

    state = argc > 2 ? strtoull(argv[2], NULL, 10) : 20260101;
    must(count > 0, "usage: vectors-differential RECORDS [SEED]");
    must(gcry_check_version(NULL) != NULL, "libgcrypt failed");
    for (i = 0; i < count; i++) {
        check_record();
        check_f();
    }
    printf("vectors: %ld records and %ld F alike in core, libmssl, OpenSSL, libgcrypt, Nettle; "
           "%ld forgeries refused\n", count, count, count);
    return 0;
}
