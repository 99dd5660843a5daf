/* SPDX-License-Identifier: ISC */
/* The checks of a block of a HELLO, as macros: no is where it is refused.
 * PROTOCOL 6.1. A part of mssl_avr_core.S. */

/* Checks 5 and 6 of the block at Z - moved: its form. M-6.13 to M-6.15. r20 = the
 * length of its address, r21 its slot. */
.macro  block_form moved, no
        ldd     r21, Z+MSSL_G_SLOT-\moved
        cpi     r21, MSSL_SLOTS
        brcc    \no
        ldd     r18, Z+MSSL_G_ADDRESS_KIND-\moved
        ldi     r19, MSSL_DEV_IPV4_MAX
        sbrc    r18, 2
        ldi     r19, MSSL_DEV_MAC_MAX
        ldd     r20, Z+MSSL_G_ADDRESS_LEN-\moved
        cp      r19, r20
        brcs    \no
        andi    r18, ~MSSL_ADDRESS_MAC & 0xff
        brne    \no
.endm

/* Checks 7 and 8 of G at Z - MSSL_G_TABLE: made for this firmware and this device? Z
 * moves on to behind the id, which follows; r24 = the cell of slot 0's generation,
 * which follows the id's. M-6.16, M-6.17. */
.macro  grant_ours no
        ld      r18, Z+
        cpi     r18, MSSL_DEV_TASK_TABLE
        brne    \no
        ldi     r24, MSSL_EE_DEVICE
902:    rcall   cell_read
        ld      r18, Z+
        cp      r18, r0
        brne    \no
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
