/* SPDX-License-Identifier: ISC */
/* Enrolment, the host's end: Montgomery form, chunks, answers. PROTOCOL 10. */
#include "known.h"

#include "enrol_known.h"

#define COUNT(a) (sizeof (a) / sizeof *(a))

/* An enrolment over the i-th known signature. */
static void begin(struct mssl_enrol *e, const struct known *k)
{
    uint8_t s[MSSL_SIGNATURE_MAX];

    unhex(s, k->len, k->s);
    assert_int_equal(mssl_enrol_begin(e, s, k->len, k->pem, strlen(k->pem)), MSSL_OK);
}

static struct mssl_message answer(uint8_t status, const uint8_t *data, uint8_t len)
{
    struct mssl_message m = { MSSL_ANSWER, MSSL_TASK_ENROL, status, len, data };

    return m;
}

static const uint8_t more[7] = { MSSL_ENROL_MORE }, enrolled[7] = { MSSL_ENROL_DONE };

/* Sends a chunk and takes its answer. */
static mssl_err step(struct mssl_enrol *e, uint8_t status, const uint8_t *data, bool *done)
{
    uint8_t args[MSSL_ENROL_ARGS_MAX], n;
    struct mssl_message m = answer(status, data, 7);

    assert_int_equal(mssl_enrol_create(e, args, &n), MSSL_OK);
    return mssl_enrol_consume(e, &m, done);
}

/* M-10.3 */
static void u_is_s_times_r_mod_n(void **state)
{
    uint8_t s[MSSL_SIGNATURE_MAX], u[MSSL_SIGNATURE_MAX];
    size_t i;

    (void)state;
    assert_true(COUNT(known) >= 28);
    for (i = 0; i < COUNT(known); i++) {
        unhex(s, known[i].len, known[i].s);
        assert_int_equal(mssl_signature_montgomery(u, s, known[i].len, known[i].pem, strlen(known[i].pem)),
                         MSSL_OK);
        assert_hex(u, known[i].len, known[i].u);
    }
}

static void a_signature_that_is_not_below_n_or_of_another_length_is_refused(void **state)
{
    static const uint8_t zero[MSSL_SIGNATURE_MAX];
    const char *pem = known[0].pem;
    uint8_t s[MSSL_SIGNATURE_MAX + 1] = { 0 }, u[MSSL_SIGNATURE_MAX];
    size_t len;

    (void)state;
    unhex(s, 256, modulus_2048);
    assert_int_equal(mssl_signature_montgomery(u, s, 256, pem, strlen(pem)), MSSL_E_SIGNATURE);
    memset(s, 0xFF, 256);
    memset(u, 1, sizeof u);
    assert_int_equal(mssl_signature_montgomery(u, s, 256, pem, strlen(pem)), MSSL_E_SIGNATURE);
    assert_memory_equal(u, zero, sizeof u);
    memset(s, 0, sizeof s);
    for (len = 0; len <= sizeof s; len++)
        assert_int_equal(mssl_signature_montgomery(u, s, len, pem, strlen(pem)),
                         len == 256 ? MSSL_OK : MSSL_E_SIGNATURE);
}

static void a_key_that_is_none_or_too_short_is_refused(void **state)
{
    static const uint8_t zero[MSSL_SIGNATURE_MAX];
    uint8_t s[MSSL_SIGNATURE_MAX] = { 0 };
    struct mssl_enrol e;

    (void)state;
    assert_int_equal(mssl_enrol_begin(&e, s, 256, "no key", 6), MSSL_E_FORMAT);
    assert_int_equal(mssl_enrol_begin(&e, s, 128, pem_1024, strlen(pem_1024)), MSSL_E_FORMAT);
    assert_memory_equal(e.u, zero, sizeof e.u);
}

