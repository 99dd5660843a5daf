/* SPDX-License-Identifier: ISC */
/* Grant files: text, restrictions, modes. docs/FORMATS.md, PROTOCOL 3, 4. */
#include "known.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file like the authority's, with a signature of the right length. */
static void sample(struct mssl_grant_file *g)
{
    memset(g, 0, sizeof *g);
    strcpy(g->device_name, "porch");
    strcpy(g->host_name, "alice");
    g->table.number = 1;
    g->table.tasks[1].present = true;
    strcpy(g->table.tasks[1].name, "led");
    strcpy(g->table.tasks[1].usage, "on|off|state");
    g->table.tasks[3].present = true;
    strcpy(g->table.tasks[3].name, "uptime");
    g->count = 1;
    unhex(g->blocks[0], MSSL_GRANT_LEN, KNOWN_GRANT);
    g->signature_len = 256;
    memset(g->signature, 0xab, 256);
    unhex(g->key, MSSL_KEY_LEN, KNOWN_K0);
}

static size_t sample_text(char out[MSSL_GRANT_TEXT_MAX])
{
    struct mssl_grant_file g;
    size_t len = MSSL_GRANT_TEXT_MAX;

    sample(&g);
    assert_int_equal(mssl_grant_file_format(&g, out, &len), MSSL_OK);
    return len;
}

