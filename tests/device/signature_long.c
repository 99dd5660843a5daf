/* SPDX-License-Identifier: ISC */
/* Enrolment with a modulus of 3072 bits, where offsets take both of their bytes. PROTOCOL 10. */
#include <stdarg.h>
#include <string.h>
#include "bench.h"
#include <cmocka.h>

#include "enrol.h"

/* M-10.2, M-10.6: behind offset 255 too, a chunk of the middle is not the last. */
static void every_chunk_before_the_last_wants_more(void **state)
{
    struct bench *b = *state;
    unsigned at;

    for (at = 0; at < 384; at += 4) {
        assert_int_equal(enrol_chunk(b, at, 4), MSSL_STATUS_OK);
        assert_int_equal(b->plain[1], at + 4 < 384 ? MSSL_ENROL_MORE : MSSL_ENROL_DONE);
        assert_true(model_zero(b->plain + 2, 6));
    }
    assert_int_equal(bench_ask(b, 1, "on", 2), 0);
}

/* M-10.5: each offset is compared whole with what is due. */
static void an_offset_that_differs_in_any_bit_gets_status_3(void **state)
{
    struct bench *b = *state;
    unsigned bit;

    for (bit = 0; bit < 16; bit++) {
        assert_int_equal(enrol_chunks(b, 0, 300, 100), 0);
        assert_int_equal(enrol_chunk(b, 300 ^ 1u << bit, 8), MSSL_STATUS_ARGUMENT);
    }
    assert_int_equal(ram.writes, 0);
    assert_int_equal(enrol_all(b), 0);
}

/* M-10.5, M-10.10: 384 bytes and no more. */
static void a_chunk_beyond_the_signature_gets_status_3(void **state)
{
    struct bench *b = *state;

    assert_int_equal(enrol_chunks(b, 0, 300, 100), 0);
    assert_int_equal(enrol_chunk(b, 300, 85), MSSL_STATUS_ARGUMENT);
    assert_int_equal(enrol_chunk(b, 300, 84), MSSL_STATUS_ARGUMENT);
    assert_int_equal(enrol_chunks(b, 0, 300, 100), 0);
    assert_int_equal(enrol_chunk(b, 300, 84), 0);
    assert_int_equal(b->plain[1], MSSL_ENROL_DONE);
}

/* M-10.11. */
static void a_flipped_bit_behind_byte_255_ends_the_session(void **state)
{
    struct bench *b = *state;

    enrol_u[300] ^= 0x10;
    assert_int_equal(enrol_chunks(b, 0, 376, 94), 0);
    enrol_is_forged(b, 376, 8);
    assert_int_equal(ram.writes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_chunk_before_the_last_wants_more, enrol_setup),
        cmocka_unit_test_setup(an_offset_that_differs_in_any_bit_gets_status_3, enrol_setup),
        cmocka_unit_test_setup(a_chunk_beyond_the_signature_gets_status_3, enrol_setup),
        cmocka_unit_test_setup(a_flipped_bit_behind_byte_255_ends_the_session, enrol_setup),
    };

    return cmocka_run_group_tests(tests, enrol_key_make, enrol_key_free);
}
