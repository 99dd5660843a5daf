/* SPDX-License-Identifier: ISC */
/* What enrolment refuses, and what a power cut leaves. PROTOCOL 10. */
#include <stdarg.h>
#include <string.h>
#include "bench.h"
#include <cmocka.h>

#include "device_modulus.h"
#include "enrol.h"

/* After a refused chunk: the session goes on, nothing is kept, and whole it works. */
static void begins_afresh(struct bench *b, unsigned next)
{
    assert_int_equal(b->s->state, MSSL_DEV_OPEN);
    assert_int_equal(ram.writes, 0);
    if (next)
        assert_int_equal(enrol_chunk(b, next, 1), MSSL_STATUS_ARGUMENT);
    assert_int_equal(bench_ask(b, 1, "on", 2), MSSL_STATUS_SIGNATURE);
    assert_int_equal(enrol_all(b), MSSL_STATUS_OK);
    assert_int_equal(bench_ask(b, 1, "on", 2), 0);
}

/* M-10.5, each. */
static void a_gap_gets_status_3(void **state)
{
    struct bench *b = *state;

    assert_int_equal(enrol_chunks(b, 0, 100, 50), 0);
    assert_int_equal(enrol_chunk(b, 101, 50), MSSL_STATUS_ARGUMENT);
    begins_afresh(b, 100);
}

static void an_overlap_gets_status_3(void **state)
{
    struct bench *b = *state;

    assert_int_equal(enrol_chunks(b, 0, 100, 50), 0);
    assert_int_equal(enrol_chunk(b, 99, 50), MSSL_STATUS_ARGUMENT);
    begins_afresh(b, 100);
}

static void a_repeated_chunk_gets_status_3(void **state)
{
    struct bench *b = *state;

    assert_int_equal(enrol_chunks(b, 0, 100, 50), 0);
    assert_int_equal(enrol_chunk(b, 50, 50), MSSL_STATUS_ARGUMENT);
    begins_afresh(b, 100);
}

static void chunks_out_of_order_get_status_3(void **state)
{
    struct bench *b = *state;

    assert_int_equal(enrol_chunk(b, 124, 124), MSSL_STATUS_ARGUMENT);
    assert_int_equal(enrol_chunk(b, 0, 124), 0);
    assert_int_equal(enrol_chunk(b, 248, 8), MSSL_STATUS_ARGUMENT);
    begins_afresh(b, 124);
}

static void an_empty_chunk_gets_status_3(void **state)
{
    struct bench *b = *state;

    assert_int_equal(enrol_chunk(b, 0, 0), MSSL_STATUS_ARGUMENT);
    assert_int_equal(enrol_chunk(b, 0, 124), 0);
    assert_int_equal(enrol_chunk(b, 124, 0), MSSL_STATUS_ARGUMENT);
    begins_afresh(b, 124);
}

/* A record of 8, 16 .. 128 bytes holds 4, 12 .. 124 of a chunk. */
static void a_chunk_beyond_its_record_gets_status_3(void **state)
{
    struct bench *b = *state;
    uint8_t args[127] = { 0 };
    size_t n;

    for (n = 8; n <= 128; n *= 2) {
        args[2] = (uint8_t)(n - 3);
        assert_int_equal(bench_ask(b, MSSL_TASK_ENROL, args, n - 1), MSSL_STATUS_ARGUMENT);
        args[2] = 255;
        assert_int_equal(bench_ask(b, MSSL_TASK_ENROL, args, n - 1), MSSL_STATUS_ARGUMENT);
        args[2] = (uint8_t)(n - 4);
        assert_int_equal(bench_ask(b, MSSL_TASK_ENROL, args, n - 1), MSSL_STATUS_OK);
    }
    begins_afresh(b, 0);
}

