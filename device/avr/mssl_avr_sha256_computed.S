/* SPDX-License-Identifier: ISC */
/* SHA-256 that computes its constants: the fractional part of the cube root of
 * the next prime, bit by bit, each bit tried by taking the cube. Smaller than a
 * table, and slower. FIPS 180-4 4.2.2.
 *
 * In front of the words of a round, in the accumulator, lie, lowest bytes first:
 *   ROOT     the root so far: 2^32 times the cube root, 5 bytes, and 5 of zero, which
 *            nobody ever changes: the RSA check leaves zeros too
 *   + 10     its square, 10 bytes
 *   + 20     its cube: bytes 12 and 13 are the whole part to compare with the prime
 * r17:16 is the prime of the round. */
#define ROOT    1               /* of mssl_dev_check */
#define WHOLE   (20 + 12)

        .macro  constant
        rcall   root
        .endm
        .macro  constant_begin
        ldi     r16, 1                  /* the first prime follows 1 */
        ldi     r17, 0
        .endm
        .macro  constant_save
        push    r16
        push    r17
        .endm
        .macro  constant_restore
        pop     r17
        pop     r16
        .endm

#define INITIAL initial

#include "mssl_avr_sha256.inc"

/* -- root: r18 .. r21 = the constant of the next prime. Keeps r1. -- */
        .type   root, @function
root:   clr     r23                     /* stays 0 */
next:   subi    r16, -1
        sbci    r17, -1
        ldi     r22, 1
1:      inc     r22                     /* what divides it, by subtracting */
        breq    3f                      /* nothing below 256 */
        cp      r22, r16
        cpc     r23, r17
        breq    3f                      /* nothing but itself */
        movw    r18, r16
2:      sub     r18, r22
        sbc     r19, r23
        breq    next
        brcc    2b
        rjmp    1b
3:      push    r1
        ldi     r28, lo8(mssl_dev_check + ROOT)
        ldi     r29, hi8(mssl_dev_check + ROOT)
        movw    r30, r28
        rcall   zero
        ldi     r18, 4                  /* byte and bit: 8 is above every root */
        ldi     r19, 4
bit:    rcall   toggle
        movw    r26, r28
        rcall   times
        rcall   times
        ldd     r24, Y+WHOLE
        ldd     r25, Y+WHOLE+1
        cp      r24, r16
        cpc     r25, r17
        brlo    4f                      /* no cube root here is whole, so never equal */
        rcall   toggle
4:      lsr     r19
        brne    bit
        ror     r19
        dec     r18
        brpl    bit
        pop     r1
        ldd     r18, Y+3
        ldd     r19, Y+2
        ldd     r20, Y+1
        ld      r21, Y
        ret
        .size   root, . - root

/* Turns the bit r19 of the root's byte r18. */
toggle: movw    r26, r28
        add     r26, r18
        adc     r27, r23
        ld      r0, X
        eor     r0, r19
        st      X, r0
        ret

/* The 10 bytes at X times the root, to X + 10, where X is then. A row of 5 bytes
 * is added for each; the one above it is new. */
        .type   times, @function
times:  movw    r30, r26
        adiw    r30, 10
        rcall   zero
        sbiw    r30, 5
        ldi     r20, 10
1:      ld      r21, X+
        clr     r22
        ldi     r24, 5
2:      ld      r25, Y+
        mul     r25, r21
        ld      r25, Z
        add     r0, r25
        adc     r1, r23
        add     r0, r22
        adc     r1, r23
        st      Z+, r0
        mov     r22, r1
        dec     r24
        brne    2b
        st      Z, r22
        sbiw    r28, 5
        sbiw    r30, 4
        dec     r20
        brne    1b
        ret
        .size   times, . - times

/* 5 bytes from Z on. */
zero:   ldi     r22, 5
1:      st      Z+, r23
        dec     r22
        brne    1b
        ret

/* Fractional parts of the square roots of the first 8 primes. FIPS 180-4 5.3.3. */
        .type   initial, @object
initial:
        .byte   0x6a, 0x09, 0xe6, 0x67, 0xbb, 0x67, 0xae, 0x85, 0x3c, 0x6e, 0xf3, 0x72, 0xa5, 0x4f, 0xf5, 0x3a
        .byte   0x51, 0x0e, 0x52, 0x7f, 0x9b, 0x05, 0x68, 0x8c, 0x1f, 0x83, 0xd9, 0xab, 0x5b, 0xe0, 0xcd, 0x19
        .size   initial, . - initial
