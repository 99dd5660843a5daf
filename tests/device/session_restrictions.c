/* SPDX-License-Identifier: ISC */
/* Chains of restrictions: each block counts, tasks are ANDed, and nobody gets
 * more than he was handed. PROTOCOL 3, 4, 6. */
#include <stdarg.h>
#include <string.h>
#include "bench.h"
#include <cmocka.h>

/* A good chain of so many restrictions, for slot 3, generation 7. */
static void chain(struct bench *b, int length)
{
    bench_connect(b, 0);
    model_grant(&b->host, ALL_TASKS);
    b->host.blocks[0][MSSL_G_SLOT] = 3;
    b->host.blocks[0][MSSL_G_GENERATION] = 7;
    ram.cells[MSSL_EE_GENERATIONS + 3] = 7;
    while (length--)
        model_restrict(&b->host, ALL_TASKS);
    ram_forget();
}

static void refuse(struct bench *b)
{
    bench_hello(b);
    bench_is_refused(b);
}

static void chains_of_0_to_3_are_accepted(void **state)
{
    struct bench *b = *state;
    int n;

    for (n = 0; n <= 3; n++) {
        chain(b, n);
        bench_greet_as(b);
        assert_int_equal(bench_ask(b, 1, "on", 2), 0);
    }
}

/* M-6.12: a grant in a restriction's place, and the other way round. */
static void every_block_needs_the_type_of_its_place(void **state)
{
    struct bench *b = *state;
    int place, type;

    for (place = 0; place <= 3; place++)
        for (type = 0; type < 256; type++) {
            if (type == (place ? 0x12 : 0x11))
                continue;
            chain(b, 3);
            b->host.blocks[place][MSSL_G_TYPE] = (uint8_t)type;
            refuse(b);
        }
}

/* M-3.9, M-6.13, M-6.14, M-6.18 in each restriction. */
static void each_restrictions_own_fields_must_match(void **state)
{
    struct bench *b = *state;
    int length, place, v;

    for (length = 1; length <= 3; length++)
        for (place = 1; place <= length; place++)
            for (v = 0; v < 256; v++) {
                chain(b, length);
                b->host.blocks[place][MSSL_G_SLOT] = (uint8_t)v;
                if (v != 3)
                    refuse(b);
                chain(b, length);
                b->host.blocks[place][MSSL_G_GENERATION] = (uint8_t)v;
                if (v != 7)
                    refuse(b);
                chain(b, length);
                b->host.blocks[place][MSSL_G_ADDRESS_KIND] = (uint8_t)v;
                if (v != 0 && v != 4)
                    refuse(b);
                chain(b, length);
                b->host.blocks[place][MSSL_G_ADDRESS_LEN] = (uint8_t)v;
                if (v > 4)
                    refuse(b);
            }
}

/* M-6.19: in each block, whatever the others say. */
static void each_blocks_own_address_must_match(void **state)
{
    struct bench *b = *state;
    static const uint8_t other[6] = { 10, 0, 2, 3, 9, 9 };
    int place;

    for (place = 0; place <= 3; place++) {
        chain(b, 3);
        model_address(b->host.blocks[place], 0, other, 4);
        refuse(b);
        chain(b, 3);
        model_address(b->host.blocks[place], 0, bench_peer, 4);
        bench_greet_as(b);
        chain(b, 3);
        model_address(b->host.blocks[place], 4, other, 1);
        refuse(b);
    }
}

/* M-3.9: a restriction doesn't lift G's address: the holder is elsewhere. */
static void a_restriction_cannot_lift_the_grants_address(void **state)
{
    struct bench *b = *state;
    static const uint8_t far[6] = { 192, 168, 1, 1 };

    chain(b, 1);
    model_address(b->host.blocks[0], 0, bench_peer, 4);
    model_address(b->host.blocks[1], 0, far, 4);
    memcpy(b->peer, far, 4);
    refuse(b);
}

/* M-3.7: what a restriction leaves zero isn't checked. */
static void unchecked_bytes_of_a_restriction_do_not_refuse(void **state)
{
    struct bench *b = *state;
    static const uint8_t offsets[] = { 1, 2, 3, 4, 5, 10, 11, 22, 23, 24 };
    size_t i;

    for (i = 0; i < sizeof offsets; i++) {
        chain(b, 2);
        b->host.blocks[1][offsets[i]] = 0xA5;
        b->host.blocks[2][offsets[i]] = 0x5A;
        bench_greet_as(b);
    }
}

