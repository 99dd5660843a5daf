/* SPDX-License-Identifier: ISC */
/* Task tables and task sets. docs/FORMATS.md. */
#include <stdio.h>
#include <stdlib.h>

#include "known.h"

#define TABLE "table 1\ntask 1 led on|off|state\ntask 2 adc CHANNEL\ntask 3 uptime\n"

/* Reads a text that ends where its memory ends, over whatever was there. */
static mssl_err parse(struct mssl_task_table *t, const char *text, struct mssl_why *why)
{
    static const struct mssl_task_table none;
    size_t len = strlen(text);
    char *copy = exact_copy(text, len);
    mssl_err e;

    memset(t, 0x55, sizeof *t);
    memset(why, 0x55, sizeof *why);
    e = mssl_task_table_parse(t, copy, len, why);
    free(copy);
    if (e != MSSL_OK)
        assert_memory_equal(t, &none, sizeof none);
    else
        assert_null(why->reason);
    return e;
}

static void a_table_is_read_and_written_again(void **state)
{
    struct mssl_task_table t;
    struct mssl_why why;
    char out[MSSL_TABLE_TEXT_MAX];
    size_t len = sizeof out;

    (void)state;
    assert_int_equal(parse(&t, "# tasks\n\ntable 1  # one\ntask 3 uptime\ntask 1 led on|off|state\n"
                               "task 2 adc CHANNEL\n", &why), MSSL_OK);
    assert_string_equal(t.tasks[1].usage, "on|off|state");
    assert_string_equal(t.tasks[3].usage, "");
    assert_int_equal(mssl_task_table_format(&t, out, &len), MSSL_OK);
    assert_string_equal(out, TABLE);
    assert_int_equal(len, strlen(TABLE));
    len = strlen(TABLE);        /* no room for the zero */
    assert_int_equal(mssl_task_table_format(&t, out, &len), MSSL_E_ROOM);
}

static void names_and_usages_of_one_letter_are_written_as_they_are(void **state)
{
    static const char text[] = "table 0\ntask 0 a b\ntask 28 c d e\n";
    struct mssl_task_table t;
    struct mssl_why why;
    char out[64];
    size_t len = sizeof out;

    (void)state;
    assert_int_equal(parse(&t, text, &why), MSSL_OK);
    assert_int_equal(mssl_task_table_format(&t, out, &len), MSSL_OK);
    assert_string_equal(out, text);
    len = sizeof out;
    assert_int_equal(mssl_task_set_format(1u << 28 | 1, &t, out, &len), MSSL_OK);
    assert_string_equal(out, "a,c");
    len = sizeof out;
    assert_int_equal(mssl_task_set_format(1u << 27 | 1u << 9 | 1u << 8, &t, out, &len), MSSL_OK);
    assert_string_equal(out, "8,9,27");
}

static void names_are_found_reserved_ones_too(void **state)
{
    struct mssl_task_table t;
    struct mssl_why why;

    (void)state;
    assert_int_equal(parse(&t, TABLE, &why), MSSL_OK);
    assert_int_equal(mssl_task_find(&t, "adc"), 2);
    assert_int_equal(mssl_task_find(&t, "ad"), -1);
    assert_int_equal(mssl_task_find(&t, "admin"), 31);
    assert_int_equal(mssl_task_find(&t, "enrol"), 30);
    assert_int_equal(mssl_task_find(&t, "describe"), 29);
    assert_int_equal(mssl_task_find(&t, ""), -1);
    assert_string_equal(mssl_task_name(&t, 29), "describe");
    assert_string_equal(mssl_task_name(&t, 30), "enrol");
    assert_string_equal(mssl_task_name(&t, 31), "admin");
    assert_string_equal(mssl_task_name(&t, 32), "?");
    assert_string_equal(mssl_task_name(&t, 255), "?");
    assert_string_equal(mssl_task_name(&t, 4), "?");
}

