/* SPDX-License-Identifier: ISC */
/* Every HELLO of wire/vectors/refusals.txt is refused: no byte, no write, no AES
 * block; and the device serves the next host. */
#include <stdarg.h>
#include <string.h>
#include "bench.h"
#include <cmocka.h>

#include "vectors.h"

static struct vector_case c;

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

/* Gives the case's HELLO until the session is over; a HELLO with a too long
 * length byte may be awaited, so a timeout may have to end it. */
static void refuse(struct bench *b)
{
    uint8_t hello[256];
    size_t i, n;

    vector_bytes(&c, "hello", hello, sizeof hello, &n);
    for (i = 0; i < n && b->s->state != MSSL_DEV_CLOSED; i++)
        bench_give(b, hello + i, 1);
    if (b->s->state != MSSL_DEV_CLOSED)
        fail_msg("case %s is not refused", c.lines[0].value);
    if (b->out_len || ram.writes || ram.aes)
        fail_msg("case %s: %zu bytes sent, %u written, %u AES blocks", c.lines[0].value,
                 b->out_len, ram.writes, ram.aes);
    bench_is_refused(b);
}

/* M-6.7 to M-6.9, M-6.11 to M-6.20, M-8.22, M-11.2. */
static void every_hello_of_the_vectors_is_refused_without_a_trace(void **state)
{
    struct bench *b = *state;
    FILE *f = vectors_open("refusals.txt");
    int cases = 0;

    for (; vectors_next(f, &c); cases++) {
        device_of_case(b);
        refuse(b);
    }
    fclose(f);
    assert_true(cases > 100);
}

/* A refusal must leave nothing that keeps the right host out. */
static void after_each_refusal_the_right_host_is_served(void **state)
{
    struct bench *b = *state;
    FILE *f = vectors_open("refusals.txt");

    while (vectors_next(f, &c)) {
        if (strcmp(vector_text(&c, "reason"), "unprovisioned") == 0)
            continue;
        device_of_case(b);
        refuse(b);
        ram.cells[MSSL_EE_GENERATIONS] = 0;
        bench_connect(b, 0);
        bench_open(b, ALL_TASKS);
        assert_int_equal(bench_ask(b, 1, "on", 2), 0);
    }
    fclose(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_hello_of_the_vectors_is_refused_without_a_trace, bench_setup),
        cmocka_unit_test_setup(after_each_refusal_the_right_host_is_served, bench_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
