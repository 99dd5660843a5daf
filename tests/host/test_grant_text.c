/* SPDX-License-Identifier: ISC */
/* The text of a grant file, line by line: what each may say, and why it is refused.
 * docs/FORMATS.md, "Grant file". */
#include <stdlib.h>

#include "known.h"

#define HEAD    "mssl-grant: 1\ndevice-name: porch\nhost-name: alice\ntable: 1\n" \
                "task: 1 led on|off|state\ntask: 3 uptime\n"
#define GRANT   "grant: " KNOWN_GRANT "\n"
#define KEY     "key: " KNOWN_K0 "\n"
#define NARROW  "restriction: 120000000000000000000000020000000000000000000000006361726f6c0000\n"     /* for carol */

static char text[2 * MSSL_GRANT_TEXT_MAX];

/* A signature line of n bytes ab. */
static const char *signature(size_t n)
{
    static char line[2048];

    strcpy(line, "signature: ");
    for (; n > 0; n--)
        strcat(line, "ab");
    return strcat(line, "\n");
}

/* The known file with these lines from the signature on. */
static void known_text(const char *lines)
{
    strcat(strcat(strcat(strcpy(text, HEAD GRANT), signature(256)), lines), KEY);
}

/* Reads a text that ends where its memory ends, over whatever was there. */
static mssl_err parse(struct mssl_grant_file *g, struct mssl_why *why, size_t len)
{
    static const struct mssl_grant_file none;
    char *copy = exact_copy(text, len);
    mssl_err e;

    memset(g, 0x55, sizeof *g);
    memset(why, 0x55, sizeof *why);
    e = mssl_grant_file_parse(g, copy, len, why);
    free(copy);
    if (e != MSSL_OK)
        assert_memory_equal(g, &none, sizeof none);
    else
        assert_null(why->reason);
    return e;
}

static void assert_refused(unsigned line, const char *reason)
{
    static struct mssl_grant_file g;
    struct mssl_why why;

    assert_int_equal(parse(&g, &why, strlen(text)), MSSL_E_FORMAT);
    assert_string_equal(why.reason, reason);
    assert_int_equal(why.line, line);
}

/* Replaces the first from. */
static void edit(const char *from, const char *to)
{
    char *at = strstr(text, from);

    assert_non_null(at);
    memmove(at + strlen(to), at + strlen(from), strlen(at + strlen(from)) + 1);
    memcpy(at, to, strlen(to));
}

static void the_known_text_is_the_known_grant(void **state)
{
    struct mssl_grant_file g;
    struct mssl_why why;
    static char again[sizeof text];
    uint8_t wanted[256];
    size_t len = sizeof again;

    (void)state;
    known_text("");
    assert_int_equal(parse(&g, &why, strlen(text)), MSSL_OK);
    assert_string_equal(g.device_name, "porch");
    assert_string_equal(g.host_name, "alice");
    assert_int_equal(g.table.number, 1);
    assert_true(g.table.tasks[1].present && g.table.tasks[3].present);
    assert_false(g.table.tasks[0].present || g.table.tasks[2].present || g.table.tasks[28].present);
    assert_string_equal(g.table.tasks[1].name, "led");
    assert_string_equal(g.table.tasks[1].usage, "on|off|state");
    assert_string_equal(g.table.tasks[3].name, "uptime");
    assert_string_equal(g.table.tasks[3].usage, "");
    assert_int_equal(g.count, 1);
    assert_hex(g.blocks[0], MSSL_GRANT_LEN, KNOWN_GRANT);
    assert_int_equal(g.signature_len, 256);
    memset(wanted, 0xab, sizeof wanted);
    assert_memory_equal(g.signature, wanted, 256);
    assert_hex(g.key, MSSL_KEY_LEN, KNOWN_K0);
    assert_int_equal(mssl_grant_file_format(&g, again, &len), MSSL_OK);
    assert_string_equal(again, text);
    assert_int_equal(len, strlen(text));
}

static void restrictions_stand_between_signature_and_key(void **state)
{
    static char again[sizeof text];
    struct mssl_grant_file g;
    struct mssl_why why;
    size_t len = sizeof again;

    (void)state;
    known_text(NARROW NARROW NARROW);
    edit("alice", "carol");
    assert_int_equal(parse(&g, &why, strlen(text)), MSSL_OK);
    assert_int_equal(g.count, 4);
    assert_hex(g.blocks[3], MSSL_GRANT_LEN, "120000000000000000000000020000000000000000000000006361726f6c0000");
    assert_int_equal(mssl_grant_file_format(&g, again, &len), MSSL_OK);
    assert_string_equal(again, text);
    known_text(NARROW NARROW NARROW NARROW);
    edit("alice", "carol");
    assert_refused(12, "at most 3 restrictions");
}

