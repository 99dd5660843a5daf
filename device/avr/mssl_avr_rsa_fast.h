/* SPDX-License-Identifier: ISC */
/* The multiplication of mssl_avr_rsa.S by passes of four rows each: half the time
 * for some 800 bytes more. The last row, as LEN + 1 is 1 modulo 4, is a single one.
 *
 * A pass makes T = (T + A x + M N) / 256^4 of four digits A of the factor and the
 * four digits M that make it divide, column by column. Column j is
 *   carry + T_j + A0 x_j + A1 x_j-1 + A2 x_j-2 + A3 x_j-3 + M0 N_j + .. + M3 N_j-3
 * and what comes of it is stored four places lower. Eight products want three bytes
 * of sum: with a carry of at most 2041, carry + 255 + 8 * 255^2 = 522,496, and a 256th of
 * that is at most 2041 again. So its second byte is at most 7 when T_j comes in, and
 * does not overflow. T stays below b + N, as four rows one by one leave it.
 *
 * Registers: four digits each of A, M, x and N, of which the last two go round, the
 * newest over the oldest; four bytes of sum, which go round too: sum 0 of column 0 is
 * the top of column 2. What is no more than a name here is given by number, modulo 4. */

#define A0 r2
#define A1 r3
#define A2 r4
#define A3 r5
#define M0 r6
#define M1 r7
#define M2 r8
#define M3 r9
#define X0 r10
#define X1 r11
#define X2 r12
#define X3 r13
#define N0 r14
#define N1 r15
#define N2 r18
#define N3 r19
#define C0 r20
#define C1 r21
#define C2 r22
#define C3 r23
#define ZERO r25

/* To the ret at `to`, unless equal: it is far. */
        .macro  unequal to
        breq    9f
        ret
9:
        .endm

/* Registers of the caller that passes use. */
        .macro  passes_begin
        .irp    register, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        push    \register
        .endr
        .endm

        .macro  passes_end
        .irp    register, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2
        pop     \register
        .endr
        .endm

/* The sum from register c on += a b. */
        .macro  mac a, b, low, middle, top
        mul     \a, \b
        add     \low, r0
        adc     \middle, r1
        adc     \top, ZERO
        .endm

/* T_j at Y + at comes to the sum. */
        .macro  take at, low, middle
        ldd     r0, Y+\at
        add     \low, r0
        adc     \middle, ZERO
        .endm

/* The digit m that makes the sum end with 0. r24 is n'. */
        .macro  digit m, low, middle, top
        mul     \low, r24
        mov     \m, r0
        mac     \m, N0, \low, \middle, \top
        .endm

/* A whole column: xa .. xd the digits of x from the newest on, na .. nd those of N. */
        .macro  column_of xa, xb, xc, xd, na, nb, nc, nd, low, middle, top
        x_to    \xa
        lpm     \na, Z+
        take    4, \low, \middle
        mac     A0, \xa, \low, \middle, \top
        mac     A1, \xb, \low, \middle, \top
        mac     A2, \xc, \low, \middle, \top
        mac     A3, \xd, \low, \middle, \top
        mac     M0, \na, \low, \middle, \top
        mac     M1, \nb, \low, \middle, \top
        mac     M2, \nc, \low, \middle, \top
        mac     M3, \nd, \low, \middle, \top
        st      Y+, \low
        clr     \low
        .endm

/* All passes: LEN rows. With the flag T set, the factor's digits are r17 and zeros. */
        .macro  passes
        ldi     r24, LEN / 4
pass:   push    r24
        factor_four A0, A1, A2, A3
        brtc    1f
        mov     A0, r17
        clr     r17
        clr     A1
        clr     A2
        clr     A3
1:      pass_begin
        x_begin
        mov     X0, r24
        x_ahead
        clr     ZERO
        clr     C1
        clr     C2
        clr     C3
        ldi     r30, lo8(INVERSE)
        ldi     r31, hi8(INVERSE)
        lpm     r24, Z+
        lpm     N0, Z+
        ldi     r28, lo8(T)
        ldi     r29, hi8(T)

/* Columns 0 to 3 give M, and nothing else. */
        ld      C0, Y
        mac     A0, X0, C0, C1, C2
        digit   M0, C0, C1, C2

        x_to    X1
        lpm     N1, Z+
        take    1, C1, C2
        mac     A0, X1, C1, C2, C3
        mac     A1, X0, C1, C2, C3
        mac     M0, N1, C1, C2, C3
        digit   M1, C1, C2, C3

        x_to    X2
        lpm     N2, Z+
        take    2, C2, C3
        mac     A0, X2, C2, C3, C0
        mac     A1, X1, C2, C3, C0
        mac     A2, X0, C2, C3, C0
        mac     M0, N2, C2, C3, C0
        mac     M1, N1, C2, C3, C0
        digit   M2, C2, C3, C0

        x_to    X3
        lpm     N3, Z+
        take    3, C3, C0
        mac     A0, X3, C3, C0, C1
        mac     A1, X2, C3, C0, C1
        mac     A2, X1, C3, C0, C1
        mac     A3, X0, C3, C0, C1
        mac     M0, N3, C3, C0, C1
        mac     M1, N2, C3, C0, C1
        mac     M2, N1, C3, C0, C1
        digit   M3, C3, C0, C1

/* Columns 4 to LEN - 1. */
        ldi     r24, LEN / 4 - 1
columns:
        column_of X0, X3, X2, X1, N0, N3, N2, N1, C0, C1, C2
        column_of X1, X0, X3, X2, N1, N0, N3, N2, C1, C2, C3
        column_of X2, X1, X0, X3, N2, N1, N0, N3, C2, C3, C0
        column_of X3, X2, X1, X0, N3, N2, N1, N0, C3, C0, C1
        dec     r24
        breq    2f
        rjmp    columns

/* Column LEN has the last digits of x and T; N has none there. Then both run out. */
2:      x_to    X0
        take    4, C0, C1
        mac     A0, X0, C0, C1, C2
        mac     A1, X3, C0, C1, C2
        mac     A2, X2, C0, C1, C2
        mac     A3, X1, C0, C1, C2
        mac     M1, N3, C0, C1, C2
        mac     M2, N2, C0, C1, C2
        mac     M3, N1, C0, C1, C2
        st      Y+, C0
        clr     C0
        mac     A1, X0, C1, C2, C3
        mac     A2, X3, C1, C2, C3
        mac     A3, X2, C1, C2, C3
        mac     M2, N3, C1, C2, C3
        mac     M3, N2, C1, C2, C3
        st      Y+, C1
        clr     C1
        mac     A2, X0, C2, C3, C0
        mac     A3, X3, C2, C3, C0
        mac     M3, N3, C2, C3, C0
        st      Y+, C2
        mac     A3, X0, C3, C0, C1
        st      Y+, C3
        st      Y, C0
        pass_end
        pop     r24
        dec     r24
        breq    3f
        rjmp    pass
3:
        .endm
