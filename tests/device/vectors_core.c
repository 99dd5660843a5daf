/* SPDX-License-Identifier: ISC */
/* The device core and its engine give what wire/vectors says. */
#include <stdarg.h>
#include <string.h>
#include "bench.h"
#include <cmocka.h>

#include "mssl_dev_engine.h"
#include "vectors.h"

static struct vector_case c;

/* M-2.1, M-4.1, M-4.2, M-9.3. */
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
            mssl_dev_f(k, k, x);
            vector_equal(&c, "out", k, 16);
        } else if (vector_text(&c, "label")) {
            vector_exactly(&c, "k", k, 16);
            vector_exactly(&c, "label", &label, 1);
            mssl_dev_lab(k, k, label);
            vector_equal(&c, "out", k, 16);
        } else {
            vector_exactly(&c, "kd", k, 16);
            for (i = 0; i < 4 && vector_text(&c, blocks[i]); i++) {
                vector_exactly(&c, blocks[i], x, 32);
                mssl_dev_f(k, k, x);
                vector_equal(&c, keys[i], k, 16);
            }
            vector_exactly(&c, "transcript", x, 32);
            mssl_dev_f(k, k, x);
            vector_equal(&c, "ks", k, 16);
        }
    }
    fclose(f);
    assert_int_equal(cases, 20);
}

/* M-2.4, M-2.5. */
static void records_are_sealed_and_opened_as_the_vectors_say(void **state)
{
    uint8_t key[16], dir, counter[2], buf[137], plain[128];
    FILE *f = vectors_open("records.txt");
    uint16_t number;
    size_t n;
    int cases = 0;

    (void)state;
    for (; vectors_next(f, &c); cases++) {
        vector_exactly(&c, "key", key, 16);
        vector_exactly(&c, "dir", &dir, 1);
        vector_exactly(&c, "counter", counter, 2);
        vector_bytes(&c, "plain", plain, sizeof plain, &n);
        number = (uint16_t)(counter[0] << 8 | counter[1]);
        buf[0] = (uint8_t)n;
        memcpy(buf + 1, plain, n);
        mssl_dev_ccm_seal(buf + 1, (uint8_t)n, key, dir, number);
        vector_equal(&c, "wire", buf, n + 9);
        assert_int_equal(mssl_dev_ccm_open(buf + 1, (uint8_t)n, key, dir, number), 0);
        assert_memory_equal(buf + 1, plain, n);
    }
    fclose(f);
    assert_int_equal(cases, 60);
}

/* Makes the device of a case, at its first boot. */
static void device_of_case(struct bench *b)
{
    ram_provision();
    ram_reset_chip();
    vector_exactly(&c, "kd", ram.cells + MSSL_EE_KD, 16);
    vector_exactly(&c, "seed", ram.cells + MSSL_EE_SEED, 16);
    vector_exactly(&c, "device", ram.cells + MSSL_EE_DEVICE, 4);
    vector_exactly(&c, "generations", ram.cells + MSSL_EE_GENERATIONS, 16);
    bench_connect(b, 0);
    vector_exactly(&c, "peer", b->peer, MSSL_PEER_LEN);
}

/* M-5.1 to M-5.4, M-6.1, M-6.2, M-8.1. */
static void handshakes_go_as_the_vectors_say(void **state)
{
    struct bench *b = *state;
    uint8_t hello[MSSL_HELLO_LEN_MAX];
    FILE *f = vectors_open("handshakes.txt");
    size_t n;
    int cases = 0;

    for (; vectors_next(f, &c); cases++) {
        device_of_case(b);
        vector_bytes(&c, "hello", hello, sizeof hello, &n);
        bench_give(b, hello, n);
        vector_equal(&c, "welcome", b->out, b->out_len);
        vector_equal(&c, "seed_after", ram.cells + MSSL_EE_SEED, 16);
        vector_equal(&c, "ks", b->s->key, 16);
        assert_int_equal(b->s->state, MSSL_DEV_AWAIT_PROOF);
    }
    fclose(f);
    assert_int_equal(cases, 7);
}

/* M-7.1, M-7.6, M-7.9, M-7.10, M-8.18, M-9.1, M-9.3, M-9.7. */
static void sessions_go_as_the_vectors_say(void **state)
{
    struct bench *b = *state;
    uint8_t in[MSSL_RECORD_LEN_MAX];
    char name[8];
    FILE *f = vectors_open("sessions.txt");
    size_t n;
    int i, cases = 0;

    for (; vectors_next(f, &c); cases++) {
        device_of_case(b);
        for (i = 0; i < 10; i++) {
            snprintf(name, sizeof name, "in%d", i);
            if (!vector_text(&c, name))
                break;
            vector_bytes(&c, name, in, sizeof in, &n);
            bench_give(b, in, n);
            snprintf(name, sizeof name, "out%d", i);
            vector_equal(&c, name, b->out, b->out_len);
        }
        vector_equal(&c, "kd_after", ram.cells + MSSL_EE_KD, 16);
        vector_equal(&c, "generations_after", ram.cells + MSSL_EE_GENERATIONS, 16);
    }
    fclose(f);
    assert_int_equal(cases, 12);
}

