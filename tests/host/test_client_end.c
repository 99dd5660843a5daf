/* SPDX-License-Identifier: ISC */
/* The ends of a session, and what each means for the caller. PROTOCOL 6, 8, 9. */
#include "session.h"

static void a_stream_cut_at_every_byte_is_never_taken_for_an_end(void **state)
{
    struct mssl_client c;
    struct mssl_message m;
    uint8_t in[MSSL_WELCOME_LEN + 17];
    size_t cut, used;

    (void)state;
    unhex(in, MSSL_WELCOME_LEN, KNOWN_WELCOME);
    unhex(in + MSSL_WELCOME_LEN, 17, KNOWN_ANSWER);
    for (cut = 0; cut <= sizeof in; cut++) {
        size_t first = cut < MSSL_WELCOME_LEN ? cut : MSSL_WELCOME_LEN;
        begin(&c);
        assert_int_equal(mssl_client_input(&c, in, first, &used, &m), MSSL_OK);
        if (cut >= MSSL_WELCOME_LEN) {
            command(&c, 1, "on");
            assert_int_equal(mssl_client_input(&c, in + first, cut - first, &used, &m), MSSL_OK);
        }
        assert_int_equal(mssl_client_end(&c), cut == 0 ? MSSL_E_REFUSED
                         : cut < MSSL_WELCOME_LEN ? MSSL_E_CUT
                         : cut < sizeof in ? MSSL_E_UNKNOWN : MSSL_E_TRUNCATED);
    }
}

static void a_command_without_answer_before_a_close_did_not_run(void **state)
{
    struct mssl_client c;
    struct mssl_message m;
    uint8_t out[MSSL_RECORD_LEN_MAX], n;

    (void)state;
    open_session(&c);
    command(&c, 1, "on");
    n = device_says(out, NULL, 0, 1);
    assert_int_equal(feed_bytes(&c, out, n, &m), MSSL_OK);
    assert_int_equal(m.kind, MSSL_CLOSE);
    assert_int_equal(c.state, MSSL_CLOSED);
    assert_int_equal(mssl_client_end(&c), MSSL_E_NOT_RUN);
}

static void a_close_is_never_answered_and_bytes_after_it_are_ignored(void **state)
{
    struct mssl_client c;
    struct mssl_message m;
    uint8_t out[MSSL_RECORD_LEN_MAX], n;

    (void)state;
    open_session(&c);
    n = device_says(out, NULL, 0, 1);
    assert_int_equal(feed_bytes(&c, out, n, &m), MSSL_OK);
    assert_int_equal(mssl_client_close(&c, out, &n), MSSL_E_STATE);
    assert_int_equal(feed(&c, KNOWN_ANSWER, &m), MSSL_OK);
    assert_int_equal(m.kind, MSSL_NOTHING);
    assert_int_equal(mssl_client_end(&c), MSSL_OK);
}

static void the_answer_to_admin_is_an_end_without_close(void **state)
{
    struct mssl_client c;
    struct mssl_message m;
    uint8_t out[MSSL_RECORD_LEN_MAX], n;

    (void)state;
    open_session(&c);
    command(&c, MSSL_TASK_ADMIN, "\x80");
    assert_int_equal(mssl_client_command(&c, 1, "on", 2, out, &n), MSSL_E_STATE);
    n = device_says(out, "\0", 1, 1);
    assert_int_equal(feed_bytes(&c, out, n, &m), MSSL_OK);
    assert_int_equal(m.kind, MSSL_ANSWER);
    assert_int_equal(c.state, MSSL_CLOSED);
    assert_int_equal(mssl_client_end(&c), MSSL_OK);
}

