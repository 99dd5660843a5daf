/* SPDX-License-Identifier: ISC */
/* Grants, restrictions, addresses and hex. PROTOCOL 3, 4. */
#include "known.h"

static void known(struct mssl_grant *g)
{
    uint8_t block[MSSL_GRANT_LEN];

    unhex(block, sizeof block, KNOWN_GRANT);
    assert_int_equal(mssl_grant_decode(g, block), MSSL_OK);
}

static void the_known_grant_is_decoded_and_encoded_again(void **state)
{
    struct mssl_grant g;
    uint8_t block[MSSL_GRANT_LEN];

    (void)state;
    known(&g);
    assert_int_equal(g.table, 1);
    assert_int_equal(g.device, 1);
    assert_int_equal(g.slot, 0);
    assert_int_equal(g.tasks, 2);
    assert_string_equal(g.host, "alice");
    assert_int_equal(g.address.len, 4);
    assert_int_equal(mssl_grant_encode(block, &g), MSSL_OK);
    assert_hex(block, sizeof block, KNOWN_GRANT);
}

/* The known grant with one byte replaced. */
static mssl_err decode_with(unsigned at, uint8_t value)
{
    static const struct mssl_grant zero;
    uint8_t block[MSSL_GRANT_LEN];
    struct mssl_grant g;
    mssl_err e;

    unhex(block, sizeof block, KNOWN_GRANT);
    block[at] = value;
    memset(&g, 1, sizeof g);
    e = mssl_grant_decode(&g, block);
    if (e != MSSL_OK)
        assert_memory_equal(&g, &zero, sizeof g);
    return e;
}

static void a_block_with_a_field_out_of_range_is_refused(void **state)
{
    (void)state;
    assert_int_equal(decode_with(MSSL_G_TYPE, 0x10), MSSL_E_FORMAT);
    assert_int_equal(decode_with(MSSL_G_TYPE, 0x12), MSSL_E_FORMAT);     /* has a table */
    assert_int_equal(decode_with(MSSL_G_SLOT, 15), MSSL_OK);
    assert_int_equal(decode_with(MSSL_G_SLOT, 16), MSSL_E_FORMAT);
    assert_int_equal(decode_with(MSSL_G_GENERATION, 254), MSSL_OK);
    assert_int_equal(decode_with(MSSL_G_GENERATION, 255), MSSL_E_FORMAT);
    assert_int_equal(decode_with(MSSL_G_ADDRESS_LEN, 5), MSSL_E_FORMAT);
    assert_int_equal(decode_with(MSSL_G_ADDRESS_KIND, 4), MSSL_OK);
    assert_int_equal(decode_with(MSSL_G_ADDRESS_KIND, 1), MSSL_E_FORMAT);
    assert_int_equal(decode_with(MSSL_G_HOST, 'A'), MSSL_E_FORMAT);
    assert_int_equal(decode_with(MSSL_G_HOST, 0), MSSL_E_FORMAT);
    assert_int_equal(decode_with(MSSL_G_HOST + 6, 'x'), MSSL_E_FORMAT);  /* behind a zero */
}

static void a_mac_may_have_six_bytes_and_not_seven(void **state)
{
    struct mssl_grant g;
    uint8_t block[MSSL_GRANT_LEN];

    (void)state;
    known(&g);
    g.address.kind = MSSL_ADDRESS_MAC;
    g.address.len = 6;
    assert_int_equal(mssl_grant_encode(block, &g), MSSL_OK);
    g.address.len = 7;
    assert_int_equal(mssl_grant_encode(block, &g), MSSL_E_ARGUMENT);
}

static void a_name_too_long_is_refused_and_never_cut(void **state)
{
    struct mssl_grant g;
    uint8_t block[MSSL_GRANT_LEN];

    (void)state;
    assert_true(mssl_host_name_ok("abcdefg"));
    assert_false(mssl_host_name_ok("abcdefgh"));
    assert_false(mssl_host_name_ok(""));
    assert_false(mssl_host_name_ok("a b"));
    assert_true(mssl_device_name_ok("abcdefghijklmnopqrstuvwxyz012345"));
    assert_false(mssl_device_name_ok("abcdefghijklmnopqrstuvwxyz0123456"));
    known(&g);
    memcpy(g.host, "abcdefgh", 8);      /* no room left for the zero */
    assert_int_equal(mssl_grant_encode(block, &g), MSSL_E_ARGUMENT);
}

static void assert_address(const char *text, bool mac, const char *again)
{
    struct mssl_address a;
    char out[MSSL_ADDRESS_TEXT_SIZE];
    mssl_err e = mac ? mssl_address_parse_mac(&a, text) : mssl_address_parse_ipv4(&a, text);

    if (again == NULL) {
        assert_int_equal(e, MSSL_E_FORMAT);
        return;
    }
    assert_int_equal(e, MSSL_OK);
    mssl_address_format(out, &a);
    assert_string_equal(out, again);
}

static void ipv4_prefixes_are_read_and_written(void **state)
{
    (void)state;
    assert_address("10.0.2.2", false, "10.0.2.2");
    assert_address("10.0.2.2/32", false, "10.0.2.2");
    assert_address("10.0.2.0/24", false, "10.0.2.0/24");
    assert_address("172.16.0.0/16", false, "172.16.0.0/16");
    assert_address("10.0.0.0/8", false, "10.0.0.0/8");
    assert_address("255.255.255.255", false, "255.255.255.255");
    assert_address("255.255.255.0/24", false, "255.255.255.0/24");
    assert_address("0.0.0.0", false, "0.0.0.0");
}

