/* SPDX-License-Identifier: ISC */
/* The bytes of a typed grant: how many there may be and what they may say. docs/FORMATS.md, "Typed grant". */
#include "typed_known.h"

/* A table of 29 tasks with n bytes of name and usage each. */
static void long_table(struct mssl_task_table *t, size_t name, size_t usage)
{
    int i;

    memset(t, 0, sizeof *t);
    t->number = 1;
    for (i = 0; i <= MSSL_TASK_APP_MAX; i++) {
        t->tasks[i].present = true;
        memset(t->tasks[i].name, 'a', name);
        t->tasks[i].name[0] = (char)('a' + i / 10);
        t->tasks[i].name[1] = (char)('0' + i % 10);
        memset(t->tasks[i].usage, '~', usage);
    }
}

static void the_longest_grant_has_lines_of_three_digits_and_comes_back(void **state)
{
    static char text[MSSL_TYPED_TEXT];
    static struct mssl_grant_file g, back;
    struct mssl_typed t = { .lines = 0 };
    size_t len = sizeof text, n;
    const char *line, *reason;
    char wanted[16];

    (void)state;
    make(&g, 512, 3);
    long_table(&g.table, 16, 83);
    memset(g.device_name, 'd', MSSL_DEVICE_NAME_MAX);
    assert_int_equal(mssl_typed_format(&g, false, text, &len), MSSL_OK);
    assert_int_equal(len, 99 * 39 + 145 * 40);      /* of 3654 bytes */
    for (line = text; *line; line += n + 1) {
        sprintf(wanted, "%02u ", t.lines + 1);
        assert_memory_equal(line, wanted, strlen(wanted));
        n = strcspn(line, "\n");
        assert_int_equal(n, strlen(wanted) + 35);
        assert_int_equal(take(&t, line, n, &reason), MSSL_OK);
    }
    assert_int_equal(t.lines, 244);
    assert_int_equal(mssl_typed_end(&t, &back), MSSL_OK);
    assert_memory_equal(&back, &g, sizeof g);
}

/* 250 lines hold 3750 bytes; task texts that no grant has would be more. */
static void what_fills_all_lines_is_written_and_a_byte_more_is_not(void **state)
{
    static char text[MSSL_TYPED_TEXT];
    static struct mssl_grant_file g;
    size_t len = sizeof text;

    (void)state;
    make(&g, 512, 3);
    long_table(&g.table, 16, 86);
    memset(g.device_name, 'd', 32);                 /* 3 + 33 + 2 + 29 * 105 + 129 + 513 + 16: 3741 */
    memset(g.table.tasks[0].usage, '~', 95);
    assert_int_equal(mssl_typed_format(&g, false, text, &len), MSSL_OK);
    assert_memory_equal(text + len - 41, "\n250 ", 5);
    g.table.tasks[0].usage[95] = '~';
    len = sizeof text;
    assert_int_equal(mssl_typed_format(&g, false, text, &len), MSSL_E_ARGUMENT);
    long_table(&g.table, 16, 100);                  /* too long before the signature and the key, which would fit */
    len = sizeof text;
    assert_int_equal(mssl_typed_format(&g, false, text, &len), MSSL_E_ARGUMENT);
}

static void a_signature_or_a_chain_too_long_or_none_is_not_written(void **state)
{
    static char text[MSSL_TYPED_TEXT];
    struct mssl_grant_file g;
    size_t len = sizeof text;

    (void)state;
    known(&g);
    g.signature_len = 576;
    assert_int_equal(mssl_typed_format(&g, false, text, &len), MSSL_E_ARGUMENT);
    g.signature_len = 255;
    assert_int_equal(mssl_typed_format(&g, false, text, &len), MSSL_E_ARGUMENT);
    known(&g);
    g.count = 0;
    assert_int_equal(mssl_typed_format(&g, false, text, &len), MSSL_E_ARGUMENT);
    g.count = 5;
    assert_int_equal(mssl_typed_format(&g, false, text, &len), MSSL_E_ARGUMENT);
    g.count = 1;
    len = MSSL_TYPED_TEXT - 1;
    assert_int_equal(mssl_typed_format(&g, false, text, &len), MSSL_E_ROOM);
}

/* -- Right lines of other bytes -- */

/* Where the parts of the known grant's 344 bytes begin. */
enum { NAME = 3, TASKS = 10, TASK_1 = 11, TASK_1_NAME = 12, TASK_1_USAGE = 16, TASK_3 = 29, BLOCKS = 38, SIGNATURE = 71,
       KEY = 328, END = 344 };

static uint8_t whole[MSSL_TYPED_MAX + MSSL_TYPED_BYTES];
static size_t size;

