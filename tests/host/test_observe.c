/* SPDX-License-Identifier: ISC */
/* Records opened by an observer with the session's key. */
#include "known.h"

#include "mssl_observe.h"

static uint8_t key[MSSL_KEY_LEN], record[17], plain[MSSL_RECORD_DATA_MAX], n;

static int setup(void **state)
{
    (void)state;
    unhex(key, sizeof key, KNOWN_KS);
    unhex(record, sizeof record, KNOWN_COMMAND);
    memset(plain, 0x5A, sizeof plain);
    n = 0x5A;
    return 0;
}

static void assert_nothing_shown(void)
{
    static const uint8_t none[MSSL_RECORD_DATA_MAX];

    assert_int_equal(n, 0);
    assert_memory_equal(plain, none, sizeof none);
}

static void a_record_opens_and_is_left_as_it_is(void **state)
{
    (void)state;
    assert_int_equal(mssl_observe_record(plain, &n, record, sizeof record, key, MSSL_DIR_HOST, 0), MSSL_OK);
    assert_hex(plain, n, "016f6e0000000000");
    assert_hex(record, sizeof record, KNOWN_COMMAND);
}

static void a_close_opens_to_nothing(void **state)
{
    uint8_t end[MSSL_CLOSE_LEN];

    (void)state;
    unhex(end, sizeof end, KNOWN_CLOSE);
    assert_int_equal(mssl_observe_record(plain, &n, end, sizeof end, key, MSSL_DIR_HOST, 1), MSSL_OK);
    assert_nothing_shown();
}

static void another_number_direction_key_or_byte_shows_nothing(void **state)
{
    (void)state;
    assert_int_equal(mssl_observe_record(plain, &n, record, sizeof record, key, MSSL_DIR_HOST, 1), MSSL_E_TAG);
    assert_nothing_shown();
    setup(state);
    assert_int_equal(mssl_observe_record(plain, &n, record, sizeof record, key, MSSL_DIR_DEVICE, 0), MSSL_E_TAG);
    assert_nothing_shown();
    setup(state);
    key[15] ^= 1;
    assert_int_equal(mssl_observe_record(plain, &n, record, sizeof record, key, MSSL_DIR_HOST, 0), MSSL_E_TAG);
    assert_nothing_shown();
    setup(state);
    record[16] ^= 0x80;
    assert_int_equal(mssl_observe_record(plain, &n, record, sizeof record, key, MSSL_DIR_HOST, 0), MSSL_E_TAG);
    assert_nothing_shown();
}

static void a_length_or_direction_that_cannot_be_is_refused(void **state)
{
    (void)state;
    assert_int_equal(mssl_observe_record(plain, &n, record, 16, key, MSSL_DIR_HOST, 0), MSSL_E_RECORD);
    assert_nothing_shown();
    assert_int_equal(mssl_observe_record(plain, &n, record, 8, key, MSSL_DIR_HOST, 0), MSSL_E_RECORD);
    assert_int_equal(mssl_observe_record(plain, &n, record, 0, key, MSSL_DIR_HOST, 0), MSSL_E_RECORD);
    assert_int_equal(mssl_observe_record(plain, &n, record, sizeof record, key, 2, 0), MSSL_E_RECORD);
    record[0] = 7;
    assert_int_equal(mssl_observe_record(plain, &n, record, 16, key, MSSL_DIR_HOST, 0), MSSL_E_RECORD);
    assert_true(mssl_observe_length_ok(0) && mssl_observe_length_ok(8) && mssl_observe_length_ok(128));
    assert_false(mssl_observe_length_ok(1) || mssl_observe_length_ok(24) || mssl_observe_length_ok(255));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_record_opens_and_is_left_as_it_is, setup),
        cmocka_unit_test_setup(a_close_opens_to_nothing, setup),
        cmocka_unit_test_setup(another_number_direction_key_or_byte_shows_nothing, setup),
        cmocka_unit_test_setup(a_length_or_direction_that_cannot_be_is_refused, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
