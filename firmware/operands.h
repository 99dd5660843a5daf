/* SPDX-License-Identifier: ISC */
/* The operands of the RSA check in the packet memory of an ENC28J60: macros for
 * device/avr/mssl_avr_rsa.S, and mssl_dev_rsa_put.
 *
 * A row reads x as one stream, byte by byte, while it computes: SPI takes 16
 * cycles for a byte, a column of the row 27. Only what is public lies there.
 *
 * The driver of the Ethernet chip is in the middle of a frame when the core is
 * called, and will go on reading where it was, so ERDPT is put back. EWRPT need
 * not be: the driver sets it before it writes. The bank of registers is 0, since
 * nic_write_at leaves it so, and the driver sets it before it needs another. */
#include MSSL_BOARD_H
#include "operands_at.h"

#define READ_ERDPTL   0x00
#define READ_ERDPTH   0x01
#define WRITE_ERDPTL  0x40
#define WRITE_ERDPTH  0x41
#define READ_MEMORY   0x3a

/* r16: the page of x, which in the first multiplication is that of u. r27:26: the
 * factor's next digit. SPI changes r24 and r25 only: chip_spi.S. */

        .macro  operands_begin
        ldi     r23, READ_ERDPTL
        rcall   command
        push    r24
        ldi     r23, READ_ERDPTH
        rcall   command
        push    r24
        sbi     SPI_PORT, SPI_CS
        ldi     r24, lo8(OPERANDS_U_END - 1)
        ldi     r25, hi8(OPERANDS_U_END - 1)
        call    nic_write_at
        ldi     r24, 0
        call    nic_put
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

        .macro  factor_more to
        adiw    r26, 1
.if (OPERANDS_U_END >> 8 >> OPERANDS_BIT) & 1
        sbrs    r27, OPERANDS_BIT
.else
        sbrc    r27, OPERANDS_BIT
.endif
        rjmp    \to
        .endm

        .macro  x_begin
        ldi     r30, lo8(OPERANDS_X)
        mov     r31, r16
        rcall   read_at
        .endm

        .macro  x_ahead
        out     SPDR, r24
        .endm

        .macro  x_next
        in      r24, SPDR
        out     SPDR, r24
        .endm

        .macro  store_t
        sbi     SPI_PORT, SPI_CS
        ldi     r24, lo8(OPERANDS_X)
        ldi     r25, hi8(OPERANDS_X)
        mov     r16, r25
        call    nic_write_at
        ldi     r28, lo8(T)
        ldi     r29, hi8(T)
92:     ld      r24, Y
        call    nic_put
        st      Y+, r1
        cpi     r28, lo8(T + OPERAND)
        brne    92b
        cpi     r29, hi8(T + OPERAND)
        brne    92b
        .endm

        .macro  operands_pop
        pop     r19
        pop     r18
        .endm

        .macro  compare_begin
        ldi     r30, lo8(OPERANDS_X)
        mov     r31, r16
        rcall   read_at
        .endm

/* Reading moves ERDPT on, so that it is set one lower; below 0 lies the end of
 * the memory, and 0 follows it again. */
        .macro  operands_end
        movw    r30, r18
        sbiw    r30, 1
        rcall   read_at
        sbi     SPI_PORT, SPI_CS
        .endm

#define x_byte enc28j60_port_spi

        .macro  operands_code
/* Selects the memory at Z for reading; r24 = its byte. The chip stays selected
 * for more. Changes r22, r23, r25. */
read_at:
        ldi     r23, WRITE_ERDPTL
        mov     r22, r30
        rcall   command
        ldi     r23, WRITE_ERDPTH
        mov     r22, r31
        rcall   command
        ldi     r23, READ_MEMORY

/* Ends the command before, sends r23 and r22; r24 = what came with the latter. */
command:
        sbi     SPI_PORT, SPI_CS
        cbi     SPI_PORT, SPI_CS
        mov     r24, r23
        rcall   enc28j60_port_spi
        mov     r24, r22
        rjmp    enc28j60_port_spi

/* From the last byte of the chunk, which is the lowest of them, backwards. */
        .global mssl_dev_rsa_put
        .type   mssl_dev_rsa_put, @function
mssl_dev_rsa_put:
        push    r16
        push    r28
        push    r29
        movw    r28, r22
        add     r28, r20
        adc     r29, r1
        mov     r16, r20
        add     r20, r24
        adc     r25, r1
        ldi     r24, lo8(OPERANDS_U_END - 1)
        sub     r24, r20
        mov     r20, r25
        ldi     r25, hi8(OPERANDS_U_END - 1)
        sbc     r25, r20
        call    nic_write_at
93:     ld      r24, -Y
        call    nic_put
        dec     r16
        brne    93b
        pop     r29
        pop     r28
        pop     r16
        ret
        .size   mssl_dev_rsa_put, . - mssl_dev_rsa_put
        .endm
