/* SPDX-License-Identifier: ISC */
/* A revoked generation never returns. PROTOCOL 9, M-9.1, M-9.2, M-9.4.
 *
 * One slot; generations 0..6, and 7 stands for 255. The administrator asks for a
 * higher generation until the device says so. A cut tears the byte as AVR EEPROM
 * does: erasing sets bits one by one, programming clears them one by one.
 *
 * VARIANT 0  the protocol: the byte only rises, torn as on AVR
 *         1  control: a torn byte may hold anything
 *         2  control: the byte wraps after its last value
 *         3  control: any value may be asked for, lower ones too
 *         4  control: an epoch step that clears generations before K_D is new */
#ifndef VARIANT
#define VARIANT 0
#endif
#define ERASED 7
#define CUTS   3

byte stored = 0;                /* the byte in EEPROM */
byte asked = 0, answered = 0;   /* generation the administrator wants, and was told of */
byte epoch = 0;                 /* of K_D: grants of an older epoch are dead by their key */
byte cuts = 0, torn, k;
bool dead[8];                   /* generations that must not be served, in this epoch */

inline serve() { assert(stored == ERASED || !dead[stored]) }
inline any(x) { if :: x = 0 :: x = 1 :: x = 2 :: x = 3 :: x = 4 :: x = 5 :: x = 6 :: x = 7 fi }

inline tear() {
    any(torn);
    if
    :: VARIANT == 1 -> stored = torn
    :: VARIANT != 1 -> stored = stored | torn       /* cut while it was erased */
    :: VARIANT != 1 -> stored = asked | torn        /* cut while it was programmed */
    fi
}

active proctype device() {
    do
    :: atomic { asked == answered ->                /* the administrator's next wish */
        if
        :: VARIANT == 3 -> any(asked)
        :: VARIANT == 2 -> asked = (answered + 1) % 8
        :: VARIANT != 2 && VARIANT != 3 && answered < ERASED - 1 -> asked = answered + 1
        :: VARIANT != 2 && answered == ERASED - 1 -> break
        fi }
    :: asked != answered ->
        if
        :: stored != ERASED && stored > asked && VARIANT < 2 ->
            atomic {                                /* torn upwards: status 3, all below stay revoked */
                k = 0;
                do :: k < stored -> dead[k] = true; k++ :: else -> break od;
                answered = stored }
        :: else ->
            if
            :: stored = asked;
               atomic {                             /* read back, answered */
                   k = 0;
                   do
                   :: k < 8 && (k == answered || (k < asked && VARIANT < 2)) && k != asked ->
                       dead[k] = true; k++
                   :: k < 8 && !((k == answered || (k < asked && VARIANT < 2)) && k != asked) -> k++
                   :: k >= 8 -> break
                   od;
                   answered = asked }
            :: atomic { cuts < CUTS -> cuts++; tear() }
            fi
        fi;
        serve()
    :: atomic { VARIANT == 4 && epoch == 0 ->       /* an epoch step, cut before K_D is new */
        stored = 0; serve() }
    :: atomic { VARIANT != 4 && epoch < 2 ->        /* an epoch step: generations stay */
        epoch++; serve() }
    od
}
