/* SPDX-License-Identifier: ISC */
/* The cipher contexts that a thread's sessions share: no use leaves anything for
 * the next, and threads do not meet. */
#include <pthread.h>

#include "record.h"
#include "session.h"

#define THREADS 4
#define ROUNDS  2000

/* Seals, opens, opens a forgery, by turns: each as if it were the first. */
static void *use(void *p)
{
    uint8_t key[MSSL_KEY_LEN] = { 0 }, first[MSSL_RECORD_LEN_MAX], again[MSSL_RECORD_LEN_MAX], len;
    uint8_t f_first[MSSL_KEY_LEN], f_again[MSSL_KEY_LEN], x[MSSL_F_INPUT_LEN] = { 0x31 };
    const uint8_t text[8] = "led on";
    bool ok;
    int i;

    key[0] = *(uint8_t *)p;
    ok = mssl_record_seal(first, &len, text, 8, key, 0, 1) == MSSL_OK && mssl_f(f_first, key, x) == MSSL_OK;
    for (i = 0; ok && i < ROUNDS; i++) {
        ok = mssl_record_seal(again, &len, text, 8, key, 0, 1) == MSSL_OK && memcmp(first, again, len) == 0
            && mssl_record_open(again, key, 0, 1) == MSSL_OK && memcmp(again + 1, text, 8) == 0
            && mssl_f(f_again, key, x) == MSSL_OK && memcmp(f_first, f_again, sizeof f_first) == 0;
        memcpy(again, first, len);
        again[len - 1] ^= 1;
        ok = ok && mssl_record_open(again, key, 0, 1) == MSSL_E_TAG
            && mssl_record_open(memcpy(again, first, len), key, 0, 2) == MSSL_E_TAG;
    }
    return ok ? p : NULL;
}

static void threads_seal_open_and_refuse_side_by_side(void **state)
{
    pthread_t threads[THREADS];
    uint8_t numbers[THREADS];
    void *result;
    int i;

    (void)state;
    for (i = 0; i < THREADS; i++) {
        numbers[i] = (uint8_t)(i + 1);
        assert_int_equal(pthread_create(&threads[i], NULL, use, &numbers[i]), 0);
    }
    for (i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], &result), 0);
        assert_ptr_equal(result, &numbers[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_seal_open_and_refuse_side_by_side),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
