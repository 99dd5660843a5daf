/* SPDX-License-Identifier: ISC */
/* The epoch step, whole, refused, worn out and cut. PROTOCOL 9. */
#include <stdarg.h>
#include <string.h>
#include "bench.h"
#include <cmocka.h>

static uint8_t old_kd[16], new_kd[16];

static void admin(struct bench *b)
{
    bench_connect(b, 0);
    bench_open(b, ALL_TASKS);
    memcpy(old_kd, ram.cells + MSSL_EE_KD, 16);
    model_lab(new_kd, old_kd, 0x31);
    ram_forget();
}

static int step(struct bench *b)
{
    return bench_ask(b, MSSL_TASK_ADMIN, "\x80", 1);
}

/* M-9.3, M-9.4: the known answer is in wire/vectors/sessions.txt. */
static void a_step_replaces_the_secret_in_ascending_order(void **state)
{
    struct bench *b = *state;
    uint8_t before[MSSL_EE_LEN];
    int i;

    admin(b);
    memcpy(before, ram.cells, sizeof before);
    assert_int_equal(step(b), 0);
    assert_int_equal(ram.writes, 16);
    for (i = 0; i < 16; i++) {
        assert_int_equal(ram.log[i].address, MSSL_EE_KD + i);
        assert_int_equal(ram.log[i].value, new_kd[i]);
    }
    assert_memory_equal(ram.cells + 16, before + 16, sizeof before - 16);
    bench_is_over(b);
}

/* A grant of the epoch before is dead: no WELCOME that its key opens. */
static void grants_of_the_epoch_before_are_dead(void **state)
{
    struct bench *b = *state;
    uint8_t record[64];

    admin(b);
    assert_int_equal(step(b), 0);
    bench_connect(b, 0);
    bench_hello(b);
    assert_int_equal(b->out_len, MSSL_WELCOME_LEN);
    assert_int_equal(model_welcome(&b->host, old_kd, b->out, b->out_len), 0);
    bench_give(b, record, model_command(&b->host, 1, "on", 2, record));
    bench_is_over_silently(b);
    assert_int_equal(ram.ran, 0);
    bench_connect(b, 0);
    bench_greet_as(b);
}

/* M-9.3, M-9.5: at each of the 16 bytes: it stops there and says nothing. */
static void a_byte_that_does_not_take_stops_the_step_in_silence(void **state)
{
    struct bench *b = *state;
    uint8_t record[64];
    int at;

    for (at = 0; at < 16; at++) {
        bench_setup(state);
        admin(b);
        ram.stuck = MSSL_EE_KD + at;
        ram.stuck_at = (uint8_t)(new_kd[at] ^ 0x20);
        bench_give(b, record, model_command(&b->host, MSSL_TASK_ADMIN, "\x80", 1, record));
        assert_int_equal(ram.writes, at + 1);
        assert_memory_equal(ram.cells, new_kd, at);
        assert_int_equal(ram.cells[at], new_kd[at] ^ 0x20);
        assert_memory_equal(ram.cells + at + 1, old_kd + at + 1, 15 - at);
        bench_is_over_silently(b);
    }
}

/* M-9.9: new bytes, one arbitrary byte, old bytes, at every write. */
static void a_cut_leaves_new_bytes_one_torn_byte_and_old_bytes(void **state)
{
    struct bench *b = *state;
    uint8_t record[64];
    int at, torn;

    for (at = 0; at < 16; at++)
        for (torn = 0; torn < 256; torn += 5) {
            bench_setup(state);
            admin(b);
            ram.cut_at = at;
            ram.torn = (uint8_t)torn;
            model_command(&b->host, MSSL_TASK_ADMIN, "\x80", 1, record);
            if (setjmp(ram.cut) == 0) {
                bench_give(b, record, 17);
                fail_msg("there was no write %d", at);
            }
            assert_memory_equal(ram.cells, new_kd, at);
            assert_int_equal(ram.cells[at], torn);
            assert_memory_equal(ram.cells + at + 1, old_kd + at + 1, 15 - at);
            ram_reset_chip();
            bench_connect(b, 0);
            bench_greet_as(b);
        }
}

/* M-9.6, M-7.5: 0x80 takes no argument; nothing is written on a guess. */
static void an_epoch_step_with_arguments_gets_status_3(void **state)
{
    struct bench *b = *state;
    uint8_t args[127];
    int at;

    for (at = 1; at < 127; at++) {
        admin(b);
        memset(args, 0, sizeof args);
        args[0] = 0x80;
        args[at] = 0x80;
        assert_int_equal(bench_ask(b, MSSL_TASK_ADMIN, args, (size_t)at + 1), 3);
        assert_int_equal(ram.writes, 0);
        assert_memory_equal(ram.cells, old_kd, 16);
    }
}

/* Steps follow each other: K_D is a chain, and each session's own. */
static void twenty_steps_follow_the_chain(void **state)
{
    struct bench *b = *state;
    int i;

    for (i = 0; i < 20; i++) {
        admin(b);
        assert_int_equal(step(b), 0);
        assert_memory_equal(ram.cells, new_kd, 16);
    }
}

/* The seed is not touched, so nonces go on: no Ns comes again under a new K_D. */
static void a_step_leaves_the_nonces_going_on(void **state)
{
    struct bench *b = *state;
    uint8_t ns[12];
    int i;

    admin(b);
    memcpy(ns, b->host.ns, 12);
    assert_int_equal(step(b), 0);
    bench_connect(b, 0);
    bench_greet_as(b);
    for (i = 11; ++ns[i] == 0; i--)
        ;
    assert_memory_equal(b->host.ns, ns, 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_step_replaces_the_secret_in_ascending_order, bench_setup),
        cmocka_unit_test_setup(grants_of_the_epoch_before_are_dead, bench_setup),
        cmocka_unit_test_setup(a_byte_that_does_not_take_stops_the_step_in_silence, bench_setup),
        cmocka_unit_test_setup(a_cut_leaves_new_bytes_one_torn_byte_and_old_bytes, bench_setup),
        cmocka_unit_test_setup(an_epoch_step_with_arguments_gets_status_3, bench_setup),
        cmocka_unit_test_setup(twenty_steps_follow_the_chain, bench_setup),
        cmocka_unit_test_setup(a_step_leaves_the_nonces_going_on, bench_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
