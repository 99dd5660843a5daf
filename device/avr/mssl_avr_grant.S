/* SPDX-License-Identifier: ISC */
/* What a HELLO holds in a build without restrictions: one grant. The macros of
 * mssl_avr_hello.S; those of mssl_avr_chain.S have the same names. Z, r22 and
 * r19 as there. */

/* Checks 2 and 3. M-6.11. */
.macro  hello_length no, later
        cpi     r22, MSSL_HELLO_LEN_BYTE
        brne    \no
        cpi     r19, MSSL_HELLO_LEN
        brne    \later
.endm

/* Checks 4 to 10. Defines the label no. */
.macro  hello_checks no
        movw    r30, r16
        ld      r18, Z+
        cpi     r18, MSSL_TYPE_GRANT
        brne    \no
        block_form MSSL_G_TABLE, \no
        grant_ours \no
        block_match MSSL_G_SLOT, \no
.endm

/* Narrows the session's tasks. M-3.10. */
.macro  tasks_narrow
.endm

/* The session's key becomes K_0 = F(K_D, G). M-4.1. */
.macro  key_derive
        movw    r18, r16
        rcall   f
.endm

/* X = behind Nc. */
.macro  behind_nonce
        movw    r26, r16
        adiw    r26, MSSL_GRANT_LEN + MSSL_NONCE_LEN
.endm

/* X = where lab has its room: behind Nc. */
.macro  lab_room
        movw    r26, r16
        adiw    r26, MSSL_GRANT_LEN + MSSL_NONCE_LEN
.endm
