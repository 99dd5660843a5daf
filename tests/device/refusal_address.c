/* SPDX-License-Identifier: ISC */
/* The address check: prefixes of IPv4 and MAC, byte by byte. PROTOCOL 3, 6. */
#include <stdarg.h>
#include <string.h>
#include "bench.h"
#include <cmocka.h>

static const uint8_t kinds[] = { 0, 4 }, longest[] = { 4, 6 };

/* A host whose grant binds it to the first length bytes of the peer's address. */
static void bound(struct bench *b, uint8_t kind, uint8_t length)
{
    bench_connect(b, 0);
    model_grant(&b->host, ALL_TASKS);
    model_address(b->host.blocks[0], kind, bench_peer + kind, length);
    ram_forget();
}

/* M-3.4. */
static void every_prefix_of_the_right_address_is_accepted(void **state)
{
    struct bench *b = *state;
    uint8_t i, length;

    for (i = 0; i < 2; i++) {
        for (length = 0; length <= longest[i]; length++) {
            bound(b, kinds[i], length);
            bench_greet_as(b);
        }
    }
}

/* M-6.19. */
static void any_differing_bit_inside_the_prefix_is_refused(void **state)
{
    struct bench *b = *state;
    uint8_t i, length, at, bit;

    for (i = 0; i < 2; i++)
        for (length = 1; length <= longest[i]; length++)
            for (at = 0; at < length; at++)
                for (bit = 0; bit < 8; bit++) {
                    bound(b, kinds[i], length);
                    b->peer[kinds[i] + at] ^= (uint8_t)(1 << bit);
                    bench_hello(b);
                    bench_is_refused(b);
                }
}

/* M-3.4: a prefix says nothing about what follows it. */
static void differences_behind_the_prefix_do_not_refuse(void **state)
{
    struct bench *b = *state;
    uint8_t i, length, at;

    for (i = 0; i < 2; i++)
        for (length = 0; length < longest[i]; length++)
            for (at = length; at < longest[i]; at++) {
                bound(b, kinds[i], length);
                b->peer[kinds[i] + at] ^= 0xFF;
                bench_greet_as(b);
            }
}

/* A grant for an IPv4 address has nothing to say about the MAC, and vice versa. */
static void the_other_kinds_address_does_not_matter(void **state)
{
    struct bench *b = *state;

    bound(b, 0, 4);
    memset(b->peer + 4, 0x99, 6);
    bench_greet_as(b);
    bound(b, 4, 6);
    memset(b->peer, 0x99, 4);
    bench_greet_as(b);
}

/* A MAC grant must not be compared with IPv4 bytes that happen to agree. */
static void a_mac_that_equals_the_ipv4_address_is_refused(void **state)
{
    struct bench *b = *state;

    bound(b, 4, 3);
    memcpy(b->host.blocks[0] + MSSL_G_ADDRESS, bench_peer, 3);
    bench_hello(b);
    bench_is_refused(b);
    bound(b, 0, 4);
    memcpy(b->host.blocks[0] + MSSL_G_ADDRESS, bench_peer + 4, 4);
    bench_hello(b);
    bench_is_refused(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_prefix_of_the_right_address_is_accepted, bench_setup),
        cmocka_unit_test_setup(any_differing_bit_inside_the_prefix_is_refused, bench_setup),
        cmocka_unit_test_setup(differences_behind_the_prefix_do_not_refuse, bench_setup),
        cmocka_unit_test_setup(the_other_kinds_address_does_not_matter, bench_setup),
        cmocka_unit_test_setup(a_mac_that_equals_the_ipv4_address_is_refused, bench_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
