/* SPDX-License-Identifier: ISC */
/* The core's engine beside OpenSSL, at our exact parameters, over random inputs. */
#include <stdarg.h>
#include <string.h>
#include "bench.h"
#include <cmocka.h>

#include "mssl_dev_engine.h"

#define ROUNDS 20000

static uint8_t key[16], buf[144], plain[128], twin[160];

static void aes_agrees(void **state)
{
    int i;

    (void)state;
    for (i = 0; i < ROUNDS; i++) {
        model_random_bytes(key, 16);
        model_random_bytes(buf, 16);
        model_aes(twin, key, buf);
        mssl_dev_aes(buf, key);
        assert_memory_equal(buf, twin, 16);
    }
}

/* In place too: out may be key. */
static void f_and_lab_agree(void **state)
{
    uint8_t x[32], copy[32];
    int i;

    (void)state;
    for (i = 0; i < ROUNDS; i++) {
        model_random_bytes(key, 16);
        model_random_bytes(x, 32);
        memcpy(copy, x, 32);
        model_f(twin, key, x);
        mssl_dev_f(buf, key, x);
        assert_memory_equal(buf, twin, 16);
        assert_memory_equal(x, copy, 32);
        model_lab(twin, key, x[0]);
        mssl_dev_lab(key, key, x[0]);
        assert_memory_equal(key, twin, 16);
    }
}

static uint8_t class_of(uint32_t random)
{
    static const uint8_t classes[] = { 0, 8, 16, 32, 64, 128 };

    return classes[random % sizeof classes];
}

static void seal_agrees_and_writes_no_further(void **state)
{
    uint8_t n, dir;
    uint16_t counter;
    int i;

    (void)state;
    for (i = 0; i < ROUNDS; i++) {
        n = class_of(model_random());
        dir = (uint8_t)(model_random() & 1);
        counter = (uint16_t)model_random();
        model_random_bytes(key, 16);
        model_random_bytes(plain, n);
        model_seal(twin, plain, n, key, dir, counter);
        memset(buf, 0xA5, sizeof buf);
        memcpy(buf, plain, n);
        mssl_dev_ccm_seal(buf, n, key, dir, counter);
        assert_memory_equal(buf, twin + 1, n + 8);
        assert_int_equal(buf[n + 8], 0xA5);
    }
}

static void open_agrees(void **state)
{
    uint8_t n, dir;
    uint16_t counter;
    int i;

    (void)state;
    for (i = 0; i < ROUNDS; i++) {
        n = class_of(model_random());
        dir = (uint8_t)(model_random() & 1);
        counter = (uint16_t)model_random();
        model_random_bytes(key, 16);
        model_random_bytes(plain, n);
        model_seal(twin, plain, n, key, dir, counter);
        memset(buf, 0xA5, sizeof buf);
        memcpy(buf, twin + 1, n + 8u);
        assert_int_equal(mssl_dev_ccm_open(buf, n, key, dir, counter), 0);
        assert_memory_equal(buf, plain, n);
        assert_int_equal(buf[n + 8], 0xA5);
    }
}

/* Any number of flipped bits, anywhere, a wrong key, direction or counter. */
static void open_refuses_and_zeroes_what_openssl_refuses(void **state)
{
    uint8_t n, dir;
    uint16_t counter;
    int i, flips;

    (void)state;
    for (i = 0; i < ROUNDS; i++) {
        n = class_of(model_random());
        dir = (uint8_t)(model_random() & 1);
        counter = (uint16_t)model_random();
        model_random_bytes(key, 16);
        model_random_bytes(plain, n);
        model_seal(twin, plain, n, key, dir, counter);
        for (flips = (int)(model_random() % 4); flips >= 0; flips--)
            twin[1 + model_random() % (n + 8u)] ^= (uint8_t)(1u << model_random() % 8);
        counter = (uint16_t)(counter + (model_random() % 4 == 0));
        dir ^= model_random() % 8 == 0;
        memset(buf, 0xA5, sizeof buf);
        memcpy(buf, twin + 1, n + 8u);
        if (model_unseal(plain, twin, n + 9u, key, dir, counter) >= 0) {
            assert_int_equal(mssl_dev_ccm_open(buf, n, key, dir, counter), 0);
            continue;
        }
        assert_int_not_equal(mssl_dev_ccm_open(buf, n, key, dir, counter), 0);
        assert_true(model_zero(buf, n + 8u));
        assert_int_equal(buf[n + 8], 0xA5);
    }
}

/* All 64 bits of a tag count: a check of fewer would pass the random ones. */
static void every_bit_of_a_tag_counts(void **state)
{
    int n, bit;

    (void)state;
    for (n = 0; n <= 128; n = n ? 2 * n : 8)
        for (bit = 0; bit < 64; bit++) {
            model_random_bytes(key, 16);
            model_seal(twin, plain, (uint8_t)n, key, 1, 7);
            memcpy(buf, twin + 1, (size_t)n + 8);
            buf[n + bit / 8] ^= (uint8_t)(1 << bit % 8);
            assert_int_not_equal(mssl_dev_ccm_open(buf, (uint8_t)n, key, 1, 7), 0);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(aes_agrees, bench_setup),
        cmocka_unit_test_setup(f_and_lab_agree, bench_setup),
        cmocka_unit_test_setup(seal_agrees_and_writes_no_further, bench_setup),
        cmocka_unit_test_setup(open_agrees, bench_setup),
        cmocka_unit_test_setup(open_refuses_and_zeroes_what_openssl_refuses, bench_setup),
        cmocka_unit_test_setup(every_bit_of_a_tag_counts, bench_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
