/* SPDX-License-Identifier: ISC */
/* Task tables and task sets. docs/FORMATS.md. */
#include "known.h"

#define TABLE "table 1\ntask 1 led on|off|state\ntask 2 adc CHANNEL\ntask 3 uptime\n"

static mssl_err parse(struct mssl_task_table *t, const char *text, struct mssl_why *why)
{
    return mssl_task_table_parse(t, text, strlen(text), why);
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

static void names_are_found_reserved_ones_too(void **state)
{
    struct mssl_task_table t;
    struct mssl_why why;

    (void)state;
    assert_int_equal(parse(&t, TABLE, &why), MSSL_OK);
    assert_int_equal(mssl_task_find(&t, "adc"), 2);
    assert_int_equal(mssl_task_find(&t, "ad"), -1);
    assert_int_equal(mssl_task_find(&t, "admin"), 31);
    assert_string_equal(mssl_task_name(&t, 29), "describe");
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
        assert_int_equal(mssl_task_set_parse(&tasks, &t, bad[i], &at, &why), MSSL_E_ARGUMENT);
        assert_int_equal(at, 4);
        assert_int_equal(tasks, 7);
    }
    assert_int_equal(mssl_task_set_parse(&tasks, &t, "", &at, &why), MSSL_E_ARGUMENT);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_is_read_and_written_again),
        cmocka_unit_test(names_are_found_reserved_ones_too),
        cmocka_unit_test(every_malformed_line_is_refused_by_its_number),
        cmocka_unit_test(a_table_without_number_or_too_long_is_refused),
        cmocka_unit_test(a_task_of_a_hundred_bytes_fits_and_one_more_is_refused),
        cmocka_unit_test(task_sets_are_read_and_written),
        cmocka_unit_test(a_bad_name_in_a_task_set_is_pointed_at),
    };

    return cmocka_run_group_tests_name("task table", tests, NULL, NULL);
}
