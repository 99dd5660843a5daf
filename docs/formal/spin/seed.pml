/* SPDX-License-Identifier: ISC */
/* No nonce repeats, whatever the power does. PROTOCOL 5, M-5.1 to M-5.5.
 *
 * Three cells stand for the seed's sixteen bytes. lab() gives a value never seen
 * before for each content never seen before. A cut may come before, in or after
 * each byte's write; a torn cell is erased or holds a fresh value. One worn cell
 * (0..2), or a memory that takes no write any more (8), keeps its content.
 *
 * VARIANT 0  the protocol
 *         1  control: the nonce is used before the seed is stored
 *         2  control: the seed is not read back
 *         3  control: the provisioning image is written a second time */
#ifndef VARIANT
#define VARIANT 0
#endif
#define CELLS       3
#define ERASED      255
#define IMAGE       100
#define TORN        200
#define MEMORY_WORN 8
#define NOTHING     9
#define BOOTS       5

byte cell[CELLS];
byte seen0[12], seen1[12], seen2[12];   /* contents that lab() was given */
byte labs = 0, torn = 1, boots = 0, worn = NOTHING;
byte used[14];                          /* how often the nonces of a lab value were used */
byte stepped, i, j;
bool written_again = false;

#define KNOWN(k) (seen0[k] == cell[0] && seen1[k] == cell[1] && seen2[k] == cell[2])
#define STUCK    ((worn == i || worn == MEMORY_WORN) && boots > 2)

inline lab() {
    stepped = 0; j = 0;
    do
    :: j < labs && KNOWN(j) -> stepped = j + 1; break
    :: j < labs && !KNOWN(j) -> j++
    :: j >= labs -> break
    od;
    if
    :: stepped == 0 ->
        seen0[labs] = cell[0]; seen1[labs] = cell[1]; seen2[labs] = cell[2];
        labs++; stepped = labs
    :: else
    fi;
    j = 0
}

inline use_nonces() { used[stepped]++; assert(used[stepped] <= 1) }

active proctype device() {
    cell[0] = IMAGE; cell[1] = IMAGE; cell[2] = IMAGE;
    if :: worn = 0 :: worn = 1 :: worn = 2 :: worn = MEMORY_WORN :: worn = NOTHING fi;
boot:
    atomic { boots++; if :: boots > BOOTS -> goto end :: else fi };
    if :: cell[0] == ERASED && cell[1] == ERASED && cell[2] == ERASED -> goto off :: else fi;
    d_step { lab() };
    if :: VARIANT == 1 -> use_nonces() :: else fi;
    i = 0;
    do
    :: i < CELLS ->
        if
        :: atomic { STUCK -> skip }
        :: atomic { !STUCK -> cell[i] = stepped }
        :: goto boot                                            /* cut before the write */
        :: atomic { if :: cell[i] = ERASED :: cell[i] = TORN + torn; torn++ fi; goto boot }
        fi;
        i++
    :: i >= CELLS -> break
    od;
    if
    :: VARIANT != 2 && !(cell[0] == stepped && cell[1] == stepped && cell[2] == stepped) -> goto off
    :: else
    fi;
    if :: VARIANT != 1 -> use_nonces() :: else fi;
off:                                                            /* sessions, until the power goes */
    if
    :: VARIANT == 3 && !written_again ->
        written_again = true; cell[0] = IMAGE; cell[1] = IMAGE; cell[2] = IMAGE
    :: true
    fi;
    goto boot;
end:
    skip
}
