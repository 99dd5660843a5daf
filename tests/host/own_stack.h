/* SPDX-License-Identifier: ISC */
/* Runs a function on a stack of the test's, which can be searched when it has returned.
 * A function is to be called once before: the dynamic linker saves registers on the
 * stack when it finds one for the first time. */
#ifndef MSSL_TEST_OWN_STACK_H
#define MSSL_TEST_OWN_STACK_H

#include <string.h>
#include <ucontext.h>

#include "known.h"

static uint8_t own_stack[256 * 1024] __attribute__((aligned(4096)));

static void run_on_own_stack(void (*what)(void))
{
    static ucontext_t here, there;

    memset(own_stack, 0, sizeof own_stack);
    assert_int_equal(getcontext(&there), 0);
    there.uc_stack.ss_sp = own_stack;
    there.uc_stack.ss_size = sizeof own_stack;
    there.uc_link = &here;
    makecontext(&there, what, 0);
    assert_int_equal(swapcontext(&here, &there), 0);
}

/* Do n bytes of p lie there? */
static bool left_on_stack(const void *p, size_t n)
{
    size_t i;

    for (i = 0; i + n <= sizeof own_stack; i++)
        if (memcmp(own_stack + i, p, n) == 0)
            return true;
    return false;
}

#endif