/* M-10.2, M-10.4, M-10.5: from offset 0, without gap or overlap, at most 124 bytes each. */
static void chunks_carry_u_in_order(void **state)
{
    uint8_t args[MSSL_ENROL_ARGS_MAX], got[MSSL_SIGNATURE_MAX], n;
    struct mssl_enrol e;
    struct mssl_message m = answer(MSSL_STATUS_OK, more, 7);
    size_t i, at;
    bool done;

    (void)state;
    for (i = 0; i < COUNT(known); i++) {
        begin(&e, &known[i]);
        for (at = 0; at < known[i].len; at += args[2]) {
            assert_int_equal(mssl_enrol_create(&e, args, &n), MSSL_OK);
            assert_int_equal(args[0] << 8 | args[1], at);
            assert_int_equal(args[2], known[i].len - at < 124 ? known[i].len - at : 124);
            assert_int_equal(n, 3 + args[2]);
            memcpy(got + at, args + 3, args[2]);
            if (at + args[2] == known[i].len)
                m.data = enrolled;
            assert_int_equal(mssl_enrol_consume(&e, &m, &done), MSSL_OK);
            assert_int_equal(done, m.data == enrolled);
        }
        m.data = more;
        assert_hex(got, known[i].len, known[i].u);
        assert_int_equal(mssl_enrol_create(&e, args, &n), MSSL_E_STATE);
        assert_int_equal(n, 0);
    }
}

static void the_next_chunk_waits_for_the_answer_to_the_last(void **state)
{
    uint8_t args[MSSL_ENROL_ARGS_MAX], n;
    struct mssl_enrol e;

    (void)state;
    begin(&e, &known[0]);
    assert_int_equal(mssl_enrol_create(&e, args, &n), MSSL_OK);
    assert_int_equal(mssl_enrol_create(&e, args, &n), MSSL_E_STATE);
    assert_int_equal(n, 0);
}

static void what_answers_no_chunk_is_not_taken(void **state)
{
    struct mssl_message m = answer(MSSL_STATUS_OK, enrolled, 7);
    uint8_t args[MSSL_ENROL_ARGS_MAX], n;
    struct mssl_enrol e;
    bool done = true;

    (void)state;
    begin(&e, &known[0]);
    assert_int_equal(mssl_enrol_consume(&e, &m, &done), MSSL_E_STATE);
    assert_false(done);
    mssl_enrol_create(&e, args, &n);
    m.task = 1;
    assert_int_equal(mssl_enrol_consume(&e, &m, &done), MSSL_E_STATE);
    m.task = MSSL_TASK_ENROL;
    m.kind = MSSL_EVENT;
    assert_int_equal(mssl_enrol_consume(&e, &m, &done), MSSL_E_STATE);
    m.kind = MSSL_ANSWER;
    m.data = more;
    assert_int_equal(mssl_enrol_consume(&e, &m, &done), MSSL_OK);
}

/* M-10.7 */
static void a_grant_that_is_enrolled_already_counts_as_enrolled(void **state)
{
    struct mssl_enrol e;
    uint8_t args[MSSL_ENROL_ARGS_MAX], n;
    bool done;

    (void)state;
    begin(&e, &known[0]);
    assert_int_equal(step(&e, MSSL_STATUS_UNKNOWN, more, &done), MSSL_OK);
    assert_true(done);
    assert_int_equal(mssl_enrol_create(&e, args, &n), MSSL_E_STATE);
}

/* M-10.5, M-10.8, M-10.11: the first chunk's answer, and the last one's. */
static void each_refusal_has_its_error_and_ends_the_enrolment(void **state)
{
    static const struct { uint8_t status; mssl_err e; } refusals[] = {
        { MSSL_STATUS_ARGUMENT, MSSL_E_ENROL_SIZE }, { MSSL_STATUS_BUSY, MSSL_E_ENROL_BUSY },
        { MSSL_STATUS_FAILED, MSSL_E_ENROL_BAD }, { MSSL_STATUS_DENIED, MSSL_E_RECORD },
        { MSSL_STATUS_SIGNATURE, MSSL_E_RECORD }, { 7, MSSL_E_RECORD },
    };
    uint8_t args[MSSL_ENROL_ARGS_MAX], n;
    struct mssl_enrol e;
    size_t i, chunks, k;
    bool done;

    (void)state;
    for (i = 0; i < COUNT(refusals); i++)
        for (chunks = 0; chunks < 3; chunks++) {
            begin(&e, &known[0]);
            for (k = 0; k < chunks; k++)
                assert_int_equal(step(&e, MSSL_STATUS_OK, more, &done), MSSL_OK);
            assert_int_equal(step(&e, refusals[i].status, more, &done), refusals[i].e);
            assert_false(done);
            assert_int_equal(mssl_enrol_create(&e, args, &n), MSSL_E_STATE);
        }
}