static void known_bytes(void)
{
    static const uint8_t head[] = "\1\1\x58\5porch\1\2\1\3led\14on|off|state\3\6uptime\0\1";

    memset(whole, 0, sizeof whole);
    memcpy(whole, head, BLOCKS + 1);
    unhex(whole + BLOCKS + 1, MSSL_GRANT_LEN, KNOWN_GRANT);
    whole[SIGNATURE] = 4;
    memset(whole + SIGNATURE + 1, 0xab, 256);
    unhex(whole + KEY, MSSL_KEY_LEN, KNOWN_K0);
    size = END;
}

/* Puts n other bytes in the place of some, and mends the length. */
static void splice(size_t at, size_t drop, const void *bytes, size_t n)
{
    memmove(whole + at + n, whole + at + drop, size - at - drop);
    memcpy(whole + at, bytes, n);
    size = size + n - drop;
    memset(whole + size, 0, sizeof whole - size);
    whole[1] = (uint8_t)(size >> 8);
    whole[2] = (uint8_t)size;
}

/* What a person who types these bytes gets. */
static mssl_err typed(struct mssl_grant_file *g)
{
    static const struct mssl_grant_file none;
    struct mssl_typed t = { .lines = 0 };
    const char *reason;
    char line[48];
    size_t at;
    mssl_err e;

    for (at = 0; at < size; at += MSSL_TYPED_BYTES) {
        line_of(line, (uint8_t)(at / MSSL_TYPED_BYTES + 1), whole + at);
        assert_int_equal(take(&t, line, strlen(line), &reason), MSSL_OK);
    }
    memset(g, 0x55, sizeof *g);
    e = mssl_typed_end(&t, g);
    if (e != MSSL_OK)
        assert_memory_equal(g, &none, sizeof none);
    return e;
}

static mssl_err typed_with(size_t at, size_t drop, const void *bytes, size_t n)
{
    static struct mssl_grant_file g;

    known_bytes();
    splice(at, drop, bytes, n);
    return typed(&g);
}

static void the_known_bytes_are_the_known_grant(void **state)
{
    struct mssl_grant_file g, back;

    (void)state;
    known(&g);
    known_bytes();
    assert_int_equal(typed(&back), MSSL_OK);
    assert_memory_equal(&back, &g, sizeof g);
}

static void a_part_too_long_too_short_or_missing_is_refused(void **state)
{
    static uint8_t sig[1 + 576], five[1 + 5 * MSSL_GRANT_LEN];
    int i;

    (void)state;
    sig[0] = 9;
    assert_int_equal(typed_with(SIGNATURE, 257, sig, 577), MSSL_E_FORMAT);
    sig[0] = 8;
    assert_int_equal(typed_with(SIGNATURE, 257, sig, 513), MSSL_OK);
    sig[0] = 3;
    assert_int_equal(typed_with(SIGNATURE, 257, sig, 193), MSSL_E_FORMAT);
    assert_int_equal(typed_with(SIGNATURE, 257, "", 1), MSSL_E_FORMAT);
    five[0] = 5;
    for (i = 0; i < 5; i++)
        unhex(five + 1 + i * MSSL_GRANT_LEN, MSSL_GRANT_LEN, KNOWN_GRANT);
    assert_int_equal(typed_with(BLOCKS, 33, five, sizeof five), MSSL_E_FORMAT);
    assert_int_equal(typed_with(BLOCKS, 33, "", 1), MSSL_E_FORMAT);
    assert_int_equal(typed_with(KEY, 16, "", 0), MSSL_E_FORMAT);
    assert_int_equal(typed_with(END - 1, 1, "", 0), MSSL_E_FORMAT);
    assert_int_equal(typed_with(END, 0, "", 1), MSSL_E_FORMAT);
    assert_int_equal(typed_with(NAME, END - NAME, "", 0), MSSL_E_FORMAT);
}

/* A task table of other bytes, count first. */
static mssl_err tasks_of(const char *bytes, size_t n)
{
    return typed_with(TASKS, BLOCKS - TASKS, bytes, n);
}

static void a_task_list_that_is_none_is_refused(void **state)
{
    (void)state;
    assert_int_equal(tasks_of("\0", 1), MSSL_OK);
    assert_int_equal(tasks_of("\1\34\1a\0", 5), MSSL_OK);
    assert_int_equal(tasks_of("\1\35\1a\0", 5), MSSL_E_FORMAT);             /* task 29 */
    assert_int_equal(tasks_of("\1\35", 2), MSSL_E_FORMAT);
    assert_int_equal(tasks_of("\2\1\1a\0\1\1b\0", 9), MSSL_E_FORMAT);       /* twice */
    assert_int_equal(tasks_of("\2\1\1a\0\1", 6), MSSL_E_FORMAT);
    assert_int_equal(tasks_of("\2\2\1a\0\1\1b\0", 9), MSSL_OK);             /* in any order */
}

