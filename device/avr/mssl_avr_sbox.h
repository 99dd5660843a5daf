/* SPDX-License-Identifier: ISC */
/* The engine's S-box: a table of 256 bytes (mssl_avr_sbox.S), or, where flash is
 * dearer than time, computed (mssl_avr_sbox_computed.S): the build's option
 * MSSL_SBOX, docs/SIZES.md. For the assembler.
 *
 *   SBOX_READY   before the first SBOX after r31 was used
 *   SBOX to      to = S(r30); to is r30 or another register. May change r30, r31, flags. */
#ifndef MSSL_AVR_SBOX_H
#define MSSL_AVR_SBOX_H

#ifdef MSSL_SBOX_COMPUTED

        .macro  SBOX_READY
        .endm

        .macro  SBOX to
        call    mssl_dev_sbox
        .ifnc   \to, r30
        mov     \to, r30
        .endif
        .endm

#else

        .macro  SBOX_READY
        ldi     r31, hi8(mssl_dev_sbox)
        .endm

        .macro  SBOX to
        lpm     \to, Z
        .endm

#endif

#endif
