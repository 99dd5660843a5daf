/* SPDX-License-Identifier: ISC */
/* Forged, replayed, reordered and misdirected records end the session without a
 * byte, and nothing of them is left. PROTOCOL 2, 6, 8. */
#include <stdarg.h>
#include <string.h>
#include "bench.h"
#include <cmocka.h>

static uint8_t record[256];

/* Both states in which records come, since the attacker may choose. */
static void session(struct bench *b, int open)
{
    bench_connect(b, 0);
    if (open)
        bench_open(b, ALL_TASKS);
    else
        bench_greet(b, ALL_TASKS);
    ram_forget();
}

static void give_and_expect_the_end(struct bench *b, size_t n)
{
    bench_give(b, record, n);
    bench_is_over_silently(b);
    assert_int_equal(ram.ran, 0);
    assert_int_equal(ram.writes, 0);
}

/* M-6.3: 256 less the six good ones; the length byte alone decides. */
static void every_bad_length_ends_the_session_at_once(void **state)
{
    struct bench *b = *state;
    int n, open;

    for (open = 0; open < 2; open++)
        for (n = 0; n < 256; n++) {
            if (n == 0 || n == 8 || n == 16 || n == 32 || n == 64 || n == 128)
                continue;
            session(b, open);
            record[0] = (uint8_t)n;
            give_and_expect_the_end(b, 1);
        }
}

/* M-8.15: every bit of a record of every length, but for the length byte's. */
static void every_flipped_bit_is_found(void **state)
{
    struct bench *b = *state;
    static const uint8_t sizes[] = { 0, 8, 16, 32, 64, 128 };
    static const uint8_t plain[128] = { 1, 'o', 'n' };
    size_t i, bit;

    for (i = 0; i < sizeof sizes; i++)
        for (bit = 8; bit < 8u * (sizes[i] + 9u); bit++) {
            session(b, 1);
            model_seal(record, plain, sizes[i], b->host.key, 1, 1);
            record[bit / 8] ^= (uint8_t)(1 << bit % 8);
            give_and_expect_the_end(b, sizes[i] + 9u);
        }
}

/* The length isn't under the tag by itself: a shorter or longer claim must fail too. */
static void a_record_cut_to_another_class_is_found(void **state)
{
    struct bench *b = *state;
    static const uint8_t sizes[] = { 0, 8, 16, 32, 64, 128 };
    static const uint8_t plain[128] = { 1, 'o', 'n' };
    size_t i, claim;

    for (i = 0; i < sizeof sizes; i++)
        for (claim = 0; claim < sizeof sizes; claim++) {
            if (claim == i)
                continue;
            session(b, 1);
            memset(record, 0, sizeof record);
            model_seal(record, plain, sizes[i], b->host.key, 1, 1);
            memmove(record + 1 + sizes[claim], record + 1 + sizes[i], 8);
            record[0] = sizes[claim];
            give_and_expect_the_end(b, sizes[claim] + 9u);
        }
}

/* M-8.15: no byte of the plaintext is left where it was opened. */
static void a_bad_tag_leaves_no_plaintext_in_the_buffer(void **state)
{
    struct bench *b = *state;
    static const char text[] = "the-secret-of-the-attacked-host";
    size_t n, i;

    for (i = 0; i < 8; i++) {
        session(b, 1);
        n = model_command(&b->host, 1, text, sizeof text - 1, record);
        record[n - 1 - i] ^= 0x40;
        bench_give(b, record, n);
        assert_true(model_zero(b->buf + 1, n - 1));
        bench_is_over_silently(b);
    }
}

static void replayed_record_ends_the_session(void **state)
{
    struct bench *b = *state;
    size_t n;

    session(b, 1);
    n = model_command(&b->host, 1, "on", 2, record);
    bench_give(b, record, n);
    assert_int_equal(b->out_len, 17);
    assert_int_equal(ram.ran, 1);
    bench_give(b, record, n);
    bench_is_over_silently(b);
    assert_int_equal(ram.ran, 1);
}

static void reordered_and_skipped_records_end_the_session(void **state)
{
    struct bench *b = *state;
    size_t n;

    session(b, 1);
    model_command(&b->host, 1, "a", 1, record);
    n = model_command(&b->host, 1, "b", 1, record);
    give_and_expect_the_end(b, n);
}

/* A counter's high byte counts too. */
static void a_counter_off_by_256_ends_the_session(void **state)
{
    struct bench *b = *state;
    uint8_t plain[8] = { 1, 'x' };

    session(b, 1);
    model_seal(record, plain, 8, b->host.key, 1, 0x0101);
    give_and_expect_the_end(b, 17);
}

