/* SPDX-License-Identifier: ISC */
/* On the chip: tasks, and the way back from a call from outside. A write to
 * GPIOR0 hands over to the test; tests/chip/chip_abi.c. */
#define __SFR_OFFSET 0
#include <avr/io.h>

        .section .text.twin_port, "ax", @progbits
        .global mssl_port_task
        .type   mssl_port_task, @function
mssl_port_task:
        out     GPIOR0, r24
        ret
        .size   mssl_port_task, . - mssl_port_task

        .global mssl_port_task_text
        .type   mssl_port_task_text, @function
mssl_port_task_text:
        out     GPIOR0, r24
        ret
        .size   mssl_port_task_text, . - mssl_port_task_text

/* As compiled C may, it leaves other values in every register that a function may
 * change, and the flag T. */
        .global mssl_port_alive
        .type   mssl_port_alive, @function
mssl_port_alive:
        ldi     r18, 0x55
        mov     r19, r18
        movw    r20, r18
        movw    r22, r18
        movw    r24, r18
        movw    r26, r18
        movw    r30, r18
        mov     r0, r18
        set
        ret
        .size   mssl_port_alive, . - mssl_port_alive

        .global chip_return
        .type   chip_return, @function
chip_return:
        out     GPIOR0, r24
        rjmp    chip_return
        .size   chip_return, . - chip_return
