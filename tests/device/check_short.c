/* SPDX-License-Identifier: ISC */
/* SHA-256 and the RSA check without making a key: what takes less than a second. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "check.h"
#include "subject.h"
#include "subject_native.h"

unsigned subject_effort = 1;

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nist_messages_have_their_digests),
        cmocka_unit_test(nist_monte_carlo_reaches_its_checkpoints),
        cmocka_unit_test(nist_signatures_are_judged_right),
        cmocka_unit_test(nothing_verifies_without_a_modulus),
        cmocka_unit_test(wrong_blocks_are_refused_under_moduli_made_for_them),
        cmocka_unit_test(port_is_called_before_each_multiplication),
        cmocka_unit_test(sha256_stays_within_what_it_is_given),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
