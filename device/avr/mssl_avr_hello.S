/* SPDX-License-Identifier: ISC */
/* HELLO and WELCOME. PROTOCOL 3 to 6. A part of mssl_avr_core.S, right behind
 * mssl_avr_session.S; its twin is mssl_dev_hello.c and mssl_dev_nonce.c. The
 * checks come in the protocol's order; see there. */

/* Checks 4 to 6 of the block at Z: its form. M-6.12 to M-6.15. r20 = the length
 * of its address, r21 its slot. */
.macro  block_form type, no
        ld      r18, Z
        cpi     r18, \type
        brne    \no
        ldd     r21, Z+MSSL_G_SLOT
        cpi     r21, MSSL_SLOTS
        brcc    \no
        ldd     r18, Z+MSSL_G_ADDRESS_KIND
        ldi     r19, MSSL_DEV_IPV4_MAX
        sbrc    r18, 2
        ldi     r19, MSSL_DEV_MAC_MAX
        ldd     r20, Z+MSSL_G_ADDRESS_LEN
        cp      r19, r20
        brcs    \no
        andi    r18, ~MSSL_ADDRESS_MAC & 0xff
        brne    \no
.endm

/* Checks 7 and 8 of G at Z: made for this firmware and this device? Z moves on
 * by the length of the id; r24 = the cell of slot 0's generation, which follows
 * the id's. M-6.16, M-6.17. */
.macro  grant_ours no
        ldd     r18, Z+MSSL_G_TABLE
        cpi     r18, MSSL_DEV_TASK_TABLE
        brne    \no
        ldi     r24, MSSL_EE_DEVICE
902:    rcall   cell_read
        ldd     r18, Z+MSSL_G_DEVICE
        cp      r18, r0
        brne    \no
        adiw    r30, 1
        inc     r24
        cpi     r24, MSSL_EE_GENERATIONS
        brne    902b
.endm

/* Checks 9 and 10 of the block at Z - moved: its slot's generation and the
 * peer's address. r24 the cell of slot 0's generation, r20 and r21 as block_form
 * leaves them; Z moves on. Defines the label no, which refuses. M-6.18, M-6.19. */
.macro  block_match moved, no
        add     r24, r21
        rcall   cell_read
        ldd     r18, Z+MSSL_G_GENERATION-\moved
        cp      r18, r0
        brne    \no
        inc     r18                     /* a stored 255 refuses all */
        breq    \no
        ldd     r26, Y+S_PEER
        ldd     r27, Y+S_PEER+1
        ldd     r18, Z+MSSL_G_ADDRESS_KIND-\moved  /* is the offset in the peer's address */
        add     r26, r18
        adc     r27, r1
        adiw    r30, MSSL_G_ADDRESS-\moved
903:    subi    r20, 1
        brcs    904f
        ld      r18, X+
        ld      r0, Z+
        cp      r18, r0
        breq    903b
\no:    rjmp    refuse
904:
.endm

        .type   hello, @function
/* r22 the length byte, r19 bytes that have come. */
hello:  cpi     r22, MSSL_HELLO_LEN_BYTE
        brne    no
        cpi     r19, MSSL_HELLO_LEN
        brne    later
        movw    r30, r16
        block_form MSSL_TYPE_GRANT, no
        grant_ours no
        block_match MSSL_G_DEVICE_LEN, no

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
ready:  movw    r30, r16
        ldd     r19, Z+MSSL_G_SLOT
        adiw    r30, MSSL_G_TASKS
        movw    r26, r28
        adiw    r26, S_TASKS
        ldi     r18, S_TAKEN_END - S_TASKS
        rcall   copy
        std     Y+S_SLOT, r19
        movw    r18, r16
        rcall   f                       /* K_0 = F(K_D, G). M-4.1 */
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
        movw    r26, r16
        adiw    r26, MSSL_GRANT_LEN + MSSL_NONCE_LEN
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
