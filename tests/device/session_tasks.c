/* SPDX-License-Identifier: ISC */
/* Commands, statuses and describe. PROTOCOL 7. */
#include <stdarg.h>
#include <string.h>
#include "bench.h"
#include <cmocka.h>

static uint8_t record[256];

/* M-7.6: 1 for a task above 31, before any bit is read. */
static void every_task_above_31_is_unknown(void **state)
{
    struct bench *b = *state;
    int task;

    bench_open(b, 0);
    for (task = 32; task < 256; task++)
        assert_int_equal(bench_ask(b, (uint8_t)task, NULL, 0), MSSL_STATUS_UNKNOWN);
    bench_connect(b, 0);
    bench_open(b, ALL_TASKS);
    for (task = 32; task < 256; task++)
        assert_int_equal(bench_ask(b, (uint8_t)task, NULL, 0), MSSL_STATUS_UNKNOWN);
    assert_int_equal(ram.ran, 0);
}

/* M-3.2, M-7.6, M-7.7: one bit permits one task, no other. */
static void each_bit_permits_its_task_and_no_other(void **state)
{
    struct bench *b = *state;
    int bit, task, status;

    for (bit = 0; bit < 29; bit++) {
        bench_connect(b, 0);
        bench_open(b, 1u << bit);
        for (task = 0; task < 29; task++) {
            ram.ran = 0;
            status = bench_ask(b, (uint8_t)task, "x", 1);
            assert_int_equal(status == MSSL_STATUS_DENIED, task != bit);
            assert_int_equal(ram.ran, task == bit && (task == 1 || task == 2 || task == RAM_TOLD));
        }
        assert_int_equal(bench_ask(b, MSSL_TASK_ADMIN, "\x80", 1), MSSL_STATUS_DENIED);
        assert_int_equal(ram.writes, MSSL_SEED_LEN);
    }
}

/* M-7.6: not permitted comes before not here. */
static void a_missing_task_is_unknown_only_to_those_who_may(void **state)
{
    struct bench *b = *state;

    bench_open(b, 1u << 9);
    assert_int_equal(bench_ask(b, 9, "xyz", 3), MSSL_STATUS_UNKNOWN);
    assert_true(model_zero(b->plain + 1, 7));       /* no byte of the command either */
    assert_int_equal(bench_ask(b, 10, NULL, 0), MSSL_STATUS_DENIED);
    assert_true(model_zero(b->plain + 1, 7));
}

/* M-3.3, M-7.6: a core without the signature option has no task 30, granted or not. */
static void enrol_is_unknown_without_the_signature_option(void **state)
{
    struct bench *b = *state;

    bench_open(b, 0);
    assert_int_equal(bench_ask(b, MSSL_TASK_ENROL, "\0\0\x01\x55", 4), MSSL_STATUS_UNKNOWN);
    assert_int_equal(ram.writes, MSSL_SEED_LEN);
}

/* M-7.6: what the task says is passed on, also with 127 bytes of data. M-7.8. */
static void a_tasks_status_and_data_are_the_answer(void **state)
{
    struct bench *b = *state;
    static const uint8_t statuses[] = { 0, 3, 5, 6 };
    size_t i, n;

    bench_open(b, 1u << RAM_TOLD);
    for (i = 0; i < sizeof statuses; i++)
        for (n = 0; n < 128; n++) {
            ram.status = statuses[i];
            memset(ram.data, 'a' + (int)n % 26, n);
            ram.data_len = (uint8_t)n;
            assert_int_equal(bench_ask(b, RAM_TOLD, NULL, 0), statuses[i]);
            assert_memory_equal(b->plain + 1, ram.data, n);
            assert_true(model_zero(b->plain + 1 + n, b->out_len - 9 - 1 - n));
            assert_true(b->out_len - 9 < 16 || b->out_len - 9 < 2 * (n + 1));
        }
}

/* M-7.8: arguments come with their padding. */
static void a_task_sees_its_arguments_with_their_padding(void **state)
{
    struct bench *b = *state;
    uint8_t args[127];
    size_t n, class;

    model_random_bytes(args, sizeof args);
    bench_open(b, ALL_TASKS);
    for (n = 0; n <= 127; n++) {
        for (class = 8; class < n + 1; class *= 2)
            ;
        assert_int_equal(bench_ask(b, 1, args, n), 0);
        assert_int_equal(ram.args_len, class - 1);
        assert_memory_equal(ram.args, args, n);
        assert_true(model_zero(ram.args + n, class - 1 - n));
    }
}

