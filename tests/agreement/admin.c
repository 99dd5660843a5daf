/* SPDX-License-Identifier: ISC */
/* Admin commands: both ends agree on what the last record was. PROTOCOL 9. */
#include <stdarg.h>
#include <string.h>
#include "pair.h"
#include <cmocka.h>

static struct pair p;

/* Sends one admin command; the answer is checked here, since the pair knows no 31. */
static uint8_t admin(const uint8_t *args, size_t len, struct mssl_message *m)
{
    uint8_t out[MSSL_RECORD_LEN_MAX], n, i, sent = 0;
    size_t used;

    pair_setup(&p, 0xFFFFFFFFu);
    ram.cells[MSSL_EE_GENERATIONS + 5] = 9;
    pair_connect(&p);
    pair_carry(&p);
    assert_int_equal(mssl_client_command(&p.client, MSSL_TASK_ADMIN, args, len, out, &n), MSSL_OK);
    for (i = 0; i < n; i++)
        sent = mssl_dev_input(p.device, p.buf, out[i]);
    assert_int_equal(sent, 17);
    assert_int_equal(p.device->state, MSSL_DEV_CLOSED);
    assert_int_equal(mssl_client_input(&p.client, p.buf, sent, &used, m), MSSL_OK);
    assert_int_equal(m->kind, MSSL_ANSWER);
    assert_int_equal(m->task, MSSL_TASK_ADMIN);
    return m->status;
}

/* M-9.7, M-8.26: no close follows, and that is no truncation. */
static void a_done_admin_command_is_an_agreed_end(void **state)
{
    static const uint8_t revoke[] = { 5, 10 }, equal[] = { 5, 9 }, step[] = { 0x80 };
    struct mssl_message m;

    (void)state;
    assert_int_equal(admin(revoke, 2, &m), 0);
    assert_int_equal(mssl_client_end(&p.client), MSSL_OK);
    assert_int_equal(admin(equal, 2, &m), 0);
    assert_int_equal(mssl_client_end(&p.client), MSSL_OK);
    assert_int_equal(admin(step, 1, &m), 0);
    assert_int_equal(mssl_client_end(&p.client), MSSL_OK);
}

/* The same for one that was refused by its arguments. */
static void a_refused_admin_command_is_an_agreed_end(void **state)
{
    static const uint8_t lower[] = { 5, 8 }, slot[] = { 16, 1 }, longer[] = { 5, 10, 1 };
    struct mssl_message m;

    (void)state;
    assert_int_equal(admin(lower, 2, &m), MSSL_STATUS_ARGUMENT);
    assert_int_equal(mssl_client_end(&p.client), MSSL_OK);
    assert_int_equal(admin(slot, 2, &m), MSSL_STATUS_ARGUMENT);
    assert_int_equal(mssl_client_end(&p.client), MSSL_OK);
    assert_int_equal(admin(longer, 3, &m), MSSL_STATUS_ARGUMENT);
    assert_int_equal(mssl_client_end(&p.client), MSSL_OK);
}

/* M-8.21, M-9.5: a silent device after an epoch step; the outcome is unknown, and said so. */
static void a_failed_epoch_step_leaves_the_outcome_unknown(void **state)
{
    static const uint8_t step[] = { 0x80 };
    uint8_t out[MSSL_RECORD_LEN_MAX], n, i, sent = 0;

    (void)state;
    pair_setup(&p, 0xFFFFFFFFu);
    pair_connect(&p);
    pair_carry(&p);
    ram.stuck = MSSL_EE_KD + 3;
    assert_int_equal(mssl_client_command(&p.client, MSSL_TASK_ADMIN, step, 1, out, &n), MSSL_OK);
    for (i = 0; i < n; i++)
        sent = mssl_dev_input(p.device, p.buf, out[i]);
    assert_int_equal(sent, 0);
    assert_int_equal(p.device->state, MSSL_DEV_CLOSED);
    assert_int_equal(mssl_client_end(&p.client), MSSL_E_UNKNOWN);
}

/* An old grant after the step gets a WELCOME that its client doesn't believe. */
static void a_grant_of_the_old_epoch_finds_no_authentic_device(void **state)
{
    static const uint8_t step[] = { 0x80 };
    struct mssl_message m;

    (void)state;
    assert_int_equal(admin(step, 1, &m), 0);
    pair_connect(&p);
    pair_carry(&p);
    assert_int_equal(p.welcomed, 0);
    assert_int_equal(p.failure, MSSL_E_TAG);
    mssl_client_end(&p.client);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_done_admin_command_is_an_agreed_end),
        cmocka_unit_test(a_refused_admin_command_is_an_agreed_end),
        cmocka_unit_test(a_failed_epoch_step_leaves_the_outcome_unknown),
        cmocka_unit_test(a_grant_of_the_old_epoch_finds_no_authentic_device),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
