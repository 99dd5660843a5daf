/* SPDX-License-Identifier: ISC */
/* A program that has taken every thread-specific key of the system: the library
 * says so, and shows nothing. A program of its own, since the library asks once. */
#include <pthread.h>

#include "record.h"
#include "session.h"

static void without_a_thread_key_every_call_fails_with_zeros(void **state)
{
    uint8_t key[MSSL_KEY_LEN] = { 1 }, x[MSSL_F_INPUT_LEN] = { 2 }, zeros[MSSL_RECORD_LEN_MAX] = { 0 };
    uint8_t record[MSSL_RECORD_LEN_MAX] = { 8, 1, 2, 3 }, len = 1;
    pthread_key_t taken;

    (void)state;
    while (pthread_key_create(&taken, NULL) == 0)
        continue;
    assert_int_equal(mssl_f(key, key, x), MSSL_E_CRYPTO);
    assert_memory_equal(key, zeros, sizeof key);
    assert_int_equal(mssl_record_open(record, key, 0, 0), MSSL_E_CRYPTO);
    assert_memory_equal(record, zeros, 8 + MSSL_RECORD_OVERHEAD);
    assert_int_equal(mssl_record_seal(record, &len, (const uint8_t *)"led on", 6, key, 1, 7), MSSL_E_CRYPTO);
    assert_int_equal(len, 0);
    assert_memory_equal(record + 1, zeros, sizeof record - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_thread_key_every_call_fails_with_zeros),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
