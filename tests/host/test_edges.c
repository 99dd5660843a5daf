/* SPDX-License-Identifier: ISC */
/* Edges that no other test of libmssl goes over: the first and last of each range,
 * and structs that a careless caller made. */
#include "session.h"

#include "text.h"

static void every_error_has_a_sentence_of_its_own(void **state)
{
    static const mssl_err all[] = {
        MSSL_OK, MSSL_E_ARGUMENT, MSSL_E_FORMAT, MSSL_E_ROOM, MSSL_E_STATE, MSSL_E_FILE, MSSL_E_EXISTS,
        MSSL_E_MODE, MSSL_E_TAG, MSSL_E_RECORD, MSSL_E_SIGNATURE, MSSL_E_REFUSED, MSSL_E_CUT,
        MSSL_E_NOT_RUN, MSSL_E_COUNTER, MSSL_E_TRUNCATED, MSSL_E_UNKNOWN, MSSL_E_CRYPTO,
        MSSL_E_ENROL_BUSY, MSSL_E_ENROL_SIZE, MSSL_E_ENROL_BAD, 0xFF };
    size_t i, j;

    (void)state;
    for (i = 0; i < sizeof all; i++)
        for (j = 0; j < i; j++)
            assert_string_not_equal(mssl_err_text(all[i]), mssl_err_text(all[j]));
}

static void a_grant_is_written_only_with_fields_in_range(void **state)
{
    struct mssl_grant good, g;
    uint8_t out[MSSL_GRANT_LEN], block[MSSL_GRANT_LEN];

    (void)state;
    unhex(block, sizeof block, KNOWN_GRANT);
    assert_int_equal(mssl_grant_decode(&good, block), MSSL_OK);
#define WITH(change, wanted) \
    g = good; \
    change; \
    assert_int_equal(mssl_grant_encode(out, &g), wanted); \
    assert_int_equal(out[0], (wanted) == MSSL_OK ? g.type : 0)
    WITH(g.slot = 15, MSSL_OK);
    WITH(g.slot = 16, MSSL_E_ARGUMENT);
    WITH(g.generation = 254, MSSL_OK);
    WITH(g.generation = 255, MSSL_E_ARGUMENT);
    WITH(g.address.len = 5, MSSL_E_ARGUMENT);
    WITH(g.address.kind = 4; g.address.len = 6, MSSL_OK);
    WITH(g.address.kind = 4; g.address.len = 7, MSSL_E_ARGUMENT);
    WITH(g.address.kind = 1, MSSL_E_ARGUMENT);
    WITH(g.host[0] = '\0', MSSL_E_ARGUMENT);
    WITH(memcpy(g.host, "abcdefg", 8), MSSL_OK);
    WITH(memcpy(g.host, "abcdefgh", 8), MSSL_E_ARGUMENT);
    WITH(g.type = 0x13, MSSL_E_ARGUMENT);
    good.type = MSSL_TYPE_RESTRICTION;
    WITH((void)0, MSSL_E_ARGUMENT);
    good.table = 0;
    WITH((void)0, MSSL_E_ARGUMENT);
    good.device = 0;
    good.epoch = 0;
    WITH((void)0, MSSL_OK);
    WITH(g.epoch = 1, MSSL_E_ARGUMENT);
    WITH(g.param[0] = 1, MSSL_E_ARGUMENT);
    WITH(g.param[1] = 1, MSSL_E_ARGUMENT);
    WITH(g.param[2] = 1, MSSL_E_ARGUMENT);
#undef WITH
}

static void make_file(struct mssl_grant_file *g)
{
    memset(g, 0, sizeof *g);
    strcpy(g->device_name, "porch");
    strcpy(g->host_name, "alice");
    g->table.number = 1;
    g->count = 1;
    g->signature_len = 256;
    unhex(g->blocks[0], MSSL_GRANT_LEN, KNOWN_GRANT);
    unhex(g->key, MSSL_KEY_LEN, KNOWN_K0);
}

static mssl_err format(const struct mssl_grant_file *g)
{
    static char out[MSSL_GRANT_TEXT_MAX + 1];
    size_t len = sizeof out;
    mssl_err e = mssl_grant_file_format(g, out, &len);

    if (e != MSSL_OK)
        assert_int_equal(out[0], 0);
    return e;
}