static void a_device_that_wants_more_than_the_signature_has_another_modulus(void **state)
{
    struct mssl_enrol e;
    bool done;

    (void)state;
    begin(&e, &known[0]);
    assert_int_equal(step(&e, MSSL_STATUS_OK, more, &done), MSSL_OK);
    assert_int_equal(step(&e, MSSL_STATUS_OK, more, &done), MSSL_OK);
    assert_int_equal(step(&e, MSSL_STATUS_OK, more, &done), MSSL_E_ENROL_SIZE);
    assert_false(done);
}

static void an_answer_that_no_device_gives_is_refused(void **state)
{
    static const uint8_t two[7] = { 2 };
    uint8_t args[MSSL_ENROL_ARGS_MAX], n;
    struct mssl_message none = answer(MSSL_STATUS_OK, NULL, 0), alone = answer(MSSL_STATUS_OK, more, 1);
    struct mssl_enrol e;
    bool done;

    (void)state;
    begin(&e, &known[0]);
    assert_int_equal(step(&e, MSSL_STATUS_OK, enrolled, &done), MSSL_E_RECORD);     /* too early */
    assert_false(done);
    begin(&e, &known[0]);
    assert_int_equal(step(&e, MSSL_STATUS_OK, two, &done), MSSL_E_RECORD);
    begin(&e, &known[0]);
    mssl_enrol_create(&e, args, &n);
    assert_int_equal(mssl_enrol_consume(&e, &none, &done), MSSL_E_RECORD);
    begin(&e, &known[0]);
    mssl_enrol_create(&e, args, &n);
    assert_int_equal(mssl_enrol_consume(&e, &alone, &done), MSSL_OK);      /* without padding it is one */
}

static void only_the_last_chunk_takes_long(void **state)
{
    static const struct { size_t len; unsigned s; } waits[] = { { 256, 15 }, { 384, 33 }, { 512, 60 } };
    uint8_t args[MSSL_ENROL_ARGS_MAX], n;
    struct mssl_message m = answer(MSSL_STATUS_OK, more, 7);
    struct mssl_enrol e;
    size_t i, k;
    bool done;

    (void)state;
    for (i = 0; i < COUNT(known); i++) {
        begin(&e, &known[i]);
        for (k = 0; k < COUNT(waits) && waits[k].len != e.len; k++)
            continue;
        assert_true(k < COUNT(waits));
        while (mssl_enrol_create(&e, args, &n) == MSSL_OK) {
            assert_int_equal(mssl_enrol_wait_s(&e), e.created < e.len ? 0 : waits[k].s);
            mssl_enrol_consume(&e, &m, &done);
        }
        assert_int_equal(mssl_enrol_wait_s(&e), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(u_is_s_times_r_mod_n),
        cmocka_unit_test(a_signature_that_is_not_below_n_or_of_another_length_is_refused),
        cmocka_unit_test(a_key_that_is_none_or_too_short_is_refused),
        cmocka_unit_test(chunks_carry_u_in_order),
        cmocka_unit_test(the_next_chunk_waits_for_the_answer_to_the_last),
        cmocka_unit_test(what_answers_no_chunk_is_not_taken),
        cmocka_unit_test(a_grant_that_is_enrolled_already_counts_as_enrolled),
        cmocka_unit_test(each_refusal_has_its_error_and_ends_the_enrolment),
        cmocka_unit_test(a_device_that_wants_more_than_the_signature_has_another_modulus),
        cmocka_unit_test(an_answer_that_no_device_gives_is_refused),
        cmocka_unit_test(only_the_last_chunk_takes_long),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
