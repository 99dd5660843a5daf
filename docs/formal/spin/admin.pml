/* SPDX-License-Identifier: ISC */
/* An admin command ends every session. PROTOCOL 9, M-9.7, M-9.8.
 *
 * Three sessions on one device. A session holds the generation and the epoch it
 * was checked against at its HELLO. An admin command raises the generation or
 * steps the epoch; from its answer on nothing of before may run.
 *
 * VARIANT 0  the protocol
 *         1  control: only the administrator's own session ends
 *         2  control: the administrator's own session goes on */
#ifndef VARIANT
#define VARIANT 0
#endif
#define SESSIONS 3

byte generation = 0, epoch = 0;
bool open[SESSIONS];
byte held_generation[SESSIONS], held_epoch[SESSIONS];
byte k, a;

inline end_all(own) {
    k = 0;
    do
    :: k < SESSIONS ->
        if
        :: (VARIANT == 1 && k != own) || (VARIANT == 2 && k == own)
        :: else -> open[k] = false
        fi;
        k++
    :: k >= SESSIONS -> break
    od;
    k = 0
}

inline serve(s) {                           /* an application's command */
    assert(held_generation[s] == generation && held_epoch[s] == epoch)
}

active proctype device() {
    do
    :: atomic { if :: a = 0 :: a = 1 :: a = 2 fi }
    :: atomic { !open[a] ->                 /* HELLO and first record */
        open[a] = true; held_generation[a] = generation; held_epoch[a] = epoch }
    :: atomic { open[a] -> serve(a) }
    :: atomic { open[a] && generation < 3 -> generation++; end_all(a) }
    :: atomic { open[a] && epoch < 3 -> epoch++; end_all(a) }
    :: atomic { open[a] -> open[a] = false }
    od
}
