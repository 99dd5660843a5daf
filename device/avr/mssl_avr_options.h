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

/* -- The signature option: what the core owes it, mssl_dev_option.h -- */
#if MSSL_DEV_SIGNATURE

#define STATUS_FORGED 0x7e      /* MSSL_DEV_STATUS_FORGED; mssl_avr_layout.c */
#define ANSWER_LEN    (MSSL_RECORD_DATA_MIN + MSSL_RECORD_OVERHEAD)

/* G was accepted, and is whole. */
.macro  signature_take
        movw    r24, r28
        movw    r22, r16
        call    mssl_dev_signature_take
.endm

/* A task that the session may do: status 4 to `bare` unless enrolled. Keeps r20
 * and r22, and X at the arguments. M-10.1. */
.macro  signature_gate
        push    r20
        push    r22
        movw    r24, r28
        call    mssl_dev_signature_wanted
        pop     r22
        pop     r20
        movw    r26, r16
        adiw    r26, 1
        cpse    r24, r1
        rjmp    wanted
.endm

/* Task 30; and the statuses that are far from `bare`. A forged signature is
 * answered, then a close is put behind the answer. M-8.17, M-10.11. */
.macro  signature_enrol
enrol:  std     Y+S_FILL, r1
        mov     r20, r22
        movw    r24, r28
        movw    r22, r16
        subi    r22, 1
        sbci    r23, 0
        call    mssl_dev_signature_enrol
        cpi     r24, STATUS_FORGED
        breq    forged
        ldd     r18, Y+S_FILL
        rjmp    reply
wanted: ldi     r24, MSSL_STATUS_SIGNATURE
        rjmp    bare
forged: ldi     r24, MSSL_STATUS_FAILED
        rcall   answer_bare
        subi    r16, -ANSWER_LEN
        sbci    r17, -1
        clr     r22
        rcall   seal
        subi    r24, -ANSWER_LEN
        rjmp    over
.endm

/* Task 30 goes to enrol, others above 31 to `to`. Flags from cpi with 31. */
.macro  branch_above to
        brcs    enrol_far
        brne    \to
        rjmp    gate
enrol_far:
        rjmp    enrol
.endm

/* Describe's flags, at X; r18 = the length of its data. M-7.9. */
.macro  describe_flags
        push    r26
        push    r27
        movw    r24, r28
        call    mssl_dev_signature_flags
        pop     r27
        pop     r26
        st      X, r24
        ldi     r18, MSSL_DESCRIBE_SELF_LEN
.endm

.macro  signature_clear
        call    mssl_dev_signature_clear
.endm

/* The session at r25:24 ends. Keeps r18, r19, r24, r25. */
.macro  signature_discard
        push    r18
        push    r19
        push    r24
        push    r25
        call    mssl_dev_signature_discard
        pop     r25
        pop     r24
        pop     r19
        pop     r18
.endm

/* The same of Y's; keeps r24. */
.macro  signature_discard_own
        push    r24
        movw    r24, r28
        call    mssl_dev_signature_discard
        pop     r24
.endm

#else

.macro  signature_take
.endm
.macro  signature_gate
.endm
.macro  signature_enrol
.endm
.macro  branch_above to
        brne    \to
.endm
/* No flag is set, so the byte is as the padding: a zero. */
.macro  describe_flags
        ldi     r18, MSSL_DESCRIBE_SELF_LEN - 1
.endm
.macro  signature_clear
.endm
.macro  signature_discard
.endm
.macro  signature_discard_own
.endm

#endif
#endif
