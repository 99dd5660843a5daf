/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SHA-256 and the RSA check on the simulated chip as a subject
 * (tests/support/subject.h): test_chip_check chip-check-*.elf [few];
 * few, and of SHA-256 short messages only, is for slow ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "check.h"
#include "chip.h"
#include "subject.h"

unsigned subject_effort = 1;

static struct chip *chip;
static const char *elf;

static void call(struct chip_mail *m, uint8_t command)
{
    if (chip_call(chip, m, command, NULL))
        fail_msg("the chip crashed in command %u", command);
}

void subject_sha_block(uint8_t hash[32], const uint8_t block[64], int first)
{
    struct chip_mail m = { 0 };

    memcpy(m.buf, hash, 32);
    memcpy(m.buf + 32, block, 64);
    call(&m, first ? CHIP_SHA_FIRST : CHIP_SHA_BLOCK);
    memcpy(hash, m.buf, 32);
}

void subject_sha_replace(uint8_t x[32])
{
    struct chip_mail m = { 0 };

    memcpy(m.buf, x, 32);
    call(&m, CHIP_SHA_REPLACE);
    memcpy(x, m.buf, 32);
}

int subject_check(const uint8_t modulus[SUBJECT_MODULUS], const uint8_t u[SUBJECT_LEN], size_t n,
                  const uint8_t digest[32])
{
    struct chip_mail m = { 0 };
    size_t at;

    chip_flash_end_write(chip, modulus, SUBJECT_MODULUS);
    for (at = 0; at < SUBJECT_LEN; at += n) {
        m.n = (uint8_t)(SUBJECT_LEN - at < n ? SUBJECT_LEN - at : n);
        m.count_high = (uint8_t)(at >> 8);
        m.count_low = (uint8_t)at;
        memcpy(m.buf, u + at, m.n);
        call(&m, CHIP_RSA_PUT);
    }
    memcpy(m.buf, digest, 32);
    call(&m, CHIP_RSA_CHECK);
    return m.result == 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        CHECK_ALL,
    };

    const struct CMUnitTest few[] = {
        cmocka_unit_test(nist_messages_have_their_digests),
        cmocka_unit_test(nist_signatures_are_judged_right),
        cmocka_unit_test(nothing_verifies_without_a_modulus),
        cmocka_unit_test(cube_root_that_fools_lax_parsers_is_refused),
    };

    if (argc < 2) {
        fprintf(stderr, "usage: test_chip_check ELF [few]\n");
        return 1;
    }
    elf = argv[1];
    chip = chip_new(elf, "atmega328p");
    if (!chip)
        return 1;
    if (argc > 2) {
        subject_effort = 0;
        return cmocka_run_group_tests(few, NULL, NULL);
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
