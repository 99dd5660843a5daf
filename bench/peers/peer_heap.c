/* SPDX-License-Identifier: ISC */
/* malloc and its kin, counted: see peer_heap.h. For programs of one thread. */
#include <errno.h>
#include <malloc.h>
#include <stddef.h>

#include "peer_heap.h"

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);
void *__libc_memalign(size_t align, size_t n);
void __libc_free(void *p);
int posix_memalign(void **out, size_t align, size_t n);
void *aligned_alloc(size_t align, size_t n);

static int current = 2;
static long accounts[PEER_HEAP_ACCOUNTS];

void peer_heap_account(int account)
{
    current = account;
}

long peer_heap_bytes(int account)
{
    return accounts[account];
}

static void *book(void *p)
{
    accounts[current] += (long)malloc_usable_size(p);
    return p;
}

void *malloc(size_t n)
{
    return book(__libc_malloc(n));
}

void *calloc(size_t n, size_t size)
{
    return book(__libc_calloc(n, size));
}

void *realloc(void *p, size_t n)
{
    long before = (long)malloc_usable_size(p);
    void *q = __libc_realloc(p, n);

    if (q != NULL || n == 0)
        accounts[current] -= before;
    return book(q);
}

void free(void *p)
{
    accounts[current] -= (long)malloc_usable_size(p);
    __libc_free(p);
}

void *memalign(size_t align, size_t n)
{
    return book(__libc_memalign(align, n));
}

void *aligned_alloc(size_t align, size_t n)
{
    return book(__libc_memalign(align, n));
}

int posix_memalign(void **out, size_t align, size_t n)
{
    void *p = book(__libc_memalign(align, n));

    if (p == NULL)
        return ENOMEM;
    *out = p;
    return 0;
}