static void every_malformed_line_is_refused_by_its_number(void **state)
{
    static const char *const bad[] = {
        "task 1 led\n", "table\n", "table 256\n", "table -1\n", "table 01\n", "tables 1\n",
        "table 1\ntable 1\n", "table 1\ntask 29 x\n", "table 1\ntask x led\n", "table 1\ntask 1\n",
        "table 1\ntask 1 Led\n", "table 1\ntask 1 1led\n", "table 1\ntask 1 a.b\n",
        "table 1\ntask 1 abcdefghijklmnopq\n", "table 1\ntask 1 admin\n", "table 1\ntask 1 describe\n",
        "table 1\ntask 1 enrol\n", "table 1\ntask 1 led \x1b\n", "table 1\r\n", "\xff\n" };
    static const char *const twice[] = { "table 1\ntask 1 a\ntask 1 b\n", "table 1\ntask 1 a\ntask 2 a\n" };
    struct mssl_task_table t;
    struct mssl_why why;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(parse(&t, bad[i], &why), MSSL_E_FORMAT);
        assert_int_equal(why.line, strncmp(bad[i], "table 1\nt", 9) == 0 ? 2 : 1);
        assert_non_null(why.reason);
    }
    for (i = 0; i < 2; i++) {
        assert_int_equal(parse(&t, twice[i], &why), MSSL_E_FORMAT);
        assert_int_equal(why.line, 3);
    }
}

static void a_name_begins_with_a_letter_and_may_be_one(void **state)
{
    static const char *const good[] = { "a", "z", "a-", "z_9", "abcdefghijklmnop" };
    static const char *const bad[] = { "`", "{", "A", "_", "-", "9a", "a.", "a.b", "abcdefghijklmnopq", "" };
    struct mssl_task_table t;
    struct mssl_why why;
    char text[64];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof good / sizeof good[0]; i++) {
        snprintf(text, sizeof text, "table 1\ntask 1 %s", good[i]);
        assert_int_equal(parse(&t, text, &why), MSSL_OK);
        assert_string_equal(mssl_task_name(&t, 1), good[i]);
    }
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        snprintf(text, sizeof text, "table 1\ntask 1 %s", bad[i]);
        assert_int_equal(parse(&t, text, &why), MSSL_E_FORMAT);
        assert_int_equal(why.line, 2);
    }
}

/* Why, and at which line; comments and blank lines count. */
static void every_refusal_says_its_reason(void **state)
{
    static const struct {
        const char *text;
        unsigned line;
        const char *reason;
    } bad[] = {
        { "", 0, "no line 'table N'" },
        { "# table 1\n   \n  # x\n", 0, "no line 'table N'" },
        { "\n#\ntask 1 led\n", 3, "'table N' comes before the first task" },
        { "tabl 1\n", 1, "a line is 'table N' or 'task T NAME USAGE'" },
        { "table 1\n\ntable 1\n", 3, "'table N' is given once" },
        { "table 256\n", 1, "the table's number is 0 to 255" },
        { "table 1\ntask 29 led\n", 2, "a task's number is 0 to 28" },
        { "table 1\ntask 1 a.b\n", 2, "a task's name is 1 to 16 of a-z 0-9 _ - and begins with a letter" },
        { "table 1\ntask 1 a \x7f\n", 2, "a task's usage is printable ASCII" },
        { "table 1\ntask 1 a\ntask 1 b\n", 3, "this task's number was given before" },
        { "table 1\ntask 0 a\ntask 1 a\n", 3, "this task's name was given before or is reserved" },
        { "table 1\ntask 1 a\ntask 2 a\n", 3, "this task's name was given before or is reserved" },
    };
    struct mssl_task_table t;
    struct mssl_why why;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(parse(&t, bad[i].text, &why), MSSL_E_FORMAT);
        assert_int_equal(why.line, bad[i].line);
        assert_string_equal(why.reason, bad[i].reason);
    }
    assert_int_equal(parse(&t, "table 0\ntask 1 a x  y # z\n task", &why), MSSL_E_FORMAT);
    assert_int_equal(parse(&t, "table 255\ntask 1 a x  y  # z", &why), MSSL_OK);
    assert_int_equal(t.number, 255);
    assert_string_equal(t.tasks[1].usage, "x  y");
    assert_int_equal(parse(&t, "table 0\n", &why), MSSL_OK);
    assert_int_equal(t.number, 0);
}

