/* SPDX-License-Identifier: ISC */
/* Text in and out: hex, numbers, escapes, and room to the last byte. mssl.h 7, 8, text.h. */
#include "known.h"
#include "text.h"

static void every_byte_is_two_lower_case_digits_and_back(void **state)
{
    static const char digits[] = "0123456789abcdef";
    char text[4];
    uint8_t back;
    int n;

    (void)state;
    for (n = 0; n < 256; n++) {
        uint8_t byte = (uint8_t)n;

        memset(text, '~', sizeof text);
        mssl_to_hex(text, &byte, 1);
        assert_int_equal(text[0], digits[n / 16]);
        assert_int_equal(text[1], digits[n % 16]);
        assert_int_equal(text[2], 0);
        assert_int_equal(text[3], '~');
        assert_int_equal(mssl_from_hex(&back, 1, text, 2), MSSL_OK);
        assert_int_equal(back, n);
    }
    mssl_to_hex(text, &back, 0);
    assert_string_equal(text, "");
}

/* What a writer with this much room makes of a number; NULL: it does not fit. */
static const char *number(uint32_t n, size_t room)
{
    static char out[16];
    struct mssl_writer w;
    size_t len;

    memset(out, '~', sizeof out);
    mssl_writer_begin(&w, out, room);
    mssl_put_number(&w, n);
    if (mssl_writer_end(&w, &len) != MSSL_OK)
        return NULL;
    assert_int_equal(len, strlen(out));
    return out;
}

static void numbers_are_written_without_leading_zeros(void **state)
{
    (void)state;
    assert_string_equal(number(0, 16), "0");
    assert_string_equal(number(9, 16), "9");
    assert_string_equal(number(10, 16), "10");
    assert_string_equal(number(205, 16), "205");
    assert_string_equal(number(4294967295u, 16), "4294967295");
    assert_string_equal(number(4294967295u, 11), "4294967295");
    assert_null(number(4294967295u, 10));
    assert_null(number(0, 1));
    assert_null(number(0, 0));
}

static void printable_bytes_stand_for_themselves_and_others_are_escaped(void **state)
{
    char out[5], wanted[5];
    size_t len;
    int n;

    (void)state;
    for (n = 0; n < 256; n++) {
        uint8_t byte = (uint8_t)n;

        len = sizeof out;
        assert_int_equal(mssl_text_escape(out, &len, &byte, 1), MSSL_OK);
        if (n < 0x20 || n > 0x7e) {
            memcpy(wanted, "\\x", 2);
            mssl_to_hex(wanted + 2, &byte, 1);
        } else {
            wanted[0] = wanted[1] = (char)n;
            wanted[n == '\\' ? 2 : 1] = 0;
        }
        assert_string_equal(out, wanted);
        assert_int_equal(len, strlen(wanted));
    }
}

static void a_text_and_its_zero_fit_to_the_byte_or_are_refused(void **state)
{
    char out[8];
    size_t len;

    (void)state;
    memset(out, '~', sizeof out);
    len = 3;
    assert_int_equal(mssl_text_escape(out, &len, (const uint8_t *)"on", 2), MSSL_OK);
    assert_memory_equal(out, "on\0~", 4);
    len = 2;
    assert_int_equal(mssl_text_escape(out, &len, (const uint8_t *)"on", 2), MSSL_E_ROOM);
    len = 1;
    memset(out, '~', sizeof out);
    assert_int_equal(mssl_text_escape(out, &len, NULL, 0), MSSL_OK);
    assert_memory_equal(out, "\0~", 2);
    assert_int_equal(len, 0);
    memset(out, '~', sizeof out);
    assert_int_equal(mssl_text_escape(out, &len, NULL, 0), MSSL_E_ROOM);
    assert_int_equal(out[0], '~');
}

static void a_span_is_printable_only_with_all_its_bytes(void **state)
{
    char text[] = "abc";
    size_t i;

    (void)state;
    for (i = 0; i < 3; i++) {
        assert_true(mssl_span_printable(mssl_span_of(text)));
        text[i] = '\x1f';
        assert_false(mssl_span_printable(mssl_span_of(text)));
        text[i] = '\x7f';
        assert_false(mssl_span_printable(mssl_span_of(text)));
        text[i] = '~';
    }
    assert_true(mssl_span_printable(mssl_span_of("")));
}

static void a_copy_ends_with_a_zero_and_is_never_cut(void **state)
{
    char out[4] = "~~~";
    struct mssl_span s = { "abc", 2 };

    (void)state;
    assert_true(mssl_span_copy(out, 3, s));
    assert_memory_equal(out, "ab\0", 4);
    memset(out, '~', sizeof out);
    s.len = 3;
    assert_false(mssl_span_copy(out, 3, s));
    assert_memory_equal(out, "~~~~", 4);
}

static void numbers_are_read_to_their_last_digit_and_limit(void **state)
{
    static const char *const bad[] = { "", "00", "01", "256", "1000", "-1", "+1", " 1", "1 ", "1x", "2/", "2:", "0x1" };
    uint32_t n = 7;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(mssl_span_number(mssl_span_of(bad[i]), 255, &n));
    assert_int_equal(n, 7);
    assert_true(mssl_span_number(mssl_span_of("0"), 255, &n));
    assert_int_equal(n, 0);
    assert_true(mssl_span_number(mssl_span_of("255"), 255, &n));
    assert_int_equal(n, 255);
    assert_true(mssl_span_number(mssl_span_of("10"), 10, &n));
    assert_int_equal(n, 10);
}

static void words_and_lines_end_at_their_separator(void **state)
{
    struct mssl_reader r = { { "a b\n\nlast", 9 }, 0 };
    struct mssl_span line, word;

    (void)state;
    assert_true(mssl_reader_line(&r, &line));
    word = mssl_span_word(&line, ' ');
    assert_true(mssl_span_is(word, "a"));
    assert_true(mssl_span_is(line, "b"));
    assert_true(mssl_reader_line(&r, &line));
    assert_int_equal(line.len, 0);
    assert_true(mssl_reader_line(&r, &line));
    assert_true(mssl_span_is(line, "last"));
    assert_int_equal(r.line, 3);
    assert_false(mssl_reader_line(&r, &line));
    assert_int_equal(r.line, 3);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_is_two_lower_case_digits_and_back),
        cmocka_unit_test(numbers_are_written_without_leading_zeros),
        cmocka_unit_test(printable_bytes_stand_for_themselves_and_others_are_escaped),
        cmocka_unit_test(a_text_and_its_zero_fit_to_the_byte_or_are_refused),
        cmocka_unit_test(a_span_is_printable_only_with_all_its_bytes),
        cmocka_unit_test(a_copy_ends_with_a_zero_and_is_never_cut),
        cmocka_unit_test(numbers_are_read_to_their_last_digit_and_limit),
        cmocka_unit_test(words_and_lines_end_at_their_separator),
    };

    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
