/* SPDX-License-Identifier: ISC */
/* SHA-256 and the RSA check, all that is known of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "check.h"
#include "subject.h"
#include "subject_native.h"

/* Longer keys take OpenSSL long to make. */
unsigned subject_effort = SUBJECT_LEN == 256 ? 100 : 1;

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
        cmocka_unit_test(wrong_blocks_are_refused_under_moduli_made_for_them),
        cmocka_unit_test(special_numbers_are_refused),
        cmocka_unit_test(cube_root_that_fools_lax_parsers_is_refused),
        cmocka_unit_test(port_is_called_before_each_multiplication),
        cmocka_unit_test(sha256_stays_within_what_it_is_given),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
