/* SPDX-License-Identifier: ISC */
/* The operands of the RSA check in RAM: macros for mssl_avr_rsa.S, and
 * mssl_avr_rsa_put. */
        .comm   mssl_dev_operands, 2 * OPERAND, 1
#define AT_U    mssl_dev_operands
#define AT_X    (mssl_dev_operands + OPERAND)

/* r15:r14 the factor's pointer, r16 and r18 the rows to come. */

        .macro  operands_begin
        push    r14
        push    r15
        ldi     r26, lo8(AT_U)
        ldi     r27, hi8(AT_U)
        ldi     r30, lo8(AT_X)
        ldi     r31, hi8(AT_X)
        ldi     r24, lo8(LEN)
        ldi     r25, hi8(LEN)
91:     ld      r0, X+
        st      Z+, r0
        sbiw    r24, 1
        brne    91b
        clr     r1
        st      X, r1
        st      Z, r1
        .endm

        .macro  factor_is_x
        ldi     r26, lo8(AT_X)
        ldi     r27, hi8(AT_X)
        .endm

        .macro  factor_is_u
        ldi     r26, lo8(AT_U)
        ldi     r27, hi8(AT_U)
        .endm

        .macro  factor_begin
        movw    r14, r26
        ldi     r18, lo8(OPERAND)
        ldi     r16, hi8(OPERAND)
        .endm

        .macro  factor_digit to
        movw    r26, r14
        ld      \to, X+
        movw    r14, r26
        .endm

        .macro  factor_four a, b, c, d
        movw    r26, r14
        ld      \a, X+
        ld      \b, X+
        ld      \c, X+
        ld      \d, X+
        movw    r14, r26
        subi    r18, 4
        sbci    r16, 0
        .endm

        .macro  pass_begin
        push    r14
        push    r15
        push    r18
        .endm

        .macro  pass_end
        pop     r18
        pop     r15
        pop     r14
        .endm

        .macro  factor_more to
        subi    r18, 1
        sbci    r16, 0
        brne    \to
        .endm

        .macro  x_begin
        ldi     r26, lo8(AT_X)
        ldi     r27, hi8(AT_X)
        ld      r24, X+
        .endm

        .macro  x_ahead
        .endm

        .macro  x_next
        ld      r24, X+
        .endm

        .macro  x_to to
        ld      \to, X+
        .endm

        .macro  store_x
        ldi     r30, lo8(AT_X)
        ldi     r31, hi8(AT_X)
        .endm

        .macro  store_t
        ldi     r28, lo8(T)
        ldi     r29, hi8(T)
        ldi     r24, lo8(OPERAND)
        ldi     r25, hi8(OPERAND)
92:     ld      r0, Y
        st      Y+, r1
        st      Z+, r0
        sbiw    r24, 1
        brne    92b
        .endm

        .macro  compare_begin
        ldi     r26, lo8(AT_X)
        ldi     r27, hi8(AT_X)
        ld      r24, X+
        .endm

        .macro  operands_end
        pop     r15
        pop     r14
        .endm

        .macro  operands_code
x_byte: ld      r24, X+
        ret

        .global mssl_avr_rsa_put
        .type   mssl_avr_rsa_put, @function
mssl_avr_rsa_put:
        ldi     r30, lo8(AT_U + LEN)
        ldi     r31, hi8(AT_U + LEN)
        sub     r30, r24
        sbc     r31, r25
93:     ld      r0, X+
        st      -Z, r0
        dec     r20
        brne    93b
        ret
        .size   mssl_avr_rsa_put, . - mssl_avr_rsa_put
        .endm