/* M-3.11. */
static void a_task_sees_slot_host_and_parameters_of_its_caller(void **state)
{
    struct bench *b = *state;

    model_grant(&b->host, ALL_TASKS);
    b->host.blocks[0][MSSL_G_SLOT] = 11;
    memcpy(b->host.blocks[0] + MSSL_G_PARAM, "\x01\xFE\x7A", 3);
    memcpy(b->host.blocks[0] + MSSL_G_HOST, "seven-7", 7);
    bench_greet_as(b);
    assert_int_equal(bench_ask(b, 1, NULL, 0), 0);
    assert_int_equal(ram.caller.slot, 11);
    assert_memory_equal(ram.caller.param, "\x01\xFE\x7A", 3);
    assert_memory_equal(ram.caller.host, "seven-7", 7);
}

/* M-7.2: one by one and in order, also when the next ones are there already. */
static void commands_are_answered_in_order(void **state)
{
    struct bench *b = *state;
    uint8_t stream[20 * 25], text[4] = "0";
    size_t i, at = 0, answers = 0;
    uint8_t n;

    bench_open(b, ALL_TASKS);
    for (i = 0; i < 20; i++) {
        text[0] = (uint8_t)('a' + i);
        at += model_command(&b->host, 1, text, i % 2 ? 1 : 4, stream + at);
    }
    for (i = 0; i < at; i++) {
        n = mssl_dev_input(b->s, b->buf, stream[i]);
        if (n == 0)
            continue;
        assert_int_equal(model_open(&b->host, b->buf, n, b->plain), 8);
        assert_int_equal(b->plain[1], 'a' + answers++);
    }
    assert_int_equal(answers, 20);
}

/* M-7.9: the words as they stand, reserved bits included; flags 0 without the option. */
static void describe_gives_table_tasks_and_flags(void **state)
{
    struct bench *b = *state;
    static const uint32_t words[] = { 0, 1, 0x80000000u, 0xE0000000u, 0x12345678u, ALL_TASKS };
    size_t i;
    int k;

    for (i = 0; i < sizeof words / sizeof *words; i++) {
        bench_connect(b, 0);
        bench_open(b, words[i]);
        assert_int_equal(bench_ask(b, MSSL_TASK_DESCRIBE, "\0", 1), 0);
        assert_int_equal(b->out_len, 17);
        assert_int_equal(b->plain[1], 1);
        for (k = 0; k < 4; k++)
            assert_int_equal(b->plain[2 + k], words[i] >> 8 * k & 0xFF);
        assert_int_equal(b->plain[6], 0);
        assert_int_equal(b->plain[7], 0);
    }
}

/* M-7.4, M-7.10: to everybody, permitted to run it or not. */
static void describe_gives_a_tasks_text_or_status_1(void **state)
{
    struct bench *b = *state;
    uint8_t args[2] = { 1, 0 };
    int t;

    bench_open(b, 0);
    for (t = 0; t < 256; t++) {
        args[1] = (uint8_t)t;
        if (t == 1 || t == 2) {
            assert_int_equal(bench_ask(b, MSSL_TASK_DESCRIBE, args, 2), 0);
            assert_string_equal((char *)b->plain + 1, t == 1 ? "echo TEXT" : "fail ");
        } else {
            assert_int_equal(bench_ask(b, MSSL_TASK_DESCRIBE, args, 2), MSSL_STATUS_UNKNOWN);
        }
    }
    assert_int_equal(ram.ran, 0);
}

/* M-7.11, M-7.5. */
static void any_other_argument_of_describe_gets_status_3(void **state)
{
    struct bench *b = *state;
    static const uint8_t after[][9] = { { 0, 1 }, { 0, 0, 1 }, { 1, 1, 1 }, { 1, 29, 0, 7 },
                                        { 0, 0, 0, 0, 0, 0, 0, 0, 1 } };
    uint8_t argument;
    int v;
    size_t i;

    bench_open(b, ALL_TASKS);
    for (v = 2; v < 256; v++) {
        argument = (uint8_t)v;
        assert_int_equal(bench_ask(b, MSSL_TASK_DESCRIBE, &argument, 1), MSSL_STATUS_ARGUMENT);
    }
    for (i = 0; i < sizeof after / sizeof *after; i++)
        assert_int_equal(bench_ask(b, MSSL_TASK_DESCRIBE, after[i], 9), MSSL_STATUS_ARGUMENT);
}

