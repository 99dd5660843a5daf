/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole core on the simulated chip: the known answers of PROTOCOL 12, byte
 * by byte, and what it must not do. The program is the first argument. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "chip.h"
#include "known.h"
#include "mssl_wire.h"

#define CLOSED 0

static const char *elf_path;

static struct chip *chip_booted(void)
{
    struct chip *c = chip_new(elf_path, "atmega168");

    assert_non_null(c);
    chip_eeprom_write(c, MSSL_EE_KD, known_eeprom, sizeof known_eeprom);
    return c;
}

static void call(struct chip *c, struct chip_mail *m, uint8_t command)
{
    memcpy(m->key, known_peer, sizeof known_peer);
    assert_int_equal(chip_call(c, m, command, NULL), 0);
}

static void send(struct chip *c, struct chip_mail *m, const uint8_t *bytes, size_t len)
{
    memset(m, 0, sizeof *m);
    memcpy(m->buf, bytes, len);
    m->n = (uint8_t)len;
    call(c, m, CHIP_INPUT);
}

static void assert_sent(const struct chip_mail *m, const uint8_t *bytes, size_t len)
{
    assert_int_equal(m->n, len);
    assert_memory_equal(m->buf, bytes, len);
}

static void a_session_gives_the_known_answers(void **state)
{
    struct chip *c = chip_booted();
    struct chip_mail m = { 0 };
    uint8_t seed[MSSL_SEED_LEN];

    (void)state;
    call(c, &m, CHIP_BEGIN);
    send(c, &m, known_hello, sizeof known_hello);
    assert_sent(&m, known_welcome, sizeof known_welcome);
    chip_eeprom_read(c, MSSL_EE_SEED, seed, sizeof seed);
    assert_memory_equal(seed, known_seed_after, sizeof seed);
    send(c, &m, known_command, sizeof known_command);
    assert_sent(&m, known_answer, sizeof known_answer);
    send(c, &m, known_close, sizeof known_close);
    assert_int_equal(m.n, MSSL_CLOSE_LEN);
    assert_int_equal(m.result, CLOSED);
    chip_free(c);
}

/* Each byte of G but those F alone protects: epoch, tasks, parameters, host id. */
static void a_hello_with_one_wrong_byte_is_refused_and_writes_nothing(void **state)
{
    static const uint8_t wrong[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 17, 18, 19, 20 };
    struct chip *c = chip_booted();
    uint8_t hello[sizeof known_hello], eeprom[sizeof known_eeprom];
    struct chip_mail m = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof wrong; i++) {
        memcpy(hello, known_hello, sizeof hello);
        hello[wrong[i]] ^= 0x80;
        call(c, &m, CHIP_BEGIN);
        send(c, &m, hello, sizeof hello);
        assert_int_equal(m.n, 0);
        assert_int_equal(m.result, CLOSED);
        chip_eeprom_read(c, 0, eeprom, sizeof eeprom);
        assert_memory_equal(eeprom, known_eeprom, sizeof eeprom);
    }
    chip_free(c);
}

static void a_record_with_one_flipped_bit_ends_the_session_without_a_word(void **state)
{
    (void)state;
    for (size_t bit = 8; bit < 8 * sizeof known_command; bit += 7) {
        struct chip *c = chip_booted();
        uint8_t command[sizeof known_command];
        struct chip_mail m = { 0 };

        memcpy(command, known_command, sizeof command);
        command[bit / 8] ^= (uint8_t)(1u << bit % 8);
        call(c, &m, CHIP_BEGIN);
        send(c, &m, known_hello, sizeof known_hello);
        send(c, &m, command, sizeof command);
        assert_int_equal(m.n, 0);
        assert_int_equal(m.result, CLOSED);
        chip_free(c);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_gives_the_known_answers),
        cmocka_unit_test(a_hello_with_one_wrong_byte_is_refused_and_writes_nothing),
        cmocka_unit_test(a_record_with_one_flipped_bit_ends_the_session_without_a_word),
    };

    if (argc != 2) {
        fprintf(stderr, "usage: test_chip_core ELF\n");
        return 2;
    }
    elf_path = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
