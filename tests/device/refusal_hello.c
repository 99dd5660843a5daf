/* SPDX-License-Identifier: ISC */
/* A HELLO with one wrong field is refused, whatever its value: PROTOCOL 6, checks 1 to 9. */
#include <stdarg.h>
#include <string.h>
#include "bench.h"
#include <cmocka.h>

/* A good host for slot 3, generation 7. */
static void good(struct bench *b)
{
    model_grant(&b->host, ALL_TASKS);
    b->host.blocks[0][MSSL_G_SLOT] = 3;
    b->host.blocks[0][MSSL_G_GENERATION] = 7;
    ram.cells[MSSL_EE_GENERATIONS + 3] = 7;
    ram_forget();
}

/* The good host with one byte of G changed. */
static void refuse_with(struct bench *b, uint8_t offset, uint8_t value)
{
    bench_connect(b, 0);
    good(b);
    b->host.blocks[0][offset] = value;
    bench_hello(b);
    bench_is_refused(b);
}

/* Otherwise none of the refusals here would say anything. */
static void the_unchanged_hello_is_accepted(void **state)
{
    struct bench *b = *state;

    good(b);
    bench_greet_as(b);
}

static void other_length_bytes_are_refused(struct bench *b, int over_a_good_hello)
{
    uint8_t byte;
    int n;

    for (n = 0; n < 256; n++) {
        if (n == 44 || n == 76 || n == 108 || n == 140)
            continue;
        bench_connect(b, 0);
        if (over_a_good_hello) {
            good(b);
            model_hello(&b->host, b->buf);
        }
        byte = (uint8_t)n;
        bench_give(b, &byte, 1);
        bench_is_refused(b);
    }
}

/* M-6.1, M-6.11: the first byte alone decides, so nothing is read in vain. */
static void every_other_length_byte_is_refused_at_once(void **state)
{
    other_length_bytes_are_refused(*state, 0);
}

/* M-6.11: what a good HELLO of before left in the buffer is no part of the next. */
static void a_wrong_length_byte_is_refused_over_a_good_hello_of_before(void **state)
{
    other_length_bytes_are_refused(*state, 1);
}

/* M-6.1: a chain's length byte needs that many blocks. */
static void length_byte_with_a_block_too_many_waits_for_it(void **state)
{
    struct bench *b = *state;
    uint8_t hello[MSSL_HELLO_LEN_MAX];
    size_t n;

    good(b);
    n = model_hello(&b->host, hello);
    hello[0] = 76;
    bench_give(b, hello, n);
    assert_int_equal(b->out_len, 0);
    assert_int_equal(b->s->state, MSSL_DEV_AWAIT_HELLO);
    assert_int_equal(ram.aes + ram.writes, 0);
}

/* M-6.12. */
static void every_other_type_is_refused(void **state)
{
    int v;

    for (v = 0; v < 256; v++)
        if (v != 0x11)
            refuse_with(*state, MSSL_G_TYPE, (uint8_t)v);
}

/* M-6.13, M-6.20: and no cell beside the map of generations is asked. */
static void every_slot_above_15_is_refused_and_indexes_nothing(void **state)
{
    int v, cell;

    for (v = 16; v < 256; v++) {
        refuse_with(*state, MSSL_G_SLOT, (uint8_t)v);
        for (cell = MSSL_EE_GENERATIONS; cell < MSSL_EE_LEN; cell++)
            assert_int_equal(ram.was_read[cell], 0);
    }
}

/* M-6.18: the slot's own generation counts, not another's. */
static void every_other_slot_is_refused_by_its_generation(void **state)
{
    int v;

    for (v = 0; v < 16; v++)
        if (v != 3)
            refuse_with(*state, MSSL_G_SLOT, (uint8_t)v);
}

/* M-6.14. */
static void every_other_address_kind_is_refused_at_any_length(void **state)
{
    struct bench *b = *state;
    int kind, length;

    for (kind = 0; kind < 256; kind++) {
        if (kind == 0 || kind == 4)
            continue;
        for (length = 0; length < 8; length++) {
            bench_connect(b, 0);
            good(b);
            b->host.blocks[0][MSSL_G_ADDRESS_KIND] = (uint8_t)kind;
            b->host.blocks[0][MSSL_G_ADDRESS_LEN] = (uint8_t)length;
            bench_hello(b);
            bench_is_refused(b);
        }
    }
}

/* M-6.14, M-6.20: even where the bytes behind the address would agree. */
static void every_length_above_its_kinds_is_refused(void **state)
{
    struct bench *b = *state;
    static const uint8_t kinds[] = { 0, 4 }, longest[] = { 4, 6 };
    int i, length;

    for (i = 0; i < 2; i++) {
        for (length = longest[i] + 1; length < 256; length++) {
            bench_connect(b, 0);
            good(b);
            model_address(b->host.blocks[0], kinds[i], bench_peer + kinds[i], 6);
            b->host.blocks[0][MSSL_G_ADDRESS_LEN] = (uint8_t)length;
            bench_hello(b);
            bench_is_refused(b);
        }
    }
}

/* M-3.1, M-6.16. */
static void every_other_task_table_is_refused(void **state)
{
    int v;

    for (v = 0; v < 256; v++)
        if (v != 1)
            refuse_with(*state, MSSL_G_TABLE, (uint8_t)v);
}

