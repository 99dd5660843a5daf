/* SPDX-License-Identifier: ISC */
/* Good sessions: any chunks, any commands, to the counter's end. */
#include <stdarg.h>
#include <string.h>
#include "pair.h"
#include <cmocka.h>

static struct pair p;

static void open_session(uint32_t tasks, size_t chunk_max)
{
    pair_setup(&p, tasks);
    p.chunk_max = chunk_max;
    pair_connect(&p);
    pair_carry(&p);
    assert_int_equal(p.welcomed, 1);
}

static void close_session(void)
{
    pair_close(&p);
    pair_carry(&p);
    assert_int_equal(p.closed, 1);
    assert_int_equal(p.waiting, 0);
    assert_int_equal(p.failure, MSSL_OK);
    assert_int_equal(p.device->state, MSSL_DEV_CLOSED);
    assert_int_equal(mssl_client_end(&p.client), MSSL_OK);
    pair_ran_in_order(&p);
    assert_int_equal(ram.ran, p.sent);
}

static void both_agree_byte_by_byte(void **state)
{
    int i;

    (void)state;
    open_session(0xFFFFFFFFu, 1);
    for (i = 0; i < 200; i++) {
        assert_int_equal(pair_random_command(&p), MSSL_OK);
        pair_carry(&p);
    }
    assert_int_equal(p.answers, 200);
    close_session();
}

static void both_agree_in_any_chunks_with_commands_in_flight(void **state)
{
    int session, i;

    (void)state;
    for (session = 0; session < 300; session++) {
        open_session(model_random(), 1 + model_random() % 300);
        for (i = 0; i < 60; i++) {
            while (p.waiting < 1 + model_random() % MSSL_PIPELINE_MAX)
                if (pair_random_command(&p) != MSSL_OK)
                    break;
            pair_carry(&p);
            assert_int_equal(p.failure, MSSL_OK);
        }
        close_session();
    }
}

/* A full pipeline, all on the line before the device sees the first byte. */
static void both_agree_on_a_full_pipeline(void **state)
{
    unsigned i;

    (void)state;
    open_session(0xFFFFFFFFu, 4096);
    for (i = 0; i < MSSL_PIPELINE_MAX; i++)
        assert_int_equal(pair_random_command(&p), MSSL_OK);
    assert_int_equal(pair_random_command(&p), MSSL_E_STATE);
    pair_carry(&p);
    assert_int_equal(p.answers, MSSL_PIPELINE_MAX);
    close_session();
}

/* M-2.6, M-8.19: both count to the end alike, and both know whose close it is. */
static void a_session_of_65279_commands_ends_with_the_devices_close(void **state)
{
    const uint8_t on[] = { 'o', 'n' };
    unsigned i;

    (void)state;
    open_session(0xFFFFFFFFu, 64);
    for (i = 0; i < 0xFEFF; i++) {
        assert_int_equal(pair_command(&p, 1, on, 2), MSSL_OK);
        pair_carry(&p);
        assert_int_equal(p.answers, i + 1);
        ram.ran = p.sent = 0;
    }
    assert_int_equal(pair_command(&p, 1, on, 2), MSSL_OK);
    pair_carry(&p);
    assert_int_equal(ram.ran, 0);
    assert_int_equal(p.closed, 1);
    assert_int_equal(p.failure, MSSL_OK);
    assert_int_equal(p.answers, 0xFEFF);
    assert_int_equal(mssl_client_end(&p.client), MSSL_E_NOT_RUN);
}

/* M-8.6, M-8.17: an agreed end, and nothing had been asked. */
static void the_devices_timeout_is_an_agreed_end(void **state)
{
    int i;

    (void)state;
    open_session(0xFFFFFFFFu, 64);
    assert_int_equal(pair_command(&p, MSSL_TASK_DESCRIBE, NULL, 0), MSSL_OK);
    pair_carry(&p);
    for (i = 0; i < 300; i++)
        pair_tick(&p);
    pair_carry(&p);
    assert_int_equal(p.closed, 1);
    assert_int_equal(mssl_client_end(&p.client), MSSL_OK);
}

/* M-8.20: the close comes before the answer, so the command did not run. */
static void a_timeout_before_the_command_says_it_did_not_run(void **state)
{
    const uint8_t on[] = { 'o', 'n' };
    int i;

    (void)state;
    open_session(0xFFFFFFFFu, 64);
    for (i = 0; i < 30; i++)
        pair_tick(&p);
    assert_int_equal(pair_command(&p, 1, on, 2), MSSL_OK);
    pair_carry(&p);
    assert_int_equal(ram.ran, 0);
    assert_int_equal(p.closed, 1);
    assert_int_equal(mssl_client_end(&p.client), MSSL_E_NOT_RUN);
}

/* M-8.18. */
static void a_close_as_the_first_record_is_answered(void **state)
{
    (void)state;
    open_session(0xFFFFFFFFu, 64);
    close_session();
    assert_int_equal(p.answers, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_agree_byte_by_byte),
        cmocka_unit_test(both_agree_in_any_chunks_with_commands_in_flight),
        cmocka_unit_test(both_agree_on_a_full_pipeline),
        cmocka_unit_test(a_session_of_65279_commands_ends_with_the_devices_close),
        cmocka_unit_test(the_devices_timeout_is_an_agreed_end),
        cmocka_unit_test(a_timeout_before_the_command_says_it_did_not_run),
        cmocka_unit_test(a_close_as_the_first_record_is_answered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
