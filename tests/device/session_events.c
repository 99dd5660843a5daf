/* SPDX-License-Identifier: ISC */
/* Events: only to proven hosts, only of tasks they have. PROTOCOL 7. */
#include <stdarg.h>
#include <string.h>
#include "bench.h"
#include <cmocka.h>

static uint8_t record[256];

/* An event of task with len bytes of data; returns how many to send. */
static uint8_t event(struct bench *b, uint8_t task, const void *data, uint8_t len)
{
    if (mssl_dev_event_ready(b->s, task) && len)
        memcpy(b->buf + 2, data, len);
    return mssl_dev_event(b->s, b->buf, task, len);
}

/* M-7.12, M-7.13. */
static void an_event_is_a_sealed_record_of_the_device(void **state)
{
    struct bench *b = *state;
    uint8_t n;

    bench_open(b, ALL_TASKS);
    n = event(b, 4, "pressed", 7);
    assert_int_equal(model_open(&b->host, b->buf, n, b->plain), 8);
    assert_memory_equal(b->plain, "\x84pressed", 8);
    n = event(b, 4, "pressed!", 8);
    assert_int_equal(model_open(&b->host, b->buf, n, b->plain), 16);
    assert_memory_equal(b->plain, "\x84pressed!\0\0\0\0\0\0\0", 16);
    assert_int_equal(bench_ask(b, 1, "on", 2), 0);
}

/* M-7.12. */
static void there_is_no_event_before_open_or_after_the_end(void **state)
{
    struct bench *b = *state;

    assert_int_equal(event(b, 4, "x", 1), 0);
    bench_greet(b, ALL_TASKS);
    assert_int_equal(event(b, 4, "x", 1), 0);
    assert_int_equal(bench_ask(b, 1, NULL, 0), 0);
    assert_int_not_equal(event(b, 4, "x", 1), 0);
    b->host.received++;
    bench_give(b, record, model_close(&b->host, record));
    bench_is_closed(b);
    assert_int_equal(event(b, 4, "x", 1), 0);
}

/* M-7.12: the ANDed words decide, and 29 to 31 have no events. */
static void there_are_events_of_effective_tasks_only(void **state)
{
    struct bench *b = *state;
    int task;

    model_grant(&b->host, 0xFFFFFFF0u);
    model_restrict(&b->host, 0xF000001Fu);
    bench_greet_as(b);
    assert_int_equal(bench_ask(b, MSSL_TASK_DESCRIBE, NULL, 0), 0);
    for (task = 0; task < 256; task++)
        assert_int_equal(event(b, (uint8_t)task, "x", 1) != 0, task == 4 || task == 28);
}

/* An event must not destroy a command that is half here, in the same buffer. */
static void an_event_waits_for_a_message_that_is_half_come(void **state)
{
    struct bench *b = *state;
    size_t i, n;

    bench_open(b, ALL_TASKS);
    n = model_command(&b->host, 1, "abcdefgh", 8, record);
    for (i = 0; i + 1 < n; i++) {
        bench_give(b, record + i, 1);
        assert_int_equal(event(b, 4, "x", 1), 0);
    }
    bench_give(b, record + n - 1, 1);
    assert_int_equal(model_open(&b->host, b->out, b->out_len, b->plain), 16);
    assert_memory_equal(b->plain + 1, "abcdefgh", 8);
    assert_int_not_equal(event(b, 4, "x", 1), 0);
}

/* Nothing that lay in the buffer before may go out behind an event's data. */
static void an_events_padding_is_zero(void **state)
{
    struct bench *b = *state;
    static const uint8_t data[127] = "events";
    uint8_t len, n;
    int got;

    bench_open(b, ALL_TASKS);
    for (len = 0; len <= 127; len++) {
        memset(b->buf, 0xEE, sizeof b->buf);
        n = event(b, 4, data, len);
        got = model_open(&b->host, b->buf, n, b->plain);
        assert_true(got >= 8 && got > len);
        assert_memory_equal(b->plain + 1, data, len);
        assert_true(model_zero(b->plain + 1 + len, (size_t)got - 1 - len));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_event_is_a_sealed_record_of_the_device, bench_setup),
        cmocka_unit_test_setup(there_is_no_event_before_open_or_after_the_end, bench_setup),
        cmocka_unit_test_setup(there_are_events_of_effective_tasks_only, bench_setup),
        cmocka_unit_test_setup(an_event_waits_for_a_message_that_is_half_come, bench_setup),
        cmocka_unit_test_setup(an_events_padding_is_zero, bench_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
