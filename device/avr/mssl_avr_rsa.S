/* SPDX-License-Identifier: ISC */
/* The RSA check of mssl_dev_rsa.h for AVR chips. docs/RSA.md has the arithmetic.
 *
 * Where the operands u and x lie, says the header MSSL_OPERANDS_H:
 * mssl_avr_operands_ram.h beside this file, or one of the firmware's for a
 * memory outside the chip. Its macros:
 *   operands_begin   u ends with a 0; x is u, or taken for it; what is saved goes
 *                    on the stack
 *   factor_is_x, factor_is_u      the rows' digits come from there
 *   factor_begin, factor_digit R, factor_more L   the lowest digit; the next one
 *                    into R; to L while there are more
 *   x_begin          r24 = the lowest byte of x; may change r18, r19, r22, r23, r25, Z
 *   x_ahead, x_next  r24 = the next byte of x, after 26 cycles or more
 *   store_x          Z = where x will be
 *   store_t          T goes there, from its lowest byte on, T = 0; Y ends behind T
 *   factor_four A, B, C, D    the next four digits; pass_begin, pass_end: what of the
 *                    macros' registers a pass uses is saved; x_to R: x_next into R
 *   compare_begin    r24 = the lowest byte of x, and the routine x_byte gives the
 *                    next one; r0, r17, r22, Y and Z are not changed by it
 *   operands_end     all, and the stack, as before operands_begin
 *   operands_code    routines, x_byte first
 * Nothing here is secret, so times and branches may tell what they like.
 *
 * Registers: r17 squarings to come, in the end what differs  r20 factor's digit  r21 m  r22, r23, r19
 * carry, from its lowest byte on  r24 byte of x  r25 zero in rows; Y in T, Z in N. */
#define __SFR_OFFSET 0
#include <avr/io.h>

#include "mssl_avr_check.h"

#define LEN     (MSSL_DEV_RSA_BITS / 8)
#define OPERAND (LEN + 1)

/* docs/FORMATS.md, Modulus for the chip. */
#define SQUARINGS   (mssl_modulus + 1)
#define INVERSE     (mssl_modulus + 2)
#define N_END_PAGE  hi8(mssl_modulus + LEN + 4)

/* The accumulator. */
        .comm   mssl_dev_check, MSSL_AVR_CHECK_LEN + MSSL_AVR_DIGEST_LEN, 1
#define T       (mssl_dev_check + 1)

#define INFO_LEN 20

/* By rows alone, or by passes of four and a row: the build's option MSSL_RSA. */
#ifdef MSSL_RSA_FAST
#include "mssl_avr_rsa_fast.h"
#else
#include "mssl_avr_rsa_small.h"
#endif

#include MSSL_OPERANDS_H

        .section .text.mssl_dev_rsa, "ax", @progbits

        .global mssl_avr_rsa_check
        .type   mssl_avr_rsa_check, @function
mssl_avr_rsa_check:
        ldi     r30, lo8(SQUARINGS)
        ldi     r31, hi8(SQUARINGS)
        lpm     r18, Z
        cpi     r18, 1
        breq    1f
        cpi     r18, 16
        unequal refuse                  /* zero flag clear */
1:      push    r16
        push    r17
        mov     r17, r18
        passes_begin
        rcall   store                   /* rubbish into x, and T = 0 */
        operands_begin
2:      factor_is_x
        rcall   multiply
        dec     r17
        brne    2b
        factor_is_u
        rcall   multiply
        set                             /* x times 1: out of Montgomery form */
        inc     r17
        factor_is_x                     /* anything to read */
        rcall   scale

/* compare: x is what EMSA-PKCS1-v1_5 makes of the digest, from its end backwards.
 * Each byte enters r17, which is 0 since the first row of x times 1. Y is behind T,
 * where store left it: at the digest. The top byte of x is 0: docs/RSA.md, The
 * canonical residue. */
        compare_begin
        adiw    r28, MSSL_AVR_DIGEST_LEN
        ldi     r22, MSSL_AVR_DIGEST_LEN
3:      ld      r0, -Y
        rcall   same
        dec     r22
        brne    3b
        ldi     r30, lo8(info)
        ldi     r31, hi8(info)
