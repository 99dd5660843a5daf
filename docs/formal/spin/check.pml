/* SPDX-License-Identifier: ISC */
/* A signature check serves only the grant it was begun for. PROTOCOL 10, M-10.13.
 *
 * Grant 1 is signed, grant 2 is not. Signatures are public: anybody who may open
 * a session may send the bytes of grant 1's. The check takes many records.
 *
 * VARIANT 0  the protocol: a session's end discards the check under way
 *         1  control: the check goes on, and enrols the grant in use when it ends */
#ifndef VARIANT
#define VARIANT 0
#endif

byte in_use = 0, begun_for = 0, sessions = 0;
bool under_way = false, enrolled[3];

active proctype device() {
    do
    :: atomic { sessions < 6 ->             /* a new session */
        sessions++;
        if :: in_use = 1 :: in_use = 2 fi;
        if :: VARIANT == 0 -> under_way = false :: else fi }
    :: atomic { in_use != 0 && !under_way -> begun_for = in_use; under_way = true }
    :: atomic { under_way ->                /* the last byte: right only for grant 1 */
        under_way = false;
        if :: begun_for == 1 -> enrolled[in_use] = true :: else fi;
        assert(!enrolled[2]) }
    :: sessions >= 6 -> break
    od
}