/* M-7.3: a record is a good one in any class, however little it holds. */
static void describe_is_answered_in_every_class(void **state)
{
    struct bench *b = *state;
    static const uint8_t sizes[] = { 8, 16, 32, 64, 128 };
    uint8_t plain[128] = { MSSL_TASK_DESCRIBE };
    size_t i;

    bench_greet(b, ALL_TASKS);
    for (i = 0; i < sizeof sizes; i++) {
        model_seal(record, plain, sizes[i], b->host.key, 1, b->host.sent++);
        bench_give(b, record, sizes[i] + 9u);
        assert_int_equal(model_open(&b->host, b->out, b->out_len, b->plain), 8);
        assert_int_equal(b->plain[0], 0);
    }
}

/* M-7.10: the port is asked for any number, and knows its tasks. */
static void a_task_without_a_text_is_unknown_whatever_its_number(void **state)
{
    static const uint8_t numbers[] = { 28, 29, 31, 32, 255 };
    struct bench *b = *state;
    uint8_t args[2] = { MSSL_DESCRIBE_TASK };

    bench_open(b, ALL_TASKS);
    for (size_t i = 0; i < sizeof numbers; i++) {
        args[1] = numbers[i];
        assert_int_equal(bench_ask(b, MSSL_TASK_DESCRIBE, args, 2), MSSL_STATUS_UNKNOWN);
        assert_int_equal(ram.texts, i + 1);
    }
}

/* The port broke its contract (mssl_dev_port.h): no more than a record is sealed, and
 * the device goes on. */
static void of_a_length_beyond_a_record_the_low_bits_count(void **state)
{
    static const uint8_t claims[] = { 128, 129, 200, 255 };
    struct bench *b = *state;
    size_t i;

    bench_open(b, ALL_TASKS);
    ram.data_len = 127;
    memset(ram.data, 'a', ram.data_len);
    for (i = 0; i < sizeof claims; i++) {
        ram.claim = claims[i];
        assert_int_equal(bench_ask(b, RAM_TOLD, NULL, 0), ram.status);
        assert_true(model_zero(b->plain + 1 + (claims[i] & 127), b->out_len - 10u - (claims[i] & 127u)));
        assert_int_equal(bench_ask(b, MSSL_TASK_DESCRIBE, "\1\1", 2),
                         claims[i] == 128 ? MSSL_STATUS_UNKNOWN : MSSL_STATUS_OK);
        ram.claim = 0;
        assert_int_equal(bench_ask(b, RAM_TOLD, NULL, 0), ram.status);
        assert_memory_equal(b->plain + 1, ram.data, 127);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_task_above_31_is_unknown, bench_setup),
        cmocka_unit_test_setup(each_bit_permits_its_task_and_no_other, bench_setup),
        cmocka_unit_test_setup(a_missing_task_is_unknown_only_to_those_who_may, bench_setup),
        cmocka_unit_test_setup(enrol_is_unknown_without_the_signature_option, bench_setup),
        cmocka_unit_test_setup(a_tasks_status_and_data_are_the_answer, bench_setup),
        cmocka_unit_test_setup(a_task_sees_its_arguments_with_their_padding, bench_setup),
        cmocka_unit_test_setup(a_task_sees_slot_host_and_parameters_of_its_caller, bench_setup),
        cmocka_unit_test_setup(commands_are_answered_in_order, bench_setup),
        cmocka_unit_test_setup(describe_gives_table_tasks_and_flags, bench_setup),
        cmocka_unit_test_setup(describe_gives_a_tasks_text_or_status_1, bench_setup),
        cmocka_unit_test_setup(any_other_argument_of_describe_gets_status_3, bench_setup),
        cmocka_unit_test_setup(describe_is_answered_in_every_class, bench_setup),
        cmocka_unit_test_setup(a_task_without_a_text_is_unknown_whatever_its_number, bench_setup),
        cmocka_unit_test_setup(of_a_length_beyond_a_record_the_low_bits_count, bench_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
