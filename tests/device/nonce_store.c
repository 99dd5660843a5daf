/* SPDX-License-Identifier: ISC */
/* The boot seed: written once a reset, before any nonce, or nobody is served. PROTOCOL 5, 11. */
#include <stdarg.h>
#include <string.h>
#include "bench.h"
#include <cmocka.h>

/* M-5.1, M-5.6. */
static void the_first_hello_writes_the_seed_and_later_ones_nothing(void **state)
{
    struct bench *b = *state;
    uint8_t seed[16];
    int i;

    model_lab(seed, ram.cells + MSSL_EE_SEED, 0x41);
    bench_greet(b, ALL_TASKS);
    assert_int_equal(ram.writes, 16);
    assert_memory_equal(ram.cells + MSSL_EE_SEED, seed, 16);
    for (i = 0; i < 16; i++)
        assert_true(ram.log[i].address >= MSSL_EE_SEED
                    && ram.log[i].address < MSSL_EE_SEED + 16);
    ram_forget();
    for (i = 0; i < 1000; i++) {
        bench_connect(b, 0);
        bench_greet(b, ALL_TASKS);
    }
    assert_int_equal(ram.writes, 0);
}

/* M-5.6: strangers cost no write, however many come. */
static void refused_hellos_never_write(void **state)
{
    struct bench *b = *state;
    int i;

    for (i = 0; i < 1000; i++) {
        bench_connect(b, 0);
        model_grant(&b->host, ALL_TASKS);
        b->host.blocks[0][MSSL_G_GENERATION] = (uint8_t)(1 + i % 255);
        bench_hello(b);
        bench_is_refused(b);
    }
}

/* A host without a key gets its WELCOME; that costs one seed a reset, no more. */
static void strangers_with_a_copied_grant_cost_one_seed_a_reset(void **state)
{
    struct bench *b = *state;
    int i;

    for (i = 0; i < 100; i++) {
        bench_connect(b, 0);
        model_grant(&b->host, ALL_TASKS);
        bench_hello(b);
        assert_int_equal(b->out_len, MSSL_WELCOME_LEN);
        mssl_dev_end(b->s);
    }
    assert_int_equal(ram.writes, 16);
}

/* M-5.2, M-5.5: at each of the 16 bytes; and for good, until the next reset. */
static void a_seed_that_does_not_take_refuses_every_session(void **state)
{
    struct bench *b = *state;
    unsigned writes;
    int at, i;

    for (at = 0; at < 16; at++) {
        bench_setup(state);
        ram.stuck = MSSL_EE_SEED + at;
        ram.stuck_at = 0x33;
        for (i = 0; i < 5; i++) {
            bench_connect(b, 0);
            model_grant(&b->host, ALL_TASKS);
            bench_hello(b);
            bench_is_over_silently(b);
            if (i == 0)
                writes = ram.writes;
            assert_int_equal(ram.writes, writes);
        }
        ram.stuck = -1;
        bench_connect(b, 0);
        bench_hello(b);
        bench_is_over_silently(b);
        ram_reset_chip();
        bench_connect(b, 0);
        bench_greet_as(b);
    }
}

/* M-5.3 to M-5.5: what is not stored is not used, so the cell decides, not RAM. */
static void no_welcome_is_sent_before_the_seed_is_read_back(void **state)
{
    struct bench *b = *state;
    int i;

    model_grant(&b->host, ALL_TASKS);
    bench_greet_as(b);
    for (i = 0; i < 16; i++)
        assert_int_equal(ram.was_read[MSSL_EE_SEED + i], 1);
    assert_true(ram.reads >= 16 + 16 + 16);
}

/* M-11.2: each alone, also when made of both bytes. */
static void an_unwritten_secret_or_seed_refuses_every_session(void **state)
{
    struct bench *b = *state;
    static const uint16_t places[] = { MSSL_EE_KD, MSSL_EE_SEED };
    int i, k, pattern;

    for (i = 0; i < 2; i++)
        for (pattern = 0; pattern < 0x10000; pattern += pattern < 0x100 ? 1 : 0x55) {
            bench_setup(state);
            for (k = 0; k < 16; k++)
                ram.cells[places[i] + k] = pattern >> k & 1 ? 0xFF : 0x00;
            model_grant(&b->host, ALL_TASKS);
            bench_hello(b);
            bench_is_refused(b);
        }
}

/* K_D is there when the seed is stepped, and gone when it is read again. */
static void a_secret_that_fades_in_the_middle_refuses_the_session(void **state)
{
    struct bench *b = *state;

    ram.fades = 1;
    model_grant(&b->host, ALL_TASKS);
    bench_hello(b);
    assert_int_equal(b->out_len, 0);
    bench_is_over(b);
}

/* One byte that is neither is enough to be provisioned: no secret may be refused
 * that a random generator could give. */
static void one_other_byte_makes_it_provisioned(void **state)
{
    struct bench *b = *state;
    static const uint16_t places[] = { MSSL_EE_KD, MSSL_EE_SEED };
    static const uint8_t bytes[] = { 0x01, 0x80, 0x7F, 0xFE, 0x55 };
    int i, k, fill;
    size_t v;

    for (i = 0; i < 2; i++)
        for (k = 0; k < 16; k++)
            for (fill = 0; fill < 256; fill += 255)
                for (v = 0; v < sizeof bytes; v++) {
                    bench_setup(state);
                    memset(ram.cells + places[i], fill, 16);
                    ram.cells[places[i] + k] = bytes[v];
                    model_grant(&b->host, ALL_TASKS);
                    bench_greet_as(b);
                }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_first_hello_writes_the_seed_and_later_ones_nothing,
                               bench_setup),
        cmocka_unit_test_setup(refused_hellos_never_write, bench_setup),
        cmocka_unit_test_setup(a_secret_that_fades_in_the_middle_refuses_the_session, bench_setup),
        cmocka_unit_test_setup(strangers_with_a_copied_grant_cost_one_seed_a_reset, bench_setup),
        cmocka_unit_test_setup(a_seed_that_does_not_take_refuses_every_session, bench_setup),
        cmocka_unit_test_setup(no_welcome_is_sent_before_the_seed_is_read_back, bench_setup),
        cmocka_unit_test_setup(an_unwritten_secret_or_seed_refuses_every_session, bench_setup),
        cmocka_unit_test_setup(one_other_byte_makes_it_provisioned, bench_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
