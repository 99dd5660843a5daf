/* SPDX-License-Identifier: ISC */
/* A core on a line without addresses (serial): who is bound to one is refused. PROTOCOL 6. */
#include <stdarg.h>
#include <string.h>
#include "bench.h"
#include <cmocka.h>

/* M-6.15: even by one byte, even if it would agree with what the peer struct holds. */
static void every_grant_bound_to_an_address_is_refused(void **state)
{
    struct bench *b = *state;
    uint8_t kind, length;

    for (kind = 0; kind <= 4; kind += 4)
        for (length = 1; length <= 6; length++) {
            bench_connect(b, 0);
            model_grant(&b->host, ALL_TASKS);
            model_address(b->host.blocks[0], kind, bench_peer + kind, length);
            ram_forget();
            bench_hello(b);
            bench_is_refused(b);
        }
}

static void a_grant_for_any_address_is_served(void **state)
{
    struct bench *b = *state;
    uint8_t kind;

    for (kind = 0; kind <= 4; kind += 4) {
        bench_connect(b, 0);
        model_grant(&b->host, ALL_TASKS);
        model_address(b->host.blocks[0], kind, bench_peer, 0);
        bench_greet_as(b);
        assert_int_equal(bench_ask(b, 1, "on", 2), 0);
    }
}

/* The kinds themselves are checked all the same. M-6.14. */
static void other_kinds_are_refused(void **state)
{
    struct bench *b = *state;
    int kind;

    for (kind = 0; kind < 256; kind++) {
        if (kind == 0 || kind == 4)
            continue;
        bench_connect(b, 0);
        model_grant(&b->host, ALL_TASKS);
        b->host.blocks[0][MSSL_G_ADDRESS_KIND] = (uint8_t)kind;
        ram_forget();
        bench_hello(b);
        bench_is_refused(b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_grant_bound_to_an_address_is_refused, bench_setup),
        cmocka_unit_test_setup(a_grant_for_any_address_is_served, bench_setup),
        cmocka_unit_test_setup(other_kinds_are_refused, bench_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