static void a_refused_admin_command_leaves_the_session_open(void **state)
{
    struct mssl_client c;
    struct mssl_message m;
    uint8_t out[MSSL_RECORD_LEN_MAX], n;

    (void)state;
    open_session(&c);
    command(&c, MSSL_TASK_ADMIN, "\x80");
    n = device_says(out, "\2", 1, 1);
    assert_int_equal(feed_bytes(&c, out, n, &m), MSSL_OK);
    assert_int_equal(c.state, MSSL_OPEN);
    command(&c, 1, "on");
    n = device_says(out, "\0on", 3, 2);
    assert_int_equal(feed_bytes(&c, out, n, &m), MSSL_OK);
    assert_int_equal(m.task, 1);
    assert_int_equal(mssl_client_end(&c), MSSL_E_TRUNCATED);
}

static void the_record_numbered_ff00_can_only_be_a_close(void **state)
{
    struct mssl_client c;
    struct mssl_message m;
    uint8_t out[MSSL_RECORD_LEN_MAX], n;

    (void)state;
    open_session(&c);
    c.sent = MSSL_COUNTER_LAST;
    assert_int_equal(mssl_client_command(&c, 1, "on", 2, out, &n), MSSL_E_COUNTER);
    assert_int_equal(n, 0);
    assert_int_equal(mssl_client_close(&c, out, &n), MSSL_OK);
    assert_int_equal(n, MSSL_CLOSE_LEN);

    open_session(&c);
    command(&c, 1, "on");
    c.received = MSSL_COUNTER_LAST;
    n = device_says(out, "\0on", 3, MSSL_COUNTER_LAST);
    assert_int_equal(feed_bytes(&c, out, n, &m), MSSL_E_RECORD);

    open_session(&c);
    c.received = MSSL_COUNTER_LAST;
    n = device_says(out, NULL, 0, MSSL_COUNTER_LAST);
    assert_int_equal(feed_bytes(&c, out, n, &m), MSSL_OK);
    assert_int_equal(m.kind, MSSL_CLOSE);
}

static void the_end_wipes_the_client(void **state)
{
    static const struct mssl_client zero;
    struct mssl_client c;

    (void)state;
    open_session(&c);
    mssl_client_end(&c);
    assert_memory_equal(&c, &zero, sizeof c);
}

/* M-2.6, M-8.19 */
static void commands_left_are_counted_by_both_ends_of_the_numbers(void **state)
{
    struct mssl_client c = { 0 };

    (void)state;
    assert_int_equal(mssl_client_left(&c), 0);
    begin(&c);
    assert_int_equal(mssl_client_left(&c), 0);
    open_session(&c);
    assert_int_equal(mssl_client_left(&c), MSSL_COUNTER_LAST - 1);      /* WELCOME held a record */
    command(&c, 1, "on");
    assert_int_equal(mssl_client_left(&c), MSSL_COUNTER_LAST - 2);
    c.sent = MSSL_COUNTER_LAST - 1;
    assert_int_equal(mssl_client_left(&c), 1);
    c.sent = MSSL_COUNTER_LAST;
    assert_int_equal(mssl_client_left(&c), 0);
    c.sent = 1;
    c.received = MSSL_COUNTER_LAST - 2;
    assert_int_equal(mssl_client_left(&c), 1);
    c.received = MSSL_COUNTER_LAST - 1;
    assert_int_equal(mssl_client_left(&c), 0);
    c.received = MSSL_COUNTER_LAST;
    assert_int_equal(mssl_client_left(&c), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_cut_at_every_byte_is_never_taken_for_an_end),
        cmocka_unit_test(a_command_without_answer_before_a_close_did_not_run),
        cmocka_unit_test(a_close_is_never_answered_and_bytes_after_it_are_ignored),
        cmocka_unit_test(the_answer_to_admin_is_an_end_without_close),
        cmocka_unit_test(a_refused_admin_command_leaves_the_session_open),
        cmocka_unit_test(the_record_numbered_ff00_can_only_be_a_close),
        cmocka_unit_test(the_end_wipes_the_client),
        cmocka_unit_test(commands_left_are_counted_by_both_ends_of_the_numbers),
    };

    return cmocka_run_group_tests_name("client end", tests, NULL, NULL);
}
