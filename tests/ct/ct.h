/* SPDX-License-Identifier: ISC */
/* Secrets for valgrind: memory that counts as undefined, so that memcheck
 * reports each branch and each address that depends on it.
 *
 * What is said in public (a verdict, a length, the state) is made defined where
 * the protocol lets everybody see it, and there only. */
#ifndef CT_H
#define CT_H

#include <stddef.h>

/* From here on the bytes are secret; a control may run without it. */
void ct_secret(void *p, size_t n);

/* From here on they are public. */
void ct_public(void *p, size_t n);

#endif