/* M-2.5: the direction is part of the nonce. */
static void a_record_sealed_for_the_other_direction_ends_the_session(void **state)
{
    struct bench *b = *state;
    uint8_t plain[8] = { 1, 'x' };
    int dir;

    for (dir = 0; dir < 256; dir++) {
        if (dir == 1)
            continue;
        session(b, 1);
        model_seal(record, plain, 8, b->host.key, (uint8_t)dir, 1);
        give_and_expect_the_end(b, 17);
    }
}

static void the_devices_own_records_sent_back_end_the_session(void **state)
{
    struct bench *b = *state;

    session(b, 1);
    memcpy(record, b->out, b->out_len);
    give_and_expect_the_end(b, b->out_len);
    session(b, 0);
    memcpy(record, b->out + 12, 9);
    give_and_expect_the_end(b, 9);
}

/* A whole recorded session, played again to a device that chose another Ns. */
static void a_recorded_session_gets_welcome_but_runs_nothing(void **state)
{
    struct bench *b = *state;
    uint8_t hello[MSSL_HELLO_LEN], first[12];
    size_t n;

    bench_greet(b, ALL_TASKS);
    model_hello(&b->host, hello);
    memcpy(first, b->host.ns, 12);
    n = model_command(&b->host, 1, "on", 2, record);
    bench_give(b, record, n);
    assert_int_equal(ram.ran, 1);
    bench_connect(b, 0);
    bench_give(b, hello, sizeof hello);
    assert_int_equal(b->out_len, MSSL_WELCOME_LEN);
    assert_memory_not_equal(b->out, first, 12);
    bench_give(b, record, n);
    bench_is_over_silently(b);
    assert_int_equal(ram.ran, 1);
}

/* M-6.5, M-6.11: before a HELLO, records are none. */
static void a_record_before_hello_is_refused(void **state)
{
    struct bench *b = *state;
    static const uint8_t lengths[] = { 0, 8, 16, 32, 64, 128 };
    size_t i;

    for (i = 0; i < sizeof lengths; i++) {
        bench_connect(b, 0);
        ram_forget();
        record[0] = lengths[i];
        bench_give(b, record, 1);
        bench_is_refused(b);
    }
}

/* M-6.5, M-6.10: its first byte, 44, is a bad length now. */
static void a_second_hello_on_a_connection_ends_the_session(void **state)
{
    struct bench *b = *state;
    uint8_t hello[MSSL_HELLO_LEN];
    int open;

    for (open = 0; open < 2; open++) {
        session(b, open);
        model_hello(&b->host, hello);
        bench_give(b, hello, sizeof hello);
        bench_is_over_silently(b);
        assert_int_equal(ram.aes, 0);
    }
}

/* With the right key but a wrong one for the session: another grant's. */
static void a_record_under_another_hosts_key_ends_the_session(void **state)
{
    struct bench *b = *state;
    struct model other;
    size_t n;

    session(b, 1);
    other = b->host;
    other.blocks[0][MSSL_G_SLOT] = 5;
    memcpy(b->plain, ram.cells, 16);
    model_f(other.key, b->plain, other.blocks[0]);
    n = model_command(&other, 1, "on", 2, record);
    give_and_expect_the_end(b, n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_bad_length_ends_the_session_at_once, bench_setup),
        cmocka_unit_test_setup(every_flipped_bit_is_found, bench_setup),
        cmocka_unit_test_setup(a_record_cut_to_another_class_is_found, bench_setup),
        cmocka_unit_test_setup(a_bad_tag_leaves_no_plaintext_in_the_buffer, bench_setup),
        cmocka_unit_test_setup(replayed_record_ends_the_session, bench_setup),
        cmocka_unit_test_setup(reordered_and_skipped_records_end_the_session, bench_setup),
        cmocka_unit_test_setup(a_counter_off_by_256_ends_the_session, bench_setup),
        cmocka_unit_test_setup(a_record_sealed_for_the_other_direction_ends_the_session,
                               bench_setup),
        cmocka_unit_test_setup(the_devices_own_records_sent_back_end_the_session, bench_setup),
        cmocka_unit_test_setup(a_recorded_session_gets_welcome_but_runs_nothing, bench_setup),
        cmocka_unit_test_setup(a_record_before_hello_is_refused, bench_setup),
        cmocka_unit_test_setup(a_second_hello_on_a_connection_ends_the_session, bench_setup),
        cmocka_unit_test_setup(a_record_under_another_hosts_key_ends_the_session, bench_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