/* M-6.17: each byte of the id counts, and each bit of it. */
static void every_other_device_id_is_refused(void **state)
{
    struct bench *b = *state;
    int i, bit;

    for (i = 0; i < 4; i++) {
        for (bit = 0; bit < 8; bit++) {
            good(b);
            refuse_with(b, (uint8_t)(MSSL_G_DEVICE + i),
                        (uint8_t)(b->host.blocks[0][MSSL_G_DEVICE + i] ^ 1 << bit));
        }
    }
}

/* M-6.18. */
static void every_other_generation_is_refused(void **state)
{
    int v;

    for (v = 0; v < 256; v++)
        if (v != 7)
            refuse_with(*state, MSSL_G_GENERATION, (uint8_t)v);
}

/* M-6.18, M-9.2: an erased or torn byte serves nobody, not even its equal. */
static void stored_255_refuses_every_generation(void **state)
{
    struct bench *b = *state;
    int v;

    for (v = 0; v < 256; v++) {
        bench_connect(b, 0);
        good(b);
        ram.cells[MSSL_EE_GENERATIONS + 3] = 255;
        b->host.blocks[0][MSSL_G_GENERATION] = (uint8_t)v;
        bench_hello(b);
        bench_is_refused(b);
    }
}

/* M-6.7: a fault early in the order is seen before anything later is looked at.
 * What the core looks at shows in the cells it reads. */
static void faults_are_found_in_the_protocols_order(void **state)
{
    struct bench *b = *state;

    refuse_with(b, MSSL_G_TYPE, 0x10);
    assert_int_equal(ram.reads, 0);
    refuse_with(b, MSSL_G_SLOT, 16);
    assert_int_equal(ram.reads, 0);
    refuse_with(b, MSSL_G_ADDRESS_KIND, 1);
    assert_int_equal(ram.reads, 0);
    refuse_with(b, MSSL_G_ADDRESS_LEN, 5);
    assert_int_equal(ram.reads, 0);
    refuse_with(b, MSSL_G_TABLE, 2);
    assert_int_equal(ram.reads, 0);
    refuse_with(b, MSSL_G_DEVICE, 1);
    assert_int_equal(ram.was_read[MSSL_EE_GENERATIONS + 3], 0);
    refuse_with(b, MSSL_G_GENERATION, 8);
    assert_int_equal(ram.was_read[MSSL_EE_GENERATIONS + 3], 1);
    assert_int_equal(ram.was_read[MSSL_EE_SEED], 0);
}

/* M-3.6, M-6.1: fields that decide nothing at the door, though they make the key. */
static void epoch_parameters_tasks_and_host_id_do_not_refuse(void **state)
{
    struct bench *b = *state;
    static const uint8_t offsets[] = { MSSL_G_EPOCH, MSSL_G_EPOCH + 1, MSSL_G_TASKS,
                                       MSSL_G_TASKS + 3, MSSL_G_PARAM, MSSL_G_HOST,
                                       MSSL_G_HOST + 6, MSSL_G_ADDRESS, MSSL_G_ADDRESS + 5 };
    size_t i;

    for (i = 0; i < sizeof offsets; i++) {
        bench_connect(b, 0);
        good(b);
        b->host.blocks[0][offsets[i]] ^= 0x5A;
        bench_greet_as(b);
    }
}

/* M-4.1: a host that changed what the authority sealed has not the key. */
static void a_host_that_widens_its_tasks_cannot_prove_itself(void **state)
{
    struct bench *b = *state;
    struct model owned;
    uint8_t kd[16], record[MSSL_RECORD_LEN_MAX];
    size_t n;

    memcpy(kd, ram.cells, 16);
    good(b);
    b->host.blocks[0][MSSL_G_TASKS] = 2;
    owned = b->host;
    b->host.blocks[0][MSSL_G_TASKS + 3] = 0x80;
    bench_hello(b);
    assert_int_equal(b->out_len, MSSL_WELCOME_LEN);
    assert_int_equal(model_welcome(&owned, kd, b->out, b->out_len), 0);
    n = model_command(&owned, 1, "on", 2, record);
    bench_give(b, record, n);
    bench_is_over_silently(b);
    assert_int_equal(ram.ran, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_unchanged_hello_is_accepted, bench_setup),
        cmocka_unit_test_setup(every_other_length_byte_is_refused_at_once, bench_setup),
        cmocka_unit_test_setup(a_wrong_length_byte_is_refused_over_a_good_hello_of_before, bench_setup),
        cmocka_unit_test_setup(length_byte_with_a_block_too_many_waits_for_it, bench_setup),
        cmocka_unit_test_setup(every_other_type_is_refused, bench_setup),
        cmocka_unit_test_setup(every_slot_above_15_is_refused_and_indexes_nothing, bench_setup),
        cmocka_unit_test_setup(every_other_slot_is_refused_by_its_generation, bench_setup),
        cmocka_unit_test_setup(every_other_address_kind_is_refused_at_any_length, bench_setup),
        cmocka_unit_test_setup(every_length_above_its_kinds_is_refused, bench_setup),
        cmocka_unit_test_setup(every_other_task_table_is_refused, bench_setup),
        cmocka_unit_test_setup(every_other_device_id_is_refused, bench_setup),
        cmocka_unit_test_setup(every_other_generation_is_refused, bench_setup),
        cmocka_unit_test_setup(stored_255_refuses_every_generation, bench_setup),
        cmocka_unit_test_setup(faults_are_found_in_the_protocols_order, bench_setup),
        cmocka_unit_test_setup(epoch_parameters_tasks_and_host_id_do_not_refuse, bench_setup),
        cmocka_unit_test_setup(a_host_that_widens_its_tasks_cannot_prove_itself, bench_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
