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
        CHECK_ALL,
        cmocka_unit_test(port_is_called_before_each_multiplication),
        cmocka_unit_test(sha256_stays_within_what_it_is_given),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
