/* SPDX-License-Identifier: ISC */
/* Several sessions: none sees, alters or ends another's, but for an admin command. PROTOCOL 8, 9. */
#include <stdarg.h>
#include <string.h>
#include "bench.h"
#include <cmocka.h>

static struct bench b[MSSL_DEV_SESSIONS];
static uint8_t record[256];
/* A session that no one touched, if there are more than two. */
#define OTHER (MSSL_DEV_SESSIONS > 2 ? 2 : 0)

static int three_open(void **state)
{
    int i;

    bench_setup(state);
    for (i = 0; i < MSSL_DEV_SESSIONS; i++) {
        bench_connect(&b[i], (unsigned)i);
        bench_open(&b[i], ALL_TASKS);
    }
    ram_forget();
    return 0;
}

/* A message that is half come in one session is no concern of another. M-8.9. */
static void sessions_interleave_byte_by_byte(void **state)
{
    uint8_t in[MSSL_DEV_SESSIONS][64], n;
    size_t len = 0, k;
    int i;

    (void)state;
    for (i = 0; i < MSSL_DEV_SESSIONS; i++) {
        record[0] = (uint8_t)('a' + i);
        len = model_command(&b[i].host, 1, record, 1, in[i]);
    }
    for (k = 0; k < len; k++)
        for (i = 0; i < MSSL_DEV_SESSIONS; i++) {
            n = mssl_dev_input(b[i].s, b[i].buf, in[i][k]);
            if (k + 1 < len) {
                assert_int_equal(n, 0);
                continue;
            }
            assert_int_equal(model_open(&b[i].host, b[i].buf, n, b[i].plain), 8);
            assert_int_equal(b[i].plain[1], 'a' + i);
        }
}

/* M-8.9. */
static void one_sessions_record_is_forged_in_another(void **state)
{
    size_t n = model_command(&b[0].host, 1, "on", 2, record);

    (void)state;
    bench_give(&b[1], record, n);
    bench_is_over_silently(&b[1]);
    assert_int_equal(ram.ran, 0);
    bench_give(&b[0], record, n);
    assert_int_equal(ram.ran, 1);
    if (OTHER)
        assert_int_equal(bench_ask(&b[OTHER], 1, "on", 2), 0);
}

/* M-8.3: whatever goes on elsewhere. */
static void ends_of_one_session_leave_the_others_open(void **state)
{
    int i;

    (void)state;
    bench_give(&b[0], "\x07", 1);
    bench_is_over_silently(&b[0]);
    if (OTHER) {
        bench_give(&b[1], record, model_close(&b[1].host, record));
        bench_is_closed(&b[1]);
    }
    for (i = 0; i < 50; i++) {
        bench_connect(&b[0], 0);
        model_grant(&b[0].host, ALL_TASKS);
        bench_hello(&b[0]);
    }
    assert_int_equal(bench_ask(&b[MSSL_DEV_SESSIONS - 1], 1, "on", 2), 0);
}

/* Two sessions of one grant are two: each its own Ns, so its own key. */
static void the_same_hello_twice_gives_two_keys(void **state)
{
    (void)state;
    bench_connect(&b[1], 1);
    b[1].host = b[0].host;
    bench_greet_as(&b[1]);
    assert_memory_not_equal(b[0].host.key, b[1].host.key, 16);
    assert_int_equal(bench_ask(&b[0], 1, "on", 2), 0);
    assert_int_equal(bench_ask(&b[1], 1, "on", 2), 0);
}

/* What the others get by the next tick: a close, as by timeout. M-8.17, M-9.8. */
static void the_others_end_as_by_timeout(void)
{
    int i;

    for (i = 1; i < MSSL_DEV_SESSIONS; i++) {
        assert_in_range(bench_ticks(&b[i], 2), 1, 2);
        bench_is_closed(&b[i]);
    }
}

/* M-9.8. */
static void a_revocation_ends_all_other_sessions(void **state)
{
    (void)state;
    assert_int_equal(bench_ask(&b[0], MSSL_TASK_ADMIN, "\x05\x09", 2), 0);
    bench_is_over(&b[0]);
    the_others_end_as_by_timeout();
}

/* M-9.8. */
static void an_epoch_step_ends_all_other_sessions(void **state)
{
    (void)state;
    assert_int_equal(bench_ask(&b[0], MSSL_TASK_ADMIN, "\x80", 1), 0);
    bench_is_over(&b[0]);
    the_others_end_as_by_timeout();
}

/* M-9.8: all others, those of a lower number too. */
static void the_last_sessions_admin_command_ends_the_first(void **state)
{
    (void)state;
    assert_int_equal(bench_ask(&b[MSSL_DEV_SESSIONS - 1], MSSL_TASK_ADMIN, "\x05\x09", 2), 0);
    bench_is_over(&b[MSSL_DEV_SESSIONS - 1]);
    assert_in_range(bench_ticks(&b[0], 2), 1, 2);
    bench_is_closed(&b[0]);
}

