/* SPDX-License-Identifier: ISC */
/* The core's CCM under NIST's CAVP vectors without associated data. They have
 * other nonces and tags than ours, so the engine's file is compiled here once
 * more with those as parameters. */
#include <stdarg.h>
#include <string.h>
#include "bench.h"
#include <cmocka.h>

#include "vectors.h"

static uint8_t tag_len, nonce_len, nonce[MSSL_CCM_NONCE_LEN];

#define CCM_TAG_LEN tag_len
#define CCM_L       (15 - nonce_len)
#define CCM_NONCE(at, dir, counter) (memcpy((at), nonce, nonce_len), (void)(dir), (void)(counter))
#define mssl_dev_ccm_seal cavp_seal
#define mssl_dev_ccm_open cavp_open
#include "mssl_dev_engine_ccm.c"

static struct vector_case c;
static uint8_t key[16], sealed[64], text[64], plain[64];
static size_t sealed_len, plain_len;

static int next(FILE *f)
{
    size_t n;

    if (!vectors_next(f, &c))
        return 0;
    vector_exactly(&c, "key", key, 16);
    vector_exactly(&c, "tag_len", &tag_len, 1);
    vector_bytes(&c, "nonce", nonce, sizeof nonce, &n);
    nonce_len = (uint8_t)n;
    vector_bytes(&c, "plain", plain, sizeof plain, &plain_len);
    vector_bytes(&c, "sealed", sealed, sizeof sealed, &sealed_len);
    return 1;
}

static void passing_cases_are_sealed_and_opened(void **state)
{
    FILE *f = vectors_open("cavp_ccm.txt");
    int cases = 0;

    (void)state;
    while (next(f)) {
        if (strcmp(vector_text(&c, "reason"), "pass") != 0)
            continue;
        cases++;
        memcpy(text, plain, plain_len);
        cavp_seal(text, (uint8_t)plain_len, key, 0, 0);
        vector_equal(&c, "sealed", text, sealed_len);
        assert_int_equal(cavp_open(text, (uint8_t)plain_len, key, 0, 0), 0);
        assert_memory_equal(text, plain, plain_len);
    }
    fclose(f);
    assert_int_equal(cases, 50);
}

static void failing_cases_are_refused_and_zeroed(void **state)
{
    FILE *f = vectors_open("cavp_ccm.txt");
    int cases = 0;

    (void)state;
    while (next(f)) {
        if (strcmp(vector_text(&c, "reason"), "fail") != 0)
            continue;
        cases++;
        memcpy(text, sealed, sealed_len);
        assert_int_not_equal(cavp_open(text, (uint8_t)(sealed_len - tag_len), key, 0, 0), 0);
        assert_true(model_zero(text, sealed_len));
    }
    fclose(f);
    assert_int_equal(cases, 80);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(passing_cases_are_sealed_and_opened, bench_setup),
        cmocka_unit_test_setup(failing_cases_are_refused_and_zeroed, bench_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
