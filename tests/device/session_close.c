/* SPDX-License-Identifier: ISC */
/* Closes and lost connections. PROTOCOL 6, 8. */
#include <stdarg.h>
#include <string.h>
#include "bench.h"
#include <cmocka.h>

static uint8_t record[256];

/* M-6.4, M-8.18. */
static void a_hosts_close_is_answered_with_a_close(void **state)
{
    struct bench *b = *state;

    bench_open(b, ALL_TASKS);
    bench_give(b, record, model_close(&b->host, record));
    bench_is_closed(b);
}

/* M-8.18. */
static void a_close_as_the_first_record_is_answered_with_a_close(void **state)
{
    struct bench *b = *state;

    bench_greet(b, ALL_TASKS);
    bench_give(b, record, model_close(&b->host, record));
    bench_is_closed(b);
    assert_int_equal(ram.ran, 0);
}

/* A close counts like any record, so one of another place is none. */
static void a_close_with_another_counter_ends_the_session_silently(void **state)
{
    struct bench *b = *state;

    bench_open(b, ALL_TASKS);
    b->host.sent++;
    bench_give(b, record, model_close(&b->host, record));
    bench_is_over_silently(b);
}

/* An attacker who sends zeros must not get a close that looks authentic. */
static void a_forged_close_ends_the_session_silently(void **state)
{
    struct bench *b = *state;

    memset(record, 0, sizeof record);
    bench_open(b, ALL_TASKS);
    bench_give(b, record, MSSL_CLOSE_LEN);
    bench_is_over_silently(b);
}

/* WELCOME's empty record is no close: sent back, it proves nothing. M-6.2. */
static void welcomes_empty_record_sent_back_is_no_close(void **state)
{
    struct bench *b = *state;

    bench_greet(b, ALL_TASKS);
    bench_give(b, b->out + 12, MSSL_CLOSE_LEN);
    bench_is_over_silently(b);
}

/* M-6.5: a closed session takes no HELLO before it is begun again. */
static void a_hello_after_the_close_is_ignored(void **state)
{
    struct bench *b = *state;
    uint8_t hello[MSSL_HELLO_LEN];

    bench_open(b, ALL_TASKS);
    model_hello(&b->host, hello);
    bench_give(b, record, model_close(&b->host, record));
    bench_is_closed(b);
    bench_give(b, hello, sizeof hello);
    bench_is_over_silently(b);
}

/* M-8.2. */
static void a_lost_connection_wipes_in_every_state(void **state)
{
    struct bench *b = *state;
    int depth;

    for (depth = 0; depth < 3; depth++) {
        bench_connect(b, 0);
        if (depth == 1)
            bench_greet(b, ALL_TASKS);
        if (depth == 2)
            bench_open(b, ALL_TASKS);
        b->out_len = 0;
        mssl_dev_end(b->s);
        bench_is_over_silently(b);
    }
}

/* A connection that takes the place of one that was not ended properly. */
static void beginning_again_forgets_the_session_before(void **state)
{
    struct bench *b = *state;
    size_t n;

    bench_open(b, ALL_TASKS);
    n = model_command(&b->host, 1, "on", 2, record);
    bench_give(b, record, n - 1);
    mssl_dev_begin(b->s, b->peer);
    assert_true(model_zero(b->s->key, 16));
    assert_true(model_zero(b->s->tasks, 4));
    assert_int_equal(b->s->sent + b->s->received + b->s->fill, 0);
    bench_open(b, ALL_TASKS);
    assert_int_equal(ram.ran, 0);
}

/* A HELLO, a record, a close: byte by byte is how bench gives all; here cut anywhere. */
static void half_a_message_is_neither_answered_nor_run(void **state)
{
    struct bench *b = *state;
    uint8_t hello[MSSL_HELLO_LEN];
    size_t i, n;

    for (i = 0; i < sizeof hello; i++) {
        bench_connect(b, 0);
        model_grant(&b->host, ALL_TASKS);
        ram_forget();
        model_hello(&b->host, hello);
        bench_give(b, hello, i);
        assert_int_equal(b->out_len + ram.aes + ram.writes, 0);
    }
    bench_connect(b, 0);
    bench_open(b, ALL_TASKS);
    n = model_command(&b->host, 1, "on", 2, record);
    ram_forget();
    bench_give(b, record, n - 1);
    assert_int_equal(b->out_len + ram.aes + ram.ran, 0);
    bench_give(b, record + n - 1, 1);
    assert_int_equal(ram.ran, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_hosts_close_is_answered_with_a_close, bench_setup),
        cmocka_unit_test_setup(a_close_as_the_first_record_is_answered_with_a_close, bench_setup),
        cmocka_unit_test_setup(a_close_with_another_counter_ends_the_session_silently,
                               bench_setup),
        cmocka_unit_test_setup(a_forged_close_ends_the_session_silently, bench_setup),
        cmocka_unit_test_setup(welcomes_empty_record_sent_back_is_no_close, bench_setup),
        cmocka_unit_test_setup(a_hello_after_the_close_is_ignored, bench_setup),
        cmocka_unit_test_setup(a_lost_connection_wipes_in_every_state, bench_setup),
        cmocka_unit_test_setup(beginning_again_forgets_the_session_before, bench_setup),
        cmocka_unit_test_setup(half_a_message_is_neither_answered_nor_run, bench_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
