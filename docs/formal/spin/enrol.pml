/* SPDX-License-Identifier: ISC */
/* A torn store enrols nothing that was not verified. PROTOCOL 10, M-10.12, M-10.15.
 *
 * What is stored for a slot is three cells. Grants 1 and 2 are signed. A holder
 * of K_D can show any grant whose cells it can choose: with the raw grant in
 * EEPROM a mixture of 1 and 2 is a grant nobody signed. With a hash's prefix a
 * mixture is the hash of nothing that anybody can find.
 *
 * VARIANT 0  the protocol: a prefix of SHA-256(G)
 *         1  control: the raw grant */
#ifndef VARIANT
#define VARIANT 0
#endif
#define CUTS 3
#define TORN 9

byte cell[3];
byte cuts = 0, grant;

#define ALL(v)    (cell[0] == v && cell[1] == v && cell[2] == v)
#define TORN_CELL (cell[0] == TORN || cell[1] == TORN || cell[2] == TORN)
/* What a grant that the attacker can make would match. A torn cell's value is
 * not in his choice, so he has to find a grant for it. */
#define MATCHES   (ALL(1) || ALL(2) || (VARIANT == 1 && !TORN_CELL && cell[0] != 0))

inline write(k) {
    if
    :: cell[k] = grant
    :: cuts < CUTS -> cuts++; goto boot
    :: atomic { cuts < CUTS -> cuts++; if :: cell[k] = 1 :: cell[k] = 2 :: cell[k] = TORN fi; goto boot }
    fi
}

active proctype device() {
boot:
    if :: MATCHES -> assert(ALL(1) || ALL(2)) :: else fi;
    if :: grant = 1 :: grant = 2 :: cuts >= CUTS -> goto end fi;    /* its signature verified */
    write(0); write(1); write(2);
    goto boot;
end:
    skip
}
