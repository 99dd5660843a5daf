/* SPDX-License-Identifier: ISC */
/* The C twins on this machine as a subject: tests/support/subject.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "check.h"
#include "device_modulus.h"
#include "mssl_dev_rsa.h"
#include "subject.h"

/* Longer keys take OpenSSL long to make. */
unsigned subject_effort = SUBJECT_LEN == 256 ? 100 : 1;
static unsigned alive;

void mssl_port_alive(void)
{
    alive++;
}

void subject_sha_block(uint8_t hash[32], const uint8_t block[64], int first)
{
    memcpy(mssl_dev_check.sha256.hash, hash, 32);
    memcpy(mssl_dev_check.sha256.block, block, 64);
    if (first)
        mssl_dev_sha256_first(&mssl_dev_check.sha256);
    else
        mssl_dev_sha256_block(&mssl_dev_check.sha256);
    memcpy(hash, mssl_dev_check.sha256.hash, 32);
}

void subject_sha_replace(uint8_t x[32])
{
    mssl_dev_sha256_replace(&mssl_dev_check.sha256, x);
}

int subject_check(const uint8_t modulus[SUBJECT_MODULUS], const uint8_t u[SUBJECT_LEN], size_t n,
                  const uint8_t digest[32])
{
    size_t at;

    device_modulus_set(modulus);
    for (at = 0; at < SUBJECT_LEN; at += n)
        mssl_dev_rsa_put((uint16_t)at, u + at,
                         (uint8_t)(SUBJECT_LEN - at < n ? SUBJECT_LEN - at : n));
    return mssl_dev_rsa_check(digest) == 0;
}

/* 17 multiplications for 65537 and one out of Montgomery form; 2 and one for 3. */
static void port_is_called_before_each_multiplication(void **state)
{
    uint8_t modulus[SUBJECT_MODULUS] = { 0 }, u[SUBJECT_LEN] = { 0 }, digest[32] = { 0 };

    (void)state;
    modulus[1] = 16;
    alive = 0;
    subject_check(modulus, u, 64, digest);
    assert_int_equal(alive, 18);
    modulus[1] = 1;
    alive = 0;
    subject_check(modulus, u, 64, digest);
    assert_int_equal(alive, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nist_messages_have_their_digests),
        cmocka_unit_test(nist_monte_carlo_reaches_its_checkpoints),
        cmocka_unit_test(nist_signatures_are_judged_right),
        cmocka_unit_test(openssl_signatures_are_accepted),
        cmocka_unit_test(signature_comes_in_chunks_of_any_size),
        cmocka_unit_test(other_exponents_are_refused),
        cmocka_unit_test(nothing_verifies_without_a_modulus),
        cmocka_unit_test(flipped_signature_bits_are_refused),
        cmocka_unit_test(flipped_message_bits_are_refused),
        cmocka_unit_test(wrong_blocks_are_refused),
        cmocka_unit_test(special_numbers_are_refused),
        cmocka_unit_test(cube_root_that_fools_lax_parsers_is_refused),
        cmocka_unit_test(port_is_called_before_each_multiplication),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