4:      lpm     r0, Z+
        rcall   same
        cpi     r30, lo8(info + INFO_LEN)
        brne    4b
        com     r0                      /* the table ends with 0, and 0xff follows */
        ldi     r28, lo8(LEN - 2 - MSSL_AVR_DIGEST_LEN - INFO_LEN)
.if LEN > 256
        ldi     r29, hi8(LEN - 2 - MSSL_AVR_DIGEST_LEN - INFO_LEN)
.endif
5:      rcall   same
.if LEN > 256
        sbiw    r28, 1
.else
        dec     r28
.endif
        brne    5b
        neg     r0                      /* 1 */
        rcall   same
        dec     r0
        rcall   same
        operands_end
        passes_end
        tst     r17
        pop     r17
        pop     r16
refuse: ret
        .size   mssl_avr_rsa_check, . - mssl_avr_rsa_check

/* multiply: x = factor x / R mod N, by rows: T = (T + digit x + m N) / 256. With
 * the flag T set, at scale, the factor is 1: r17, then zeros. Destroys all but r16. */
        .type   multiply, @function
multiply:
        clt
scale:  factor_begin
        passes
row:    factor_digit r20
        brtc    1f
        mov     r20, r17
        clr     r17
1:      x_begin
        x_ahead
        ldi     r28, lo8(T - 1)
        ldi     r29, hi8(T - 1)
        ldi     r30, lo8(INVERSE)
        ldi     r31, hi8(INVERSE)
        ldd     r21, Y+1
        mul     r20, r24
        add     r21, r0
        lpm     r22, Z+                 /* Z is at N now */
        mul     r21, r22
        mov     r21, r0
        clr     r22
        clr     r23
        clr     r25
column: ldd     r0, Y+1
        add     r22, r0
        adc     r23, r25
        mul     r20, r24
        clr     r19
        add     r22, r0
        adc     r23, r1
        adc     r19, r25
        lpm     r0, Z+
        mul     r21, r0
        add     r22, r0
        adc     r23, r1
        adc     r19, r25
        st      Y+, r22
        mov     r22, r23
        mov     r23, r19
        x_next
        cpi     r31, N_END_PAGE
        brne    column
        st      Y, r22
        factor_more row
        .size   multiply, . - multiply

/* store: x = T, T = 0; store_at: T goes to where Z says. */
        .type   store, @function
store:  store_x
store_at:
        clr     r1
        store_t
        jmp     mssl_port_alive
        .size   store, . - store

/* What stands before the digest, backwards: DigestInfo of SHA-256, and the zero
 * before it. RFC 8017 9.2 note 1. */
        .type   info, @object
info:   .byte   0x20, 0x04, 0x00, 0x05, 0x01, 0x02, 0x04, 0x03, 0x65, 0x01
        .byte   0x48, 0x86, 0x60, 0x09, 0x06, 0x0d, 0x30, 0x31, 0x30, 0x00
        .size   info, . - info
/* same: r17 |= r24 ^ r0, and goes on into x_byte, with which these begin. */
        .type   same, @function
same:   eor     r24, r0
        or      r17, r24
        .size   same, . - same
        operands_code

/* -- For callers in C: mssl_dev_rsa.h. The linker drops them where there are none. -- */
        .section .text.mssl_dev_rsa_c, "ax", @progbits
        .global mssl_dev_rsa_check
        .type   mssl_dev_rsa_check, @function
mssl_dev_rsa_check:
        push    r28
        push    r29
        movw    r30, r24
        ldi     r26, lo8(MSSL_AVR_DIGEST)
        ldi     r27, hi8(MSSL_AVR_DIGEST)
        ldi     r18, MSSL_AVR_DIGEST_LEN
1:      ld      r0, Z+
        st      X+, r0
        dec     r18
        brne    1b
        call    mssl_avr_rsa_check
        ldi     r24, 0                  /* unlike clr, keeps the flag */
        breq    2f
        inc     r24
2:      pop     r29
        pop     r28
        ret
        .size   mssl_dev_rsa_check, . - mssl_dev_rsa_check

        .global mssl_dev_rsa_put
        .type   mssl_dev_rsa_put, @function
mssl_dev_rsa_put:
        movw    r26, r22
        jmp     mssl_avr_rsa_put
        .size   mssl_dev_rsa_put, . - mssl_dev_rsa_put
