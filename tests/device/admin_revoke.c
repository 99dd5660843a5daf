/* SPDX-License-Identifier: ISC */
/* Revocation: a slot's generation only rises. PROTOCOL 9. */
#include <stdarg.h>
#include <string.h>
#include "bench.h"
#include <cmocka.h>

/* An admin of slot 3, generation 7, on a fresh connection. */
static void admin(struct bench *b)
{
    bench_connect(b, 0);
    model_grant(&b->host, ALL_TASKS);
    b->host.blocks[0][MSSL_G_SLOT] = 3;
    b->host.blocks[0][MSSL_G_GENERATION] = 7;
    ram.cells[MSSL_EE_GENERATIONS + 3] = 7;
    bench_greet_as(b);
    ram_forget();
}

static int revoke(struct bench *b, int slot, int generation)
{
    uint8_t args[2] = { (uint8_t)slot, (uint8_t)generation };

    return bench_ask(b, MSSL_TASK_ADMIN, args, 2);
}

/* M-9.1, M-9.2, M-9.6: all 256 stored values against all 256 asked for. */
static void generations_only_rise(void **state)
{
    struct bench *b = *state;
    uint8_t *cell = &ram.cells[MSSL_EE_GENERATIONS + 5];
    int stored, asked, expected, writes;

    for (stored = 0; stored < 256; stored++)
        for (asked = 0; asked < 256; asked++) {
            admin(b);
            *cell = (uint8_t)stored;
            writes = asked != 255 && (stored == 255 || asked > stored);
            expected = asked == 255 || (stored != 255 && asked < stored) ? 3 : 0;
            if (revoke(b, 5, asked) != expected || ram.writes != (unsigned)writes)
                fail_msg("stored %d, asked for %d: status %d, %u writes", stored, asked,
                         b->plain[0], ram.writes);
            assert_int_equal(*cell, writes ? asked : stored);
            assert_int_equal(ram.aes > 0, 1);
        }
}

/* M-9.1: exactly the slot named is written, no other cell. */
static void exactly_the_named_slot_is_raised(void **state)
{
    struct bench *b = *state;
    uint8_t before[MSSL_EE_LEN];
    int slot, cell;

    for (slot = 0; slot < 16; slot++) {
        admin(b);
        memcpy(before, ram.cells, sizeof before);
        assert_int_equal(revoke(b, slot, 200 + slot), 0);
        for (cell = 0; cell < MSSL_EE_LEN; cell++)
            assert_int_equal(ram.cells[cell],
                             cell == MSSL_EE_GENERATIONS + slot ? 200 + slot : before[cell]);
    }
}

/* M-9.6: no other first argument than 0..15 and 0x80, and nothing is indexed
 * with it. 254 is above what the cells behind the slots hold. */
static void every_slot_above_15_gets_status_3_and_writes_nothing(void **state)
{
    struct bench *b = *state;
    int slot;

    for (slot = 16; slot < 256; slot++) {
        if (slot == 0x80)
            continue;
        admin(b);
        assert_int_equal(revoke(b, slot, 254), MSSL_STATUS_ARGUMENT);
        assert_int_equal(ram.writes, 0);
        assert_int_equal(ram.reads, 0);
    }
}

/* M-7.5, M-9.6: the layout is fixed, so what follows it must be padding. */
static void anything_behind_slot_and_generation_gets_status_3(void **state)
{
    struct bench *b = *state;
    uint8_t args[127];
    int at;

    for (at = 2; at < 127; at++) {
        admin(b);
        memset(args, 0, sizeof args);
        args[0] = 5;
        args[1] = 9;
        args[at] = 1;
        assert_int_equal(bench_ask(b, MSSL_TASK_ADMIN, args, (size_t)at + 1), 3);
        assert_int_equal(ram.writes, 0);
    }
}

/* Padding zeros are no arguments: "slot 0" alone is slot 0, generation 0. */
static void missing_arguments_read_as_zero_and_lower_nothing(void **state)
{
    struct bench *b = *state;

    admin(b);
    ram.cells[MSSL_EE_GENERATIONS] = 1;
    assert_int_equal(bench_ask(b, MSSL_TASK_ADMIN, NULL, 0), MSSL_STATUS_ARGUMENT);
    assert_int_equal(ram.writes, 0);
}

