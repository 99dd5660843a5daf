/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An engine on the simulated chip: published vectors, what it leaves in memory,
 * and that its time depends on lengths only. Run once an engine: the program
 * is the first argument, the vectors are the second. A third makes so many
 * times fewer random inputs and flipped bits, for a slow engine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "chip.h"

#define RANDOM_BLOCKS  3000
#define RANDOM_RECORDS 300
#define FIELD_MAX      160

static const char *elf_path, *vectors_path;
static struct chip *chip;
static unsigned thinner = 1;
static uint64_t rng_state = 0x4d53534c;

static const uint8_t lengths[] = { 0, 8, 16, 32, 64, 128 };

/* xorshift64*: the same bytes in every run. */
static uint8_t rng(void)
{
    rng_state ^= rng_state >> 12;
    rng_state ^= rng_state << 25;
    rng_state ^= rng_state >> 27;
    return (uint8_t)((rng_state * 0x2545f4914f6cdd1dull) >> 56);
}

static void rng_fill(uint8_t *out, size_t len)
{
    while (len--)
        *out++ = rng();
}

static struct chip_cost call(struct chip_mail *m, uint8_t command)
{
    struct chip_cost cost;

    assert_int_equal(chip_call(chip, m, command, &cost), 0);
    return cost;
}

struct field {
    uint8_t byte[FIELD_MAX];
    size_t len;
};

static int field_read(FILE *file, struct field *f)
{
    char text[2 * FIELD_MAX + 1];
    unsigned value;

    if (fscanf(file, "%320s", text) != 1)
        return 0;
    f->len = text[0] == '-' ? 0 : strlen(text) / 2;
    for (size_t i = 0; i < f->len; i++) {
        assert_int_equal(sscanf(text + 2 * i, "%2x", &value), 1);
        f->byte[i] = (uint8_t)value;
    }
    return 1;
}

/* Calls check for each line of that kind with its fields; returns how many. */
static unsigned each_vector(const char *kind, size_t fields,
                            void (*check)(const struct field *f))
{
    FILE *file = fopen(vectors_path, "r");
    struct field f[5];
    char name[16], rest[2048];
    unsigned count = 0;

    assert_non_null(file);
    while (fscanf(file, "%15s", name) == 1) {
        if (strcmp(name, kind)) {
            assert_non_null(fgets(rest, sizeof rest, file));
            continue;
        }
        for (size_t i = 0; i < fields; i++)
            assert_true(field_read(file, &f[i]));
        check(f);
        count++;
    }
    fclose(file);
    return count;
}

static void mail_key(struct chip_mail *m, const struct field *key)
{
    memset(m, 0, sizeof *m);
    memcpy(m->key, key->byte, sizeof m->key);
}

static void check_aes(const struct field *f)
{
    struct chip_mail m;

    mail_key(&m, &f[0]);
    memcpy(m.buf, f[1].byte, 16);
    call(&m, CHIP_AES);
    assert_memory_equal(m.buf, f[2].byte, 16);
    assert_memory_equal(m.key, f[0].byte, 16);
}

static void blocks_of_fips_197_and_cavp_agree(void **state)
{
    (void)state;
    assert_true(each_vector("aes", 3, check_aes) > 300);
}

static void check_f(const struct field *f)
{
    struct chip_mail m;

    mail_key(&m, &f[0]);
    memcpy(m.buf, f[1].byte, 32);
    call(&m, CHIP_F);
    assert_memory_equal(m.key, f[2].byte, 16);
    assert_memory_equal(m.buf, f[1].byte, 32);
}

static void check_lab(const struct field *f)
{
    struct chip_mail m;

    mail_key(&m, &f[0]);
    m.n = f[1].byte[0];
    call(&m, CHIP_LAB);
    assert_memory_equal(m.key, f[2].byte, 16);
}

static void f_and_lab_agree(void **state)
{
    (void)state;
    assert_true(each_vector("f", 3, check_f) >= 50);
    assert_true(each_vector("lab", 3, check_lab) >= 50);
}

