/* SPDX-License-Identifier: ISC */
/* Heap by end: a library that is loaded before libc (LD_PRELOAD) counts what
 * malloc gives and free takes, on the account of the end that works. Without it
 * both functions are not there. */
#ifndef MSSL_BENCH_PEER_HEAP_H
#define MSSL_BENCH_PEER_HEAP_H

#define PEER_HEAP_ACCOUNTS 3    /* host, device, neither */

/* Whose account from now on. */
void peer_heap_account(int account);

/* The bytes on it now, as malloc rounded them. */
long peer_heap_bytes(int account);

#endif
