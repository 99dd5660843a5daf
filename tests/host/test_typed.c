/* SPDX-License-Identifier: ISC */
/* A grant typed by a person: every slip is found at its line. */
#include "typed.h"

static char text[MSSL_TYPED_TEXT];

static void say(const struct mssl_grant_file *g, bool compact)
{
    size_t len = sizeof text;

    assert_int_equal(mssl_typed_format(g, compact, text, &len), MSSL_OK);
    assert_int_equal(strlen(text), len);
}

/* Types all lines of text that end with end. */
static void type_all(struct mssl_typed *t, char end)
{
    const char *p = text, *next, *reason;

    memset(t, 0, sizeof *t);
    for (; (next = strchr(p, end)) != NULL; p = next + 1)
        assert_int_equal(mssl_typed_line(t, p, (size_t)(next - p), &reason), MSSL_OK);
    assert_int_equal(t->lines, t->wanted);
}

static void grants_come_back_as_they_were(void **state)
{
    static const uint16_t lens[] = { 256, 384, 512 };
    struct mssl_grant_file g, back;
    struct mssl_typed t;
    size_t i;
    int r, compact;

    (void)state;
    for (i = 0; i < 3; i++) {
        for (r = 0; r <= MSSL_RESTRICTIONS_MAX; r++) {
            for (compact = 0; compact < 2; compact++) {
                make(&g, lens[i], r);
                say(&g, compact);
                type_all(&t, compact ? '/' : '\n');
                assert_int_equal(mssl_typed_end(&t, &back), MSSL_OK);
                assert_memory_equal(&back, &g, sizeof g);
            }
        }
    }
}

static void every_single_wrong_symbol_and_every_swap_is_found_at_its_line(void **state)
{
    struct mssl_grant_file g;
    struct mssl_typed t = { .lines = 0 };
    const char *reason;
    char line[64];
    size_t len, i;
    char *p;
    const char *s;

    (void)state;
    make(&g, 256, 0);
    say(&g, true);
    for (p = text; *p; p += len + 1) {
        len = strcspn(p, "/");
        for (i = 0; i < len; i++) {
            for (s = symbols; *s; s++) {
                memcpy(line, p, len);
                if (line[i] == *s || line[i] == ' ')
                    continue;
                line[i] = *s;
                assert_int_equal(mssl_typed_line(&t, line, len, &reason), MSSL_E_FORMAT);
                assert_non_null(reason);
            }
            memcpy(line, p, len);
            if (i + 1 < len && line[i] != line[i + 1] && line[i] != ' ' && line[i + 1] != ' ') {
                line[i] = p[i + 1];
                line[i + 1] = p[i];
                assert_int_equal(mssl_typed_line(&t, line, len, &reason), MSSL_E_FORMAT);
            }
        }
        assert_int_equal(mssl_typed_line(&t, p, len, &reason), MSSL_OK);
    }
    assert_int_equal(t.lines, t.wanted);
}

static void small_letters_lookalikes_spaces_and_comments_are_as_good(void **state)
{
    struct mssl_grant_file g, back;
    struct mssl_typed t;
    char *p;

    (void)state;
    make(&g, 256, 0);
    say(&g, false);
    for (p = text; *p; p++) {
        bool number = p - text < 2 || p[-1] == '\n' || p[-2] == '\n';

        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p - 'A' + 'a');
        else if (*p == '0' && !number)
            *p = (p - text) % 2 ? 'O' : 'o';
        else if (*p == '1' && !number)
            *p = (p - text) % 2 ? 'I' : 'l';
    }
    type_all(&t, '\n');
    assert_int_equal(mssl_typed_end(&t, &back), MSSL_OK);
    assert_memory_equal(&back, &g, sizeof g);
}

static void refused(struct mssl_typed *t, const char *line)
{
    struct mssl_typed before = *t;
    const char *reason;

    assert_int_equal(mssl_typed_line(t, line, strlen(line), &reason), MSSL_E_FORMAT);
    assert_non_null(reason);
    assert_memory_equal(t, &before, sizeof before);
}

