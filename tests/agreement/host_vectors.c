/* SPDX-License-Identifier: ISC */
/* libmssl gives what wire/vectors says: the host's side of what tests/device checks. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "mssl.h"
#include "ram_port.h"
#include "vectors.h"
#include <cmocka.h>

static struct vector_case c;
static struct mssl_client client;

static void keys_are_derived_as_the_vectors_say(void **state)
{
    static const char *const blocks[] = { "grant", "restriction1", "restriction2", "restriction3" };
    static const char *const keys[] = { "k0", "k1", "k2", "k3" };
    uint8_t k[16], x[32], label;
    FILE *f = vectors_open("keys.txt");
    int i, cases = 0;

    (void)state;
    for (; vectors_next(f, &c); cases++) {
        if (vector_text(&c, "x")) {
            vector_exactly(&c, "k", k, 16);
            vector_exactly(&c, "x", x, 32);
            assert_int_equal(mssl_f(k, k, x), MSSL_OK);
            vector_equal(&c, "out", k, 16);
        } else if (vector_text(&c, "label")) {
            vector_exactly(&c, "k", k, 16);
            vector_exactly(&c, "label", &label, 1);
            assert_int_equal(mssl_lab(k, k, label), MSSL_OK);
            vector_equal(&c, "out", k, 16);
        } else {
            vector_exactly(&c, "kd", k, 16);
            for (i = 0; i < 4 && vector_text(&c, blocks[i]); i++) {
                vector_exactly(&c, blocks[i], x, 32);
                assert_int_equal(mssl_f(k, k, x), MSSL_OK);
                vector_equal(&c, keys[i], k, 16);
            }
        }
    }
    fclose(f);
    assert_int_equal(cases, 20);
}

/* The fields of a case; those a restriction lacks stay 0. */
static struct mssl_grant fields(void)
{
    struct mssl_grant g = { .type = MSSL_TYPE_RESTRICTION };
    uint8_t device[4], epoch[2], tasks[32];
    size_t n, i;

    if (vector_text(&c, "table")) {
        g.type = MSSL_TYPE_GRANT;
        vector_exactly(&c, "table", &g.table, 1);
        vector_exactly(&c, "device", device, 4);
        g.device = (uint32_t)device[0] << 24 | (uint32_t)device[1] << 16
                   | (uint32_t)device[2] << 8 | device[3];
        vector_exactly(&c, "epoch", epoch, 2);
        g.epoch = (uint16_t)(epoch[0] << 8 | epoch[1]);
        vector_exactly(&c, "param", g.param, 3);
    }
    vector_exactly(&c, "slot", &g.slot, 1);
    vector_exactly(&c, "generation", &g.generation, 1);
    vector_exactly(&c, "kind", &g.address.kind, 1);
    vector_exactly(&c, "length", &g.address.len, 1);
    vector_bytes(&c, "address", g.address.bytes, 6, &n);
    vector_bytes(&c, "host", (uint8_t *)g.host, 7, &n);
    vector_bytes(&c, "tasks", tasks, sizeof tasks, &n);
    for (i = 0; i < n; i++)
        g.tasks |= (uint32_t)1 << tasks[i];
    return g;
}

static void grants_are_encoded_and_decoded_as_the_vectors_say(void **state)
{
    struct mssl_grant g, back;
    uint8_t block[32];
    FILE *f = vectors_open("grants.txt");
    int cases = 0;

    (void)state;
    for (; vectors_next(f, &c); cases++) {
        g = fields();
        assert_int_equal(mssl_grant_encode(block, &g), MSSL_OK);
        vector_equal(&c, "block", block, 32);
        assert_int_equal(mssl_grant_decode(&back, block), MSSL_OK);
        assert_int_equal(back.device, g.device);
        assert_int_equal(back.tasks, g.tasks);
        assert_int_equal(back.slot, g.slot);
        assert_int_equal(back.generation, g.generation);
        assert_string_equal(back.host, g.host);
    }
    fclose(f);
    assert_int_equal(cases, 34);
}

/* A client in the case's session: HELLO as it stands there, from blocks and K_last. */
static void begin_case(const char *hello_name)
{
    uint8_t hello[MSSL_HELLO_LEN_MAX], out[MSSL_HELLO_LEN_MAX], key[16], n;
    uint8_t blocks[MSSL_BLOCKS_MAX][MSSL_GRANT_LEN];
    uint8_t i, count;
    size_t len;

    vector_bytes(&c, hello_name, hello, sizeof hello, &len);
    count = (uint8_t)((len - 13) / 32);
    memcpy(blocks, hello + 1, (size_t)count * 32);
    vector_exactly(&c, "kd", key, 16);
    for (i = 0; i < count; i++)
        assert_int_equal(mssl_f(key, key, blocks[i]), MSSL_OK);
    assert_int_equal(mssl_client_begin(&client, blocks, count, key, hello + len - 12, out, &n),
                     MSSL_OK);
    vector_equal(&c, hello_name, out, n);
}

static struct mssl_message receive(const char *name, mssl_err expected)
{
    uint8_t in[MSSL_RECORD_LEN_MAX];
    struct mssl_message m;
    size_t n, used;

    vector_bytes(&c, name, in, sizeof in, &n);
    assert_int_equal(mssl_client_input(&client, in, n, &used, &m), expected);
    assert_int_equal(used, n);
    return m;
}

