/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time on the simulated chip tells lengths and verdicts, no secrets: opening a
 * good tag under thousands of keys, and the whole core from a HELLO to a
 * command's answer, with random device secrets, keys, plaintexts and tags.
 * test_chip_time ENGINE-ELF CORE-ELF [TIMES]: so many times fewer inputs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "chip.h"
#include "known.h"
#include "model.h"

#define OPENS    400    /* a length */
#define SESSIONS 300    /* a length: one good command, one forged */

static const uint8_t lengths[] = { 8, 16, 32, 64, 128 };
static const char *engine_path, *core_path;
static unsigned thinner = 1;

static void one_time(uint64_t *first, const struct chip_cost *cost, const char *what, unsigned n)
{
    if (!*first)
        *first = cost->cycles;
    if (*first != cost->cycles)
        fail_msg("%s %u: %llu and %llu cycles", what, n, (unsigned long long)*first,
                 (unsigned long long)cost->cycles);
}

static void a_good_tag_takes_one_time_per_length_for_all_keys(void **state)
{
    struct chip *c = chip_new(engine_path, "atmega168");
    uint8_t record[MSSL_RECORD_LEN_MAX], plain[MSSL_RECORD_DATA_MAX];
    struct chip_mail m;
    struct chip_cost cost;

    (void)state;
    assert_non_null(c);
    for (size_t l = 0; l < sizeof lengths; l++) {
        uint64_t first = 0;

        for (unsigned i = 0; i < OPENS / thinner; i++) {
            memset(&m, 0, sizeof m);
            model_random_bytes(m.key, sizeof m.key);
            model_random_bytes(plain, sizeof plain);
            model_random_bytes(&m.count_high, 2);
            m.n = lengths[l];
            model_seal(record, plain, m.n, m.key, MSSL_DIR_HOST,
                       (uint16_t)(m.count_high << 8 | m.count_low));
            memcpy(m.buf, record + 1, (size_t)m.n + MSSL_TAG_LEN);
            assert_int_equal(chip_call(c, &m, CHIP_OPEN, &cost), 0);
            assert_int_equal(m.result, 0);
            assert_memory_equal(m.buf, plain, lengths[l]);
            one_time(&first, &cost, "open", lengths[l]);
        }
        print_message("open %3u: %u cycles\n", lengths[l], (unsigned)first);
    }
    chip_free(c);
}

/* -- The whole core -- */

static void call(struct chip *c, struct chip_mail *m, uint8_t command, const uint8_t *bytes,
                 size_t len, struct chip_cost *cost)
{
    memset(m, 0, sizeof *m);
    memcpy(m->key, known_peer, sizeof known_peer);
    if (len)
        memcpy(m->buf, bytes, len);
    m->n = (uint8_t)len;
    assert_int_equal(chip_call(c, m, command, cost), 0);
}

/* A session with a fresh random K_D, after the seed was stepped. The nonce is
 * public, and it may carry: such a HELLO is not compared. */
static void greet(struct chip *c, struct model *h, struct chip_cost *cost)
{
    struct chip_mail m;
    uint8_t kd[MSSL_KEY_LEN], hello[MSSL_HELLO_LEN_MAX];
    size_t n;

    model_random_bytes(kd, sizeof kd);
    chip_eeprom_write(c, MSSL_EE_KD, kd, sizeof kd);
    model_grant(h, 0xffffffffu);
    call(c, &m, CHIP_BEGIN, NULL, 0, NULL);
    n = model_hello(h, hello);
    call(c, &m, CHIP_INPUT, hello, n, cost);
    assert_int_equal(model_welcome(h, kd, m.buf, m.n), 1);
}

/* Gives a record of n bytes for task 1; wrong: with a random tag, or the good
 * one with a bit flipped, so that they differ at any of its bytes. */
static void command(struct chip *c, struct model *h, uint8_t n, int wrong, struct chip_cost *cost)
{
    struct chip_mail m;
    uint8_t record[MSSL_RECORD_LEN_MAX], plain[MSSL_RECORD_DATA_MAX], answer[MSSL_RECORD_DATA_MAX];

    model_random_bytes(plain, sizeof plain);
    plain[0] = 1;
    model_seal(record, plain, n, h->key, MSSL_DIR_HOST, h->sent++);
    if (wrong && model_random() % 2)
        model_random_bytes(record + 1 + n, MSSL_TAG_LEN);
    else if (wrong)
        record[1 + n + model_random() % MSSL_TAG_LEN] ^= (uint8_t)(1u << model_random() % 8);
    call(c, &m, CHIP_INPUT, record, (size_t)n + MSSL_RECORD_OVERHEAD, cost);
    if (wrong) {
        assert_int_equal(m.n, 0);
        return;
    }
    assert_int_equal(model_open(h, m.buf, m.n, answer), n);
    assert_int_equal(answer[0], MSSL_STATUS_OK);
    assert_memory_equal(answer + 1, plain + 1, (size_t)n - 1);
}

static void a_session_takes_one_time_per_length_for_all_secrets(void **state)
{
    struct chip *c = chip_new(core_path, "atmega168");
    uint64_t hello = 0;
    struct chip_cost cost;
    struct model h;

    (void)state;
    assert_non_null(c);
    chip_eeprom_write(c, MSSL_EE_KD, known_eeprom, sizeof known_eeprom);
    greet(c, &h, &cost);    /* steps the seed */
    for (size_t l = 0; l < sizeof lengths; l++) {
        uint64_t good = 0, bad = 0;

        for (unsigned i = 0; i < SESSIONS / thinner; i++) {
            greet(c, &h, &cost);
            if (h.ns[MSSL_NONCE_LEN - 1] != 0)
                one_time(&hello, &cost, "HELLO", MSSL_HELLO_LEN);
            command(c, &h, lengths[l], 0, &cost);
            one_time(&good, &cost, "command", lengths[l]);
            command(c, &h, lengths[l], 1, &cost);
            one_time(&bad, &cost, "forged command", lengths[l]);
        }
        print_message("command %3u: %u cycles, bad tag %u\n", lengths[l], (unsigned)good, (unsigned)bad);
    }
    print_message("HELLO: %u cycles\n", (unsigned)hello);
    chip_free(c);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_tag_takes_one_time_per_length_for_all_keys),
        cmocka_unit_test(a_session_takes_one_time_per_length_for_all_secrets),
    };

    if (argc == 4)
        thinner = (unsigned)atoi(argv[3]);
    if ((argc != 3 && argc != 4) || thinner == 0) {
        fprintf(stderr, "usage: test_chip_time ENGINE-ELF CORE-ELF [TIMES]\n");
        return 2;
    }
    engine_path = argv[1];
    core_path = argv[2];
    model_random_seed(11);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
