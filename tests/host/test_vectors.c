/* SPDX-License-Identifier: ISC */
/* libmssl against wire/vectors, which an independent script made. */
#include "known.h"

#include "record.h"
#include "vectors.h"

#define has(c, name) (vector_text(c, name) != NULL)

static uint8_t byte_of(const struct vector_case *c, const char *name)
{
    uint8_t b = 0;

    if (has(c, name))
        vector_exactly(c, name, &b, 1);
    return b;
}

static void keys_are_derived_as_in_the_vectors(void **state)
{
    static const char *const blocks[] = { "grant", "restriction1", "restriction2", "restriction3" };
    static const char *const keys[] = { "k0", "k1", "k2", "k3" };
    FILE *f = vectors_open("keys.txt");
    uint8_t key[MSSL_KEY_LEN], x[MSSL_F_INPUT_LEN];
    struct vector_case c;
    int cases = 0, i;

    (void)state;
    for (; vectors_next(f, &c); cases++) {
        if (has(&c, "grant")) {
            vector_exactly(&c, "kd", key, sizeof key);
            for (i = 0; i < 4 && has(&c, blocks[i]); i++) {
                vector_exactly(&c, blocks[i], x, sizeof x);
                assert_int_equal(mssl_f(key, key, x), MSSL_OK);
                vector_equal(&c, keys[i], key, sizeof key);
            }
            continue;
        }
        vector_exactly(&c, "k", key, sizeof key);
        if (has(&c, "x")) {
            vector_exactly(&c, "x", x, sizeof x);
            assert_int_equal(mssl_f(key, key, x), MSSL_OK);
        } else {
            assert_int_equal(mssl_lab(key, key, byte_of(&c, "label")), MSSL_OK);
        }
        vector_equal(&c, "out", key, sizeof key);
    }
    fclose(f);
    assert_true(cases > 10);
}

static void read_fields(const struct vector_case *c, struct mssl_grant *g)
{
    uint8_t tasks[MSSL_TASKS], be[4] = { 0 };
    size_t len, i;

    memset(g, 0, sizeof *g);
    g->type = has(c, "device") ? MSSL_TYPE_GRANT : MSSL_TYPE_RESTRICTION;
    g->table = byte_of(c, "table");
    g->slot = byte_of(c, "slot");
    g->generation = byte_of(c, "generation");
    g->address.kind = byte_of(c, "kind");
    g->address.len = byte_of(c, "length");
    vector_bytes(c, "address", g->address.bytes, sizeof g->address.bytes, &len);
    vector_bytes(c, "host", (uint8_t *)g->host, MSSL_G_HOST_LEN, &len);
    vector_bytes(c, "tasks", tasks, sizeof tasks, &len);
    for (i = 0; i < len; i++)
        g->tasks |= (uint32_t)1 << tasks[i];
    if (g->type == MSSL_TYPE_RESTRICTION)
        return;
    vector_exactly(c, "device", be, 4);
    g->device = (uint32_t)be[0] << 24 | (uint32_t)be[1] << 16 | (uint32_t)be[2] << 8 | be[3];
    vector_exactly(c, "epoch", be, 2);
    g->epoch = (uint16_t)(be[0] << 8 | be[1]);
    vector_exactly(c, "param", g->param, sizeof g->param);
}

static void grants_are_encoded_and_decoded_as_in_the_vectors(void **state)
{
    FILE *f = vectors_open("grants.txt");
    struct vector_case c;
    int cases = 0;

    (void)state;
    for (; vectors_next(f, &c); cases++) {
        uint8_t block[MSSL_GRANT_LEN];
        struct mssl_grant g, again;
        read_fields(&c, &g);
        assert_int_equal(mssl_grant_encode(block, &g), MSSL_OK);
        vector_equal(&c, "block", block, sizeof block);
        assert_int_equal(mssl_grant_decode(&again, block), MSSL_OK);
        assert_int_equal(mssl_grant_encode(block, &again), MSSL_OK);
        vector_equal(&c, "block", block, sizeof block);
        assert_int_equal(again.tasks, g.tasks);
        assert_string_equal(again.host, g.host);
    }
    fclose(f);
    assert_true(cases > 10);
}