static void a_grant_file_of_wrong_parts_is_not_written(void **state)
{
    static struct mssl_grant_file g;
    struct mssl_address any = { 0 };
    char small[100];
    size_t len = sizeof small;

    (void)state;
#define WITH(change) \
    make_file(&g); \
    assert_int_equal(mssl_grant_file_restrict(&g, 2, &any, "carol"), MSSL_OK); \
    assert_int_equal(format(&g), MSSL_OK); \
    change; \
    assert_int_equal(format(&g), MSSL_E_ARGUMENT)
    WITH(g.count = 0);
    WITH(g.count = 5);
    WITH(g.device_name[0] = '\0');
    WITH(g.signature_len = 255);
    WITH(g.blocks[0][MSSL_G_TYPE] = 0);
    WITH(g.blocks[0][MSSL_G_SLOT] = 1);
    WITH(g.blocks[1][MSSL_G_GENERATION] = 1);
    WITH(g.blocks[1][MSSL_G_TYPE] = 0);
    WITH(g.blocks[1][MSSL_G_TYPE] = MSSL_TYPE_GRANT);
    WITH(memset(g.blocks[0] + MSSL_G_TABLE, 0, 5);
         memset(g.blocks[0] + MSSL_G_EPOCH, 0, 2);
         g.table.number = 0;
         g.blocks[0][MSSL_G_TYPE] = MSSL_TYPE_RESTRICTION);
    WITH(g.host_name[0] = 'b');
#undef WITH
    make_file(&g);
    assert_int_equal(mssl_grant_file_format(&g, small, &len), MSSL_E_ROOM);
    assert_int_equal(small[0], 0);
    g.signature_len = 384;
    assert_int_equal(format(&g), MSSL_OK);
    g.signature_len = 512;
    assert_int_equal(format(&g), MSSL_OK);
}

static void a_chain_that_is_none_gives_no_tasks_and_takes_no_restriction(void **state)
{
    static struct mssl_grant_file g;
    struct mssl_address far = { .kind = MSSL_ADDRESS_IPV4, .len = 5 };

    (void)state;
    make_file(&g);
    assert_int_equal(mssl_grant_file_restrict(&g, 2, &far, "carol"), MSSL_E_ARGUMENT);
    g.blocks[0][MSSL_G_TYPE] = 0;
    assert_int_equal(mssl_grant_file_tasks(&g), 0);
    assert_int_equal(mssl_grant_file_restrict(&g, 0, NULL, "carol"), MSSL_E_ARGUMENT);
    g.count = 0;
    assert_int_equal(mssl_grant_file_tasks(&g), 0);
    g.count = 4;
    assert_int_equal(mssl_grant_file_restrict(&g, 0, NULL, "carol"), MSSL_E_ROOM);
}

static mssl_err parse(const char *edited, size_t len, struct mssl_why *why)
{
    static struct mssl_grant_file g;

    return mssl_grant_file_parse(&g, edited, len, why);
}

/* A grant file with `lines` in the place of the lines from field `from` on. */
static mssl_err parse_with(const char *from, const char *lines, struct mssl_why *why)
{
    static struct mssl_grant_file g;
    static char text[2 * MSSL_GRANT_TEXT_MAX];
    size_t len = sizeof text;

    make_file(&g);
    assert_int_equal(mssl_grant_file_format(&g, text, &len), MSSL_OK);
    strcpy(strstr(text, from), lines);
    return parse(text, strlen(text), why);
}

static void grant_files_are_refused_at_their_edges(void **state)
{
    static char big[MSSL_GRANT_TEXT_MAX + 2];
    static const char restriction[] =
        "restriction: 120000000000000000000000020000000000000000000000006361726f6c0000\n";
    char four[5 * sizeof restriction] = "";
    struct mssl_why why;

    (void)state;
    memset(big, '\n', sizeof big);
    assert_int_equal(parse(big, MSSL_GRANT_TEXT_MAX + 1, &why), MSSL_E_FORMAT);
    assert_string_equal(why.reason, "longer than 16 KiB");
    assert_int_equal(parse("", 0, &why), MSSL_E_FORMAT);
    assert_int_equal(parse_with("host-name", "host-name: abcdefgh\n", &why), MSSL_E_FORMAT);
    assert_int_equal(why.line, 3);
    assert_int_equal(parse_with("key", "key:1\n", &why), MSSL_E_FORMAT);
    assert_int_equal(parse_with("key", "keys: 1\n", &why), MSSL_E_FORMAT);
    assert_int_equal(parse_with("signature", "signature: zz\n", &why), MSSL_E_FORMAT);
    /* A grant where a restriction belongs, and one restriction too many. */
    assert_int_equal(parse_with("key", "restriction: " KNOWN_GRANT "\n", &why), MSSL_E_FORMAT);
    strcat(strcat(strcat(strcat(four, restriction), restriction), restriction), restriction);
    assert_int_equal(parse_with("key", four, &why), MSSL_E_FORMAT);
    assert_int_equal(why.line, 10);
    assert_string_equal(why.reason, "at most 3 restrictions");
}