static void a_chunk_beyond_the_signature_gets_status_3(void **state)
{
    struct bench *b = *state;

    assert_int_equal(enrol_chunks(b, 0, 248, 124), 0);
    assert_int_equal(enrol_chunk(b, 248, 9), MSSL_STATUS_ARGUMENT);
    begins_afresh(b, 248);
}

/* Offsets of 16 bits, highest byte first, are compared whole: with what is due, and with 0. M-10.5. */
static void an_offset_of_another_upper_byte_gets_status_3(void **state)
{
    struct bench *b = *state;
    unsigned high, low;

    for (low = 0; low < 256; low += 8)
        for (high = 1; high < 256; high = high < 128 ? 2 * high : high + 127) {
            assert_int_equal(enrol_chunks(b, 0, 200, 100), 0);
            assert_int_equal(enrol_chunk(b, high << 8 | low, 50), MSSL_STATUS_ARGUMENT);
        }
    begins_afresh(b, 200);
}

/* What was discarded leaves nothing: the next chunk is the first, whatever its place. M-10.5. */
static void after_a_discard_only_offset_0_goes_on(void **state)
{
    struct bench *b = *state;
    unsigned offset;

    for (offset = 1; offset < 256; offset++) {
        if (offset % 2)
            assert_int_equal(enrol_chunk(b, 0, 100), 0);
        assert_int_equal(enrol_chunk(b, 0, 0), MSSL_STATUS_ARGUMENT);
        assert_int_equal(enrol_chunk(b, offset, 1), MSSL_STATUS_ARGUMENT);
    }
    begins_afresh(b, 0);
}

/* M-7.3: one byte of data, then zeros. */
static void an_answer_says_no_more_than_whether_more_is_wanted(void **state)
{
    struct bench *b = *state;

    assert_int_equal(enrol_chunks(b, 0, 200, 100), 0);
    assert_int_equal(b->plain[1], MSSL_ENROL_MORE);
    assert_true(model_zero(b->plain + 2, 6));
    assert_int_equal(enrol_chunk(b, 200, 56), 0);
    assert_int_equal(b->plain[1], MSSL_ENROL_DONE);
    assert_true(model_zero(b->plain + 2, 6));
}

/* The assembly copies a grant's address over what will count the chunks. */
static void the_first_chunk_begins_at_0_whatever_the_grants_address_is(void **state)
{
    struct bench *b = *state;
    const uint8_t *mac = bench_peer + 4;
    uint8_t i;

    model_address(b->host.blocks[0], MSSL_ADDRESS_MAC, mac, 6);
    enrol_sign(b->host.blocks[0]);
    for (i = 0; i < 2; i++) {
        bench_connect(b, 0);
        bench_greet_as(b);
        assert_int_equal(enrol_chunk(b, mac[i], 100), MSSL_STATUS_ARGUMENT);
    }
    begins_afresh(b, mac[1]);
}

/* M-10.4. */
static void offset_0_starts_afresh(void **state)
{
    struct bench *b = *state;

    enrol_u[3] ^= 1;
    assert_int_equal(enrol_chunks(b, 0, 200, 100), 0);
    enrol_u[3] ^= 1;
    begins_afresh(b, 0);
}

/* A short signature is not verified; a long one is refused at its last chunk. */
static void a_short_signature_is_never_verified(void **state)
{
    struct bench *b = *state;

    assert_int_equal(enrol_chunks(b, 0, 255, 85), 0);
    assert_int_equal(b->plain[1], MSSL_ENROL_MORE);
    assert_int_equal(bench_ask(b, 1, "on", 2), MSSL_STATUS_SIGNATURE);
    assert_int_equal(ram.writes, 0);
    assert_int_equal(enrol_chunk(b, 255, 2), MSSL_STATUS_ARGUMENT);
    begins_afresh(b, 255);
}

/* -- Bad signatures: status 6, a close, and the session is over. M-10.11 -- */

