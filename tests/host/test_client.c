/* SPDX-License-Identifier: ISC */
/* The client: known answers, order, forgery. PROTOCOL 4 to 8, 12. */
#include "session.h"

static void the_known_session_is_reproduced_byte_for_byte(void **state)
{
    struct mssl_client c;
    struct mssl_message m;
    uint8_t out[MSSL_RECORD_LEN_MAX], n;

    (void)state;
    open_session(&c);
    assert_hex(c.key, MSSL_KEY_LEN, KNOWN_KS);
    assert_int_equal(mssl_client_command(&c, 1, "on", 2, out, &n), MSSL_OK);
    assert_hex(out, n, KNOWN_COMMAND);
    assert_int_equal(feed(&c, KNOWN_ANSWER, &m), MSSL_OK);
    assert_int_equal(m.kind, MSSL_ANSWER);
    assert_int_equal(m.task, 1);
    assert_int_equal(m.status, MSSL_STATUS_OK);
    assert_int_equal(m.len, 7);         /* of 8 bytes, one is the status */
    assert_int_equal(mssl_text_len(m.data, m.len), 2);
    assert_memory_equal(m.data, "on", 2);
    assert_int_equal(mssl_client_close(&c, out, &n), MSSL_OK);
    assert_hex(out, n, KNOWN_CLOSE);
    assert_int_equal(mssl_client_end(&c), MSSL_OK);
}

static void the_known_keys_are_derived(void **state)
{
    uint8_t key[MSSL_KEY_LEN], block[MSSL_GRANT_LEN], k0[MSSL_KEY_LEN];

    (void)state;
    unhex(key, sizeof key, KNOWN_KD);
    unhex(block, sizeof block, KNOWN_GRANT);
    assert_int_equal(mssl_f(k0, key, block), MSSL_OK);
    assert_hex(k0, sizeof k0, KNOWN_K0);
    assert_int_equal(mssl_lab(key, key, MSSL_TYPE_EPOCH), MSSL_OK);
    assert_hex(key, sizeof key, KNOWN_KD_NEXT);
}

static void bytes_that_come_one_by_one_give_the_same_messages(void **state)
{
    struct mssl_client c;
    struct mssl_message m;
    uint8_t in[MSSL_WELCOME_LEN];
    size_t i, used;

    (void)state;
    unhex(in, sizeof in, KNOWN_WELCOME);
    begin(&c);
    for (i = 0; i < sizeof in; i++) {
        assert_int_equal(mssl_client_input(&c, in + i, 1, &used, &m), MSSL_OK);
        assert_int_equal(m.kind, i + 1 < sizeof in ? MSSL_NOTHING : MSSL_WELCOME);
    }
}

static void nothing_is_sent_before_welcome_verifies(void **state)
{
    struct mssl_client c;
    uint8_t out[MSSL_RECORD_LEN_MAX], n = 1;

    (void)state;
    begin(&c);
    assert_int_equal(mssl_client_command(&c, 1, "on", 2, out, &n), MSSL_E_STATE);
    assert_int_equal(n, 0);
    n = 1;
    assert_int_equal(mssl_client_close(&c, out, &n), MSSL_E_STATE);
    assert_int_equal(n, 0);
}

static void a_welcome_with_any_flipped_bit_is_refused_and_the_key_wiped(void **state)
{
    static const uint8_t zero[MSSL_KEY_LEN];
    struct mssl_client c;
    struct mssl_message m;
    uint8_t in[MSSL_WELCOME_LEN], out[MSSL_RECORD_LEN_MAX], n;
    size_t bit;

    (void)state;
    for (bit = 0; bit < 8 * sizeof in; bit++) {
        unhex(in, sizeof in, KNOWN_WELCOME);
        in[bit / 8] ^= (uint8_t)(1 << bit % 8);
        begin(&c);
        assert_int_equal(feed_bytes(&c, in, sizeof in, &m),
                         bit / 8 == MSSL_NONCE_LEN ? MSSL_E_RECORD : MSSL_E_TAG);
        assert_memory_equal(c.key, zero, sizeof zero);
        assert_int_equal(m.kind, MSSL_NOTHING);
        assert_int_equal(mssl_client_command(&c, 1, "on", 2, out, &n), MSSL_E_STATE);
        assert_int_equal(mssl_client_end(&c), MSSL_E_TAG);
    }
}

