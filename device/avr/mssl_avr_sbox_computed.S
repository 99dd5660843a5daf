/* SPDX-License-Identifier: ISC */
/* The S-box computed: the inverse in GF(2^8) by exponentiation, then the affine
 * map. FIPS 197 5.1.1. One time for every byte; no table, no branch on a secret. */
#define REDUCE 0x1b             /* x^8 modulo the field's polynomial */
#define AFFINE 0x63             /* the affine map's constant */

#define OPERAND r30
#define MASK    r31
#define RESULT  r29
#define COUNT   r27
#define BITS    r0              /* zero after a product */
#define GIVEN   r1

        .section .text.mssl_dev_sbox, "ax", @progbits

/* -- r30 = S(r30). Changes r31 and flags. YH and XH are the work area's page
 * whenever the engine asks, so they are free here and made again. --
 *
 * x^254 = x^-1 (and 0 for 0), for 14 products: times x, squared, seven times in
 * turn, doubles the exponent after adding one: 2, 6, 14, 30, 62, 126, 254. */
        .global mssl_dev_sbox
        .type   mssl_dev_sbox, @function
mssl_dev_sbox:
        push    BITS
        push    GIVEN
        mov     GIVEN, r30
        ldi     RESULT, 1
        ldi     COUNT, 14
product:
        mov     OPERAND, GIVEN
        sbrc    COUNT, 0                /* public: every second one squares */
        mov     OPERAND, RESULT
        mov     BITS, RESULT
        clr     RESULT
        sec
        ror     BITS                    /* a one behind the eight bits ends the loop */
1:      sbc     MASK, MASK              /* 0xff where the bit is set */
        and     MASK, OPERAND
        eor     RESULT, MASK
        lsl     OPERAND
        sbc     MASK, MASK
        andi    MASK, REDUCE
        eor     OPERAND, MASK
        lsr     BITS
        brne    1b
        dec     COUNT
        brne    product

/* b ^ the same rotated by 1, 2, 3 and 4 ^ the constant. */
        ldi     r30, AFFINE
        ldi     COUNT, 5
2:      eor     r30, RESULT
        lsl     RESULT
        adc     RESULT, BITS            /* plus 0 and the bit that fell out */
        dec     COUNT
        brne    2b
        ldi     r27, hi8(mssl_dev_work)
        mov     r29, r27
        pop     GIVEN
        pop     BITS
        ret
        .size   mssl_dev_sbox, . - mssl_dev_sbox
