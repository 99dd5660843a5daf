/* SPDX-License-Identifier: ISC */
/* What is asked of the C twins natively only: see tests/support/check.h for the rest. */
#ifndef MSSL_TEST_SUBJECT_NATIVE_H
#define MSSL_TEST_SUBJECT_NATIVE_H

void port_is_called_before_each_multiplication(void **state);
void sha256_stays_within_what_it_is_given(void **state);

#endif