static void malformed_ipv4_addresses_are_refused(void **state)
{
    static const char *const bad[] = { "", "10", "10.0.2", "10.0.2.", "10.0.2.2.", "10.0.2.2.2", "10.0.2.256",
        "10.0.2.2/", "10.0.2.2/0", "10.0.2.2/33", "10.0.0.0/12", "10.0.2.2/24", "10.0.2.02", "10.0.2.-1",
        "10.0.2.2 ", "::1", "10..2.2", "10.0.2.2/24/8", "0.0.0.0/0", "10.0.2.0/16", "10.1.0.0/8", "10.0.0.0/x" };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_address(bad[i], false, NULL);
}

static void macs_are_read_and_written(void **state)
{
    (void)state;
    assert_address("52:55:0a:00:02:02", true, "52:55:0a:00:02:02");
    assert_address("52:55:0a:00:00:00/3", true, "52:55:0a:00:00:00/3");
    assert_address("52:00:00:00:00:00/1", true, "52:00:00:00:00:00/1");
    assert_address("52:55:0a:00:02:02/6", true, "52:55:0a:00:02:02");
}

static void malformed_macs_are_refused(void **state)
{
    static const char *const bad[] = { "", "52:55:0a:00:02", "52:55:0a:00:02:02:", "52:55:0a:00:02:02:03",
        "52:55:0A:00:02:02", "5:55:0a:00:02:02", "52:55:0a:00:02:02/0", "52:55:0a:00:02:02/7",
        "52:55:0a:00:02:02/3", "52-55-0a-00-02-02", "00:00:00:00:00:00/0", "52:55:0a:01:00:00/3" };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_address(bad[i], true, NULL);
}

static void addresses_conflict_only_where_both_speak(void **state)
{
    struct mssl_address a, b;

    (void)state;
    assert_int_equal(mssl_address_parse_ipv4(&a, "10.0.2.2"), MSSL_OK);
    assert_int_equal(mssl_address_parse_ipv4(&b, "10.0.0.0/16"), MSSL_OK);
    assert_false(mssl_address_conflict(&a, &b));
    assert_int_equal(mssl_address_parse_ipv4(&b, "10.0.2.3"), MSSL_OK);
    assert_true(mssl_address_conflict(&a, &b));
    assert_int_equal(mssl_address_parse_mac(&b, "52:55:0a:00:02:02"), MSSL_OK);
    assert_false(mssl_address_conflict(&a, &b));
}

static void hex_of_wrong_length_case_or_digit_is_refused_and_wiped(void **state)
{
    static const uint8_t zero[2];
    uint8_t out[2] = { 1, 2 };

    (void)state;
    assert_int_equal(mssl_from_hex(out, 2, "0aff", 4), MSSL_OK);
    assert_int_equal(out[1], 255);
    assert_int_equal(mssl_from_hex(out, 2, "0af", 3), MSSL_E_FORMAT);
    assert_memory_equal(out, zero, 2);
    assert_int_equal(mssl_from_hex(out, 2, "0aFF", 4), MSSL_E_FORMAT);
    assert_int_equal(mssl_from_hex(out, 2, "12g4", 4), MSSL_E_FORMAT);
    assert_int_equal(mssl_from_hex(out, 2, "0aff0", 5), MSSL_E_FORMAT);
    assert_memory_equal(out, zero, 2);
}

static void control_bytes_are_escaped(void **state)
{
    static const uint8_t in[] = { 'a', '\\', 27, '[', '2', 'J', 127, 0xc3, '\n' };
    char out[4 * sizeof in + 1];
    size_t len = sizeof out;

    (void)state;
    assert_int_equal(mssl_text_escape(out, &len, in, sizeof in), MSSL_OK);
    assert_string_equal(out, "a\\\\\\x1b[2J\\x7f\\xc3\\x0a");
    len = 3;
    assert_int_equal(mssl_text_escape(out, &len, in, sizeof in), MSSL_E_ROOM);
}

static void only_trailing_zeros_are_dropped_from_text(void **state)
{
    (void)state;
    assert_int_equal(mssl_text_len((const uint8_t *)"on\0\0\0", 5), 2);
    assert_int_equal(mssl_text_len((const uint8_t *)"\0\0x\0", 4), 3);
    assert_int_equal(mssl_text_len((const uint8_t *)"\0\0", 2), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_known_grant_is_decoded_and_encoded_again),
        cmocka_unit_test(a_block_with_a_field_out_of_range_is_refused),
        cmocka_unit_test(a_mac_may_have_six_bytes_and_not_seven),
        cmocka_unit_test(a_name_too_long_is_refused_and_never_cut),
        cmocka_unit_test(ipv4_prefixes_are_read_and_written),
        cmocka_unit_test(malformed_ipv4_addresses_are_refused),
        cmocka_unit_test(macs_are_read_and_written),
        cmocka_unit_test(malformed_macs_are_refused),
        cmocka_unit_test(addresses_conflict_only_where_both_speak),
        cmocka_unit_test(hex_of_wrong_length_case_or_digit_is_refused_and_wiped),
        cmocka_unit_test(control_bytes_are_escaped),
        cmocka_unit_test(only_trailing_zeros_are_dropped_from_text),
    };

    return cmocka_run_group_tests_name("grant", tests, NULL, NULL);
}
