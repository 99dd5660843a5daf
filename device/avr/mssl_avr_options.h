/* SPDX-License-Identifier: ISC */
/* What the build options put into the core in assembly: macros, so that the
 * routines themselves have no conditions. */
#ifndef MSSL_AVR_OPTIONS_H
#define MSSL_AVR_OPTIONS_H

#include "mssl_dev_config.h"

/* -- Several sessions, or one: then the nonce is at a fixed distance from Y -- */
#if MSSL_DEV_SESSIONS > 1

.macro  nonce_state_load to
        lds     \to, mssl_dev_nonce + N_STATE
.endm
.macro  nonce_state_store from
        sts     mssl_dev_nonce + N_STATE, \from
.endm

/* Did another session's admin command end this one? Then `to` closes it. M-9.8. */
.macro  if_expired to
        ldd     r19, Y+S_TICKS
        tst     r19
        breq    \to
.endm

/* The time of all welcomed sessions is over; this one's own end comes anyway. M-9.8. */
.macro  expire_sessions
        ldi     r30, lo8(mssl_dev_sessions)
        ldi     r31, hi8(mssl_dev_sessions)
        ldi     r18, MSSL_DEV_SESSIONS
901:    ldd     r0, Z+S_STATE
        sbrc    r0, 1                   /* AWAIT_PROOF or OPEN */
        std     Z+S_TICKS, r1
        adiw    r30, S_LEN
        dec     r18
        brne    901b
.endm

#else

.macro  nonce_state_load to
        ldd     \to, Y+S_LEN+N_STATE
.endm
.macro  nonce_state_store from
        std     Y+S_LEN+N_STATE, \from
.endm
.macro  if_expired to
.endm
.macro  expire_sessions
.endm

#endif
#endif
