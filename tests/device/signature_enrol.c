/* SPDX-License-Identifier: ISC */
/* Enrolment: the signature option's policy, each rule and each refusal. PROTOCOL 10. */
#include <stdarg.h>
#include <string.h>
#include "bench.h"
#include <cmocka.h>

#include "enrol.h"

/* -- Before enrolment -- */

/* M-10.1: admin and unknown tasks too, and nothing is written. */
static void every_task_but_describe_and_enrol_wants_a_signature(void **state)
{
    struct bench *b = *state;
    int task;

    for (task = 0; task < MSSL_TASKS; task++)
        if (task != MSSL_TASK_DESCRIBE && task != MSSL_TASK_ENROL)
            assert_int_equal(bench_ask(b, (uint8_t)task, "\x80", 1), MSSL_STATUS_SIGNATURE);
    assert_int_equal(bench_ask(b, 32, NULL, 0), MSSL_STATUS_UNKNOWN);
    assert_int_equal(bench_ask(b, MSSL_TASK_DESCRIBE, NULL, 0), 0);
    assert_int_equal(b->plain[6], MSSL_FLAG_SIGNATURE);
    assert_int_equal(ram.ran, 0);
    assert_int_equal(ram.writes, 0);
    assert_int_equal(b->s->state, MSSL_DEV_OPEN);
}

/* M-7.6: the bit is asked first. */
static void a_task_that_is_not_granted_is_denied_and_not_asked_to_enrol(void **state)
{
    struct bench *b = *state;

    bench_connect(b, 0);
    bench_open(b, 1);
    assert_int_equal(bench_ask(b, 1, NULL, 0), MSSL_STATUS_DENIED);
    assert_int_equal(bench_ask(b, 0, NULL, 0), MSSL_STATUS_SIGNATURE);
}

/* M-10.9: what comes before the proof costs no SHA-256; the first record does. */
static void grant_is_hashed_only_after_the_proof(void **state)
{
    struct bench *b = *state;
    uint8_t record[64];
    size_t n;

    bench_connect(b, 0);
    enrol_hashes = 0;
    bench_greet(b, ALL_TASKS);
    n = model_command(&b->host, 1, "on", 2, record);
    bench_give(b, record, n - 1);
    assert_int_equal(enrol_hashes, 0);
    bench_give(b, record + n - 1, 1);
    assert_int_equal(model_open(&b->host, b->out, b->out_len, b->plain), 8);
    assert_int_equal(enrol_hashes, 1);
}

/* M-7.12. */
static void there_is_no_event_before_enrolment(void **state)
{
    struct bench *b = *state;

    assert_int_equal(mssl_dev_event(b->s, b->buf, 1, 0), 0);
    assert_int_equal(enrol_all(b), MSSL_STATUS_OK);
    assert_int_not_equal(mssl_dev_event(b->s, b->buf, 1, 0), 0);
}

/* -- Enrolment -- */

/* M-10.6, M-10.12: the first half of the hash, and nothing else, is stored. */
static void good_signature_enrols_the_grant(void **state)
{
    struct bench *b = *state;
    uint8_t cells[MSSL_EE_LEN], digest[32];

    enrol_digest(digest, b->host.blocks[0]);
    memcpy(cells, ram.cells, sizeof cells);
    memcpy(cells + MSSL_EE_ENROLMENTS, digest, 16);
    ram_forget();
    assert_int_equal(enrol_chunks(b, 0, 256, 100), MSSL_STATUS_OK);
    assert_int_equal(b->plain[1], MSSL_ENROL_DONE);
    assert_memory_equal(ram.cells, cells, sizeof cells);
    assert_int_equal(ram.writes, 16);
    assert_int_equal(bench_ask(b, 1, "on", 2), 0);
    assert_int_equal(bench_ask(b, MSSL_TASK_DESCRIBE, NULL, 0), 0);
    assert_int_equal(b->plain[6], MSSL_FLAG_SIGNATURE | MSSL_FLAG_ENROLLED);
}

/* M-10.6. */
static void chunks_before_the_last_want_more(void **state)
{
    struct bench *b = *state;
    int at;

    for (at = 0; at < 255; at++) {
        assert_int_equal(enrol_chunk(b, (unsigned)at, 1), MSSL_STATUS_OK);
        assert_int_equal(b->plain[1], MSSL_ENROL_MORE);
    }
    assert_int_equal(enrol_chunk(b, 255, 1), MSSL_STATUS_OK);
    assert_int_equal(b->plain[1], MSSL_ENROL_DONE);
}

/* The next session needs none, nor the one after a reset. */
static void enrolment_outlives_session_and_reset(void **state)
{
    struct bench *b = *state;

    assert_int_equal(enrol_all(b), MSSL_STATUS_OK);
    bench_connect(b, 0);
    bench_greet_as(b);
    assert_int_equal(bench_ask(b, 1, "on", 2), 0);
    enrol_reset();
    bench_connect(b, 0);
    bench_greet_as(b);
    assert_int_equal(bench_ask(b, 1, "on", 2), 0);
}

/* M-10.7. */
static void enrolled_grant_gets_status_1_and_nothing_is_written(void **state)
{
    struct bench *b = *state;

    assert_int_equal(enrol_all(b), MSSL_STATUS_OK);
    ram_forget();
    assert_int_equal(enrol_chunk(b, 0, 124), MSSL_STATUS_UNKNOWN);
    assert_int_equal(enrol_chunk(b, 1000, 0), MSSL_STATUS_UNKNOWN);
    assert_int_equal(ram.writes, 0);
    assert_int_equal(bench_ask(b, 1, "on", 2), 0);
}

