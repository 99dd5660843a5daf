/* SPDX-License-Identifier: ISC */
/* No nonce repeats through any power cut: boots, HELLOs, resets and cuts at random
 * writes with random torn bytes, as an attacker at the plug would have them. PROTOCOL 5. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "bench.h"
#include <cmocka.h>

#define BOOTS 20000
#define MOST  (BOOTS * 4)

static uint8_t (*seen)[MSSL_NONCE_LEN];
static size_t count;

static int by_value(const void *a, const void *b)
{
    return memcmp(a, b, MSSL_NONCE_LEN);
}

static void none_twice(void)
{
    size_t i;

    qsort(seen, count, sizeof *seen, by_value);
    for (i = 1; i < count; i++)
        if (memcmp(seen[i - 1], seen[i], sizeof *seen) == 0)
            fail_msg("a nonce came twice among %zu", count);
}

/* Some HELLOs of one boot; keeps every Ns that was sent. */
static void greet_some(struct bench *b)
{
    uint32_t hellos = model_random() % 4;

    while (hellos--) {
        bench_connect(b, 0);
        bench_hello(b);
        if (b->out_len == 0)
            continue;
        assert_true(count < MOST);
        memcpy(seen[count++], b->out, MSSL_NONCE_LEN);
    }
}

/* One boot, perhaps cut at a write of its seed. torn: what the cell may hold. */
static void boot(struct bench *b, int cuts, uint8_t torn)
{
    ram_reset_chip();
    ram_forget();
    ram.cut_at = cuts ? (int)(model_random() % 20) : -1;
    ram.torn = torn;
    if (setjmp(ram.cut) == 0)
        greet_some(b);
}

static void start(struct bench *b)
{
    free(seen);
    seen = malloc(MOST * sizeof *seen);
    assert_non_null(seen);
    count = 0;
    model_grant(&b->host, ALL_TASKS);
}

/* M-5.1 to M-5.6. */
static void no_nonce_repeats_through_random_cuts(void **state)
{
    struct bench *b = *state;
    int i;

    start(b);
    for (i = 0; i < BOOTS; i++)
        boot(b, model_random() % 2, (uint8_t)model_random());
    none_twice();
    assert_true(count > BOOTS / 2);
}

/* A cell torn as EEPROM tears: erased (0xFF), or as it was, or as it should be. */
static void no_nonce_repeats_when_the_torn_byte_is_old_new_or_erased(void **state)
{
    struct bench *b = *state;
    uint8_t next[16];
    int i, at;

    start(b);
    for (i = 0; i < BOOTS; i++) {
        at = (int)(model_random() % 16);
        model_lab(next, ram.cells + MSSL_EE_SEED, 0x41);
        boot(b, 1, model_random() % 3 == 0 ? 0xFF
                   : model_random() % 2 ? ram.cells[MSSL_EE_SEED + at] : next[at]);
    }
    none_twice();
    assert_true(count > BOOTS / 8);
}

/* Exhaustive for one boot that follows another: a cut at every write, every torn
 * byte, then a whole boot: its nonce is none of the first boot's. */
static void after_a_cut_at_any_byte_the_nonces_are_new(void **state)
{
    struct bench *b = *state;
    uint8_t first[12], cells[MSSL_EE_LEN];
    int at, torn;

    bench_greet(b, ALL_TASKS);
    memcpy(first, b->host.ns, 12);
    memcpy(cells, ram.cells, sizeof cells);
    for (at = 0; at < 16; at++)
        for (torn = 0; torn < 256; torn++) {
            memcpy(ram.cells, cells, sizeof cells);
            ram_reset_chip();
            ram_forget();
            bench_connect(b, 0);
            ram.cut_at = at;
            ram.torn = (uint8_t)torn;
            if (setjmp(ram.cut) == 0) {
                bench_hello(b);
                fail_msg("there was no write %d", at);
            }
            ram_reset_chip();
            bench_connect(b, 0);
            bench_greet_as(b);
            assert_memory_not_equal(b->host.ns, first, 12);
        }
}

/* M-5.4: in one boot they count on, one a HELLO that is accepted, and only then. */
static void nonces_of_one_boot_count_up_by_one(void **state)
{
    struct bench *b = *state;
    uint8_t expected[12];
    int i, k;

    bench_greet(b, ALL_TASKS);
    memcpy(expected, b->host.ns, 12);
    for (i = 0; i < 3000; i++) {
        bench_connect(b, 0);
        b->host.blocks[0][MSSL_G_GENERATION] = (uint8_t)(i % 3 == 0);
        if (i % 3 == 0) {
            bench_hello(b);
            bench_is_over_silently(b);
            continue;
        }
        bench_greet_as(b);
        for (k = 11; ++expected[k] == 0; k--)
            ;
        assert_memory_equal(b->host.ns, expected, 12);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(no_nonce_repeats_through_random_cuts, bench_setup),
        cmocka_unit_test_setup(no_nonce_repeats_when_the_torn_byte_is_old_new_or_erased,
                               bench_setup),
        cmocka_unit_test_setup(after_a_cut_at_any_byte_the_nonces_are_new, bench_setup),
        cmocka_unit_test_setup(nonces_of_one_boot_count_up_by_one, bench_setup),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    free(seen);
    return failed;
}