/* The buffer's bytes behind the record hold a canary. */
static void mail_record(struct chip_mail *m, const struct field *f, const struct field *data)
{
    mail_key(m, &f[0]);
    m->count_high = f[1].byte[0];
    m->count_low = f[1].byte[1];
    memset(m->buf, 0xa5, sizeof m->buf);
    memcpy(m->buf, data->byte, data->len);
    m->n = (uint8_t)f[2].len;
}

static void assert_canary(const struct chip_mail *m, size_t from)
{
    for (size_t i = from; i < sizeof m->buf; i++)
        assert_int_equal(m->buf[i], 0xa5);
}

static void check_seal(const struct field *f)
{
    struct chip_mail m;

    mail_record(&m, f, &f[2]);
    call(&m, CHIP_SEAL);
    assert_memory_equal(m.buf, f[3].byte, f[3].len);
    assert_canary(&m, f[3].len);
}

static void check_open(const struct field *f)
{
    struct chip_mail m;

    mail_record(&m, f, &f[3]);
    call(&m, CHIP_OPEN);
    assert_int_equal(m.result, 0);
    assert_memory_equal(m.buf, f[2].byte, f[2].len);
    assert_canary(&m, f[3].len);
}

static void records_of_every_length_seal_and_open(void **state)
{
    (void)state;
    assert_true(each_vector("seal", 4, check_seal) >= 42);
    assert_true(each_vector("open", 4, check_open) >= 42);
}

/* Every bit of ciphertext and tag, for the shorter records; some of the longest. */
static void check_flips(const struct field *f)
{
    struct chip_mail m;
    size_t bits = 8 * f[3].len, step = f[3].len > 32 ? 61 : thinner;

    for (size_t bit = 0; bit < bits; bit += step) {
        mail_record(&m, f, &f[3]);
        m.buf[bit / 8] ^= (uint8_t)(1u << bit % 8);
        call(&m, CHIP_OPEN);
        assert_int_not_equal(m.result, 0);
        for (size_t i = 0; i < f[3].len; i++)
            assert_int_equal(m.buf[i], 0);
        assert_canary(&m, f[3].len);
    }
}

static void record_with_one_flipped_bit_is_refused_and_zeroed(void **state)
{
    (void)state;
    each_vector("open", 4, check_flips);
}

static void wipe_zeroes_its_bytes_and_no_other(void **state)
{
    struct chip_mail m;

    (void)state;
    for (unsigned n = 0; n <= CHIP_BUF_LEN; n++) {
        memset(m.buf, 0xa5, sizeof m.buf);
        m.n = (uint8_t)n;
        call(&m, CHIP_WIPE);
        for (unsigned i = 0; i < CHIP_BUF_LEN; i++)
            assert_int_equal(m.buf[i], i < n ? 0 : 0xa5);
    }
}

static void the_work_area_is_zero_after_every_call(void **state)
{
    static const uint8_t commands[] = { CHIP_F, CHIP_LAB, CHIP_SEAL, CHIP_OPEN };
    uint16_t work = chip_symbol(chip, "mssl_dev_work");
    struct chip_mail m;
    uint8_t left[48];

    (void)state;
    assert_int_not_equal(work, 0);
    for (size_t i = 0; i < sizeof commands; i++) {
        rng_fill((uint8_t *)&m, sizeof m);
        m.n = 16;
        call(&m, commands[i]);
        chip_ram_read(chip, work, left, sizeof left);
        for (size_t j = 0; j < sizeof left; j++)
            assert_int_equal(left[j], 0);
    }
}

static void eeprom_bytes_come_back(void **state)
{
    struct chip_mail m = { 0 };
    uint8_t stored;

    (void)state;
    for (unsigned address = 0; address < 512; address += 37) {
        m.count_high = (uint8_t)(address >> 8);
        m.count_low = (uint8_t)address;
        m.n = (uint8_t)(address ^ 0x5a);
        call(&m, CHIP_EE_WRITE);
        chip_eeprom_read(chip, (uint16_t)address, &stored, 1);
        assert_int_equal(stored, (uint8_t)(address ^ 0x5a));
        call(&m, CHIP_EE_READ);
        assert_int_equal(m.result, stored);
    }
}

