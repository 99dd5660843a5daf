/* SPDX-License-Identifier: ISC */
/* The lines of a typed grant, symbol by symbol. docs/FORMATS.md, "Typed grant". */
#include "typed_known.h"

static void a_known_grant_is_written_as_its_known_lines_and_read_again(void **state)
{
    static char text[MSSL_TYPED_TEXT];
    struct mssl_grant_file g, back;
    struct mssl_typed t = { .lines = 0 };
    size_t len = sizeof text, i, at = 0;
    const char *line, *reason;

    (void)state;
    known(&g);
    assert_int_equal(mssl_typed_format(&g, false, text, &len), MSSL_OK);
    assert_string_equal(text, known_lines);
    assert_int_equal(len, strlen(known_lines));
    len = sizeof text;
    assert_int_equal(mssl_typed_format(&g, true, text, &len), MSSL_OK);
    for (i = 0; known_lines[i]; i++) {              /* the same without the groups' spaces */
        if (known_lines[i] == ' ' && i % 39 != 2)
            continue;
        assert_int_equal(text[at++], known_lines[i] == '\n' ? '/' : known_lines[i]);
    }
    assert_int_equal(len, at);
    for (line = known_lines; *line; line += 39)
        assert_int_equal(take(&t, line, 38, &reason), MSSL_OK);
    assert_int_equal(mssl_typed_end(&t, &back), MSSL_OK);
    assert_memory_equal(&back, &g, sizeof g);
}

static void every_slip_in_a_line_has_its_reason(void **state)
{
    static const struct {
        const char *line, *reason;
    } slips[] = {
        { "hello", "it does not begin with its number and a space" },
        { "02", "it does not begin with its number and a space" },
        { "02:CG66 YVKW DXK6 CZ3K EHGQ 8S83 0HM32", "it does not begin with its number and a space" },
        { " -2 CG66 YVKW DXK6 CZ3K EHGQ 8S83 0HM32", "it does not begin with its number and a space" },
        { "01 040N G1BG DXS6 6T01 080G 6V35 46Q7Z", "it is not the next line" },
        { "03 0STQ 0X39 DNJG 008H 0400 0001 43N7W", "it is not the next line" },
        { "258 CG66 YVKW DXK6 CZ3K EHGQ 8S83 0HM32", "it is not the next line" },
        { "2500 CG66 YVKW DXK6 CZ3K EHGQ 8S83 0HM32", "it is not the next line" },
        { "02 CG66 YVKW DXK6 CZ3K EHGQ 8S83 0HM3U", "a symbol is none of 0-9 and A-Z without U" },
        { "02 CG66 YVKW DXK6 CZ3K EHGQ 8S83 0HM3@", "a symbol is none of 0-9 and A-Z without U" },
        { "02 CG66 YVKW DXK6 CZ3K EHGQ 8S83 0HM3{", "a symbol is none of 0-9 and A-Z without U" },
        { "02 CG66 YVKW DXK6 CZ3K EHGQ 8S83 0HM322", "it has too many symbols" },
        { "02 CG66 YVKW DXK6 CZ3K EHGQ 8S83 0HM3", "symbols are missing" },
        { "02 ", "symbols are missing" },
        { "02 CG66 YVKW DXK6 CZ3K EHGQ 8S83 0HM33", "a symbol of it is wrong" },
        { "02 DG66 YVKW DXK6 CZ3K EHGQ 8S83 0HM32", "a symbol of it is wrong" },
    };
    struct mssl_typed t = { .lines = 0 }, before;
    const char *reason;
    char zero[] = "02 CG66 YVKW DXK6 CZ3K EHGQ 8S83 0HM3?";
    size_t i;

    (void)state;
    assert_int_equal(take(&t, known_lines, 38, &reason), MSSL_OK);
    assert_null(reason);
    before = t;
    for (i = 0; i < sizeof slips / sizeof slips[0]; i++) {
        assert_int_equal(take(&t, slips[i].line, strlen(slips[i].line), &reason), MSSL_E_FORMAT);
        assert_string_equal(reason, slips[i].reason);
        assert_memory_equal(&t, &before, sizeof t);
    }
    zero[sizeof zero - 2] = '\0';
    assert_int_equal(take(&t, zero, sizeof zero - 1, &reason), MSSL_E_FORMAT);
    assert_string_equal(reason, "a symbol is none of 0-9 and A-Z without U");
    assert_memory_equal(&t, &before, sizeof t);
}

