/* SPDX-License-Identifier: ISC */
/* Chains that libmssl makes are what the device takes, no more and no less. */
#include <stdarg.h>
#include <string.h>
#include "pair.h"
#include <cmocka.h>

static struct pair p;

/* A random prefix of the peer's address, or with wrong, one that differs from it. */
static struct mssl_address random_address(int wrong)
{
    struct mssl_address a = { .kind = model_random() % 2 ? MSSL_ADDRESS_MAC : MSSL_ADDRESS_IPV4 };
    uint32_t longest = a.kind ? MSSL_ADDRESS_MAC_MAX : MSSL_ADDRESS_IPV4_MAX;

    a.len = (uint8_t)(model_random() % (longest + 1));
    if (wrong && a.len == 0)
        a.len = 1;
    memcpy(a.bytes, p.peer + a.kind, a.len);
    if (wrong)
        a.bytes[model_random() % a.len] ^= (uint8_t)(1u << model_random() % 8);
    return a;
}

static void random_chain(int wrong_at)
{
    struct mssl_address a;
    int i, length = wrong_at > 0 ? wrong_at : (int)(model_random() % 4);

    pair_setup(&p, model_random() | model_random());
    for (i = 1; i <= length; i++) {
        a = random_address(i == wrong_at);
        pair_restrict(&p, p.tasks & (model_random() | model_random()), &a);
    }
}

/* M-3.9, M-3.10, M-4.1. */
static void random_chains_are_served_within_their_tasks(void **state)
{
    int round, i;

    (void)state;
    for (round = 0; round < 2000; round++) {
        random_chain(0);
        pair_connect(&p);
        pair_carry(&p);
        assert_int_equal(p.welcomed, 1);
        for (i = 0; i < 15; i++) {
            assert_int_equal(pair_random_command(&p), MSSL_OK);
            pair_carry(&p);
        }
        assert_int_equal(p.answers, 15);
        pair_ran_in_order(&p);
        assert_int_equal(ram.ran, p.sent);
        pair_close(&p);
        pair_carry(&p);
        assert_int_equal(mssl_client_end(&p.client), MSSL_OK);
    }
}

/* M-6.19 in any block, M-6.9: the client learns only that it was refused. */
static void a_chain_with_one_wrong_address_is_refused(void **state)
{
    int round;

    (void)state;
    for (round = 0; round < 2000; round++) {
        random_chain(1 + round % 3);
        pair_connect(&p);
        pair_carry(&p);
        assert_int_equal(p.welcomed, 0);
        assert_int_equal(ram.writes, 0);
        assert_int_equal(p.device->state, MSSL_DEV_CLOSED);
        assert_int_equal(mssl_client_end(&p.client), MSSL_E_REFUSED);
    }
}

/* A helper that strikes its restriction out keeps a key that fits nothing. */
static void a_helper_cannot_use_the_chain_it_got_without_its_end(void **state)
{
    (void)state;
    random_chain(0);
    if (p.grant.count == MSSL_BLOCKS_MAX)
        p.grant.count--;
    pair_restrict(&p, 0, NULL);
    p.grant.count--;
    pair_connect(&p);
    pair_carry(&p);
    assert_int_equal(p.welcomed, 0);
    assert_int_equal(p.failure, MSSL_E_TAG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_chains_are_served_within_their_tasks),
        cmocka_unit_test(a_chain_with_one_wrong_address_is_refused),
        cmocka_unit_test(a_helper_cannot_use_the_chain_it_got_without_its_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