#define A_16  "aaaaaaaaaaaaaaaa"
#define A_83  A_16 A_16 A_16 A_16 A_16 "aaa"

static void names_and_usages_are_taken_up_to_their_length(void **state)
{
    static char far[3 + 255 + 1 + 238 + 4];
    static const char d_33[] = "\41" "ddddddddddddddddddddddddddddddddd";

    (void)state;
    assert_int_equal(tasks_of("\1\1\20" A_16 "\123" A_83, 1 + 1 + 1 + 16 + 1 + 83), MSSL_OK);
    assert_int_equal(tasks_of("\1\1\20" A_16 "\124" A_83 "a", 1 + 1 + 1 + 16 + 1 + 84), MSSL_E_FORMAT);
    assert_int_equal(tasks_of("\1\1\21" A_16 "a" "\0", 1 + 1 + 1 + 17 + 1), MSSL_E_FORMAT);
    memset(far, 'a', sizeof far);
    memcpy(far, "\2\1\377", 3);                     /* texts that would reach task 2 */
    memcpy(far + 3 + 255, "\356", 1);
    memcpy(far + 3 + 255 + 1 + 238, "\2\1b\0", 4);
    assert_int_equal(tasks_of(far, sizeof far), MSSL_E_FORMAT);
    assert_int_equal(typed_with(NAME, 6, d_33, 34), MSSL_E_FORMAT);
    assert_int_equal(typed_with(NAME, 6, "\40" "dddddddddddddddddddddddddddddddd", 33), MSSL_OK);
    assert_int_equal(typed_with(NAME, 6, "", 1), MSSL_E_FORMAT);
}

/* The task table is not signed: what is typed must not write other lines into the file
 * or to the terminal. */
static void what_no_grant_file_says_is_no_typed_grant(void **state)
{
    (void)state;
    assert_int_equal(tasks_of("\1\1\5a\nkey\0", 9), MSSL_E_FORMAT);
    assert_int_equal(tasks_of("\1\1\1a\3x\ny", 8), MSSL_E_FORMAT);
    assert_int_equal(tasks_of("\1\1\1a\3\33[J", 8), MSSL_E_FORMAT);
    assert_int_equal(tasks_of("\1\1\1a\3x\0y", 8), MSSL_E_FORMAT);
    assert_int_equal(tasks_of("\1\1\0\1x", 5), MSSL_E_FORMAT);
    assert_int_equal(tasks_of("\1\1\5admin\0", 9), MSSL_E_FORMAT);
    assert_int_equal(tasks_of("\2\1\1a\0\2\1a\0", 9), MSSL_E_FORMAT);
    assert_int_equal(typed_with(NAME, 6, "\5por\0h", 6), MSSL_E_FORMAT);
}

/* Tasks of the longest texts that a length byte lets in, up to the last line's end. */
static void parts_that_go_on_behind_the_last_line_are_refused(void **state)
{
    static struct mssl_grant_file g;
    int i;

    (void)state;
    known_bytes();
    whole[TASKS] = 29;
    size = TASKS + 1;
    for (i = 0; i <= MSSL_TASK_APP_MAX; i++) {
        whole[size++] = (uint8_t)i;
        whole[size++] = 16;
        memset(whole + size, 'a', 16);
        size += 16;
        whole[size++] = 100;
        memset(whole + size, 'a', 100);
        size += 100;
    }
    whole[size] = 4;
    whole[size + 129] = 8;
    size = MSSL_TYPED_MAX;
    splice(size, 0, "", 0);
    assert_int_equal(typed(&g), MSSL_E_FORMAT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_longest_grant_has_lines_of_three_digits_and_comes_back),
        cmocka_unit_test(what_fills_all_lines_is_written_and_a_byte_more_is_not),
        cmocka_unit_test(a_signature_or_a_chain_too_long_or_none_is_not_written),
        cmocka_unit_test(the_known_bytes_are_the_known_grant),
        cmocka_unit_test(a_part_too_long_too_short_or_missing_is_refused),
        cmocka_unit_test(a_task_list_that_is_none_is_refused),
        cmocka_unit_test(names_and_usages_are_taken_up_to_their_length),
        cmocka_unit_test(what_no_grant_file_says_is_no_typed_grant),
        cmocka_unit_test(parts_that_go_on_behind_the_last_line_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
