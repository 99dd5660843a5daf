/* SPDX-License-Identifier: ISC */
/* Connections: who gets in, and who can end a session. PROTOCOL 8.2, M-8.9 to M-8.13.
 *
 * H is the granted host, S a stranger with a well-formed grant and no key. The
 * chip has one session and one unproven connection. `old` says that the unproven
 * connection was accepted more than 300 ms ago. H proves itself within 300 ms
 * unless SLOW is set; then its connection may be replaced like any other.
 *
 * VARIANT 0  the protocol
 *         1  control: an unproven connection is kept, and no timer ends it
 *         2  control: a bad record on any connection ends the session
 * ACTS       connections that S may make; 255: without end (a flood)
 *
 * Claims: `served` (liveness): H gets in. `kept` (an assertion): once proven, H's
 * session is ended by nobody else. */
#ifndef VARIANT
#define VARIANT 0
#endif
#ifndef ACTS
#define ACTS 3
#endif
#ifndef SLOW
#define SLOW 0
#endif
#define NOBODY 0
#define H 1
#define S 2

byte unproven = NOBODY;
byte session = NOBODY;
byte acts = 0;
bool old = false, hello = false, proven = false;

/* A SYN: taken when there is room, or when the one that is there is old. All
 * sessions proven: refused. */
#define ROOM (session == NOBODY && (unproven == NOBODY || (old && VARIANT != 1)))

inline connect(who) { unproven = who; old = false; hello = false }

active proctype host() {
    do
    :: atomic { unproven != H && ROOM -> connect(H) }
    :: atomic { unproven == H && !hello -> hello = true }           /* HELLO, WELCOME */
    :: atomic { unproven == H && hello ->                           /* the first valid record */
        unproven = NOBODY; session = H; proven = true; break }
    od;
end:
    do
    :: session != H -> assert(false)                                /* kept */
    od
}

active proctype stranger() {
end:
    do
    :: atomic { unproven != S && ROOM && acts < ACTS ->
        connect(S); acts = (ACTS == 255 -> acts : acts + 1) }
    :: atomic { unproven == S && !hello -> hello = true }           /* a HELLO: anybody can show a grant */
    :: atomic { unproven == S && hello ->                           /* a record with a bad tag */
        unproven = NOBODY;
        if :: VARIANT == 2 -> session = NOBODY :: else fi }
    :: atomic { VARIANT == 2 && session == H -> session = NOBODY }  /* the same, beside a proven session */
    :: unproven == S -> goto end_silent                             /* waits for ever */
    od;
end_silent:
    false
}

active proctype clock() {
end:
    do
    :: atomic { unproven != NOBODY && !old && (unproven == S || SLOW) -> old = true }
    :: atomic { unproven == S && old && VARIANT != 1 -> unproven = NOBODY }     /* 5 s */
    od
}

ltl served { <> proven }
