/* SPDX-License-Identifier: ISC */
/* The multiplication of mssl_avr_rsa.S by single rows only: the smallest. The macros
 * of mssl_avr_rsa_fast.h have the same names. */

/* To the ret at `to`, unless equal. */
        .macro  unequal to
        brne    \to
        .endm

        .macro  passes_begin
        .endm
        .macro  passes
        .endm
        .macro  passes_end
        .endm