/* -- Time. -- */

static void one_time(uint64_t *first, struct chip_cost cost)
{
    if (!*first)
        *first = cost.cycles;
    assert_int_equal(cost.cycles, *first);
}

static void a_block_takes_one_time_for_all_keys_and_data(void **state)
{
    struct chip_mail m;
    uint64_t aes = 0, f = 0, lab = 0;

    (void)state;
    for (unsigned i = 0; i < RANDOM_BLOCKS / thinner; i++) {
        rng_fill((uint8_t *)&m, sizeof m);
        one_time(&aes, call(&m, CHIP_AES));
        if (i % 4 == 0) {
            one_time(&f, call(&m, CHIP_F));
            one_time(&lab, call(&m, CHIP_LAB));
        }
    }
    print_message("block %u, F %u, lab %u cycles\n", (unsigned)aes, (unsigned)f, (unsigned)lab);
}

static void sealing_takes_one_time_per_length(void **state)
{
    struct chip_mail m;

    (void)state;
    for (size_t l = 0; l < sizeof lengths; l++) {
        uint64_t seal = 0;

        for (unsigned i = 0; i < RANDOM_RECORDS / thinner; i++) {
            rng_fill((uint8_t *)&m, sizeof m);
            m.n = lengths[l];
            one_time(&seal, call(&m, CHIP_SEAL));
        }
        print_message("seal %3u: %u cycles\n", lengths[l], (unsigned)seal);
    }
}

/* Random tags are bad ones; a good one is what the chip itself made in the
 * host's direction: that needs the vectors, so their keys are used. */
static uint64_t good_open;
static size_t good_length;

static void check_good_time(const struct field *f)
{
    struct chip_mail m;

    if (f[2].len != good_length)
        return;
    mail_record(&m, f, &f[3]);
    one_time(&good_open, call(&m, CHIP_OPEN));
    assert_int_equal(m.result, 0);
}

static void opening_takes_one_time_per_length_and_verdict(void **state)
{
    struct chip_mail m;

    (void)state;
    for (size_t l = 0; l < sizeof lengths; l++) {
        uint64_t bad = 0;

        for (unsigned i = 0; i < RANDOM_RECORDS / thinner; i++) {
            rng_fill((uint8_t *)&m, sizeof m);
            m.n = lengths[l];
            one_time(&bad, call(&m, CHIP_OPEN));
            assert_int_not_equal(m.result, 0);
        }
        good_open = 0;
        good_length = lengths[l];
        each_vector("open", 4, check_good_time);
        print_message("open %3u: %u cycles, bad tag %u\n", lengths[l], (unsigned)good_open,
                      (unsigned)bad);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_of_fips_197_and_cavp_agree),
        cmocka_unit_test(f_and_lab_agree),
        cmocka_unit_test(records_of_every_length_seal_and_open),
        cmocka_unit_test(record_with_one_flipped_bit_is_refused_and_zeroed),
        cmocka_unit_test(wipe_zeroes_its_bytes_and_no_other),
        cmocka_unit_test(the_work_area_is_zero_after_every_call),
        cmocka_unit_test(eeprom_bytes_come_back),
        cmocka_unit_test(a_block_takes_one_time_for_all_keys_and_data),
        cmocka_unit_test(sealing_takes_one_time_per_length),
        cmocka_unit_test(opening_takes_one_time_per_length_and_verdict),
    };
    int failed;

    if (argc == 4)
        thinner = (unsigned)atoi(argv[3]);
    if ((argc != 3 && argc != 4) || thinner == 0) {
        fprintf(stderr, "usage: test_chip_engine ELF VECTORS [TIMES]\n");
        return 2;
    }
    elf_path = argv[1];
    vectors_path = argv[2];
    chip = chip_new(elf_path, "atmega168");
    if (!chip)
        return 2;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    chip_free(chip);
    return failed;
}