/* M-3.10: only a task of every block runs; a restriction can't add one. */
static void tasks_of_all_blocks_are_anded(void **state)
{
    struct bench *b = *state;
    uint32_t words[4], all;
    int round, i, task;

    for (round = 0; round < 200; round++) {
        chain(b, 3);
        for (i = 0, all = ALL_TASKS; i < 4; i++) {
            words[i] = model_random() | model_random();
            all &= words[i];
            b->host.blocks[i][MSSL_G_TASKS] = (uint8_t)words[i];
            b->host.blocks[i][MSSL_G_TASKS + 1] = (uint8_t)(words[i] >> 8);
            b->host.blocks[i][MSSL_G_TASKS + 2] = (uint8_t)(words[i] >> 16);
            b->host.blocks[i][MSSL_G_TASKS + 3] = (uint8_t)(words[i] >> 24);
        }
        bench_greet_as(b);
        assert_int_equal(bench_ask(b, MSSL_TASK_DESCRIBE, NULL, 0), 0);
        for (i = 0; i < 4; i++)
            assert_int_equal(b->plain[2 + i], all >> 8 * i & 0xFF);
        for (task = 0; task < 29; task++)
            assert_int_equal(bench_ask(b, (uint8_t)task, NULL, 0) == MSSL_STATUS_DENIED,
                             !(all >> task & 1));
    }
}

/* Admin's bit too. */
static void admin_needs_its_bit_in_every_block(void **state)
{
    struct bench *b = *state;
    int place;

    for (place = 0; place <= 3; place++) {
        chain(b, 3);
        b->host.blocks[place][MSSL_G_TASKS + 3] = 0x7F;
        bench_greet_as(b);
        ram_forget();
        assert_int_equal(bench_ask(b, MSSL_TASK_ADMIN, "\x80", 1), MSSL_STATUS_DENIED);
        assert_int_equal(ram.writes, 0);
    }
}

/* M-3.11: the restriction's host id is in the transcript only. */
static void a_task_sees_the_grants_host_and_parameters_only(void **state)
{
    struct bench *b = *state;

    chain(b, 3);
    memcpy(b->host.blocks[0] + MSSL_G_PARAM, "abc", 3);
    memcpy(b->host.blocks[1] + MSSL_G_PARAM, "xyz", 3);
    memcpy(b->host.blocks[3] + MSSL_G_PARAM, "uvw", 3);
    bench_greet_as(b);
    assert_int_equal(bench_ask(b, 1, NULL, 0), 0);
    assert_int_equal(ram.caller.slot, 3);
    assert_memory_equal(ram.caller.param, "abc", 3);
    assert_memory_equal(ram.caller.host, "alice\0", 7);
}

/* M-4.1: the key of a chain doesn't lead back, so its holder can't cut blocks off. */
static void a_helper_cannot_shorten_its_chain(void **state)
{
    struct bench *b = *state;
    uint8_t key[16], t[32] = { 0x21 }, record[64];
    size_t n;

    chain(b, 1);
    b->host.blocks[1][MSSL_G_TASKS] = 0;
    model_f(key, ram.cells, b->host.blocks[0]);
    model_f(key, key, b->host.blocks[1]);
    b->host.count = 1;
    bench_hello(b);
    assert_int_equal(b->out_len, MSSL_WELCOME_LEN);
    memcpy(t + 1, b->host.blocks[0] + MSSL_G_HOST, 7);
    memcpy(t + 8, b->host.nc, 12);
    memcpy(t + 20, b->out, 12);
    model_f(b->host.key, key, t);
    n = model_command(&b->host, 1, "on", 2, record);
    bench_give(b, record, n);
    bench_is_over_silently(b);
    assert_int_equal(ram.ran, 0);
}

/* M-3.9: revoking the host revokes its helpers. */
static void a_revoked_grants_chain_is_refused(void **state)
{
    struct bench *b = *state;
    int n;

    for (n = 0; n <= 3; n++) {
        chain(b, n);
        ram.cells[MSSL_EE_GENERATIONS + 3] = 8;
        refuse(b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(chains_of_0_to_3_are_accepted, bench_setup),
        cmocka_unit_test_setup(every_block_needs_the_type_of_its_place, bench_setup),
        cmocka_unit_test_setup(each_restrictions_own_fields_must_match, bench_setup),
        cmocka_unit_test_setup(each_blocks_own_address_must_match, bench_setup),
        cmocka_unit_test_setup(a_restriction_cannot_lift_the_grants_address, bench_setup),
        cmocka_unit_test_setup(unchecked_bytes_of_a_restriction_do_not_refuse, bench_setup),
        cmocka_unit_test_setup(tasks_of_all_blocks_are_anded, bench_setup),
        cmocka_unit_test_setup(admin_needs_its_bit_in_every_block, bench_setup),
        cmocka_unit_test_setup(a_task_sees_the_grants_host_and_parameters_only, bench_setup),
        cmocka_unit_test_setup(a_helper_cannot_shorten_its_chain, bench_setup),
        cmocka_unit_test_setup(a_revoked_grants_chain_is_refused, bench_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
