/* SPDX-License-Identifier: ISC */
/* A torn epoch step can be mended. PROTOCOL 9, M-9.3, M-9.5, M-9.9, M-9.10.
 *
 * K_D is three cells; K_e is the value e in each. A torn cell holds TORN, which
 * stands for anything. The authority knows K_e and finds K_(e+1) by itself.
 *
 * VARIANT 0  the protocol: in place, ascending, each byte read back, then the
 *            answer; after a cut the authority tries new bytes, one arbitrary
 *            byte, old bytes, and steps again at once
 *         1  control: the authority does not search
 *         2  control: the answer is sent before the bytes are written
 *         3  control: the bytes are written in any order */
#ifndef VARIANT
#define VARIANT 0
#endif
#define CELLS 3
#define TORN  9
#define CUTS  3
#define LAST  5

byte kd[CELLS];
byte epoch = 0;                 /* the one the authority has deleted all older keys of */
byte cuts = 0, i, new;

#define IS(v)     (kd[0] == v && kd[1] == v && kd[2] == v)
#define OLD(k)    (kd[k] == epoch)
#define NEW(k)    (kd[k] == epoch + 1)
/* What the search finds: new bytes, at most one arbitrary byte, old bytes. */
#define FINDABLE  ((OLD(1) && OLD(2)) || (NEW(0) && OLD(2)) || (NEW(0) && NEW(1)))

inline write(k) {
    if
    :: kd[k] = new
    :: cuts < CUTS -> cuts++; goto boot
    :: atomic { cuts < CUTS -> cuts++; kd[k] = TORN; goto boot }
    fi
}

active proctype device() {
boot:
    if
    :: VARIANT == 1 || VARIANT == 2 -> assert(IS(epoch) || IS(epoch + 1))
    :: else -> assert(FINDABLE)
    fi;
    if
    :: IS(epoch) -> skip
    :: IS(epoch + 1) -> epoch++             /* the answer was lost; a session shows the new key */
    :: else -> atomic {                     /* found: now a known key, one that the next step replaces */
        epoch = epoch + 2; kd[0] = epoch; kd[1] = epoch; kd[2] = epoch }
    fi;
    if :: epoch >= LAST -> goto end :: else fi;
    new = epoch + 1;
    if :: VARIANT == 2 -> epoch++ :: else fi;
    if
    :: VARIANT == 3 -> write(2); write(0); write(1)
    :: else -> write(0); write(1); write(2)
    fi;
    assert(IS(new));                        /* read back */
    if :: VARIANT != 2 -> epoch++ :: else fi;
    goto boot;
end:
    skip
}