/* M-9.1: read back. */
static void a_generation_that_does_not_take_gets_status_6(void **state)
{
    struct bench *b = *state;
    int leaves;

    for (leaves = 0; leaves < 256; leaves++) {
        bench_setup(state);
        admin(b);
        ram.stuck = MSSL_EE_GENERATIONS + 5;
        ram.stuck_at = (uint8_t)leaves;
        assert_int_equal(revoke(b, 5, 9), leaves == 9 ? 0 : MSSL_STATUS_FAILED);
    }
}

/* M-9.7: whatever the status, the answer is the last record, no close follows it. */
static void every_answer_to_an_admin_command_is_the_last_record(void **state)
{
    struct bench *b = *state;
    static const uint8_t asks[][9] = { { 5, 9 }, { 5, 0 }, { 3, 6 }, { 16, 0 }, { 0, 255 },
                                       { 0x80, 1 }, { 5, 9, 1 }, { 5, 9, 0, 0, 0, 0, 0, 0, 1 } };
    size_t i, n;

    for (i = 0; i < sizeof asks / sizeof *asks; i++) {
        admin(b);
        n = asks[i][8] ? 9 : 7;
        assert_true(bench_ask(b, MSSL_TASK_ADMIN, asks[i], n) >= 0);
        assert_int_equal(b->out_len, 17);
        bench_is_over(b);
    }
}

/* Commands behind an admin command in the same stream don't run. */
static void what_follows_an_admin_command_does_not_run(void **state)
{
    struct bench *b = *state;
    uint8_t record[64];
    size_t n;

    admin(b);
    n = model_command(&b->host, MSSL_TASK_ADMIN, "\x05\x09", 2, record);
    bench_give(b, record, n);
    n = model_command(&b->host, 1, "on", 2, record);
    bench_give(b, record, n);
    assert_int_equal(b->out_len, 0);
    assert_int_equal(ram.ran, 0);
}

/* An admin may revoke himself; then he is out. */
static void an_admin_can_revoke_his_own_slot(void **state)
{
    struct bench *b = *state;

    admin(b);
    assert_int_equal(revoke(b, 3, 8), 0);
    bench_connect(b, 0);
    ram_forget();
    bench_hello(b);
    bench_is_refused(b);
    bench_connect(b, 0);
    b->host.blocks[0][MSSL_G_GENERATION] = 8;
    bench_greet_as(b);
}

/* M-9.2: a torn byte refuses its slot, and any generation mends it. */
static void a_stored_255_is_mended_by_any_generation(void **state)
{
    struct bench *b = *state;
    int generation;

    for (generation = 0; generation < 255; generation++) {
        admin(b);
        ram.cells[MSSL_EE_GENERATIONS + 5] = 255;
        assert_int_equal(revoke(b, 5, generation), 0);
        assert_int_equal(ram.cells[MSSL_EE_GENERATIONS + 5], generation);
    }
}

/* M-7.6, M-3.3: in the order of 7, so without the bit nothing is looked at. */
static void without_its_bit_admin_is_denied_and_the_session_goes_on(void **state)
{
    struct bench *b = *state;

    bench_open(b, 0x7FFFFFFFu);
    ram_forget();
    assert_int_equal(revoke(b, 5, 9), MSSL_STATUS_DENIED);
    assert_int_equal(bench_ask(b, MSSL_TASK_ADMIN, "\x80", 1), MSSL_STATUS_DENIED);
    assert_int_equal(ram.writes, 0);
    assert_int_equal(bench_ask(b, 1, "on", 2), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(generations_only_rise, bench_setup),
        cmocka_unit_test_setup(exactly_the_named_slot_is_raised, bench_setup),
        cmocka_unit_test_setup(every_slot_above_15_gets_status_3_and_writes_nothing, bench_setup),
        cmocka_unit_test_setup(anything_behind_slot_and_generation_gets_status_3, bench_setup),
        cmocka_unit_test_setup(missing_arguments_read_as_zero_and_lower_nothing, bench_setup),
        cmocka_unit_test_setup(a_generation_that_does_not_take_gets_status_6, bench_setup),
        cmocka_unit_test_setup(every_answer_to_an_admin_command_is_the_last_record, bench_setup),
        cmocka_unit_test_setup(what_follows_an_admin_command_does_not_run, bench_setup),
        cmocka_unit_test_setup(an_admin_can_revoke_his_own_slot, bench_setup),
        cmocka_unit_test_setup(a_stored_255_is_mended_by_any_generation, bench_setup),
        cmocka_unit_test_setup(without_its_bit_admin_is_denied_and_the_session_goes_on,
                               bench_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