static void records_are_sealed_and_opened_as_in_the_vectors(void **state)
{
    FILE *f = vectors_open("records.txt");
    struct vector_case c;
    int cases = 0;

    (void)state;
    for (; vectors_next(f, &c); cases++) {
        uint8_t key[MSSL_KEY_LEN], plain[MSSL_RECORD_DATA_MAX], be[2], out[MSSL_RECORD_LEN_MAX], len;
        size_t n;
        uint16_t counter;
        vector_exactly(&c, "key", key, sizeof key);
        vector_exactly(&c, "counter", be, sizeof be);
        vector_bytes(&c, "plain", plain, sizeof plain, &n);
        counter = (uint16_t)(be[0] << 8 | be[1]);
        assert_int_equal(mssl_record_seal(out, &len, plain, (uint8_t)n, key, byte_of(&c, "dir"), counter),
                         MSSL_OK);
        vector_equal(&c, "wire", out, len);
        assert_int_equal(mssl_record_open(out, key, byte_of(&c, "dir"), counter), MSSL_OK);
        assert_memory_equal(out + 1, plain, n);
    }
    fclose(f);
    assert_true(cases > 10);
}

static void padding_is_as_in_the_vectors(void **state)
{
    FILE *f = vectors_open("padding.txt");
    struct vector_case c;
    int cases = 0;

    (void)state;
    for (; vectors_next(f, &c); cases++) {
        uint8_t data[MSSL_RECORD_DATA_MAX], plain[MSSL_RECORD_DATA_MAX];
        size_t n, padded;
        vector_bytes(&c, "data", data, sizeof data, &n);
        vector_bytes(&c, "plain", plain, sizeof plain, &padded);
        assert_int_equal(mssl_record_class((uint8_t)n), padded);
    }
    fclose(f);
    assert_true(cases > 5);
}

/* K of the last block, from the device's secret. */
static uint8_t chain_of(const struct vector_case *c, uint8_t blocks[][MSSL_GRANT_LEN], uint8_t *key)
{
    static const char *const names[] = { "grant", "restriction1", "restriction2", "restriction3" };
    uint8_t count = 0;

    vector_exactly(c, "kd", key, MSSL_KEY_LEN);
    for (; count < MSSL_BLOCKS_MAX && has(c, names[count]); count++) {
        vector_exactly(c, names[count], blocks[count], MSSL_GRANT_LEN);
        assert_int_equal(mssl_f(key, key, blocks[count]), MSSL_OK);
    }
    return count;
}

static void handshakes_of_every_chain_are_as_in_the_vectors(void **state)
{
    FILE *f = vectors_open("handshakes.txt");
    struct vector_case c;
    int cases = 0;

    (void)state;
    for (; vectors_next(f, &c); cases++) {
        uint8_t blocks[MSSL_BLOCKS_MAX][MSSL_GRANT_LEN], key[MSSL_KEY_LEN], nc[MSSL_NONCE_LEN];
        uint8_t out[MSSL_HELLO_LEN_MAX], welcome[MSSL_WELCOME_LEN], n, count = chain_of(&c, blocks, key);
        struct mssl_client client;
        struct mssl_message m;
        size_t used;
        vector_exactly(&c, "nc", nc, sizeof nc);
        assert_int_equal(mssl_client_begin(&client, (const uint8_t (*)[MSSL_GRANT_LEN])blocks, count, key,
                                           nc, out, &n), MSSL_OK);
        vector_equal(&c, "hello", out, n);
        vector_exactly(&c, "welcome", welcome, sizeof welcome);
        assert_int_equal(mssl_client_input(&client, welcome, sizeof welcome, &used, &m), MSSL_OK);
        assert_int_equal(m.kind, MSSL_WELCOME);
        vector_equal(&c, "ks", client.key, MSSL_KEY_LEN);
        mssl_client_wipe(&client);
    }
    fclose(f);
    assert_true(cases >= 7);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_derived_as_in_the_vectors),
        cmocka_unit_test(grants_are_encoded_and_decoded_as_in_the_vectors),
        cmocka_unit_test(records_are_sealed_and_opened_as_in_the_vectors),
        cmocka_unit_test(padding_is_as_in_the_vectors),
        cmocka_unit_test(handshakes_of_every_chain_are_as_in_the_vectors),
    };

    return cmocka_run_group_tests_name("vectors", tests, NULL, NULL);
}
