/* SPDX-License-Identifier: ISC */
/* The distance of two sequence numbers, by the machine's own 32 bits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net_conn.h"

static void put32(uint8_t *out, uint32_t n)
{
    for (int i = 4; i--; n >>= 8)
        out[i] = (uint8_t)n;
}

static void agree(uint32_t one, uint32_t other)
{
    uint8_t a[4], b[4];
    uint32_t ahead = one - other;

    put32(a, one);
    put32(b, other);
    assert_int_equal(net_ahead(a, b), ahead > 0xFFFF ? NET_FAR : ahead);
}

static void distances_cross_every_border_of_bytes_and_halves(void **state)
{
    static const uint32_t near[] = { 0, 1, 2, 0xFE, 0xFF, 0x100, 0x101, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF, 0x10000,
                                     0x10001, 0x1FFFF, 0x20000, 0x7FFFFFFF, 0x80000000, 0xFFFF0000, 0xFFFFFFFF };
    const size_t n = sizeof near / sizeof *near;

    (void)state;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            agree(near[i], near[k]);
            agree(near[i] + near[k], near[k]);
            agree(near[k], near[i] + near[k]);
        }
}

static void random_distances_agree(void **state)
{
    uint32_t x = 1, y = 1;

    (void)state;
    for (int i = 0; i < 20000; i++) {
        x = x * 1664525 + 1013904223;
        y = y * 22695477 + 1;
        agree(x, x - (y & 0x1FFFF));
        agree(x, y);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distances_cross_every_border_of_bytes_and_halves),
        cmocka_unit_test(random_distances_agree),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
