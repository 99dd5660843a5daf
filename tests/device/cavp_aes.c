/* SPDX-License-Identifier: ISC */
/* The core's AES-128: FIPS 197, every NIST CAVP encryption, and the Monte Carlo
 * chain beside OpenSSL (whose result the vectors' package does not hold). */
#include <stdarg.h>
#include <string.h>
#include "bench.h"
#include <cmocka.h>

#include "mssl_dev_engine.h"
#include "vectors.h"

static struct vector_case c;

/* FIPS 197 appendix B and C.1. */
static void fips_197_examples(void **state)
{
    static const uint8_t keys[2][16] = {
        { 0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6, 0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c },
        { 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f } };
    static const uint8_t expected[2][16] = {
        { 0x39, 0x25, 0x84, 0x1d, 0x02, 0xdc, 0x09, 0xfb, 0xdc, 0x11, 0x85, 0x97, 0x19, 0x6a, 0x0b, 0x32 },
        { 0x69, 0xc4, 0xe0, 0xd8, 0x6a, 0x7b, 0x04, 0x30, 0xd8, 0xcd, 0xb7, 0x80, 0x70, 0xb4, 0xc5, 0x5a } };
    uint8_t blocks[2][16] = {
        { 0x32, 0x43, 0xf6, 0xa8, 0x88, 0x5a, 0x30, 0x8d, 0x31, 0x31, 0x98, 0xa2, 0xe0, 0x37, 0x07, 0x34 },
        { 0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff } };
    int i;

    (void)state;
    for (i = 0; i < 2; i++) {
        mssl_dev_aes(blocks[i], keys[i]);
        assert_memory_equal(blocks[i], expected[i], 16);
    }
}

static void every_cavp_encryption(void **state)
{
    uint8_t key[16], text[512];
    FILE *f = vectors_open("cavp_aes.txt");
    size_t n, i;
    int cases = 0;

    (void)state;
    for (; vectors_next(f, &c); cases++) {
        vector_exactly(&c, "key", key, 16);
        vector_bytes(&c, "plain", text, sizeof text, &n);
        for (i = 0; i < n; i += 16)
            mssl_dev_aes(text + i, key);
        vector_equal(&c, "cipher", text, n);
    }
    fclose(f);
    assert_int_equal(cases, 294);
}

/* AESAVS 6.4.1: 100 times 1,000 blocks, each from the one before. */
static void monte_carlo_chain_agrees_with_openssl(void **state)
{
    uint8_t key[16], block[16], twin[16];
    int i, j, k;

    (void)state;
    model_random_bytes(key, 16);
    model_random_bytes(block, 16);
    memcpy(twin, block, 16);
    for (i = 0; i < 100; i++) {
        for (j = 0; j < 1000; j++) {
            mssl_dev_aes(block, key);
            model_aes(twin, key, twin);
        }
        assert_memory_equal(block, twin, 16);
        for (k = 0; k < 16; k++)
            key[k] ^= block[k];
    }
}

/* The key is the caller's and must stay. */
static void the_key_is_unchanged(void **state)
{
    uint8_t key[16], before[16], block[16] = { 0 };
    int i;

    (void)state;
    for (i = 0; i < 1000; i++) {
        model_random_bytes(key, 16);
        memcpy(before, key, 16);
        mssl_dev_aes(block, key);
        assert_memory_equal(key, before, 16);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(fips_197_examples, bench_setup),
        cmocka_unit_test_setup(every_cavp_encryption, bench_setup),
        cmocka_unit_test_setup(monte_carlo_chain_agrees_with_openssl, bench_setup),
        cmocka_unit_test_setup(the_key_is_unchanged, bench_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