/* The sample's text with the first from replaced; refused at line. */
static void assert_refused(const char *from, const char *to, unsigned line)
{
    static char text[MSSL_GRANT_TEXT_MAX], edited[MSSL_GRANT_TEXT_MAX];
    struct mssl_grant_file g;
    struct mssl_why why;
    char *at;
    int n;

    sample_text(text);
    at = strstr(text, from);
    assert_non_null(at);
    n = snprintf(edited, sizeof edited, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    assert_int_equal(mssl_grant_file_parse(&g, edited, (size_t)n, &why), MSSL_E_FORMAT);
    assert_int_equal(why.line, line);
    assert_non_null(why.reason);
    assert_int_equal(g.count, 0);
}

static void a_file_is_written_and_read_the_same(void **state)
{
    static char text[MSSL_GRANT_TEXT_MAX];
    struct mssl_grant_file g, again;
    struct mssl_why why;
    size_t len = sample_text(text);

    (void)state;
    assert_memory_equal(text, "mssl-grant: 1\ndevice-name: porch\nhost-name: alice\ntable: 1\n"
                              "task: 1 led on|off|state\ntask: 3 uptime\ngrant: " KNOWN_GRANT "\nsig", 173);
    sample(&g);
    assert_int_equal(mssl_grant_file_parse(&again, text, len, &why), MSSL_OK);
    assert_memory_equal(&again, &g, sizeof g);
}

static void a_file_cut_at_any_byte_is_refused(void **state)
{
    static char text[MSSL_GRANT_TEXT_MAX];
    struct mssl_grant_file g;
    struct mssl_why why;
    size_t len = sample_text(text), cut;

    (void)state;
    for (cut = 0; cut < len; cut++)
        assert_int_equal(mssl_grant_file_parse(&g, text, cut, &why), MSSL_E_FORMAT);
    text[len] = '\n';
    assert_int_equal(mssl_grant_file_parse(&g, text, len + 1, &why), MSSL_E_FORMAT);
}

static void every_malformed_line_is_refused_by_its_number(void **state)
{
    (void)state;
    assert_refused("mssl-grant: 1", "mssl-grant: 2", 1);
    assert_refused("mssl-grant: 1", "hello", 1);
    assert_refused("porch", "Porch", 2);
    assert_refused("porch", "abcdefghijklmnopqrstuvwxyz0123456", 2);
    assert_refused("device-name: porch\n", "", 2);
    assert_refused("alice", "alicealice", 3);
    assert_refused("table: 1", "table: 300", 4);
    assert_refused("task: 1 led", "task: 1 describe", 5);
    assert_refused("task: 3", "task: 1", 6);
    assert_refused("grant: 11", "grant: 1", 7);
    assert_refused("grant: 11", "grant: 12", 7);
    assert_refused("grant: 11", "grant: 1G", 7);
    assert_refused("signature: ab", "signature: ", 8);
    assert_refused("signature: ab", "signature: AB", 8);
    assert_refused("\nkey:", "\nrestriction: 00\nkey:", 9);
    assert_refused("key: bd", "key: ", 9);
    assert_refused("key: bd", "key: BD", 9);
}

static void lines_in_wrong_order_are_refused(void **state)
{
    (void)state;
    assert_refused("device-name: porch\nhost-name: alice\n", "host-name: alice\ndevice-name: porch\n", 2);
    assert_refused("task: 3 uptime\n", "table: 1\n", 6);
    assert_refused(KNOWN_K0 "\n", KNOWN_K0 "\nkey: " KNOWN_K0 "\n", 10);
}

static void parts_that_do_not_fit_each_other_are_refused(void **state)
{
    (void)state;
    assert_refused("table: 1", "table: 2", 0);
    assert_refused("host-name: alice", "host-name: bob", 0);
}

static void a_zero_byte_in_the_text_is_refused(void **state)
{
    static char text[MSSL_GRANT_TEXT_MAX];
    struct mssl_grant_file g;
    struct mssl_why why;
    size_t len = sample_text(text);

    (void)state;
    *strstr(text, "orch") = '\0';
    assert_int_equal(mssl_grant_file_parse(&g, text, len, &why), MSSL_E_FORMAT);
    assert_int_equal(why.line, 2);
}

static void a_restriction_narrows_and_changes_the_key(void **state)
{
    struct mssl_grant_file g;
    struct mssl_address a;
    struct mssl_grant block;
    uint8_t key[MSSL_KEY_LEN];
    static char text[MSSL_GRANT_TEXT_MAX];
    struct mssl_why why;
    size_t len = sizeof text;

    (void)state;
    sample(&g);
    assert_int_equal(mssl_address_parse_ipv4(&a, "10.0.0.0/8"), MSSL_OK);
    assert_int_equal(mssl_grant_file_restrict(&g, 2, &a, "carol"), MSSL_OK);
    assert_int_equal(g.count, 2);
    assert_string_equal(g.host_name, "carol");
    assert_hex(g.blocks[1], MSSL_GRANT_LEN, "120000000000000001000000020000000a00000000000000006361726f6c0000");
    unhex(key, sizeof key, KNOWN_K0);
    assert_int_equal(mssl_f(key, key, g.blocks[1]), MSSL_OK);
    assert_memory_equal(g.key, key, sizeof key);
    assert_int_equal(mssl_grant_decode(&block, g.blocks[1]), MSSL_OK);
    assert_int_equal(mssl_grant_file_format(&g, text, &len), MSSL_OK);
    assert_int_equal(mssl_grant_file_parse(&g, text, len, &why), MSSL_OK);
    assert_int_equal(mssl_grant_file_tasks(&g), 2);
}

static void a_restriction_cannot_widen(void **state)
{
    struct mssl_grant_file g, before;

    (void)state;
    sample(&g);
    before = g;
    assert_int_equal(mssl_grant_file_restrict(&g, 6, NULL, "carol"), MSSL_E_ARGUMENT);
    assert_memory_equal(&g, &before, sizeof g);
    assert_int_equal(mssl_grant_file_restrict(&g, 0, NULL, "carol"), MSSL_OK);
    assert_int_equal(mssl_grant_file_restrict(&g, 2, NULL, "dave"), MSSL_E_ARGUMENT);
}

static void a_helper_name_too_long_is_refused(void **state)
{
    struct mssl_grant_file g;

    (void)state;
    sample(&g);
    assert_int_equal(mssl_grant_file_restrict(&g, 2, NULL, "caroline"), MSSL_E_ARGUMENT);
    assert_int_equal(g.count, 1);
}

static void a_fourth_restriction_is_refused(void **state)
{
    struct mssl_grant_file g;
    int i;

    (void)state;
    sample(&g);
    for (i = 0; i < MSSL_RESTRICTIONS_MAX; i++)
        assert_int_equal(mssl_grant_file_restrict(&g, 2, NULL, "carol"), MSSL_OK);
    assert_int_equal(mssl_grant_file_restrict(&g, 2, NULL, "carol"), MSSL_E_ROOM);
}

static void a_restriction_of_another_slot_is_refused(void **state)
{
    static char text[MSSL_GRANT_TEXT_MAX];
    struct mssl_grant_file g;
    struct mssl_why why;
    size_t len = sizeof text;
    char *at;

    (void)state;
    sample(&g);
    assert_int_equal(mssl_grant_file_restrict(&g, 2, NULL, "carol"), MSSL_OK);
    assert_int_equal(mssl_grant_file_format(&g, text, &len), MSSL_OK);
    at = strstr(text, "restriction: ") + strlen("restriction: ") + 2 * MSSL_G_SLOT + 1;
    *at = '1';
    assert_int_equal(mssl_grant_file_parse(&g, text, len, &why), MSSL_E_FORMAT);
}

static void a_task_that_no_line_can_say_is_not_written(void **state)
{
    static const struct mssl_task good = { true, "last", "x y" };
    static const struct mssl_task bad[] = {
        { true, "", "" }, { true, "a\nkey", "" }, { true, "a.b", "" }, { true, "9", "" }, { true, "admin", "" },
        { true, "led", "" }, { true, "abcdefghijklmnop", "12345678901234567890123456789012345678901234567890"
        "1234567890123456789012345678901234" }, { true, "last", "x\ny" }, { true, "last", "\33[J" } };
    static char text[MSSL_GRANT_TEXT_MAX];
    struct mssl_grant_file g;
    size_t i, len = sizeof text;
    int task;

    (void)state;
    sample(&g);
    g.table.tasks[28] = good;
    assert_int_equal(mssl_grant_file_format(&g, text, &len), MSSL_OK);
    assert_non_null(strstr(text, "\ntask: 28 last x y\n"));
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        for (task = 0; task <= 28; task += 28) {
            sample(&g);
            g.table.tasks[task] = bad[i];
            len = sizeof text;
            assert_int_equal(mssl_grant_file_format(&g, text, &len), MSSL_E_ARGUMENT);
            assert_int_equal(text[0], 0);
        }
    }
}

