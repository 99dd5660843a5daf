/* SPDX-License-Identifier: ISC */
/* No key stays in the cipher contexts that a thread's sessions share: the heap is
 * searched for it after each call. Not under ASan, whose heap lies elsewhere. */
#include <stdio.h>
#include <stdlib.h>

#include <openssl/evp.h>

#include "record.h"
#include "session.h"

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
    uint8_t record[MSSL_RECORD_LEN_MAX], forged[MSSL_RECORD_LEN_MAX], len;
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
    record[len - 1] ^= 1;
    assert_int_equal(mssl_record_open(memcpy(forged, record, len), key, 1, 7), MSSL_E_TAG);
    assert_false(in_heap(key_byte, MSSL_KEY_LEN));
    record[len - 1] ^= 1;
    assert_int_equal(mssl_record_open(record, key, 1, 7), MSSL_OK);
    assert_false(in_heap(key_byte, MSSL_KEY_LEN));
    free(kept);
}

/* The call of EVP_EncryptInit_ex, from 0, that fails; -1: none does. */
static int fail_at = -1;

int __real_EVP_EncryptInit_ex(EVP_CIPHER_CTX *c, const EVP_CIPHER *t, ENGINE *e, const unsigned char *k,
                              const unsigned char *i);
int __wrap_EVP_EncryptInit_ex(EVP_CIPHER_CTX *c, const EVP_CIPHER *t, ENGINE *e, const unsigned char *k,
                              const unsigned char *i);

int __wrap_EVP_EncryptInit_ex(EVP_CIPHER_CTX *c, const EVP_CIPHER *t, ENGINE *e, const unsigned char *k,
                              const unsigned char *i)
{
    return fail_at >= 0 && fail_at-- == 0 ? 0 : __real_EVP_EncryptInit_ex(c, t, e, k, i);
}

/* The second call is to put zeros in the key's place. */
static void no_key_stays_when_it_cannot_be_forgotten(void **state)
{
    uint8_t key[MSSL_KEY_LEN], x[MSSL_F_INPUT_LEN] = { 0x21 }, out[MSSL_KEY_LEN];
    uint8_t record[MSSL_RECORD_LEN_MAX], len;

    (void)state;
    scrambled_key(key);
    assert_int_equal(mssl_f(out, key, x), MSSL_OK);
    fail_at = 1;
    assert_int_equal(mssl_f(out, key, x), MSSL_E_CRYPTO);
    assert_false(in_heap(key_byte, MSSL_KEY_LEN));
    assert_int_equal(mssl_record_seal(record, &len, (const uint8_t *)"led on", 6, key, 1, 7), MSSL_OK);
    fail_at = 1;
    assert_int_equal(mssl_record_seal(record, &len, (const uint8_t *)"led on", 6, key, 1, 7), MSSL_E_CRYPTO);
    assert_false(in_heap(key_byte, MSSL_KEY_LEN));
    assert_int_equal(mssl_record_seal(record, &len, (const uint8_t *)"led on", 6, key, 1, 7), MSSL_OK);
    fail_at = 0;
    assert_int_equal(mssl_record_open(record, key, 1, 7), MSSL_E_CRYPTO);
    assert_false(in_heap(key_byte, MSSL_KEY_LEN));
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_key_stays_in_the_heap_after_a_call),
        cmocka_unit_test(no_key_stays_when_it_cannot_be_forgotten),
        cmocka_unit_test(the_key_that_f_made_does_not_stay_either),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
