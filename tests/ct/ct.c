/* SPDX-License-Identifier: ISC */
/* See ct.h. */
#include "ct.h"

#include <valgrind/memcheck.h>

void ct_secret(void *p, size_t n)
{
    VALGRIND_MAKE_MEM_UNDEFINED(p, n);
}

void ct_public(void *p, size_t n)
{
    VALGRIND_MAKE_MEM_DEFINED(p, n);
}
