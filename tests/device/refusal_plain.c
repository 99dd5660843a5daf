/* SPDX-License-Identifier: ISC */
/* A core built without restrictions refuses every chain. PROTOCOL 3, 6. */
#include <stdarg.h>
#include <string.h>
#include "bench.h"
#include <cmocka.h>

/* M-3.8, M-6.11: at the first byte, since its buffer is no longer than that. */
static void every_length_byte_but_44_is_refused(void **state)
{
    struct bench *b = *state;
    uint8_t byte;
    int n;

    assert_int_equal(MSSL_DEV_RESTRICTIONS, 0);
    for (n = 0; n < 256; n++) {
        if (n == 44)
            continue;
        bench_connect(b, 0);
        byte = (uint8_t)n;
        bench_give(b, &byte, 1);
        bench_is_refused(b);
    }
}

static void a_restriction_alone_is_no_grant(void **state)
{
    struct bench *b = *state;

    model_grant(&b->host, ALL_TASKS);
    b->host.blocks[0][MSSL_G_TYPE] = MSSL_TYPE_RESTRICTION;
    bench_hello(b);
    bench_is_refused(b);
}

static void a_grant_alone_is_served(void **state)
{
    struct bench *b = *state;

    bench_open(b, ALL_TASKS);
    assert_int_equal(bench_ask(b, 1, "on", 2), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_length_byte_but_44_is_refused, bench_setup),
        cmocka_unit_test_setup(a_restriction_alone_is_no_grant, bench_setup),
        cmocka_unit_test_setup(a_grant_alone_is_served, bench_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