/* Slots are apart: 15 is the last. */
static void every_slot_has_an_enrolment_of_its_own(void **state)
{
    struct bench *b = *state;
    uint8_t before[MSSL_EE_LEN];
    int slot;

    for (slot = 0; slot < MSSL_SLOTS; slot++) {
        memcpy(before, ram.cells, sizeof before);
        bench_connect(b, 0);
        model_grant(&b->host, ALL_TASKS);
        b->host.blocks[0][MSSL_G_SLOT] = (uint8_t)slot;
        bench_greet_as(b);
        assert_int_equal(bench_ask(b, 1, "on", 2), MSSL_STATUS_SIGNATURE);
        enrol_sign(b->host.blocks[0]);
        assert_int_equal(enrol_all(b), MSSL_STATUS_OK);
        enrol_digest(before + MSSL_EE_ENROLMENTS + 16 * slot, b->host.blocks[0]);
        assert_memory_equal(ram.cells + MSSL_EE_ENROLMENTS, before + MSSL_EE_ENROLMENTS,
                            16 * (size_t)(slot + 1));
    }
}

/* M-10.14. */
static void with_restrictions_it_is_the_grant_that_is_enrolled(void **state)
{
    struct bench *b = *state;

    bench_connect(b, 0);
    model_grant(&b->host, ALL_TASKS);
    model_restrict(&b->host, 0x0E);
    bench_greet_as(b);
    assert_int_equal(enrol_all(b), MSSL_STATUS_OK);
    bench_connect(b, 0);
    model_grant(&b->host, ALL_TASKS);
    bench_greet_as(b);
    assert_int_equal(bench_ask(b, 1, "on", 2), 0);
    bench_connect(b, 0);
    model_restrict(&b->host, 0x02);
    model_restrict(&b->host, 0x02);
    bench_greet_as(b);
    assert_int_equal(bench_ask(b, 1, "on", 2), 0);
}

/* -- It ends -- */

/* A risen generation makes another grant. M-9.4 says that nothing need be cleared. */
static void a_risen_generation_is_not_enrolled(void **state)
{
    struct bench *b = *state;

    assert_int_equal(enrol_all(b), MSSL_STATUS_OK);
    ram.cells[MSSL_EE_GENERATIONS] = 1;
    bench_connect(b, 0);
    b->host.blocks[0][MSSL_G_GENERATION] = 1;
    bench_greet_as(b);
    assert_int_equal(bench_ask(b, 1, "on", 2), MSSL_STATUS_SIGNATURE);
    enrol_sign(b->host.blocks[0]);
    assert_int_equal(enrol_all(b), MSSL_STATUS_OK);
    assert_int_equal(bench_ask(b, 1, "on", 2), 0);
}

/* M-9.4. Cells that hold 0xff are not written. Before them is the seed, behind
 * them the device's own addresses: they stay, as the generations do. */
static void an_epoch_step_clears_all_enrolments(void **state)
{
    struct bench *b = *state;
    uint8_t cells[MSSL_EE_LEN];

    assert_int_equal(enrol_all(b), MSSL_STATUS_OK);
    memset(ram.cells + MSSL_EE_ENROLMENTS + 32, 0x55, 8);
    ram.cells[MSSL_EE_ENROLMENTS + 250] = 0;
    ram.cells[MSSL_EE_ENROLMENTS + 255] = 0;
    memset(ram.cells + MSSL_EE_MAC, 0x52, MSSL_EE_LEN - MSSL_EE_MAC);
    memcpy(cells, ram.cells, sizeof cells);
    memset(cells + MSSL_EE_ENROLMENTS, 0xff, 256);
    ram_forget();
    assert_int_equal(bench_ask(b, MSSL_TASK_ADMIN, "\x80", 1), 0);
    assert_memory_equal(ram.cells + MSSL_EE_DEVICE, cells + MSSL_EE_DEVICE, MSSL_EE_LEN - MSSL_EE_DEVICE);
    assert_in_range(ram.writes, 16 + 8 + 2 + 8, 16 + 8 + 2 + 16);
    bench_connect(b, 0);
    bench_greet_as(b);
    assert_int_equal(bench_ask(b, 1, "on", 2), MSSL_STATUS_SIGNATURE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_task_but_describe_and_enrol_wants_a_signature, enrol_setup),
        cmocka_unit_test_setup(a_task_that_is_not_granted_is_denied_and_not_asked_to_enrol,
                               enrol_setup),
        cmocka_unit_test_setup(grant_is_hashed_only_after_the_proof, enrol_setup),
        cmocka_unit_test_setup(there_is_no_event_before_enrolment, enrol_setup),
        cmocka_unit_test_setup(good_signature_enrols_the_grant, enrol_setup),
        cmocka_unit_test_setup(chunks_before_the_last_want_more, enrol_setup),
        cmocka_unit_test_setup(enrolment_outlives_session_and_reset, enrol_setup),
        cmocka_unit_test_setup(enrolled_grant_gets_status_1_and_nothing_is_written, enrol_setup),
        cmocka_unit_test_setup(every_slot_has_an_enrolment_of_its_own, enrol_setup),
        cmocka_unit_test_setup(with_restrictions_it_is_the_grant_that_is_enrolled, enrol_setup),
        cmocka_unit_test_setup(a_risen_generation_is_not_enrolled, enrol_setup),
        cmocka_unit_test_setup(an_epoch_step_clears_all_enrolments, enrol_setup),
    };

    return cmocka_run_group_tests(tests, enrol_key_make, enrol_key_free);
}