static void an_answer_with_any_flipped_bit_yields_no_plaintext(void **state)
{
    static const uint8_t zero[MSSL_RECORD_LEN_MAX];
    struct mssl_client c;
    struct mssl_message m;
    uint8_t in[MSSL_RECORD_LEN_MAX];
    size_t bit, len = strlen(KNOWN_ANSWER) / 2;

    (void)state;
    /* A flip in the length byte may ask for more bytes instead: see below. */
    for (bit = 8; bit < 8 * len; bit++) {
        unhex(in, len, KNOWN_ANSWER);
        in[bit / 8] ^= (uint8_t)(1 << bit % 8);
        open_session(&c);
        command(&c, 1, "on");
        assert_int_equal(feed_bytes(&c, in, len, &m), MSSL_E_TAG);
        assert_null(m.data);
        assert_memory_equal(c.in, zero, sizeof zero);
        assert_int_equal(mssl_client_end(&c), MSSL_E_UNKNOWN);
    }
}

static void every_length_byte_outside_the_classes_is_refused_at_once(void **state)
{
    struct mssl_client c;
    struct mssl_message m;
    unsigned n;

    (void)state;
    for (n = 0; n < 256; n++) {
        uint8_t byte = (uint8_t)n;
        bool ok = n == 0 || n == 8 || n == 16 || n == 32 || n == 64 || n == 128;
        open_session(&c);
        assert_int_equal(feed_bytes(&c, &byte, 1, &m), ok ? MSSL_OK : MSSL_E_RECORD);
    }
}

static void a_record_sent_again_is_refused(void **state)
{
    struct mssl_client c;
    struct mssl_message m;

    (void)state;
    open_session(&c);
    command(&c, 1, "on");
    command(&c, 1, "on");
    assert_int_equal(feed(&c, KNOWN_ANSWER, &m), MSSL_OK);
    assert_int_equal(feed(&c, KNOWN_ANSWER, &m), MSSL_E_TAG);
}

static void the_hosts_own_record_reflected_is_refused(void **state)
{
    struct mssl_client c;
    struct mssl_message m;
    uint8_t out[MSSL_RECORD_LEN_MAX], n;

    (void)state;
    open_session(&c);
    command(&c, 1, "a");
    assert_int_equal(mssl_client_command(&c, 1, "b", 1, out, &n), MSSL_OK);   /* counter 1, as awaited */
    assert_int_equal(feed_bytes(&c, out, n, &m), MSSL_E_TAG);
}

static void an_answer_without_a_command_is_refused(void **state)
{
    struct mssl_client c;
    struct mssl_message m;

    (void)state;
    open_session(&c);
    assert_int_equal(feed(&c, KNOWN_ANSWER, &m), MSSL_E_RECORD);
    assert_null(m.data);
}

static void an_event_is_told_apart_from_the_answer(void **state)
{
    struct mssl_client c;
    struct mssl_message m;
    uint8_t out[MSSL_RECORD_LEN_MAX], n;

    (void)state;
    open_session(&c);
    command(&c, 1, "on");
    n = device_says(out, "\x83pressed", 8, 1);
    assert_int_equal(feed_bytes(&c, out, n, &m), MSSL_OK);
    assert_int_equal(m.kind, MSSL_EVENT);
    assert_int_equal(m.task, 3);
    assert_int_equal(c.waiting, 1);
    n = device_says(out, "\x03no", 3, 2);
    assert_int_equal(feed_bytes(&c, out, n, &m), MSSL_OK);
    assert_int_equal(m.kind, MSSL_ANSWER);
    assert_int_equal(m.status, MSSL_STATUS_ARGUMENT);
}

/* M-3.3: 28 is the last of an application. */
static void an_event_of_a_reserved_task_is_refused(void **state)
{
    struct mssl_client c;
    struct mssl_message m;
    uint8_t out[MSSL_RECORD_LEN_MAX], n;

    (void)state;
    open_session(&c);
    n = device_says(out, "\x9cx", 2, 1);
    assert_int_equal(feed_bytes(&c, out, n, &m), MSSL_OK);
    assert_int_equal(m.task, 28);
    n = device_says(out, "\x9dx", 2, 2);
    assert_int_equal(feed_bytes(&c, out, n, &m), MSSL_E_RECORD);
    assert_int_equal(m.kind, MSSL_NOTHING);
}

static void several_messages_in_one_piece_are_taken_one_by_one(void **state)
{
    struct mssl_client c;
    struct mssl_message m;
    uint8_t in[3 * MSSL_RECORD_LEN_MAX];
    size_t len, at, used;
    uint8_t i;

    (void)state;
    open_session(&c);
    command(&c, 1, "on");
    command(&c, 2, "4");
    len = device_says(in, "\0one", 4, 1);
    len += device_says(in + len, "\0two", 4, 2);
    len += device_says(in + len, NULL, 0, 3);
    for (at = 0, i = 0; at < len; at += used, i++) {
        assert_int_equal(mssl_client_input(&c, in + at, len - at, &used, &m), MSSL_OK);
        assert_int_equal(m.kind, i < 2 ? MSSL_ANSWER : MSSL_CLOSE);
        if (i < 2)
            assert_int_equal(m.task, i + 1);
    }
    assert_int_equal(i, 3);
    assert_int_equal(mssl_client_end(&c), MSSL_OK);
}