static void numbers_names_and_hex_end_where_they_should(void **state)
{
    uint32_t n = 7;
    uint8_t byte;
    char out[2];

    (void)state;
    assert_false(mssl_span_number(mssl_span_of(""), 9, &n));
    assert_false(mssl_span_number(mssl_span_of("0000000001"), 9, &n));
    assert_false(mssl_span_number(mssl_span_of("1000000000"), UINT32_MAX, &n));
    assert_false(mssl_span_number(mssl_span_of("1:"), 99, &n));
    assert_false(mssl_span_number(mssl_span_of("/1"), 99, &n));
    assert_int_equal(n, 7);
    assert_true(mssl_span_number(mssl_span_of("999999999"), UINT32_MAX, &n));
    assert_int_equal(n, 999999999);
    assert_false(mssl_span_copy(out, sizeof out, mssl_span_of("ab")));
    assert_true(mssl_span_copy(out, sizeof out, mssl_span_of("a")));
    assert_true(mssl_span_printable(mssl_span_of(" ~")));
    assert_false(mssl_span_printable(mssl_span_of("\x7f")));
    assert_false(mssl_span_printable(mssl_span_of("\x1f")));
    assert_true(mssl_host_name_ok("az09._-"));
    assert_false(mssl_host_name_ok("`"));
    assert_false(mssl_host_name_ok("{"));
    assert_false(mssl_host_name_ok("/"));
    assert_false(mssl_host_name_ok(":"));
    assert_false(mssl_host_name_ok(""));
    assert_int_equal(mssl_from_hex(&byte, 1, "9f", 2), MSSL_OK);
    assert_int_equal(byte, 0x9F);
    assert_int_equal(mssl_from_hex(&byte, 1, "a0", 2), MSSL_OK);
    assert_int_equal(byte, 0xA0);
    for (n = 0; n < 256; n++) {
        char text[2] = { '0', (char)n };
        int good = (n >= '0' && n <= '9') || (n >= 'a' && n <= 'f');
        assert_int_equal(mssl_from_hex(&byte, 1, text, 2), good ? MSSL_OK : MSSL_E_FORMAT);
        text[0] = (char)n;
        text[1] = '0';
        assert_int_equal(mssl_from_hex(&byte, 1, text, 2), good ? MSSL_OK : MSSL_E_FORMAT);
    }
}

static void a_task_out_of_range_has_no_name(void **state)
{
    struct mssl_task_table t = { .number = 1 };
    struct mssl_why why;
    static char text[200] = "table 1\ntask 1 led ";
    size_t at;
    uint32_t tasks;

    (void)state;
    assert_string_equal(mssl_task_name(&t, 32), "?");
    assert_string_equal(mssl_task_name(&t, 28), "?");
    assert_string_equal(mssl_task_name(&t, 31), "admin");
    assert_int_equal(mssl_task_set_parse(&tasks, &t, "", &at, &why), MSSL_E_ARGUMENT);
    /* Name, space and usage: 100 bytes fit, 101 do not. */
    memset(text + strlen(text), 'u', 96);
    assert_int_equal(mssl_task_table_parse(&t, text, strlen(text), &why), MSSL_OK);
    strcat(text, "u");
    assert_int_equal(mssl_task_table_parse(&t, text, strlen(text), &why), MSSL_E_FORMAT);
    assert_int_equal(mssl_task_table_parse(&t, "table 1\ntask 1  x\n", 18, &why), MSSL_E_FORMAT);
    assert_int_equal(mssl_task_table_parse(&t, "table 1\ntask 1 {\n", 17, &why), MSSL_E_FORMAT);
}

static void the_first_and_the_last_task_are_found_and_written(void **state)
{
    static const char text[] = "table 255\ntask 0 first\ntask 28 last\n";
    struct mssl_task_table t;
    struct mssl_why why;
    char out[100];
    size_t at, len = sizeof out;
    uint32_t tasks;

    (void)state;
    assert_int_equal(mssl_task_table_parse(&t, text, sizeof text - 1, &why), MSSL_OK);
    assert_int_equal(mssl_task_find(&t, "first"), 0);
    assert_int_equal(mssl_task_find(&t, "last"), 28);
    assert_string_equal(mssl_task_name(&t, 28), "last");
    assert_int_equal(mssl_task_table_format(&t, out, &len), MSSL_OK);
    assert_string_equal(out, text);
    assert_int_equal(mssl_task_set_parse(&tasks, &t, "first,last,admin", &at, &why), MSSL_OK);
    assert_int_equal(tasks, 0x90000001);
    len = sizeof out;
    assert_int_equal(mssl_task_set_format(tasks, &t, out, &len), MSSL_OK);
    assert_string_equal(out, "first,last,admin");
}