/* M-5.1, M-5.3, M-5.4: one HELLO a case, since a boot has three nonces. */
static void boots_step_seed_and_nonce_as_the_vectors_say(void **state)
{
    static const char *const names[] = { "ns1", "ns2", "ns3" };
    struct bench *b = *state;
    FILE *f = vectors_open("boots.txt");
    int i, cases = 0;

    model_grant(&b->host, ALL_TASKS);
    while (vectors_next(f, &c)) {
        if (!vector_text(&c, "seed"))
            continue;
        cases++;
        ram_reset_chip();
        vector_exactly(&c, "seed", ram.cells + MSSL_EE_SEED, 16);
        for (i = 0; i < 3; i++) {
            bench_connect(b, 0);
            bench_greet_as(b);
            vector_equal(&c, names[i], b->host.ns, 12);
            vector_equal(&c, "seed_after", ram.cells + MSSL_EE_SEED, 16);
        }
    }
    fclose(f);
    assert_int_equal(cases, 6);
}

/* M-5.4: big-endian, modulo 2^96. */
static void nonce_carries_as_the_vectors_say(void **state)
{
    static const char *const names[] = { "ns1", "ns2", "ns3" };
    struct bench *b = *state;
    FILE *f = vectors_open("boots.txt");
    int i, cases = 0;

    model_grant(&b->host, ALL_TASKS);
    bench_greet_as(b);
    while (vectors_next(f, &c)) {
        if (vector_text(&c, "seed"))
            continue;
        cases++;
        vector_exactly(&c, "n", mssl_dev_nonce.value, 12);
        for (i = 0; i < 3; i++) {
            bench_connect(b, 0);
            bench_greet_as(b);
            vector_equal(&c, names[i], b->host.ns, 12);
        }
    }
    fclose(f);
    assert_int_equal(cases, 4);
}

/* M-7.3: the device's side, through a task that answers data. */
static void answers_are_padded_as_the_vectors_say(void **state)
{
    struct bench *b = *state;
    uint8_t data[128];
    FILE *f = vectors_open("padding.txt");
    size_t n;
    int cases = 0;

    bench_open(b, ALL_TASKS);
    for (; vectors_next(f, &c); cases++) {
        vector_bytes(&c, "data", data, sizeof data, &n);
        ram.status = data[0] & 0x7F;
        ram.data_len = (uint8_t)(n - 1);
        memcpy(ram.data, data + 1, n - 1);
        assert_int_equal(bench_ask(b, RAM_TOLD, NULL, 0), data[0]);
        vector_equal(&c, "plain", b->plain, b->out_len - 9);
    }
    fclose(f);
    assert_int_equal(cases, 13);
}

/* PROTOCOL 12, literally. M-12.1. */
static void known_answers_hold(void **state)
{
    struct bench *b = *state;
    uint8_t in[64];
    FILE *f = vectors_open("known_answers.txt");
    size_t n;

    assert_int_equal(vectors_next(f, &c), 1);
    fclose(f);
    vector_bytes(&c, "hello", in, sizeof in, &n);
    bench_give(b, in, n);
    vector_equal(&c, "welcome", b->out, b->out_len);
    vector_bytes(&c, "command", in, sizeof in, &n);
    bench_give(b, in, n);
    vector_equal(&c, "answer", b->out, b->out_len);
    vector_bytes(&c, "close", in, sizeof in, &n);
    bench_give(b, in, n);
    bench_is_over(b);
    vector_equal(&c, "seed_after", ram.cells + MSSL_EE_SEED, 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(keys_are_derived_as_the_vectors_say, bench_setup),
        cmocka_unit_test_setup(records_are_sealed_and_opened_as_the_vectors_say, bench_setup),
        cmocka_unit_test_setup(handshakes_go_as_the_vectors_say, bench_setup),
        cmocka_unit_test_setup(sessions_go_as_the_vectors_say, bench_setup),
        cmocka_unit_test_setup(boots_step_seed_and_nonce_as_the_vectors_say, bench_setup),
        cmocka_unit_test_setup(nonce_carries_as_the_vectors_say, bench_setup),
        cmocka_unit_test_setup(answers_are_padded_as_the_vectors_say, bench_setup),
        cmocka_unit_test_setup(known_answers_hold, bench_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