static void spaces_tabs_and_hyphens_may_stand_anywhere_behind_the_number(void **state)
{
    static const char *const good[] = {
        "2\tCG66YVKWDXK6CZ3KEHGQ8S830HM32", " \t\r002 CG66-YVKW-DXK6-CZ3K-EHGQ-8S83-0HM32\r",
        "02 C\tG66\r YVKW--DXK6 CZ3K EHGQ 8S83 0HM32 \t-", "02 cg66 yvkw dxk6 cz3k ehgq 8s83 ohm32",
    };
    static const char *const nothing[] = { "", " ", "\t\r ", "#", "  # 02 CG66", "\t#", "\r" };
    struct mssl_typed first = { .lines = 0 }, t;
    const char *reason;
    size_t i;

    (void)state;
    assert_int_equal(take(&first, known_lines, 38, &reason), MSSL_OK);
    for (i = 0; i < sizeof good / sizeof good[0]; i++) {
        t = first;
        assert_int_equal(take(&t, good[i], strlen(good[i]), &reason), MSSL_OK);
        assert_int_equal(t.lines, 2);
        assert_memory_equal(t.bytes + MSSL_TYPED_BYTES, "d\x0c" "on|off|state" "\3", 15);
    }
    t = first;
    for (i = 0; i < sizeof nothing / sizeof nothing[0]; i++) {
        assert_int_equal(take(&t, nothing[i], strlen(nothing[i]), &reason), MSSL_OK);
        assert_null(reason);
        assert_memory_equal(&t, &first, sizeof t);
    }
}

/* Each of the 32 symbols as it is written and in small letters, at a place of its own. */
static void every_symbol_is_its_five_bits_in_both_cases(void **state)
{
    uint8_t bytes[2][MSSL_TYPED_BYTES] = { { 0 } };
    struct mssl_typed t = { .lines = 0 };
    const char *reason;
    char line[48], *p;
    int i, small, bit;

    (void)state;
    for (i = 0; i < 48; i++) {
        for (bit = 0; bit < 5; bit++) {             /* symbols 0 to 23, then 8 to 31 */
            int at = i % 24 * 5 + bit, value = i < 24 ? i : i - 16;

            bytes[i / 24][at / 8] |= (uint8_t)((value >> (4 - bit) & 1) << (7 - at % 8));
        }
    }
    for (small = 0; small < 2; small++) {
        memset(&t, 0, sizeof t);
        assert_int_equal(take(&t, known_lines, 38, &reason), MSSL_OK);
        for (i = 0; i < 2; i++) {
            line_of(line, (uint8_t)(i + 2), bytes[i]);
            assert_memory_equal(line + 3, i == 0 ? "0123456789ABCDEFGHJKMNPQ" : "89ABCDEFGHJKMNPQRSTVWXYZ", 24);
            for (p = line; small && *p; p++)
                *p = (char)(*p >= 'A' ? *p + 'a' - 'A' : *p);
            assert_int_equal(take(&t, line, strlen(line), &reason), MSSL_OK);
            assert_memory_equal(t.bytes + (i + 1) * MSSL_TYPED_BYTES, bytes[i], MSSL_TYPED_BYTES);
        }
    }
}

static void the_first_line_tells_how_many_there_are(void **state)
{
    static const struct {
        unsigned version, len, lines;
    } heads[] = { { 1, 2, 0 }, { 1, 3, 1 }, { 1, 15, 1 }, { 1, 16, 2 }, { 1, 30, 2 }, { 1, 31, 3 }, { 1, 3750, 250 },
                  { 1, 3751, 0 }, { 1, 65535, 0 }, { 0, 100, 0 }, { 2, 100, 0 } };
    const char *reason;
    char line[48];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        struct mssl_typed t = { .lines = 0 };
        uint8_t bytes[MSSL_TYPED_BYTES] = { (uint8_t)heads[i].version };

        bytes[1] = (uint8_t)(heads[i].len >> 8);
        bytes[2] = (uint8_t)heads[i].len;
        line_of(line, 1, bytes);
        assert_int_equal(take(&t, line, strlen(line), &reason), heads[i].lines ? MSSL_OK : MSSL_E_FORMAT);
        assert_int_equal(t.wanted, heads[i].lines);
        assert_int_equal(t.lines, heads[i].lines > 0);
    }
}

static void a_right_line_behind_the_last_is_refused(void **state)
{
    static const uint8_t zero[MSSL_TYPED_BYTES];
    struct mssl_typed t = { .lines = 0 }, before;
    const char *at, *reason;
    char line[48];

    (void)state;
    for (at = known_lines; *at; at += 39)
        assert_int_equal(take(&t, at, 38, &reason), MSSL_OK);
    before = t;
    line_of(line, 24, zero);
    assert_int_equal(take(&t, line, strlen(line), &reason), MSSL_E_FORMAT);
    assert_string_equal(reason, "there are more lines than the grant has");
    assert_memory_equal(&t, &before, sizeof t);
}

static void what_is_typed_is_gone_after_a_wipe(void **state)
{
    static const struct mssl_typed none;
    struct mssl_typed t;

    (void)state;
    memset(&t, 0xaa, sizeof t);
    mssl_typed_wipe(&t);
    assert_memory_equal(&t, &none, sizeof t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_known_grant_is_written_as_its_known_lines_and_read_again),
        cmocka_unit_test(every_slip_in_a_line_has_its_reason),
        cmocka_unit_test(spaces_tabs_and_hyphens_may_stand_anywhere_behind_the_number),
        cmocka_unit_test(every_symbol_is_its_five_bits_in_both_cases),
        cmocka_unit_test(the_first_line_tells_how_many_there_are),
        cmocka_unit_test(a_right_line_behind_the_last_is_refused),
        cmocka_unit_test(what_is_typed_is_gone_after_a_wipe),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
