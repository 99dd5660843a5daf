/* SPDX-License-Identifier: ISC */
/* Kills this process inside its n-th call that changes files, SQLite's included. */
#ifndef AUTHORITY_KILL_AT_H
#define AUTHORITY_KILL_AT_H

#include <stdint.h>

/* Counted calls. */
#define KILL_SYNC  1        /* fsync, fdatasync, rename, link, unlink, ftruncate */
#define KILL_WRITE 2        /* write, pwrite: half of what was asked is written then */

/* From now on; n counts from 1. */
void kill_at(int kinds, long n);

/* Runs act in a child that is killed at every step-th call and runs check after each,
 * until a child came to its end. Returns the last call that killed. act returns 0 when it succeeded. */
long kill_everywhere(int kinds, long step, int (*act)(void), void (*check)(void));

/* Whether the directory was synced, by its own fsync(), since the last call of forget. */
void forget_syncs(void);
int dir_was_synced(const char *dir);

#endif