static void handshakes_go_as_the_vectors_say(void **state)
{
    FILE *f = vectors_open("handshakes.txt");
    int cases = 0;

    (void)state;
    for (; vectors_next(f, &c); cases++) {
        begin_case("hello");
        assert_int_equal(receive("welcome", MSSL_OK).kind, MSSL_WELCOME);
        vector_equal(&c, "ks", client.key, 16);
        mssl_client_wipe(&client);
    }
    fclose(f);
    assert_int_equal(cases, 7);
}

/* Every record of the device, and every close, at its counter, the last ones
 * included. The vectors' commands are no tasks, so libmssl doesn't send them. */
static void records_go_as_the_vectors_say(void **state)
{
    uint8_t dir, counter[2], plain[128], out[MSSL_RECORD_LEN_MAX], len;
    struct mssl_message m;
    FILE *f = vectors_open("records.txt");
    size_t n;
    int cases = 0;

    (void)state;
    for (; vectors_next(f, &c); cases++) {
        memset(&client, 0, sizeof client);
        client.state = MSSL_OPEN;
        client.waiting = 1;
        vector_exactly(&c, "key", client.key, 16);
        vector_exactly(&c, "dir", &dir, 1);
        vector_exactly(&c, "counter", counter, 2);
        vector_bytes(&c, "plain", plain, sizeof plain, &n);
        client.sent = client.received = (uint16_t)(counter[0] << 8 | counter[1]);
        if (dir == MSSL_DIR_DEVICE) {
            m = receive("wire", MSSL_OK);
            assert_int_equal(m.kind, n ? MSSL_ANSWER : MSSL_CLOSE);
            assert_int_equal(m.status, n ? plain[0] : 0);
            assert_true(n == 0 || memcmp(m.data, plain + 1, n - 1) == 0);
        } else if (n == 0) {
            assert_int_equal(mssl_client_close(&client, out, &len), MSSL_OK);
            vector_equal(&c, "wire", out, len);
        }
    }
    fclose(f);
    assert_int_equal(cases, 60);
}

static const char *numbered(const char *what, int i)
{
    static char name[16];

    snprintf(name, sizeof name, "%s%d", what, i);
    return name;
}

/* The script of sessions.txt again: what the host sends, byte for byte. */
static void one_session(const char *const *script, const uint8_t *tasks, const uint8_t *lens)
{
    uint8_t out[MSSL_RECORD_LEN_MAX], n;
    struct mssl_message m;
    int i;

    begin_case("in0");
    assert_int_equal(receive("out0", MSSL_OK).kind, MSSL_WELCOME);
    for (i = 1; script[i - 1]; i++) {
        if (lens[i - 1] == 255)
            assert_int_equal(mssl_client_close(&client, out, &n), MSSL_OK);
        else
            assert_int_equal(mssl_client_command(&client, tasks[i - 1], script[i - 1], lens[i - 1],
                                                 out, &n), MSSL_OK);
        vector_equal(&c, numbered("in", i), out, n);
        m = receive(numbered("out", i), MSSL_OK);
        assert_int_equal(m.kind, lens[i - 1] == 255 ? MSSL_CLOSE : MSSL_ANSWER);
    }
    assert_int_equal(mssl_client_end(&client), MSSL_OK);
}

static int find_session(const char *name)
{
    FILE *f = vectors_open("sessions.txt");
    int found = 0;

    while (!found && vectors_next(f, &c))
        found = strcmp(vector_text(&c, "case"), name) == 0;
    fclose(f);
    return found;
}

static void sessions_go_as_the_vectors_say(void **state)
{
    static const char *const describes[] = { "", "\1\1", "\1\x1d", "\1\0", "", NULL };
    static const uint8_t all_29[] = { 29, 29, 29, 29, 29 }, describe_lens[] = { 0, 2, 2, 2, 255 };
    static const char *const absent[] = { "", "", "", "", NULL };
    static const uint8_t absent_tasks[] = { 0, 3, 28, 0 }, absent_lens[] = { 0, 0, 0, 255 };
    static const char *const revoke[] = { "\3\6", NULL }, *const epoch[] = { "\x80", NULL };
    static const uint8_t admin[] = { 31 }, two[] = { 2 }, one[] = { 1 };
    static const char *const close[] = { "", NULL };
    static const uint8_t close_len[] = { 255 };

    (void)state;
    assert_int_equal(find_session("describe"), 1);
    one_session(describes, all_29, describe_lens);
    assert_int_equal(find_session("no_such_task"), 1);
    one_session(absent, absent_tasks, absent_lens);
    assert_int_equal(find_session("revoke_higher"), 1);
    one_session(revoke, admin, two);
    assert_int_equal(find_session("epoch"), 1);
    one_session(epoch, admin, one);
    assert_int_equal(find_session("close_first"), 1);
    one_session(close, admin, close_len);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_derived_as_the_vectors_say),
        cmocka_unit_test(grants_are_encoded_and_decoded_as_the_vectors_say),
        cmocka_unit_test(handshakes_go_as_the_vectors_say),
        cmocka_unit_test(records_go_as_the_vectors_say),
        cmocka_unit_test(sessions_go_as_the_vectors_say),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
