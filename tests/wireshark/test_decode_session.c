/* SPDX-License-Identifier: ISC */
/* What no small capture reaches: counters near their end, and more commands without an
 * answer than are remembered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "decode.h"

#define WARNED(w) ((last.warnings >> (w)) & 1)

static struct decode_session session;
static struct decode_message last;
static unsigned shown;

static void put(void *ctx, const struct decode_message *m)
{
    (void)ctx;
    last = *m;
    shown++;
}

static const struct decode_out out = { put, NULL, NULL };

static void feed(uint8_t dir, uint8_t n, size_t len)
{
    uint8_t bytes[MSSL_HELLO_LEN_MAX] = { 0 };

    bytes[0] = n;
    decode_session_input(&session, dir, bytes, len, &out);
}

static int greet(void **state)
{
    (void)state;
    memset(&session, 0, sizeof session);
    shown = 0;
    session.syn = true;
    feed(MSSL_DIR_HOST, MSSL_HELLO_LEN_BYTE, MSSL_HELLO_LEN);
    feed(MSSL_DIR_DEVICE, 0, MSSL_WELCOME_LEN);
    assert_int_equal(shown, 2);
    return 0;
}

static void the_record_0xff00_is_a_close_and_the_last(void **state)
{
    (void)state;
    session.side[MSSL_DIR_HOST].count = MSSL_COUNTER_LAST - 1;
    feed(MSSL_DIR_HOST, 8, 17);
    assert_true(last.counted && last.counter == MSSL_COUNTER_LAST - 1 && !WARNED(DECODE_W_COUNTER));
    feed(MSSL_DIR_HOST, 8, 17);
    assert_true(!last.counted && WARNED(DECODE_W_COUNTER));
    session.side[MSSL_DIR_HOST].count = MSSL_COUNTER_LAST;
    feed(MSSL_DIR_HOST, 0, 9);
    assert_true(last.counted && last.counter == MSSL_COUNTER_LAST && !WARNED(DECODE_W_COUNTER));
    feed(MSSL_DIR_HOST, 0, 9);
    assert_true(!last.counted && WARNED(DECODE_W_COUNTER) && WARNED(DECODE_W_AFTER_CLOSE));
}

static void commands_beyond_those_remembered_push_out_the_oldest(void **state)
{
    unsigned i;

    (void)state;
    for (i = 0; i < DECODE_WAITING_MAX + 10; i++)
        feed(MSSL_DIR_HOST, 8, 17);
    assert_int_equal(session.count, DECODE_WAITING_MAX);
    for (i = 0; i < DECODE_WAITING_MAX + 10; i++)
        feed(MSSL_DIR_DEVICE, 8, 17);
    assert_int_equal(session.count, 0);
    assert_int_equal(shown, 2 + 2 * (DECODE_WAITING_MAX + 10));
}

static void an_end_is_told_once(void **state)
{
    (void)state;
    decode_session_end(&session, MSSL_DIR_DEVICE, false, &out);
    assert_int_equal(last.end, DECODE_E_CUT);
    decode_session_end(&session, MSSL_DIR_HOST, true, &out);
    assert_int_equal(shown, 3);
}

static void nothing_is_read_behind_a_gap(void **state)
{
    (void)state;
    decode_session_gap(&session, MSSL_DIR_HOST, &out);
    assert_true(last.kind == DECODE_MALFORMED && WARNED(DECODE_W_GAP));
    decode_session_gap(&session, MSSL_DIR_HOST, &out);
    feed(MSSL_DIR_HOST, 8, 17);
    assert_int_equal(shown, 3);
    feed(MSSL_DIR_DEVICE, 8, 17);
    assert_int_equal(shown, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_record_0xff00_is_a_close_and_the_last, greet),
        cmocka_unit_test_setup(commands_beyond_those_remembered_push_out_the_oldest, greet),
        cmocka_unit_test_setup(an_end_is_told_once, greet),
        cmocka_unit_test_setup(nothing_is_read_behind_a_gap, greet),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