static void a_table_without_number_or_too_long_is_refused(void **state)
{
    static char big[MSSL_TABLE_TEXT_MAX + 1];
    struct mssl_task_table t;
    struct mssl_why why;

    (void)state;
    assert_int_equal(parse(&t, "", &why), MSSL_E_FORMAT);
    assert_int_equal(parse(&t, "# nothing\n", &why), MSSL_E_FORMAT);
    memset(big, '\n', sizeof big);
    memcpy(big, "table 1", 7);
    assert_int_equal(mssl_task_table_parse(&t, big, sizeof big - 1, &why), MSSL_OK);
    assert_int_equal(mssl_task_table_parse(&t, big, sizeof big, &why), MSSL_E_FORMAT);
}

static void a_task_of_a_hundred_bytes_fits_and_one_more_is_refused(void **state)
{
    char text[] = "table 1\ntask 1 led "
        "0123456789012345678901234567890123456789012345678901234567890123456789"
        "01234567890123456789012345+\n";
    struct mssl_task_table t;
    struct mssl_why why;

    (void)state;
    assert_int_equal(parse(&t, text, &why), MSSL_E_FORMAT);
    text[strlen(text) - 2] = '\n';
    text[strlen(text) - 1] = '\0';
    assert_int_equal(parse(&t, text, &why), MSSL_OK);
    assert_int_equal(strlen(t.tasks[1].usage), 96);
}

static void task_sets_are_read_and_written(void **state)
{
    struct mssl_task_table t;
    struct mssl_why why;
    uint32_t tasks = 0;
    char out[64];
    size_t at, len = sizeof out;

    (void)state;
    assert_int_equal(parse(&t, TABLE, &why), MSSL_OK);
    assert_int_equal(mssl_task_set_parse(&tasks, &t, "admin,led,uptime", &at, &why), MSSL_OK);
    assert_int_equal(tasks, 0x8000000au);
    assert_int_equal(mssl_task_set_format(tasks | 1u << 7, &t, out, &len), MSSL_OK);
    assert_string_equal(out, "led,uptime,7,admin");
    len = sizeof out;
    assert_int_equal(mssl_task_set_format(0, &t, out, &len), MSSL_OK);
    assert_string_equal(out, "");
    len = strlen("led,28") + 1;
    assert_int_equal(mssl_task_set_format(1u << 28 | 2, &t, out, &len), MSSL_OK);
    assert_string_equal(out, "led,28");
    len = strlen("led,28");
    assert_int_equal(mssl_task_set_format(1u << 28 | 2, &t, out, &len), MSSL_E_ROOM);
}

static void a_bad_name_in_a_task_set_is_pointed_at(void **state)
{
    static const char *const bad[] = { "led,", "led,,adc", "led,ledd", "led,led", "led,describe", "led,enrol" };
    struct mssl_task_table t;
    struct mssl_why why;
    uint32_t tasks = 7;
    size_t at, i;

    (void)state;
    assert_int_equal(parse(&t, TABLE, &why), MSSL_OK);
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        why.line = 9;
        assert_int_equal(mssl_task_set_parse(&tasks, &t, bad[i], &at, &why), MSSL_E_ARGUMENT);
        assert_int_equal(at, 4);
        assert_int_equal(why.line, 0);
        assert_int_equal(tasks, 7);
    }
    assert_int_equal(mssl_task_set_parse(&tasks, &t, "", &at, &why), MSSL_E_ARGUMENT);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_is_read_and_written_again),
        cmocka_unit_test(names_and_usages_of_one_letter_are_written_as_they_are),
        cmocka_unit_test(names_are_found_reserved_ones_too),
        cmocka_unit_test(every_malformed_line_is_refused_by_its_number),
        cmocka_unit_test(a_name_begins_with_a_letter_and_may_be_one),
        cmocka_unit_test(every_refusal_says_its_reason),
        cmocka_unit_test(a_table_without_number_or_too_long_is_refused),
        cmocka_unit_test(a_task_of_a_hundred_bytes_fits_and_one_more_is_refused),
        cmocka_unit_test(task_sets_are_read_and_written),
        cmocka_unit_test(a_bad_name_in_a_task_set_is_pointed_at),
    };

    return cmocka_run_group_tests_name("task table", tests, NULL, NULL);
}
