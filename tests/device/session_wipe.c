/* SPDX-License-Identifier: ISC */
/* After every end of a session nothing secret of it is left in RAM. PROTOCOL 8. */
#include <stdarg.h>
#include <string.h>
#include "bench.h"
#include <cmocka.h>

#include "mssl_dev_engine.h"
#include "mssl_dev_engine_work.h"

static uint8_t record[256];

/* Is needle anywhere in the message buffer? */
static int in_buffer(const struct bench *b, const uint8_t *needle, size_t n)
{
    size_t i;

    for (i = 0; i + n <= sizeof b->buf; i++)
        if (memcmp(b->buf + i, needle, n) == 0)
            return 1;
    return 0;
}

static void nothing_is_left(struct bench *b)
{
    uint8_t k0[16];

    bench_is_over(b);
    model_f(k0, ram.cells, b->host.blocks[0]);
    assert_true(model_zero(&mssl_dev_work, sizeof mssl_dev_work));
    assert_false(!model_zero(b->host.key, 16) && in_buffer(b, b->host.key, 8));
    assert_false(in_buffer(b, k0, 8));
    assert_false(in_buffer(b, ram.cells + MSSL_EE_KD, 8));
}

static void end_by_bad_tag(struct bench *b)
{
    size_t n = model_command(&b->host, 1, "on", 2, record);

    record[3] ^= 1;
    bench_give(b, record, n);
}

static void end_by_bad_length(struct bench *b)
{
    bench_give(b, "\x07", 1);
}

static void end_by_close(struct bench *b)
{
    bench_give(b, record, model_close(&b->host, record));
}

static void end_by_timeout(struct bench *b)
{
    bench_ticks(b, 300);
}

static void end_by_loss(struct bench *b)
{
    mssl_dev_end(b->s);
}

static void end_by_counter(struct bench *b)
{
    b->s->sent = 0xFF00;
    bench_give(b, record, model_command(&b->host, 1, "on", 2, record));
}

static void end_by_revocation(struct bench *b)
{
    bench_give(b, record, model_command(&b->host, MSSL_TASK_ADMIN, "\x05\x09", 2, record));
}

static void end_by_epoch_step(struct bench *b)
{
    bench_give(b, record, model_command(&b->host, MSSL_TASK_ADMIN, "\x80", 1, record));
}

static void end_by_torn_epoch_step(struct bench *b)
{
    ram.stuck = MSSL_EE_KD + 5;
    end_by_epoch_step(b);
}

/* M-8.2, M-8.16. */
static void every_end_of_a_session_wipes_it(void **state)
{
    static void (*const ends[])(struct bench *) = {
        end_by_bad_tag, end_by_bad_length, end_by_close, end_by_timeout, end_by_loss,
        end_by_counter, end_by_revocation, end_by_epoch_step, end_by_torn_epoch_step,
    };
    struct bench *b = *state;
    size_t i;
    int open;

    for (i = 0; i < sizeof ends / sizeof *ends; i++)
        for (open = 0; open < 2; open++) {
            bench_setup(state);
            b = *state;
            if (open)
                bench_open(b, ALL_TASKS);
            else
                bench_greet(b, ALL_TASKS);
            assert_false(model_zero(b->s->key, 16));
            ends[i](b);
            nothing_is_left(b);
        }
}

/* M-8.16: a refusal after K_D was looked at leaves nothing of it. */
static void a_hello_refused_by_the_seed_leaves_no_key(void **state)
{
    struct bench *b = *state;
    int cell;

    for (cell = MSSL_EE_SEED; cell < MSSL_EE_SEED + MSSL_SEED_LEN; cell++) {
        bench_setup(state);
        ram.stuck = cell;
        model_grant(&b->host, ALL_TASKS);
        bench_hello(b);
        assert_int_equal(b->out_len, 0);
        nothing_is_left(b);
    }
}

/* While a session is idle its buffer holds what went over the wire, no more. */
static void an_answered_command_leaves_no_plaintext_in_the_buffer(void **state)
{
    struct bench *b = *state;
    static const char text[] = "the-secret-argument-of-a-command-that-was-answered-with-nothing";

    bench_open(b, ALL_TASKS);
    assert_int_equal(bench_ask(b, 2, text, sizeof text - 1), MSSL_STATUS_FAILED);
    assert_false(in_buffer(b, (const uint8_t *)text + 20, 8));
    assert_false(in_buffer(b, (const uint8_t *)text + 50, 8));
    assert_int_equal(bench_ask(b, 1, text, sizeof text - 1), 0);
    assert_false(in_buffer(b, (const uint8_t *)text + 20, 8));
}

/* M-8.16: the engine's work area, after each of its functions. */
static void the_engine_wipes_its_work_area(void **state)
{
    uint8_t key[16], buf[136];

    (void)state;
    model_random_bytes(key, sizeof key);
    model_random_bytes(buf, sizeof buf);
    mssl_dev_f(buf, key, buf + 32);
    assert_true(model_zero(&mssl_dev_work, sizeof mssl_dev_work));
    mssl_dev_lab(buf, key, 0x31);
    assert_true(model_zero(&mssl_dev_work, sizeof mssl_dev_work));
    mssl_dev_ccm_seal(buf, 128, key, 0, 1);
    assert_true(model_zero(&mssl_dev_work, sizeof mssl_dev_work));
    assert_int_equal(mssl_dev_ccm_open(buf, 128, key, 0, 1), 0);
    assert_true(model_zero(&mssl_dev_work, sizeof mssl_dev_work));
    assert_int_not_equal(mssl_dev_ccm_open(buf, 128, key, 0, 1), 0);
    assert_true(model_zero(&mssl_dev_work, sizeof mssl_dev_work));
    assert_true(model_zero(buf, sizeof buf));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_end_of_a_session_wipes_it, bench_setup),
        cmocka_unit_test_setup(a_hello_refused_by_the_seed_leaves_no_key, bench_setup),
        cmocka_unit_test_setup(an_answered_command_leaves_no_plaintext_in_the_buffer,
                               bench_setup),
        cmocka_unit_test_setup(the_engine_wipes_its_work_area, bench_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
