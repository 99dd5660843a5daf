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

/* -- The signature option: what the core owes it, mssl_dev_option.h. Its policy is
 * in assembly for one session and a modulus of 2048 bits, else in C. -- */
#if MSSL_DEV_SIGNATURE

#define ANSWER_LEN (MSSL_RECORD_DATA_MIN + MSSL_RECORD_OVERHEAD)

#include "mssl_avr_check.h"
#if MSSL_DEV_SESSIONS == 1 && MSSL_DEV_RSA_BITS == 2048
#define MSSL_AVR_SIGNATURE
#include "mssl_avr_signature.S"
#else
#include "mssl_avr_signature_c.S"
#endif

/* Task 30 goes to enrol, others above 31 to `to`. Flags from cpi with 31. */
.macro  branch_above to
        brcs    enrol
        brne    \to
.endm

/* The answer of status 6, then a close behind it. M-8.17, M-10.11. */
.macro  signature_forged
forged: ldi     r24, MSSL_STATUS_FAILED
        rcall   answer_bare
        subi    r16, -ANSWER_LEN
        sbci    r17, -1
        rcall   close
        subi    r24, -ANSWER_LEN
        ret
.endm

#else

.macro  signature_grant
        adiw    r30, MSSL_G_TASKS
.endm
.macro  signature_take
.endm
.macro  signature_begin
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
.macro  signature_calls
.endm

#endif
#endif