static void only_the_bytes_that_count_are_written_and_none_is_any(void **state)
{
    struct mssl_address a = { .kind = MSSL_ADDRESS_MAC, .len = 6, .bytes = { 255, 255, 255, 255, 255, 255 } };
    char out[MSSL_ADDRESS_TEXT_SIZE];

    (void)state;
    mssl_address_format(out, &a);
    assert_string_equal(out, "ff:ff:ff:ff:ff:ff");
    a.len = 5;
    mssl_address_format(out, &a);
    assert_string_equal(out, "ff:ff:ff:ff:ff:00/5");
    a.kind = MSSL_ADDRESS_IPV4;
    a.len = 4;
    mssl_address_format(out, &a);
    assert_string_equal(out, "255.255.255.255");
    a.len = 3;
    mssl_address_format(out, &a);
    assert_string_equal(out, "255.255.255.0/24");
    a.len = 0;
    mssl_address_format(out, &a);
    assert_string_equal(out, "any");
}

static void a_client_takes_one_to_four_blocks(void **state)
{
    static const uint8_t blocks[5][MSSL_GRANT_LEN], key[MSSL_KEY_LEN], nc[MSSL_NONCE_LEN];
    struct mssl_client c;
    uint8_t out[MSSL_HELLO_LEN_MAX], n;

    (void)state;
    assert_int_equal(mssl_client_begin(&c, blocks, 0, key, nc, out, &n), MSSL_E_ARGUMENT);
    assert_int_equal(mssl_client_begin(&c, blocks, 5, key, nc, out, &n), MSSL_E_ARGUMENT);
    assert_int_equal(n, 0);
    assert_int_equal(c.state, MSSL_IDLE);
    assert_int_equal(mssl_client_begin(&c, blocks, 4, key, nc, out, &n), MSSL_OK);
    assert_int_equal(n, MSSL_HELLO_LEN_MAX);
}

static void an_idle_client_takes_no_bytes_and_ends_well(void **state)
{
    struct mssl_client c = { 0 };
    struct mssl_message m;
    size_t used;

    (void)state;
    assert_int_equal(mssl_client_input(&c, (const uint8_t *)"x", 1, &used, &m), MSSL_E_STATE);
    assert_int_equal(mssl_client_end(&c), MSSL_OK);
}

/* Status 1, 2 and 4: the admin command did not run, so its session goes on. M-9.7 */
static void a_refused_admin_command_does_not_end_the_session(void **state)
{
    static const uint8_t statuses[] = { 1, 2, 4, 0, 3, 6 };
    struct mssl_client c;
    struct mssl_message m;
    uint8_t out[MSSL_RECORD_LEN_MAX], plain[8] = { 0 };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof statuses; i++) {
        open_session(&c);
        command(&c, MSSL_TASK_ADMIN, "");
        plain[0] = statuses[i];
        assert_int_equal(feed_bytes(&c, out, device_says(out, plain, 8, 1), &m), MSSL_OK);
        assert_int_equal(m.kind, MSSL_ANSWER);
        assert_int_equal(c.state, i < 3 ? MSSL_OPEN : MSSL_CLOSED);
        assert_int_equal(mssl_client_end(&c), i < 3 ? MSSL_E_TRUNCATED : MSSL_OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_error_has_a_sentence_of_its_own),
        cmocka_unit_test(a_grant_is_written_only_with_fields_in_range),
        cmocka_unit_test(a_grant_file_of_wrong_parts_is_not_written),
        cmocka_unit_test(a_chain_that_is_none_gives_no_tasks_and_takes_no_restriction),
        cmocka_unit_test(grant_files_are_refused_at_their_edges),
        cmocka_unit_test(numbers_names_and_hex_end_where_they_should),
        cmocka_unit_test(a_task_out_of_range_has_no_name),
        cmocka_unit_test(the_first_and_the_last_task_are_found_and_written),
        cmocka_unit_test(only_the_bytes_that_count_are_written_and_none_is_any),
        cmocka_unit_test(a_client_takes_one_to_four_blocks),
        cmocka_unit_test(an_idle_client_takes_no_bytes_and_ends_well),
        cmocka_unit_test(a_refused_admin_command_does_not_end_the_session),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
