/* SPDX-License-Identifier: ISC */
/* An authority and a host that enrols: see enrol.h. */
#include <stdarg.h>
#include <string.h>
#include <openssl/evp.h>
#include "enrol.h"
#include <cmocka.h>

#include "device_modulus.h"
#include "mssl_dev_option.h"
#include "rsa_key.h"

uint8_t enrol_u[MSSL_DEV_RSA_LEN];
unsigned enrol_hashes;

static struct rsa_key key;

void __real_mssl_dev_sha256_replace(struct mssl_dev_sha256 *w, uint8_t x[32]);
void __wrap_mssl_dev_sha256_replace(struct mssl_dev_sha256 *w, uint8_t x[32]);

void __wrap_mssl_dev_sha256_replace(struct mssl_dev_sha256 *w, uint8_t x[32])
{
    enrol_hashes++;
    __real_mssl_dev_sha256_replace(w, x);
}

void mssl_port_alive(void)
{
}

int enrol_key_make(void **state)
{
    (void)state;
    rsa_key_make(&key, MSSL_DEV_RSA_BITS, 3);
    return 0;
}

int enrol_key_free(void **state)
{
    (void)state;
    rsa_key_free(&key);
    return 0;
}

void enrol_reset(void)
{
    int i;

    ram_reset_chip();
    for (i = 0; i < MSSL_DEV_SESSIONS; i++)
        mssl_dev_signature_discard(&mssl_dev_sessions[i]);
}

int enrol_setup(void **state)
{
    uint8_t modulus[MSSL_DEV_MODULUS_LEN];
    struct bench *b;

    bench_setup(state);
    enrol_reset();
    b = *state;
    rsa_key_modulus(&key, modulus);
    device_modulus_set(modulus);
    bench_connect(b, 0);
    bench_open(b, ALL_TASKS);
    enrol_sign(b->host.blocks[0]);
    ram_forget();
    return 0;
}

void enrol_sign(const uint8_t grant[MSSL_GRANT_LEN])
{
    uint8_t s[MSSL_DEV_RSA_LEN];

    rsa_key_openssl(s, grant, MSSL_GRANT_LEN, &key);
    rsa_key_montgomery(&key, s, enrol_u);
}

void enrol_digest(uint8_t out[16], const uint8_t grant[MSSL_GRANT_LEN])
{
    uint8_t digest[32];

    EVP_Digest(grant, MSSL_GRANT_LEN, digest, NULL, EVP_sha256(), NULL);
    memcpy(out, digest, 16);
}

static size_t chunk(struct bench *b, unsigned offset, uint8_t n, uint8_t *record)
{
    uint8_t args[127];

    args[0] = (uint8_t)(offset >> 8);
    args[1] = (uint8_t)offset;
    args[2] = n;
    if (offset + n <= sizeof enrol_u)
        memcpy(args + 3, enrol_u + offset, n);
    return model_command(&b->host, MSSL_TASK_ENROL, args, (size_t)n + 3, record);
}

int enrol_chunk(struct bench *b, unsigned offset, uint8_t n)
{
    uint8_t record[MSSL_RECORD_LEN_MAX];

    bench_give(b, record, chunk(b, offset, n, record));
    if (b->out_len == 0)
        return -1;
    assert_true(model_open(&b->host, b->out, b->out_len, b->plain) == 8);
    return b->plain[0];
}

int enrol_chunks(struct bench *b, unsigned offset, unsigned end, uint8_t n)
{
    int status = 0;

    for (; offset < end && status == 0; offset += n)
        status = enrol_chunk(b, offset, end - offset < n ? (uint8_t)(end - offset) : n);
    return status;
}

int enrol_all(struct bench *b)
{
    return enrol_chunks(b, 0, MSSL_DEV_RSA_LEN, MSSL_ENROL_CHUNK_MAX);
}

void enrol_is_forged(struct bench *b, unsigned offset, uint8_t n)
{
    uint8_t record[MSSL_RECORD_LEN_MAX];

    bench_give(b, record, chunk(b, offset, n, record));
    assert_int_equal(b->out_len, 17 + MSSL_CLOSE_LEN);
    assert_int_equal(model_open(&b->host, b->out, 17, b->plain), 8);
    assert_int_equal(b->plain[0], MSSL_STATUS_FAILED);
    assert_true(model_zero(b->plain + 1, 7));
    assert_int_equal(model_open(&b->host, b->out + 17, MSSL_CLOSE_LEN, b->plain), 0);
    bench_is_over(b);
}
