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

        .global chip_return
        .type   chip_return, @function
chip_return:
        out     GPIOR0, r24
        rjmp    chip_return
        .size   chip_return, . - chip_return