static void commands_are_padded_to_the_classes_and_too_long_ones_refused(void **state)
{
    struct mssl_client c;
    uint8_t args[MSSL_RECORD_DATA_MAX], plain[MSSL_RECORD_DATA_MAX] = { 1 }, key[MSSL_KEY_LEN];
    uint8_t out[MSSL_RECORD_LEN_MAX], n;
    size_t len;

    (void)state;
    unhex(key, sizeof key, KNOWN_KS);
    memset(args, 'x', sizeof args);
    for (len = 0; len < sizeof args; len++) {
        size_t all = len + 1;
        size_t want = all <= 8 ? 8 : all <= 16 ? 16 : all <= 32 ? 32 : all <= 64 ? 64 : 128;
        open_session(&c);
        assert_int_equal(mssl_client_command(&c, 1, len > 0 ? args : NULL, len, out, &n), MSSL_OK);
        assert_int_equal(out[0], want);
        assert_int_equal(n, want + MSSL_RECORD_OVERHEAD);
        assert_int_equal(mssl_record_open(out, key, MSSL_DIR_HOST, 0), MSSL_OK);
        memset(plain + 1, 'x', len);
        assert_memory_equal(out + 1, plain, want);      /* task, arguments, zeros. M-7.3 */
    }
    assert_int_equal(mssl_client_command(&c, 1, args, len, out, &n), MSSL_E_ROOM);
    assert_int_equal(mssl_client_command(&c, MSSL_TASKS, args, 1, out, &n), MSSL_E_ARGUMENT);
}

static void a_full_pipeline_refuses_one_more_command(void **state)
{
    struct mssl_client c;
    uint8_t out[MSSL_RECORD_LEN_MAX], n;
    int i;

    (void)state;
    open_session(&c);
    for (i = 0; i < MSSL_PIPELINE_MAX; i++)
        command(&c, 1, "on");
    assert_int_equal(mssl_client_command(&c, 1, "on", 2, out, &n), MSSL_E_STATE);
}

/* M-7.9: table, four bytes of tasks, flags: bit 0 signatures are wanted, bit 1 enrolled. */
static void describe_is_read_and_a_short_one_refused(void **state)
{
    uint8_t data[7] = { 1, 0x0a, 0x10, 0x20, 0x80, 0, 0 };
    struct mssl_describe d;
    uint8_t flags;

    (void)state;
    for (flags = 0; flags < 4; flags++) {
        data[5] = flags;
        assert_int_equal(mssl_describe_parse(&d, data, flags == 0 ? 6 : 7), MSSL_OK);
        assert_int_equal(d.table, 1);
        assert_int_equal(d.tasks, 0x8020100au);
        assert_int_equal(d.signature, flags == 1 || flags == 3);
        assert_int_equal(d.enrolled, flags == 2 || flags == 3);
    }
    assert_int_equal(mssl_describe_parse(&d, data, 5), MSSL_E_FORMAT);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_known_session_is_reproduced_byte_for_byte),
        cmocka_unit_test(the_known_keys_are_derived),
        cmocka_unit_test(bytes_that_come_one_by_one_give_the_same_messages),
        cmocka_unit_test(nothing_is_sent_before_welcome_verifies),
        cmocka_unit_test(a_welcome_with_any_flipped_bit_is_refused_and_the_key_wiped),
        cmocka_unit_test(an_answer_with_any_flipped_bit_yields_no_plaintext),
        cmocka_unit_test(every_length_byte_outside_the_classes_is_refused_at_once),
        cmocka_unit_test(a_record_sent_again_is_refused),
        cmocka_unit_test(the_hosts_own_record_reflected_is_refused),
        cmocka_unit_test(an_answer_without_a_command_is_refused),
        cmocka_unit_test(an_event_is_told_apart_from_the_answer),
        cmocka_unit_test(an_event_of_a_reserved_task_is_refused),
        cmocka_unit_test(several_messages_in_one_piece_are_taken_one_by_one),
        cmocka_unit_test(commands_are_padded_to_the_classes_and_too_long_ones_refused),
        cmocka_unit_test(a_full_pipeline_refuses_one_more_command),
        cmocka_unit_test(describe_is_read_and_a_short_one_refused),
    };

    return cmocka_run_group_tests_name("client", tests, NULL, NULL);
}