static void a_task_table_may_have_any_byte_as_its_number(void **state)
{
    struct mssl_grant_file g;
    struct mssl_why why;

    (void)state;
    known_text("");
    edit("table: 1", "table: 255");
    edit("grant: 1101", "grant: 11ff");
    assert_int_equal(parse(&g, &why, strlen(text)), MSSL_OK);
    assert_int_equal(g.table.number, 255);
    edit("table: 255", "table: 0");
    edit("grant: 11ff", "grant: 1100");
    assert_int_equal(parse(&g, &why, strlen(text)), MSSL_OK);
    assert_int_equal(g.table.number, 0);
}

static void a_line_that_is_wrong_says_why(void **state)
{
    static const struct {
        const char *from, *to;
        unsigned line;
        const char *reason;
    } edits[] = {
        { "mssl-grant: 1", "mssl-grant: 2", 1, "a grant file of another version: this program reads 1" },
        { "mssl-grant: 1", "mssl-grant: ", 1, "a grant file of another version: this program reads 1" },
        { "mssl-grant: 1", "mssl-grant:", 1, "not a grant file: its first line is not 'mssl-grant: 1'" },
        { "mssl-grant: 1", "mssl-grant1", 1, "not a grant file: its first line is not 'mssl-grant: 1'" },
        { "mssl-grant: 1", "", 1, "not a grant file: its first line is not 'mssl-grant: 1'" },
        { "porch", "", 2, "a device name is 1 to 32 of a-z 0-9 . _ -" },
        { "porch", "abcdefghijklmnopqrstuvwxyz0123456", 2, "a device name is 1 to 32 of a-z 0-9 . _ -" },
        { "device-name", "device-names", 2, "'device-name:' is missing here" },
        { "alice", "alicebob", 3, "a host name is 1 to 7 of a-z 0-9 . _ -" },
        { "host-name: alice\n", "", 3, "'host-name:' is missing here" },
        { "table: 1", "table: 256", 4, "the task table's number is 0 to 255" },
        { "table: 1", "table: ", 4, "the task table's number is 0 to 255" },
        { "table: 1\n", "", 4, "'table:' is missing here" },
        { "task: 1", "task: 29", 5, "a task's number is 0 to 28" },
        { "task: 3 uptime", "tasks: 3 uptime", 6, "'task:' or 'grant:' is missing here" },
        { "grant: 11", "grant: 1G", 7, "64 lower-case hex digits are wanted here" },
        { "grant: 11", "grant: 110", 7, "64 lower-case hex digits are wanted here" },
        { "grant: 11", "grant: 13", 7, "this block's fields are not those of a grant or restriction" },
        { GRANT, "grant: " "120000000000000000000000020000000000000000000000006361726f6c0000\n", 7,
          "this block's fields are not those of a grant or restriction" },
        { "signature: ab", "signature: a", 8, "512, 768 or 1024 lower-case hex digits are wanted here" },
        { "signature: ab", "signature: aba", 8, "512, 768 or 1024 lower-case hex digits are wanted here" },
        { "signature: ab", "signature: aB", 8, "512, 768 or 1024 lower-case hex digits are wanted here" },
        { "signature", "key", 8, "'signature:' is missing here" },
        { "key: ", "restriction: " KNOWN_GRANT "\nkey: ", 9,
          "this block's fields are not those of a grant or restriction" },
        { "key: ", "restriction: 12\nkey: ", 9, "64 lower-case hex digits are wanted here" },
        { "key: ", "keys: ", 9, "'restriction:' or 'key:' is missing here" },
        { "key: bd", "key:-bd", 9, "'restriction:' or 'key:' is missing here" },
        { KEY, "k\n", 9, "'restriction:' or 'key:' is missing here" },
        { "key: bd", "key: b", 9, "32 lower-case hex digits are wanted here" },
        { KEY, "key: \n", 9, "32 lower-case hex digits are wanted here" },
        { KEY, KEY KEY, 10, "nothing may follow 'key:'" },
        { KEY, KEY "\n", 10, "nothing may follow 'key:'" },
        { "table: 1", "table: 2", 0, "'table:' is not the grant's task table" },
        { "host-name: alice", "host-name: alic", 0, "'host-name:' is not the host id of the last block" },
        { "key: ", NARROW "key: ", 0, "'host-name:' is not the host id of the last block" },
        { "key: ", "restriction: 120000000000010000000000020000000000000000000000006361726f6c0000\nkey: ", 0,
          "a restriction is for another slot or generation than the grant" },
        { "key: ", "restriction: 120000000000000100000000020000000000000000000000006361726f6c0000\nkey: ", 0,
          "a restriction is for another slot or generation than the grant" },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        known_text("");
        edit(edits[i].from, edits[i].to);
        assert_refused(edits[i].line, edits[i].reason);
    }
}

