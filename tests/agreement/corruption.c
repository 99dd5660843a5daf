/* SPDX-License-Identifier: ISC */
/* An attacker on the line: whatever he changes, no wrong answer is given out, no
 * command runs that wasn't sent, none twice or out of order, and nobody is told
 * that all is well when it isn't. M-8.15, M-8.25, M-8.26. */
#include <stdarg.h>
#include <string.h>
#include "pair.h"
#include <cmocka.h>

#define ROUNDS 20000

static struct pair p;

/* Changes something among the len bytes of the line; room for some more. */
static void corrupt(uint8_t *line, size_t *len)
{
    size_t at = model_random() % *len, other = model_random() % *len, n = 1 + model_random() % 20;

    switch (model_random() % 7) {
    case 0:                                             /* flip a bit */
        line[at] ^= (uint8_t)(1u << model_random() % 8);
        break;
    case 1:                                             /* another byte */
        line[at] = (uint8_t)(line[at] + 1 + model_random() % 255);
        break;
    case 2:                                             /* lose some */
        n = n > *len - at ? *len - at : n;
        memmove(line + at, line + at + n, *len - at - n);
        *len -= n;
        break;
    case 3:                                             /* put zeros in */
        memmove(line + at + n, line + at, *len - at);
        memset(line + at, 0, n);
        *len += n;
        break;
    case 4:                                             /* say it again */
        memcpy(line + *len, line + at, *len - at);
        *len += *len - at;
        break;
    case 5:                                             /* exchange two */
        n = line[at];
        line[at] = line[other];
        line[other] = (uint8_t)n;
        break;
    default:                                            /* cut off */
        *len = at;
        break;
    }
}

static void some_commands(void)
{
    int i, n = 1 + (int)(model_random() % 5);

    for (i = 0; i < n; i++)
        if (pair_random_command(&p) != MSSL_OK)
            break;
}

/* Nothing that the ends say may be better than what was. Called at the end. */
static void nothing_wrong_came_of_it(void)
{
    mssl_err e;
    unsigned waiting = p.waiting;
    int close_sent = p.client.close_sent;

    pair_ran_in_order(&p);
    e = mssl_client_end(&p.client);
    if (e == MSSL_OK && (waiting || !(p.closed || close_sent)))
        fail_msg("the client reports success with %u commands unanswered", waiting);
    if (e == MSSL_E_NOT_RUN && ram.ran > p.answers)
        fail_msg("the client reports not run, but it did");
    if (waiting && e != MSSL_E_NOT_RUN && e != MSSL_E_UNKNOWN)
        fail_msg("the client forgets %u unanswered commands: %02x", waiting, e);
    if (p.closed > 1)
        fail_msg("closed twice");
    mssl_dev_end(p.device);
}

static void a_changed_handshake_never_welcomes(void **state)
{
    uint8_t before[PAIR_ROOM];
    size_t before_len;
    int i, down, changed;

    (void)state;
    for (i = 0; i < ROUNDS; i++) {
        pair_setup(&p, model_random());
        if (i % 3 == 0)
            pair_restrict(&p, p.tasks & model_random(), NULL);
        pair_connect(&p);
        down = i % 2;
        if (down) {
            while (p.up_len) {
                uint8_t n = mssl_dev_input(p.device, p.buf, p.up[0]);
                memmove(p.up, p.up + 1, --p.up_len);
                memcpy(p.down + p.down_len, p.buf, n);
                p.down_len += n;
            }
        }
        before_len = down ? p.down_len : p.up_len;
        memcpy(before, down ? p.down : p.up, before_len);
        corrupt(down ? p.down : p.up, down ? &p.down_len : &p.up_len);
        changed = (down ? p.down_len : p.up_len) < before_len
                  || memcmp(before, down ? p.down : p.up, before_len) != 0;
        pair_carry(&p);
        if (p.welcomed && changed)
            fail_msg("round %d: a changed handshake was accepted", i);
        assert_int_equal(ram.ran, 0);
        nothing_wrong_came_of_it();
    }
}

static void changed_commands_never_run(void **state)
{
    int i;

    (void)state;
    for (i = 0; i < ROUNDS; i++) {
        pair_setup(&p, 0xFFFFFFFFu);
        pair_connect(&p);
        pair_carry(&p);
        some_commands();
        if (i % 2)
            pair_close(&p);
        corrupt(p.up, &p.up_len);
        pair_carry(&p);
        nothing_wrong_came_of_it();
    }
}

/* Runs the device alone, so that its answers lie on the line. */
static void device_only(void)
{
    size_t i;
    uint8_t n;

    for (i = 0; i < p.up_len; i++) {
        n = mssl_dev_input(p.device, p.buf, p.up[i]);
        memcpy(p.down + p.down_len, p.buf, n);
        p.down_len += n;
    }
    p.up_len = 0;
}

static void changed_answers_are_never_given_out(void **state)
{
    int i;

    (void)state;
    for (i = 0; i < ROUNDS; i++) {
        pair_setup(&p, 0xFFFFFFFFu);
        pair_connect(&p);
        pair_carry(&p);
        some_commands();
        if (i % 2)
            pair_close(&p);
        device_only();
        corrupt(p.down, &p.down_len);
        pair_carry(&p);
        nothing_wrong_came_of_it();
    }
}

/* What one end sent goes back to it: records of the wrong direction. */
static void reflected_records_are_refused_by_both(void **state)
{
    int i;

    (void)state;
    for (i = 0; i < 2000; i++) {
        pair_setup(&p, 0xFFFFFFFFu);
        pair_connect(&p);
        pair_carry(&p);
        some_commands();
        if (i % 2) {
            memcpy(p.down, p.up, p.up_len);
            p.down_len = p.up_len;
            p.up_len = 0;
        } else {
            device_only();
            ram.ran = p.sent = 0;
            memcpy(p.up, p.down, p.down_len);
            p.up_len = p.down_len;
            p.down_len = 0;
        }
        pair_carry(&p);
        assert_int_equal(p.answers, 0);
        assert_int_equal(ram.ran, 0);
        mssl_client_end(&p.client);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_changed_handshake_never_welcomes),
        cmocka_unit_test(changed_commands_never_run),
        cmocka_unit_test(changed_answers_are_never_given_out),
        cmocka_unit_test(reflected_records_are_refused_by_both),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
