/* SPDX-License-Identifier: ISC */
/* The three timers, in ticks of 250 ms, a tick more or less. PROTOCOL 8. */
#include <stdarg.h>
#include <string.h>
#include "bench.h"
#include <cmocka.h>

#define FIVE_S  20
#define SIXTY_S 240

static uint8_t record[256];

static void assert_about(unsigned ticks, unsigned expected)
{
    assert_in_range(ticks, expected - 1, expected + 1);
}

/* M-8.4: before WELCOME there is no key, so no close either. */
static void without_a_whole_hello_it_ends_after_5_s_without_a_byte(void **state)
{
    struct bench *b = *state;

    assert_about(bench_ticks(b, 1000), FIVE_S);
    bench_is_over_silently(b);
}

/* M-8.4, M-8.7: who sends a byte a second gets no more time. */
static void bytes_of_a_hello_do_not_rearm_its_timer(void **state)
{
    struct bench *b = *state;
    uint8_t hello[MSSL_HELLO_LEN];
    unsigned i;

    model_grant(&b->host, ALL_TASKS);
    model_hello(&b->host, hello);
    for (i = 0; i < 60 && b->s->state != MSSL_DEV_CLOSED; i++) {
        if (i < 44)
            bench_give(b, hello + i, 1);
        bench_ticks(b, 1);
    }
    assert_about(i, FIVE_S);
    bench_is_over_silently(b);
}

/* M-8.5, M-8.17. */
static void without_proof_it_ends_5_s_after_welcome_with_a_close(void **state)
{
    struct bench *b = *state;

    bench_greet(b, ALL_TASKS);
    assert_about(bench_ticks(b, 1000), FIVE_S);
    bench_is_closed(b);
}

/* M-8.5: WELCOME starts a time of its own, whatever the HELLO took. */
static void the_time_for_proof_counts_from_welcome(void **state)
{
    struct bench *b = *state;

    bench_ticks(b, FIVE_S - 2);
    bench_greet(b, ALL_TASKS);
    assert_about(bench_ticks(b, 1000), FIVE_S);
    bench_is_closed(b);
}

/* M-8.7. */
static void bytes_of_a_record_do_not_rearm_the_time_for_proof(void **state)
{
    struct bench *b = *state;
    unsigned i;

    bench_greet(b, ALL_TASKS);
    model_command(&b->host, 1, "0123456789012345678901234567890", 31, record);
    for (i = 0; i < 40 && b->s->state != MSSL_DEV_CLOSED; i++) {
        bench_give(b, record + i, 1);
        bench_ticks(b, 1);
    }
    assert_about(i, FIVE_S);
    bench_is_closed(b);
}

/* M-8.6, M-8.17. */
static void an_idle_session_ends_after_60_s_with_a_close(void **state)
{
    struct bench *b = *state;

    bench_open(b, ALL_TASKS);
    assert_about(bench_ticks(b, 1000), SIXTY_S);
    bench_is_closed(b);
}

/* M-8.7: each complete valid record gives 60 s again. */
static void complete_records_keep_the_session_for_an_hour(void **state)
{
    struct bench *b = *state;
    int i;

    bench_open(b, ALL_TASKS);
    for (i = 0; i < 61; i++) {
        assert_int_equal(bench_ticks(b, SIXTY_S - 2), SIXTY_S - 2);
        assert_int_equal(b->s->state, MSSL_DEV_OPEN);
        assert_int_equal(bench_ask(b, MSSL_TASK_DESCRIBE, NULL, 0), 0);
    }
    assert_about(bench_ticks(b, 1000), SIXTY_S);
    bench_is_closed(b);
}

/* M-8.7: a command that is refused is a complete valid record all the same. */
static void a_refused_command_rearms_the_timer(void **state)
{
    struct bench *b = *state;

    bench_open(b, 0);
    bench_ticks(b, SIXTY_S - 2);
    assert_int_equal(bench_ask(b, 1, NULL, 0), MSSL_STATUS_DENIED);
    assert_about(bench_ticks(b, 1000), SIXTY_S);
}

/* M-8.7. */
static void bytes_of_a_record_do_not_rearm_the_idle_timer(void **state)
{
    struct bench *b = *state;
    unsigned i;

    bench_open(b, ALL_TASKS);
    model_command(&b->host, 1, b->buf, 127, record);
    for (i = 0; i < 300 && b->s->state != MSSL_DEV_CLOSED; i++) {
        if (i % 2 == 0 && i / 2 < 136)
            bench_give(b, record + i / 2, 1);
        bench_ticks(b, 1);
    }
    assert_about(i, SIXTY_S);
    bench_is_closed(b);
}

/* M-8.7: what the device sends on its own doesn't keep a silent host in. */
static void events_do_not_rearm_the_idle_timer(void **state)
{
    struct bench *b = *state;
    unsigned i;

    bench_open(b, ALL_TASKS);
    for (i = 0; i < 300 && b->s->state != MSSL_DEV_CLOSED; i++) {
        assert_int_equal(mssl_dev_event(b->s, b->buf, 1, 0), 17);
        b->host.received++;
        bench_ticks(b, 1);
    }
    assert_about(i, SIXTY_S);
    bench_is_closed(b);
}

static void an_unused_session_ticks_without_effect(void **state)
{
    struct bench *b = *state;

    mssl_dev_end(b->s);
    b->out_len = 0;
    bench_is_over_silently(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(without_a_whole_hello_it_ends_after_5_s_without_a_byte,
                               bench_setup),
        cmocka_unit_test_setup(bytes_of_a_hello_do_not_rearm_its_timer, bench_setup),
        cmocka_unit_test_setup(without_proof_it_ends_5_s_after_welcome_with_a_close, bench_setup),
        cmocka_unit_test_setup(the_time_for_proof_counts_from_welcome, bench_setup),
        cmocka_unit_test_setup(bytes_of_a_record_do_not_rearm_the_time_for_proof, bench_setup),
        cmocka_unit_test_setup(an_idle_session_ends_after_60_s_with_a_close, bench_setup),
        cmocka_unit_test_setup(complete_records_keep_the_session_for_an_hour, bench_setup),
        cmocka_unit_test_setup(a_refused_command_rearms_the_timer, bench_setup),
        cmocka_unit_test_setup(bytes_of_a_record_do_not_rearm_the_idle_timer, bench_setup),
        cmocka_unit_test_setup(events_do_not_rearm_the_idle_timer, bench_setup),
        cmocka_unit_test_setup(an_unused_session_ticks_without_effect, bench_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