static void forged(struct bench *b)
{
    ram_forget();
    assert_int_equal(enrol_chunks(b, 0, 248, 124), 0);
    enrol_is_forged(b, 248, 8);
    assert_int_equal(ram.writes, 0);
    bench_connect(b, 0);
    bench_open(b, ALL_TASKS);
    assert_int_equal(bench_ask(b, 1, "on", 2), MSSL_STATUS_SIGNATURE);
}

static void a_flipped_bit_of_the_signature_ends_the_session(void **state)
{
    struct bench *b = *state;
    unsigned bit;

    for (bit = 0; bit < 2048; bit += 97) {
        enrol_u[bit / 8] ^= (uint8_t)(1 << bit % 8);
        forged(b);
        enrol_u[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    begins_afresh(b, 0);
}

/* The signature of one grant in the session of another. M-10.14. */
static void anothers_signature_ends_the_session(void **state)
{
    struct bench *b = *state;
    uint8_t other[MSSL_GRANT_LEN];
    unsigned bit;

    for (bit = 0; bit < 256; bit += 5) {
        memcpy(other, b->host.blocks[0], sizeof other);
        other[bit / 8] ^= (uint8_t)(1 << bit % 8);
        enrol_sign(other);
        forged(b);
    }
}

static void signature_of_a_restriction_ends_the_session(void **state)
{
    struct bench *b = *state;

    bench_connect(b, 0);
    model_grant(&b->host, ALL_TASKS);
    model_restrict(&b->host, ALL_TASKS);
    bench_greet_as(b);
    enrol_sign(b->host.blocks[1]);
    assert_int_equal(enrol_chunks(b, 0, 248, 124), 0);
    enrol_is_forged(b, 248, 8);
    assert_int_equal(ram.writes, 0);
}

static void nothing_is_enrolled_without_a_modulus(void **state)
{
    struct bench *b = *state;

    device_modulus_set(NULL);
    forged(b);
    memset(enrol_u, 0xff, sizeof enrol_u);
    forged(b);
    memset(enrol_u, 0, sizeof enrol_u);
    forged(b);
}

/* A worn cell: not enrolled, and said so. */
static void a_cell_that_does_not_take_enrols_nothing(void **state)
{
    struct bench *b = *state;
    uint8_t digest[16];
    int at;

    enrol_digest(digest, b->host.blocks[0]);
    for (at = 0; at < 16; at++) {
        ram.stuck = MSSL_EE_ENROLMENTS + at;
        ram.stuck_at = (uint8_t)(digest[at] ^ 0x10);
        assert_int_equal(enrol_chunks(b, 0, 248, 124), 0);
        enrol_is_forged(b, 248, 8);
        bench_connect(b, 0);
        bench_open(b, ALL_TASKS);
        assert_int_equal(bench_ask(b, 1, "on", 2), MSSL_STATUS_SIGNATURE);
    }
}

/* -- The session's end. M-10.13 -- */

static void ends_discard_the_check_under_way(void **state)
{
    struct bench *b = *state;
    uint8_t record[64];
    int way;

    for (way = 0; way < 4; way++) {
        assert_int_equal(enrol_chunks(b, 0, 200, 100), 0);
        if (way == 0)
            bench_give(b, record, model_close(&b->host, record));
        else if (way == 1)
            bench_give(b, "\x07", 1);
        else if (way == 2)
            mssl_dev_end(b->s);
        else
            bench_ticks(b, 250);
        bench_connect(b, 0);
        bench_open(b, ALL_TASKS);
        assert_int_equal(enrol_chunk(b, 200, 56), MSSL_STATUS_ARGUMENT);
    }
    begins_afresh(b, 0);
}

/* A session that replaces another without an end of its own. */
static void a_new_connection_discards_the_check_under_way(void **state)
{
    struct bench *b = *state;

    assert_int_equal(enrol_chunks(b, 0, 200, 100), 0);
    bench_connect(b, 0);
    bench_open(b, ALL_TASKS);
    assert_int_equal(enrol_chunk(b, 200, 56), MSSL_STATUS_ARGUMENT);
}

/* -- Power cuts. M-10.15 -- */

/* The last chunk, with a cut at one of the 16 writes; what is stored after it. */
static void cut(struct bench *b, int at, uint8_t torn, uint8_t old)
{
    memset(ram.cells + MSSL_EE_ENROLMENTS, old, 16);
    assert_int_equal(enrol_chunks(b, 0, 248, 124), 0);
    ram.cut_at = at;
    ram.torn = torn;
    if (setjmp(ram.cut) == 0) {
        enrol_chunk(b, 248, 8);
        fail_msg("the power was not cut");
    }
}

#ifndef TORN_BYTES
#define TORN_BYTES 16           /* fewer where a check is slow */
#endif

/* At each write, with some torn bytes, over an empty slot and over another's
 * enrolment: nothing is enrolled that was not before. */
static void a_cut_between_any_two_bytes_enrols_nothing(void **state)
{
    struct bench *b = *state;
    uint8_t digest[16];
    unsigned i;

    for (i = 0; i < 2 * 16 * TORN_BYTES; i++) {
        int at = (int)(i % 16), torn = (int)(i / 32) * 17;

        enrol_setup(state);
        enrol_digest(digest, b->host.blocks[0]);
        if (torn == digest[at] && at == 15)
            continue;               /* the cut came too late: all 16 are stored */
        cut(b, at, (uint8_t)torn, i / 16 % 2 ? 0x33 : 0xff);
        assert_memory_equal(ram.cells + MSSL_EE_ENROLMENTS, digest, at);
        enrol_reset();
        bench_connect(b, 0);
        bench_open(b, ALL_TASKS);
        ram_forget();
        begins_afresh(b, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_gap_gets_status_3, enrol_setup),
        cmocka_unit_test_setup(an_overlap_gets_status_3, enrol_setup),
        cmocka_unit_test_setup(a_repeated_chunk_gets_status_3, enrol_setup),
        cmocka_unit_test_setup(chunks_out_of_order_get_status_3, enrol_setup),
        cmocka_unit_test_setup(an_empty_chunk_gets_status_3, enrol_setup),
        cmocka_unit_test_setup(a_chunk_beyond_its_record_gets_status_3, enrol_setup),
        cmocka_unit_test_setup(a_chunk_beyond_the_signature_gets_status_3, enrol_setup),
        cmocka_unit_test_setup(an_offset_of_another_upper_byte_gets_status_3, enrol_setup),
        cmocka_unit_test_setup(after_a_discard_only_offset_0_goes_on, enrol_setup),
        cmocka_unit_test_setup(an_answer_says_no_more_than_whether_more_is_wanted, enrol_setup),
        cmocka_unit_test_setup(the_first_chunk_begins_at_0_whatever_the_grants_address_is, enrol_setup),
        cmocka_unit_test_setup(offset_0_starts_afresh, enrol_setup),
        cmocka_unit_test_setup(a_short_signature_is_never_verified, enrol_setup),
        cmocka_unit_test_setup(a_flipped_bit_of_the_signature_ends_the_session, enrol_setup),
        cmocka_unit_test_setup(anothers_signature_ends_the_session, enrol_setup),
        cmocka_unit_test_setup(signature_of_a_restriction_ends_the_session, enrol_setup),
        cmocka_unit_test_setup(nothing_is_enrolled_without_a_modulus, enrol_setup),
        cmocka_unit_test_setup(a_cell_that_does_not_take_enrols_nothing, enrol_setup),
        cmocka_unit_test_setup(ends_discard_the_check_under_way, enrol_setup),
        cmocka_unit_test_setup(a_new_connection_discards_the_check_under_way, enrol_setup),
        cmocka_unit_test_setup(a_cut_between_any_two_bytes_enrols_nothing, enrol_setup),
    };

    return cmocka_run_group_tests(tests, enrol_key_make, enrol_key_free);
}
