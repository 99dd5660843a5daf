/* SPDX-License-Identifier: ISC */
/* The tests of check_sha.c, check_rsa.c and check_forgery.c, for any subject. */
#ifndef MSSL_TEST_CHECK_H
#define MSSL_TEST_CHECK_H

#include <stddef.h>
#include <stdint.h>

#include "rsa_key.h"

/* SHA-256 by the subject. */
void check_sha256(uint8_t out[32], const uint8_t *message, size_t len);

/* Asks the subject about a standard signature s (big-endian, SUBJECT_LEN bytes). */
int check_signature(const struct rsa_key *k, const uint8_t *s, const uint8_t digest[32]);

/* The right block of a digest: EMSA-PKCS1-v1_5. RFC 8017 9.2. */
void check_block(uint8_t *block, const uint8_t digest[32]);

/* check_sha.c */
void nist_messages_have_their_digests(void **state);
void nist_monte_carlo_reaches_its_checkpoints(void **state);

/* check_rsa.c */
void nist_signatures_are_judged_right(void **state);
void openssl_signatures_are_accepted(void **state);
void signature_comes_in_chunks_of_any_size(void **state);
void other_exponents_are_refused(void **state);
void nothing_verifies_without_a_modulus(void **state);

/* check_forgery.c */
void flipped_signature_bits_are_refused(void **state);
void flipped_message_bits_are_refused(void **state);
void wrong_blocks_are_refused(void **state);
void wrong_blocks_are_refused_under_moduli_made_for_them(void **state);
void special_numbers_are_refused(void **state);
void cube_root_that_fools_lax_parsers_is_refused(void **state);

/* All of them, for cmocka: what a subject has to pass. */
#define CHECK_ALL \
    cmocka_unit_test(nist_messages_have_their_digests), \
    cmocka_unit_test(nist_monte_carlo_reaches_its_checkpoints), \
    cmocka_unit_test(nist_signatures_are_judged_right), \
    cmocka_unit_test(openssl_signatures_are_accepted), \
    cmocka_unit_test(signature_comes_in_chunks_of_any_size), \
    cmocka_unit_test(other_exponents_are_refused), \
    cmocka_unit_test(nothing_verifies_without_a_modulus), \
    cmocka_unit_test(flipped_signature_bits_are_refused), \
    cmocka_unit_test(flipped_message_bits_are_refused), \
    cmocka_unit_test(wrong_blocks_are_refused), \
    cmocka_unit_test(wrong_blocks_are_refused_under_moduli_made_for_them), \
    cmocka_unit_test(special_numbers_are_refused), \
    cmocka_unit_test(cube_root_that_fools_lax_parsers_is_refused)

#endif