/* Each file test has a fresh path. */
static char path[64];

static int make_path(void **state)
{
    int fd;

    (void)state;
    strcpy(path, "mssl-test-XXXXXX");
    fd = mkstemp(path);
    if (fd < 0)
        return -1;
    close(fd);
    return unlink(path);
}

static int drop_path(void **state)
{
    (void)state;
    unlink(path);
    return 0;
}

static void a_written_file_has_mode_0600_and_is_read_back(void **state)
{
    struct mssl_grant_file g, again;
    struct mssl_why why;
    struct stat st;

    (void)state;
    sample(&g);
    assert_int_equal(mssl_grant_file_write(&g, path), MSSL_OK);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(mssl_grant_file_read(&again, path, &why), MSSL_OK);
    assert_memory_equal(&again, &g, sizeof g);
}

static void an_existing_file_is_never_overwritten(void **state)
{
    struct mssl_grant_file g;

    (void)state;
    sample(&g);
    assert_int_equal(mssl_grant_file_write(&g, path), MSSL_OK);
    assert_int_equal(mssl_grant_file_write(&g, path), MSSL_E_EXISTS);
}

static void any_looser_mode_is_refused(void **state)
{
    static const mode_t loose[] = { 0640, 0660, 0604, 0602, 0620, 0644, 0610, 0601, 0666, 0777 };
    struct mssl_grant_file g;
    struct mssl_why why;
    size_t i;

    (void)state;
    sample(&g);
    assert_int_equal(mssl_grant_file_write(&g, path), MSSL_OK);
    for (i = 0; i < sizeof loose / sizeof loose[0]; i++) {
        assert_int_equal(chmod(path, loose[i]), 0);
        assert_int_equal(mssl_grant_file_read(&g, path, &why), MSSL_E_MODE);
        assert_int_equal(g.count, 0);
    }
    assert_int_equal(chmod(path, 0400), 0);
    assert_int_equal(mssl_grant_file_read(&g, path, &why), MSSL_OK);
}

static void a_missing_file_a_directory_and_a_long_file_are_told_apart(void **state)
{
    struct mssl_grant_file g;
    struct mssl_why why;
    int i;
    FILE *f;

    (void)state;
    assert_int_equal(mssl_grant_file_read(&g, path, &why), MSSL_E_FILE);
    assert_int_equal(errno, ENOENT);
    assert_int_equal(mssl_grant_file_read(&g, ".", &why), MSSL_E_FILE);
    assert_int_equal(errno, EISDIR);
    f = fopen(path, "w");
    assert_non_null(f);
    for (i = 0; i <= MSSL_GRANT_TEXT_MAX; i++)
        fputc('\n', f);
    fclose(f);
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(mssl_grant_file_read(&g, path, &why), MSSL_E_ROOM);
}

static void a_text_that_is_no_public_key_verifies_nothing(void **state)
{
    struct mssl_grant_file g;

    (void)state;
    sample(&g);
    assert_int_equal(mssl_signature_verify(g.blocks[0], g.signature, 256, "hello", 5), MSSL_E_FORMAT);
    assert_int_equal(mssl_signature_verify(g.blocks[0], g.signature, 256, "", 0), MSSL_E_FORMAT);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_written_and_read_the_same),
        cmocka_unit_test(a_file_cut_at_any_byte_is_refused),
        cmocka_unit_test(every_malformed_line_is_refused_by_its_number),
        cmocka_unit_test(lines_in_wrong_order_are_refused),
        cmocka_unit_test(parts_that_do_not_fit_each_other_are_refused),
        cmocka_unit_test(a_zero_byte_in_the_text_is_refused),
        cmocka_unit_test(a_restriction_narrows_and_changes_the_key),
        cmocka_unit_test(a_restriction_cannot_widen),
        cmocka_unit_test(a_helper_name_too_long_is_refused),
        cmocka_unit_test(a_fourth_restriction_is_refused),
        cmocka_unit_test(a_restriction_of_another_slot_is_refused),
        cmocka_unit_test(a_task_that_no_line_can_say_is_not_written),
        cmocka_unit_test_setup_teardown(a_written_file_has_mode_0600_and_is_read_back, make_path, drop_path),
        cmocka_unit_test_setup_teardown(an_existing_file_is_never_overwritten, make_path, drop_path),
        cmocka_unit_test_setup_teardown(any_looser_mode_is_refused, make_path, drop_path),
        cmocka_unit_test_setup_teardown(a_missing_file_a_directory_and_a_long_file_are_told_apart,
                                        make_path, drop_path),
        cmocka_unit_test(a_text_that_is_no_public_key_verifies_nothing),
    };

    return cmocka_run_group_tests_name("grant file", tests, NULL, NULL);
}
