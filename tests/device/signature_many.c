/* SPDX-License-Identifier: ISC */
/* Enrolment with several sessions: one check at a time. PROTOCOL 10. */
#include <stdarg.h>
#include <string.h>
#include "bench.h"
#include <cmocka.h>

#include "enrol.h"

static struct bench b[MSSL_DEV_SESSIONS];

/* A grant each; enrol_u signs the first's. */
static int all_open(void **state)
{
    int i;

    enrol_setup(state);
    for (i = 0; i < MSSL_DEV_SESSIONS; i++) {
        bench_connect(&b[i], (unsigned)i);
        model_grant(&b[i].host, ALL_TASKS);
        b[i].host.blocks[0][MSSL_G_SLOT] = (uint8_t)i;
        bench_greet_as(&b[i]);
        assert_int_equal(bench_ask(&b[i], 1, "on", 2), MSSL_STATUS_SIGNATURE);
    }
    enrol_sign(b[0].host.blocks[0]);
    return 0;
}

/* M-10.8: offset 0 too, and the one under way goes on. */
static void another_session_gets_status_5_and_disturbs_nothing(void **state)
{
    (void)state;
    assert_int_equal(enrol_chunks(&b[0], 0, 124, 124), 0);
    assert_int_equal(enrol_chunk(&b[1], 0, 124), MSSL_STATUS_BUSY);
    assert_int_equal(enrol_chunk(&b[1], 124, 124), MSSL_STATUS_BUSY);
    assert_int_equal(enrol_chunk(&b[1], 7, 0), MSSL_STATUS_BUSY);
    assert_int_equal(enrol_chunks(&b[0], 124, 256, 124), 0);
    assert_int_equal(b[0].plain[1], MSSL_ENROL_DONE);
    assert_int_equal(bench_ask(&b[0], 1, "on", 2), 0);
    assert_int_equal(bench_ask(&b[1], 1, "on", 2), MSSL_STATUS_SIGNATURE);
}

/* Done, refused or ended, a check makes room for the other session's. */
static void the_other_session_may_when_the_first_is_done(void **state)
{
    int way;

    (void)state;
    for (way = 0; way < 3; way++) {
        assert_int_equal(enrol_chunk(&b[0], 0, 124), 0);
        assert_int_equal(enrol_chunk(&b[1], 0, 124), MSSL_STATUS_BUSY);
        if (way == 0)
            assert_int_equal(enrol_chunk(&b[0], 0, 0), MSSL_STATUS_ARGUMENT);
        else if (way == 1)
            mssl_dev_end(b[0].s);
        else
            assert_int_equal(enrol_chunks(&b[0], 124, 256, 124), 0);
        assert_int_equal(enrol_chunk(&b[1], 0, 124), 0);
        assert_int_equal(enrol_chunk(&b[1], 0, 0), MSSL_STATUS_ARGUMENT);
        if (way == 1) {
            bench_connect(&b[0], 0);
            bench_greet_as(&b[0]);
            assert_int_equal(bench_ask(&b[0], 1, "on", 2), MSSL_STATUS_SIGNATURE);
        }
    }
}

/* M-10.13, M-8.9: the end of another session discards nothing of this one. */
static void the_end_of_another_session_disturbs_nothing(void **state)
{
    (void)state;
    assert_int_equal(enrol_chunks(&b[0], 0, 124, 124), 0);
    mssl_dev_end(b[1].s);
    bench_connect(&b[1], 1);
    bench_connect(&b[MSSL_DEV_SESSIONS - 1], MSSL_DEV_SESSIONS - 1);
    assert_int_equal(enrol_chunks(&b[0], 124, 256, 124), 0);
    assert_int_equal(b[0].plain[1], MSSL_ENROL_DONE);
}

/* One grant in two sessions: what one enrols counts in the other at once, and
 * what an epoch step clears too. */
static void two_sessions_of_one_grant_are_enrolled_together(void **state)
{
    (void)state;
    bench_connect(&b[1], 1);
    b[1].host = b[0].host;
    bench_greet_as(&b[1]);
    assert_int_equal(bench_ask(&b[1], 1, "on", 2), MSSL_STATUS_SIGNATURE);
    assert_int_equal(enrol_all(&b[0]), 0);
    assert_int_equal(bench_ask(&b[1], 1, "on", 2), 0);
    assert_int_equal(enrol_chunk(&b[1], 0, 124), MSSL_STATUS_UNKNOWN);
}

/* M-10.14: a session's grant is its own, whoever was hashed last. */
static void one_grants_signature_does_not_enrol_anothers_session(void **state)
{
    (void)state;
    assert_int_equal(enrol_chunks(&b[1], 0, 248, 124), 0);
    enrol_is_forged(&b[1], 248, 8);
    assert_int_equal(ram.writes, 0);
    assert_int_equal(enrol_all(&b[0]), 0);
}

/* The same with all of them at once: each has its grant's hash for as long as it lasts. */
static void every_session_enrols_its_own_grant(void **state)
{
    int i;

    (void)state;
    for (i = 0; i < MSSL_DEV_SESSIONS; i++) {
        assert_int_equal(bench_ask(&b[i], 1, "on", 2), MSSL_STATUS_SIGNATURE);
        enrol_sign(b[i].host.blocks[0]);
        assert_int_equal(enrol_all(&b[i]), 0);
        assert_int_equal(b[i].plain[1], MSSL_ENROL_DONE);
    }
    for (i = 0; i < MSSL_DEV_SESSIONS; i++)
        assert_int_equal(bench_ask(&b[i], 1, "on", 2), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(another_session_gets_status_5_and_disturbs_nothing, all_open),
        cmocka_unit_test_setup(the_other_session_may_when_the_first_is_done, all_open),
        cmocka_unit_test_setup(the_end_of_another_session_disturbs_nothing, all_open),
        cmocka_unit_test_setup(two_sessions_of_one_grant_are_enrolled_together, all_open),
        cmocka_unit_test_setup(one_grants_signature_does_not_enrol_anothers_session, all_open),
        cmocka_unit_test_setup(every_session_enrols_its_own_grant, all_open),
    };

    return cmocka_run_group_tests(tests, enrol_key_make, enrol_key_free);
}
