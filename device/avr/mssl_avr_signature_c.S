/* SPDX-License-Identifier: ISC */
/* The signature option's hooks where its policy is in C: mssl_dev_signature.c. The
 * macros of mssl_avr_signature.S, which is the policy in assembly, have the same
 * names. */

#define STATUS_FORGED 0x7e      /* MSSL_DEV_STATUS_FORGED; mssl_avr_layout.c */

/* G was accepted, and is whole. */
.macro  signature_take
        movw    r24, r28
        movw    r22, r16
        call    mssl_dev_signature_take
.endm

/* Z moves on from G to its tasks. */
.macro  signature_grant
        adiw    r30, MSSL_G_TASKS
.endm
.macro  signature_begin
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

/* Task 30, in front of `task`; and a status that is far from `bare`. */
.macro  signature_enrol
        signature_forged
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

/* The session at X ends. Keeps r18, r19, r24 and X. */
.macro  signature_discard
        push    r18
        push    r19
        push    r24
        push    r26
        push    r27
        movw    r24, r26
        call    mssl_dev_signature_discard
        pop     r27
        pop     r26
        pop     r24
        pop     r19
        pop     r18
.endm

.macro  signature_calls
.endm
