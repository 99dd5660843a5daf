/* SPDX-License-Identifier: ISC */
/* The operands of the RSA check in the packet memory of an ENC28J60: macros for
 * device/avr/mssl_avr_rsa.S, and mssl_avr_rsa_put.
 *
 * A row reads x as one stream, byte by byte, while it computes: SPI takes 16
 * cycles for a byte, a column of the row 27. Only what is public lies there.
 *
 * The driver of the Ethernet chip is in the middle of a frame when the core is
 * called, and will go on reading where it was, so ERDPT is put back. EWRPT need
 * not be: the driver sets it before it writes. The bank of registers is that of
 * both pointers, since the driver has just set the one it reads the frame with. */
#include MSSL_BOARD_H
#include "operands_at.h"

#define READ_ERDPTL   0x00
#define READ_ERDPTH   0x01
#define WRITE_ERDPTL  0x40
#define WRITE_EWRPTL  0x42
#define READ_MEMORY   0x3a
#define WRITE_MEMORY  0x7a

/* r16: the page of x, which in the first multiplication is that of u. r27:26: the
 * factor's next digit. */

        .macro  operands_begin
        ldi     r23, READ_ERDPTL
        rcall   command
        push    r24
        ldi     r23, READ_ERDPTH
        rcall   command
        push    r24
        ldi     r30, lo8(OPERANDS_U_END - 1)    /* of T, which is 0, one byte only: */
        ldi     r31, hi8(OPERANDS_U_END - 1)    /* the loop ends where operands end */
        rcall   store_at
        ldi     r16, hi8(OPERANDS_U)
        .endm

        .macro  factor_is_x
        mov     r27, r16
        .endm

        .macro  factor_is_u
        ldi     r27, hi8(OPERANDS_U)
        .endm

        .macro  factor_begin
        ldi     r26, lo8(OPERANDS_U)    /* of both */
        .endm

        .macro  factor_digit to
        movw    r30, r26
        rcall   read_at
        mov     \to, r24
        .endm

        .macro  operand_more low, high, to
        adiw    \low, 1
.if (OPERANDS_U_END >> 8 >> OPERANDS_BIT) & 1
        sbrs    \high, OPERANDS_BIT
.else
        sbrc    \high, OPERANDS_BIT
.endif
        rjmp    \to
        .endm

        .macro  factor_four a, b, c, d
        .irp    digit, \a, \b, \c, \d
        factor_digit \digit
        adiw    r26, 1
        .endr
        .endm

        .macro  pass_begin
        .endm

        .macro  pass_end
        .endm

        .macro  factor_more to
        operand_more r26, r27, \to
        .endm

        .macro  x_begin
        rcall   x_first
        .endm

        .macro  x_ahead
        out     SPDR, r24
        .endm

        .macro  x_next
        in      r24, SPDR
        out     SPDR, r24
        .endm

        .macro  x_to to
        in      \to, SPDR
        out     SPDR, \to
        .endm

        .macro  store_x
        ldi     r30, lo8(OPERANDS_X)
        ldi     r31, hi8(OPERANDS_X)
        .endm

        .macro  store_t
        mov     r16, r31
        rcall   write_at
        ldi     r28, lo8(T)
        ldi     r29, hi8(T)
92:     ld      r22, Y
        rcall   command
        st      Y+, r1
        operand_more r30, r31, 92b
        .endm

        .macro  compare_begin
        rcall   x_first
        .endm

        .macro  operands_end
        pop     r31
        pop     r30
        ldi     r23, WRITE_ERDPTL
        rcall   pointer
        sbi     SPI_PORT, SPI_CS
        .endm

        .macro  operands_code
/* The byte r24 over SPI, and r24 = what comes: also enc28j60_port_spi, for which a
 * build without this option has chip_spi.S. It waits by the clock, since SPI has
 * half of that (chip_start): the flag of a byte that no one waited for, as
 * x_next leaves it, would not do. */
        .global enc28j60_port_spi
        .type   enc28j60_port_spi, @function
x_byte:
enc28j60_port_spi:
        out     SPDR, r24
        rcall   94f                     /* runs the last two lines three times more: the */
94:     rcall   95f                     /* read that counts is 24 cycles behind */
95:     in      r24, SPDR
        ret
        .size   enc28j60_port_spi, . - enc28j60_port_spi

/* Each byte of the memory at Z, from now on, goes by a command of its own: r22. */
write_at:
        ldi     r23, WRITE_EWRPTL
        rcall   pointer
        ldi     r23, WRITE_MEMORY
        ret

/* From the lowest byte of x on. */
x_first:
        ldi     r30, lo8(OPERANDS_X)
        mov     r31, r16

/* The memory at Z is read: r24 = its byte, and more follows while selected. */
read_at:
        ldi     r23, WRITE_ERDPTL
        rcall   pointer
        ldi     r23, READ_MEMORY
        rjmp    command

pointer:
        mov     r22, r30
        rcall   command
        inc     r23
        mov     r22, r31

/* Ends the command before, sends r23 and r22; r24 = what came with the latter. */
command:
        sbi     SPI_PORT, SPI_CS
        cbi     SPI_PORT, SPI_CS
        mov     r24, r23
        rcall   x_byte
        mov     r24, r22
        rjmp    x_byte

/* From the last byte of the chunk, which is the lowest of them, backwards. */
        .global mssl_avr_rsa_put
        .type   mssl_avr_rsa_put, @function
mssl_avr_rsa_put:
        add     r26, r20
        adc     r27, r1
        ldi     r30, lo8(OPERANDS_U_END - 1)
        ldi     r31, hi8(OPERANDS_U_END - 1)
        sub     r30, r24
        sbc     r31, r25
        sub     r30, r20
        sbc     r31, r1
        rcall   write_at
93:     ld      r22, -X
        rcall   command
        dec     r20
        brne    93b
        sbi     SPI_PORT, SPI_CS
        ret
        .size   mssl_avr_rsa_put, . - mssl_avr_rsa_put
        .endm
