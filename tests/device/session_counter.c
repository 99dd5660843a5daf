/* SPDX-License-Identifier: ISC */
/* The counters, from the first record to the last: 65,280 commands are really
 * run. PROTOCOL 2, 8. */
#include <stdarg.h>
#include <string.h>
#include "bench.h"
#include <cmocka.h>

static uint8_t record[256];

/* M-2.6, M-8.17, M-8.19: WELCOME's record is the device's number 0, so the
 * command number 0xFEFE is the last that can be answered, by record 0xFEFF. */
static void the_command_that_cannot_be_answered_does_not_run_but_closes(void **state)
{
    struct bench *b = *state;
    unsigned i;

    bench_greet(b, ALL_TASKS);
    for (i = 0; i < 0xFEFF; i++) {
        if (bench_ask(b, 1, "on", 2) != 0)
            fail_msg("command %u was not answered", i);
        ram.ran = 0;
    }
    assert_int_equal(b->host.sent, 0xFEFF);
    assert_int_equal(b->host.received, 0xFF00);
    bench_give(b, record, model_command(&b->host, 1, "on", 2, record));
    assert_int_equal(ram.ran, 0);
    bench_is_closed(b);
    assert_int_equal(b->host.received, 0xFF01);
}

/* Puts the session where n records went each way, as n commands would. */
static void jump(struct bench *b, uint16_t sent, uint16_t received)
{
    b->s->sent = b->host.received = sent;
    b->s->received = b->host.sent = received;
}

/* A command that changes the device must not run beyond the last answer either. */
static void an_admin_command_beyond_the_last_answer_does_not_run(void **state)
{
    struct bench *b = *state;
    uint8_t kd[16];

    bench_open(b, ALL_TASKS);
    jump(b, 0xFF00, 0xFEFF);
    memcpy(kd, ram.cells, 16);
    ram_forget();
    bench_give(b, record, model_command(&b->host, MSSL_TASK_ADMIN, "\x80", 1, record));
    assert_int_equal(ram.writes, 0);
    assert_memory_equal(ram.cells, kd, 16);
    bench_is_closed(b);
}

static void the_last_command_is_answered(void **state)
{
    struct bench *b = *state;

    bench_open(b, ALL_TASKS);
    jump(b, 0xFEFF, 0xFEFE);
    assert_int_equal(bench_ask(b, 1, "on", 2), 0);
    assert_int_equal(ram.ran, 1);
}

/* A host's close at the end, at every number it can have. */
static void a_close_is_answered_at_the_counters_end(void **state)
{
    struct bench *b = *state;
    uint16_t n;

    for (n = 0xFEFD; n <= 0xFEFF; n++) {
        bench_connect(b, 0);
        bench_open(b, ALL_TASKS);
        jump(b, (uint16_t)(n + 1), n);
        bench_give(b, record, model_close(&b->host, record));
        bench_is_closed(b);
    }
}

/* Events use up the device's counter before the host's. */
static void a_counter_used_up_by_events_closes_at_the_next_command(void **state)
{
    struct bench *b = *state;
    unsigned events = 0;
    uint8_t n;

    bench_open(b, ALL_TASKS);
    while ((n = mssl_dev_event(b->s, b->buf, 1, 0)) != 0) {
        assert_int_equal(model_open(&b->host, b->buf, n, b->plain), 8);
        events++;
    }
    assert_int_equal(events, 0xFF00 - 2);
    assert_int_equal(b->s->sent, 0xFF00);
    bench_give(b, record, model_command(&b->host, 1, "on", 2, record));
    assert_int_equal(ram.ran, 0);
    bench_is_closed(b);
}

/* A timeout's close may be number 0xFF00 too. */
static void a_timeout_at_the_counters_end_still_closes(void **state)
{
    struct bench *b = *state;

    bench_open(b, ALL_TASKS);
    jump(b, 0xFF00, 0xFEFF);
    bench_ticks(b, 300);
    bench_is_closed(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_command_that_cannot_be_answered_does_not_run_but_closes,
                               bench_setup),
        cmocka_unit_test_setup(an_admin_command_beyond_the_last_answer_does_not_run, bench_setup),
        cmocka_unit_test_setup(the_last_command_is_answered, bench_setup),
        cmocka_unit_test_setup(a_close_is_answered_at_the_counters_end, bench_setup),
        cmocka_unit_test_setup(a_counter_used_up_by_events_closes_at_the_next_command,
                               bench_setup),
        cmocka_unit_test_setup(a_timeout_at_the_counters_end_still_closes, bench_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
