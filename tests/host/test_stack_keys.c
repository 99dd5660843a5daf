/* SPDX-License-Identifier: ISC */
/* No copy of a grant's key stays on the stack: each function runs on a stack of ours,
 * which is searched when it has returned. */
#include "mssl_typed.h"
#include "own_stack.h"
#include "signed.h"

/* Half the key, as bytes or as hex? */
static bool key_left(void)
{
    uint8_t key[MSSL_KEY_LEN];

    unhex(key, sizeof key, KNOWN_K0);
    return left_on_stack(key, 8) || left_on_stack(key + 8, 8) || left_on_stack(KNOWN_K0, 16) || left_on_stack(KNOWN_K0 + 16, 16);
}

static struct mssl_grant_file back;
static struct mssl_typed typed;
static struct mssl_why why;
static char text[MSSL_TYPED_TEXT];
static size_t len;
static mssl_err got;

static void keep_hex(void)
{
    volatile char copy[sizeof KNOWN_K0];
    size_t i;

    for (i = 0; i < sizeof copy; i++)
        copy[i] = KNOWN_K0[i];
}

static void keep_bytes(void)
{
    volatile uint8_t copy[MSSL_KEY_LEN];
    size_t i;

    for (i = 0; i < sizeof copy; i++)
        copy[i] = file.key[i];
}

static void the_search_finds_a_key_that_was_left(void **state)
{
    (void)state;
    make_file();
    run_on_own_stack(keep_hex);
    assert_true(key_left());
    run_on_own_stack(keep_bytes);
    assert_true(key_left());
}

static void write_file(void)
{
    got = mssl_grant_file_write(&file, path);
}

static void read_file(void)
{
    got = mssl_grant_file_read(&back, path, &why);
}

static void no_key_is_left_after_a_file_was_written_or_not(void **state)
{
    (void)state;
    make_file();
    run_on_own_stack(write_file);
    assert_int_equal(got, MSSL_OK);
    assert_false(key_left());
    run_on_own_stack(write_file);
    assert_int_equal(got, MSSL_E_EXISTS);
    assert_false(key_left());
}

static void no_key_is_left_after_a_file_was_read_or_refused(void **state)
{
    FILE *f;

    (void)state;
    make_file();
    assert_int_equal(mssl_grant_file_write(&file, path), MSSL_OK);
    run_on_own_stack(read_file);
    assert_int_equal(got, MSSL_OK);
    assert_memory_equal(&back, &file, sizeof file);
    assert_false(key_left());
    f = fopen(path, "a");                       /* another line behind the key */
    assert_non_null(f);
    assert_true(fputs("more\n", f) >= 0);
    fclose(f);
    run_on_own_stack(read_file);
    assert_int_equal(got, MSSL_E_FORMAT);
    assert_false(key_left());
}

static void format_typed(void)
{
    len = sizeof text;
    got = mssl_typed_format(&file, false, text, &len);
}

static void type_lines(void)
{
    const char *line, *reason;
    size_t n;

    memset(&typed, 0, sizeof typed);
    for (line = text; *line; line += n + 1) {
        n = strcspn(line, "\n");
        if (mssl_typed_line(&typed, line, n, &reason))
            break;
    }
    got = mssl_typed_end(&typed, &back);
}

static void no_key_is_left_after_a_grant_was_shown_typed_or_refused(void **state)
{
    (void)state;
    make_file();
    run_on_own_stack(format_typed);
    assert_int_equal(got, MSSL_OK);
    assert_false(key_left());
    run_on_own_stack(type_lines);
    assert_int_equal(got, MSSL_OK);
    assert_memory_equal(&back, &file, sizeof file);
    assert_false(key_left());
    file.table.number = 2;                      /* not the block's */
    run_on_own_stack(format_typed);
    assert_int_equal(got, MSSL_OK);
    run_on_own_stack(type_lines);
    assert_int_equal(got, MSSL_E_FORMAT);
    assert_false(key_left());
    file.signature_len = 255;
    run_on_own_stack(format_typed);
    assert_int_equal(got, MSSL_E_ARGUMENT);
    assert_false(key_left());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_search_finds_a_key_that_was_left),
        cmocka_unit_test_setup_teardown(no_key_is_left_after_a_file_was_written_or_not, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(no_key_is_left_after_a_file_was_read_or_refused, make_folder, remove_folder),
        cmocka_unit_test(no_key_is_left_after_a_grant_was_shown_typed_or_refused),
    };

    return cmocka_run_group_tests_name("keys on the stack", tests, NULL, NULL);
}
