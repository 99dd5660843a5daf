/* SPDX-License-Identifier: ISC */
/* What a HELLO holds in a build with restrictions: a grant and up to
 * MSSL_DEV_RESTRICTIONS restrictions. The macros of mssl_avr_hello.S; those of
 * mssl_avr_grant.S have the same names. r22 is the length byte, so r22 - 12 the
 * length of all blocks. */

#define BLOCKS_MAX (MSSL_DEV_RESTRICTIONS * MSSL_GRANT_LEN)

/* Checks 2 and 3. M-6.11. They are far from where the others refuse. */
.macro  hello_length no, later
        rjmp    911f
910:    rjmp    refuse
911:    mov     r23, r22
        subi    r23, MSSL_HELLO_LEN_BYTE
        cpi     r23, BLOCKS_MAX + 1
        brcc    910b
        andi    r23, MSSL_GRANT_LEN - 1
        brne    910b
        dec     r19
        cp      r19, r22
        brne    \later
.endm

/* Checks 4 to 10. r24 the type that a block must have, r23 bytes of blocks left.
 * Defines the label no. M-6.12. */
.macro  hello_checks no
        movw    r30, r16
        mov     r23, r22
        subi    r23, MSSL_NONCE_LEN
        ldi     r24, MSSL_TYPE_GRANT
912:    ld      r18, Z
        cp      r18, r24
        brne    910b
        block_form 0, 910b
        ldi     r24, MSSL_TYPE_RESTRICTION
        adiw    r30, MSSL_GRANT_LEN
        subi    r23, MSSL_GRANT_LEN
        brne    912b
        movw    r30, r16
        adiw    r30, MSSL_G_TABLE
        grant_ours \no
        mov     r23, r22
        subi    r23, MSSL_NONCE_LEN
913:    movw    r30, r16                /* Z = the block r23 bytes before the end */
        mov     r18, r22
        subi    r18, MSSL_NONCE_LEN
        sub     r18, r23
        add     r30, r18
        adc     r31, r1
        ldd     r20, Z+MSSL_G_ADDRESS_LEN
        ldd     r21, Z+MSSL_G_SLOT
        ldi     r24, MSSL_EE_GENERATIONS
        block_match 0, \no
        subi    r23, MSSL_GRANT_LEN
        brne    913b
.endm

/* ANDs the tasks of every restriction into the session's; Z is behind G. r22 may be
 * lost by now; it stays from here on. M-3.10. */
.macro  tasks_narrow
        movw    r26, r16
        ld      r22, -X
        mov     r23, r22
        subi    r23, MSSL_HELLO_LEN_BYTE
        rjmp    915f
914:    .irp    byte, 0, 1, 2, 3
        ldd     r18, Y+S_TASKS+\byte
        ldd     r0, Z+MSSL_G_TASKS+\byte
        and     r18, r0
        std     Y+S_TASKS+\byte, r18
        .endr
        adiw    r30, MSSL_GRANT_LEN
        subi    r23, MSSL_GRANT_LEN
915:    brne    914b
.endm

/* The session's key becomes K_i = F(K_i-1, R_i) of the last block. M-4.1. */
.macro  key_derive
        movw    r18, r16
        mov     r24, r22
        subi    r24, MSSL_NONCE_LEN
916:    rcall   f
        subi    r19, MSSL_BLOCK_LEN     /* which f counts too much */
        subi    r24, MSSL_GRANT_LEN
        brne    916b
.endm

/* X = behind Nc. */
.macro  behind_nonce
        movw    r26, r16
        add     r26, r22
        adc     r27, r1
.endm

/* X = where lab has its room: behind the longest HELLO. */
.macro  lab_room
        movw    r26, r16
        subi    r26, lo8(-(MSSL_HELLO_LEN_BYTE + BLOCKS_MAX))
        sbci    r27, hi8(-(MSSL_HELLO_LEN_BYTE + BLOCKS_MAX))
.endm
