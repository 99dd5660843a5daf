/* SPDX-License-Identifier: ISC */
/* HELLO and WELCOME. PROTOCOL 3 to 6. A part of mssl_avr_core.S, right behind
 * mssl_avr_session.S; its twin is mssl_dev_hello.c and mssl_dev_nonce.c. The
 * checks come in the protocol's order; see there. */

        .type   hello, @function
/* r22 the length byte, r19 bytes that have come. */
hello:  hello_length no, later
        hello_checks no

/* K_D is read to see that it is there, before the seed is written; and again
 * when the nonce has used its place. M-5.6. */
kd:     ldi     r24, MSSL_EE_KD + MSSL_KEY_LEN
        rcall   secret_read
        brcs    no
        nonce_state_load r18
        cpi     r18, MSSL_DEV_NONCE_REFUSED
        breq    no
        brcc    ready
/* s = lab(seed, 0x41) replaces the seed, and only then n = lab(s, 0x42) exists:
 * no nonce without a stored seed. M-5.1 to M-5.5. */
        inc     r18
        nonce_state_store r18           /* refused, unless all that follows succeeds */
        ldi     r24, MSSL_EE_SEED + MSSL_KEY_LEN
        ldi     r18, MSSL_TYPE_SEED
        rcall   secret_step
        brne    no
        ldi     r18, MSSL_TYPE_NONCE
        rcall   lab
        movw    r30, r28
        ldi     r26, lo8(mssl_dev_nonce)
        ldi     r27, hi8(mssl_dev_nonce)
        rcall   copy_nonce
        ldi     r18, MSSL_DEV_NONCE_READY
        st      X, r18
        rjmp    kd

/* Takes what tasks need of G. M-3.11, M-6.21. */
ready:  signature_take
        movw    r30, r16
        ldd     r19, Z+MSSL_G_SLOT
        signature_grant
        movw    r26, r28
        adiw    r26, S_TASKS
        ldi     r18, S_TAKEN_END - S_TASKS
        rcall   copy
        std     Y+S_SLOT, r19
        signature_begin
        tasks_narrow
        key_derive
/* n = n + 1, big-endian, from its end on; and to the message's begin, over its
 * length and what of G is not needed any more. M-5.4. Carry lives through dec. */
        ldi     r30, lo8(mssl_dev_nonce + MSSL_NONCE_LEN)
        ldi     r31, hi8(mssl_dev_nonce + MSSL_NONCE_LEN)
        movw    r26, r16
        adiw    r26, MSSL_NONCE_LEN - 1
        ldi     r18, MSSL_NONCE_LEN
        sec
1:      ld      r0, -Z
        adc     r0, r1
        st      Z, r0
        st      -X, r0
        dec     r18
        brne    1b
/* The transcript 0x21 ‖ host id ‖ Nc ‖ Ns: the last block ends with the host id
 * and Nc follows it, so only Ns is missing, and the type, over the last byte of
 * the parameters. M-4.2. */
        behind_nonce
        rcall   copy_nonce
        sbiw    r26, MSSL_F_INPUT_LEN
        ldi     r18, MSSL_TYPE_TRANSCRIPT
        st      X, r18
        movw    r18, r26
        rcall   f
/* WELCOME is Ns and an empty record. M-6.2. */
        subi    r16, -MSSL_NONCE_LEN
        sbci    r17, -1
        clr     r22
        rcall   seal
        subi    r24, -MSSL_NONCE_LEN
        ldi     r18, MSSL_DEV_AWAIT_PROOF
        ldi     r19, MSSL_DEV_TICKS(MSSL_PROOF_TIMEOUT_S)

/* alive: the session goes on in state r18, with time for r19 ticks. */
alive:  std     Y+S_STATE, r18
        std     Y+S_TICKS, r19
        std     Y+S_FILL, r1
        ret
        .size   hello, . - hello
