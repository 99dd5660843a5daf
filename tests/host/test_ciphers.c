/* SPDX-License-Identifier: ISC */
/* The cipher contexts that a thread's sessions share: no key stays in them, no
 * use leaves anything for the next, and threads do not meet. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "record.h"
#include "session.h"

#define THREADS 4
#define ROUNDS  2000

/* A key that is nowhere in memory as it stands: each byte is made when used. */
static void scrambled_key(uint8_t key[MSSL_KEY_LEN])
{
    volatile uint8_t seed = 0x5a;
    int i;

    for (i = 0; i < MSSL_KEY_LEN; i++)
        key[i] = (uint8_t)(seed ^ (i * 37 + 11));
}

/* Is a byte sequence anywhere in this process's heap? The sequence itself is
 * compared byte by byte with what `byte_at` makes, so it lies nowhere whole. */
static bool in_heap(uint8_t (*byte_at)(int i), int n)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[512];
    bool found = false;

    assert_non_null(maps);
    while (fgets(line, sizeof line, maps) != NULL) {
        unsigned long from, to;
        const volatile uint8_t *p;
        if (strstr(line, "[heap]") == NULL || sscanf(line, "%lx-%lx", &from, &to) != 2)
            continue;
        for (p = (const volatile uint8_t *)from; p + n <= (const volatile uint8_t *)to; p++) {
            int i = 0;
            while (i < n && p[i] == byte_at(i))
                i++;
            found = found || i == n;
        }
    }
    fclose(maps);
    return found;
}

static uint8_t key_byte(int i)
{
    return (uint8_t)(0x5a ^ (i * 37 + 11));
}

static void no_key_stays_in_the_heap_after_a_call(void **state)
{
    uint8_t key[MSSL_KEY_LEN], x[MSSL_F_INPUT_LEN] = { 0x21 }, out[MSSL_KEY_LEN];
    uint8_t record[MSSL_RECORD_LEN_MAX], len;
    uint8_t *kept = malloc(MSSL_KEY_LEN);

    (void)state;
    assert_non_null(kept);
    scrambled_key(key);
    memcpy(kept, key, sizeof key);
    assert_true(in_heap(key_byte, MSSL_KEY_LEN));       /* the search finds what is there */
    mssl_wipe(kept, MSSL_KEY_LEN);
    assert_int_equal(mssl_f(out, key, x), MSSL_OK);
    assert_false(in_heap(key_byte, MSSL_KEY_LEN));
    assert_int_equal(mssl_record_seal(record, &len, (const uint8_t *)"led on", 6, key, 1, 7), MSSL_OK);
    assert_false(in_heap(key_byte, MSSL_KEY_LEN));
    assert_int_equal(mssl_record_open(record, key, 1, 7), MSSL_OK);
    assert_false(in_heap(key_byte, MSSL_KEY_LEN));
    free(kept);
}

/* F's output is the session key, and CBC keeps its last block as the next vector. */
static uint8_t made_masked[MSSL_KEY_LEN];

static uint8_t made_byte(int i)
{
    return (uint8_t)~made_masked[i];
}

static void the_key_that_f_made_does_not_stay_either(void **state)
{
    uint8_t key[MSSL_KEY_LEN] = { 9 }, x[MSSL_F_INPUT_LEN] = { 0x21 }, out[MSSL_KEY_LEN];
    int i;

    (void)state;
    assert_int_equal(mssl_f(out, key, x), MSSL_OK);
    for (i = 0; i < MSSL_KEY_LEN; i++)
        made_masked[i] = (uint8_t)~out[i];
    assert_false(in_heap(made_byte, MSSL_KEY_LEN));
}

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
        cmocka_unit_test(no_key_stays_in_the_heap_after_a_call),
        cmocka_unit_test(the_key_that_f_made_does_not_stay_either),
        cmocka_unit_test(threads_seal_open_and_refuse_side_by_side),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