static void a_text_that_ends_early_is_refused_behind_its_last_line(void **state)
{
    unsigned line = 1, i;
    char *end;

    (void)state;
    known_text("");
    text[0] = '\0';
    assert_refused(1, "the file ends too early");
    for (;;) {
        known_text("");
        end = text;
        for (i = 0; i < line; i++)
            end = strchr(end, '\n') + 1;
        if (*end == '\0')
            break;
        *end = '\0';
        assert_refused(++line, "the file ends too early");
        end[-1] = '\0';
        assert_refused(0, "the last line doesn't end with a line feed: the file is cut off");
    }
    assert_int_equal(line, 9);
    strcpy(text, "m");
    assert_refused(0, "the last line doesn't end with a line feed: the file is cut off");
    strcpy(text, "\n");
    assert_refused(1, "not a grant file: its first line is not 'mssl-grant: 1'");
    strcpy(text, "m\n");
    assert_refused(1, "not a grant file: its first line is not 'mssl-grant: 1'");
}

static void sixteen_kib_are_read_and_a_byte_more_is_not(void **state)
{
    (void)state;
    memset(text, '\n', 16385);
    text[16385] = '\0';
    assert_refused(0, "longer than 16 KiB");
    text[16384] = '\0';
    assert_refused(1, "not a grant file: its first line is not 'mssl-grant: 1'");
}

static void a_signature_has_one_of_three_lengths(void **state)
{
    static const uint16_t lens[] = { 0, 1, 128, 255, 256, 257, 383, 384, 385, 511, 512 };
    static char out[sizeof text];
    struct mssl_grant_file g;
    struct mssl_why why;
    size_t i, len;

    (void)state;
    for (i = 0; i < sizeof lens / sizeof lens[0]; i++) {
        bool good = lens[i] == 256 || lens[i] == 384 || lens[i] == 512;

        strcat(strcat(strcpy(text, HEAD GRANT), signature(lens[i])), KEY);
        if (!good)
            assert_refused(8, "512, 768 or 1024 lower-case hex digits are wanted here");
        else
            assert_int_equal(parse(&g, &why, strlen(text)), MSSL_OK);
        known_text("");
        assert_int_equal(parse(&g, &why, strlen(text)), MSSL_OK);
        g.signature_len = lens[i];
        len = sizeof out;
        assert_int_equal(mssl_grant_file_format(&g, out, &len), good ? MSSL_OK : MSSL_E_ARGUMENT);
    }
    strcat(strcat(strcpy(text, HEAD GRANT), signature(513)), KEY);
    assert_refused(8, "512, 768 or 1024 lower-case hex digits are wanted here");
}

static void a_text_without_room_is_not_shown(void **state)
{
    static char out[sizeof text];
    struct mssl_grant_file g;
    struct mssl_why why;
    size_t len, i, room;

    (void)state;
    known_text("");
    assert_int_equal(parse(&g, &why, strlen(text)), MSSL_OK);
    memset(out, '~', sizeof out);
    len = strlen(text) + 1;
    assert_int_equal(mssl_grant_file_format(&g, out, &len), MSSL_OK);
    assert_memory_equal(out, text, strlen(text) + 1);
    assert_int_equal(out[strlen(text) + 1], '~');
    len = room = strlen(text);
    assert_int_equal(mssl_grant_file_format(&g, out, &len), MSSL_E_ROOM);
    for (i = 0; i < room; i++)
        assert_int_equal(out[i], 0);
    memset(out, '~', sizeof out);
    g.count = 0;
    len = room;
    assert_int_equal(mssl_grant_file_format(&g, out, &len), MSSL_E_ARGUMENT);
    for (i = 0; i < room; i++)
        assert_int_equal(out[i], 0);
    assert_int_equal(out[room], '~');
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_known_text_is_the_known_grant),
        cmocka_unit_test(restrictions_stand_between_signature_and_key),
        cmocka_unit_test(a_task_table_may_have_any_byte_as_its_number),
        cmocka_unit_test(a_line_that_is_wrong_says_why),
        cmocka_unit_test(a_text_that_ends_early_is_refused_behind_its_last_line),
        cmocka_unit_test(sixteen_kib_are_read_and_a_byte_more_is_not),
        cmocka_unit_test(a_signature_has_one_of_three_lengths),
        cmocka_unit_test(a_text_without_room_is_not_shown),
    };

    return cmocka_run_group_tests_name("grant text", tests, NULL, NULL);
}