/* M-9.8: a revoked host must not slip one more command in before that tick. */
static void nothing_runs_in_another_session_after_an_admin_command(void **state)
{
    size_t i, n = model_command(&b[1].host, 1, "on", 2, record);

    (void)state;
    assert_int_equal(bench_ask(&b[0], MSSL_TASK_ADMIN, "\x05\x09", 2), 0);
    ram_forget();
    for (i = 0; i < n && b[1].s->state != MSSL_DEV_CLOSED; i++)
        bench_give(&b[1], record + i, 1);
    assert_int_equal(ram.ran, 0);
    if (b[1].s->state != MSSL_DEV_CLOSED)
        bench_ticks(&b[1], 2);
    bench_is_closed(&b[1]);
}

/* The same with all but the command's last byte already there. */
static void a_command_half_come_does_not_run_after_an_admin_command(void **state)
{
    size_t n = model_command(&b[1].host, 1, "on", 2, record);

    (void)state;
    bench_give(&b[1], record, n - 1);
    assert_int_equal(bench_ask(&b[0], MSSL_TASK_ADMIN, "\x05\x09", 2), 0);
    ram_forget();
    bench_give(&b[1], record + n - 1, 1);
    assert_int_equal(ram.ran, 0);
    bench_is_closed(&b[1]);
}

/* A host that was welcomed but not proven holds a session key of the old epoch. */
static void an_admin_command_ends_unproven_sessions_too(void **state)
{
    (void)state;
    bench_connect(&b[1], 1);
    bench_greet(&b[1], ALL_TASKS);
    assert_int_equal(bench_ask(&b[0], MSSL_TASK_ADMIN, "\x80", 1), 0);
    ram_forget();
    bench_give(&b[1], record, 0);
    assert_in_range(bench_ticks(&b[1], 2), 1, 2);
    assert_int_equal(b[1].s->state, MSSL_DEV_CLOSED);
    assert_true(model_zero(b[1].s, sizeof *b[1].s));
    assert_int_equal(ram.ran, 0);
}

/* One that has not sent its HELLO has nothing that could be revoked. M-9.8. */
static void an_admin_command_leaves_a_connection_that_waits_for_hello(void **state)
{
    (void)state;
    bench_connect(&b[1], 1);
    assert_int_equal(bench_ask(&b[0], MSSL_TASK_ADMIN, "\x05\x09", 2), 0);
    assert_int_equal(mssl_dev_tick(b[1].s, b[1].buf), 0);
    assert_int_equal(b[1].s->state, MSSL_DEV_AWAIT_HELLO);
    bench_open(&b[1], ALL_TASKS);
}

/* There is no event after it either. */
static void there_is_no_event_after_an_admin_command(void **state)
{
    (void)state;
    assert_int_equal(bench_ask(&b[0], MSSL_TASK_ADMIN, "\x05\x09", 2), 0);
    assert_int_equal(mssl_dev_event(b[1].s, b[1].buf, 1, 0), 0);
}

/* M-7.6: who may not, ends nobody. */
static void a_denied_admin_command_ends_no_session(void **state)
{
    (void)state;
    bench_connect(&b[0], 0);
    bench_open(&b[0], 0x7FFFFFFFu);
    assert_int_equal(bench_ask(&b[0], MSSL_TASK_ADMIN, "\x80", 1), MSSL_STATUS_DENIED);
    bench_ticks(&b[1], 2);
    assert_int_equal(bench_ask(&b[1], 1, "on", 2), 0);
}

/* A session that ended so can be used again at once. */
static void sessions_can_be_had_again_after_an_admin_command(void **state)
{
    int i;

    (void)state;
    assert_int_equal(bench_ask(&b[0], MSSL_TASK_ADMIN, "\x05\x09", 2), 0);
    for (i = 0; i < MSSL_DEV_SESSIONS; i++) {
        bench_connect(&b[i], (unsigned)i);
        bench_open(&b[i], ALL_TASKS);
        assert_int_equal(bench_ticks(&b[i], 200), 200);
        assert_int_equal(bench_ask(&b[i], 1, "on", 2), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(sessions_interleave_byte_by_byte, three_open),
        cmocka_unit_test_setup(one_sessions_record_is_forged_in_another, three_open),
        cmocka_unit_test_setup(ends_of_one_session_leave_the_others_open, three_open),
        cmocka_unit_test_setup(the_same_hello_twice_gives_two_keys, three_open),
        cmocka_unit_test_setup(a_revocation_ends_all_other_sessions, three_open),
        cmocka_unit_test_setup(an_epoch_step_ends_all_other_sessions, three_open),
        cmocka_unit_test_setup(the_last_sessions_admin_command_ends_the_first, three_open),
        cmocka_unit_test_setup(nothing_runs_in_another_session_after_an_admin_command,
                               three_open),
        cmocka_unit_test_setup(a_command_half_come_does_not_run_after_an_admin_command,
                               three_open),
        cmocka_unit_test_setup(an_admin_command_ends_unproven_sessions_too, three_open),
        cmocka_unit_test_setup(an_admin_command_leaves_a_connection_that_waits_for_hello, three_open),
        cmocka_unit_test_setup(there_is_no_event_after_an_admin_command, three_open),
        cmocka_unit_test_setup(a_denied_admin_command_ends_no_session, three_open),
        cmocka_unit_test_setup(sessions_can_be_had_again_after_an_admin_command, three_open),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