static void lines_out_of_order_twice_too_many_or_missing_are_refused(void **state)
{
    struct mssl_grant_file g, back;
    struct mssl_typed t = { .lines = 0 };
    const char *reason;
    char *lines[MSSL_TYPED_LINES] = { NULL };
    unsigned n = 0, i;
    char *p;

    (void)state;
    make(&g, 256, 0);
    say(&g, false);
    for (p = strtok(text, "\n"); p; p = strtok(NULL, "\n"))
        lines[n++] = p;
    refused(&t, lines[1]);
    assert_int_equal(mssl_typed_end(&t, &back), MSSL_E_STATE);
    for (i = 0; i < n; i++) {
        assert_int_equal(mssl_typed_line(&t, "", 0, &reason), MSSL_OK);
        assert_int_equal(mssl_typed_line(&t, "# a word", 8, &reason), MSSL_OK);
        assert_int_equal(mssl_typed_line(&t, lines[i], strlen(lines[i]), &reason), MSSL_OK);
        refused(&t, lines[i]);
        assert_int_equal(mssl_typed_end(&t, &back), i + 1 < n ? MSSL_E_STATE : MSSL_OK);
    }
    refused(&t, "26 0000 0000 0000 0000 0000 0000 00000");
}

/* The length counts itself and the version, too. */
static void a_length_that_is_none_is_refused_at_the_first_line(void **state)
{
    uint8_t bytes[MSSL_TYPED_BYTES] = { 1 };
    struct mssl_typed t = { .lines = 0 };
    const char *reason;
    char line[40];

    (void)state;
    for (bytes[2] = 0; bytes[2] < 3; bytes[2]++) {
        line_of(line, 1, bytes);
        refused(&t, line);
        assert_int_equal(mssl_typed_line(&t, line, strlen(line), &reason), MSSL_E_FORMAT);
        assert_string_equal(reason, "it begins no grant that this program knows");
    }
    bytes[2] = 200;
    line_of(line, 1, bytes);
    assert_int_equal(mssl_typed_line(&t, line, strlen(line), &reason), MSSL_OK);
    assert_int_equal(t.wanted, 14);
}

static void what_is_no_line_is_refused(void **state)
{
    static const char *const bad[] = {
        "hello", "1", "01", "01 ", "0000 0000", "999999999999 0000", "01 0000 0000 0000 0000 0000 0000",
        "01 0000 0000 0000 0000 0000 0000 00000", "01 UUUU 0000 0000 0000 0000 0000 00000",
        "01 0000 0000 0000 0000 0000 0000 00000 0", "-1 0000 0000 0000 0000 0000 0000 00000",
    };
    struct mssl_typed t = { .lines = 0 };
    struct mssl_grant_file g;
    size_t i, len = 10;

    (void)state;
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
        refused(&t, bad[i]);
    make(&g, 256, 0);
    assert_int_equal(mssl_typed_format(&g, false, text, &len), MSSL_E_ROOM);
    g.signature_len = 300;
    len = sizeof text;
    assert_int_equal(mssl_typed_format(&g, false, text, &len), MSSL_E_ARGUMENT);
    g.signature_len = 256;
    g.count = 5;
    assert_int_equal(mssl_typed_format(&g, false, text, &len), MSSL_E_ARGUMENT);
}

/* Right lines of wrong bytes: parts that run out of the whole, or say too much. */
static void bytes_that_make_no_grant_are_refused(void **state)
{
    struct mssl_grant_file g, back;
    struct mssl_typed good, t;
    size_t len, i;
    unsigned accepted = 0;

    (void)state;
    make(&g, 256, 1);
    say(&g, true);
    type_all(&good, '/');
    len = (size_t)good.bytes[1] << 8 | good.bytes[2];
    for (i = 1; i < len; i++) {
        int bit;

        for (bit = 0; bit < 8; bit++) {
            t = good;
            t.bytes[i] ^= (uint8_t)(1 << bit);
            if (mssl_typed_end(&t, &back) == MSSL_OK)
                accepted++;
            else
                assert_int_equal(back.count, 0);
        }
    }
    /* Signature, key and fields of the blocks may be anything. */
    assert_true(accepted > 8 * (256 + 16));
    assert_true(accepted < 8 * len);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grants_come_back_as_they_were),
        cmocka_unit_test(every_single_wrong_symbol_and_every_swap_is_found_at_its_line),
        cmocka_unit_test(small_letters_lookalikes_spaces_and_comments_are_as_good),
        cmocka_unit_test(lines_out_of_order_twice_too_many_or_missing_are_refused),
        cmocka_unit_test(a_length_that_is_none_is_refused_at_the_first_line),
        cmocka_unit_test(what_is_no_line_is_refused),
        cmocka_unit_test(bytes_that_make_no_grant_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
