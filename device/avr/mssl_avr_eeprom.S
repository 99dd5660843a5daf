/* SPDX-License-Identifier: ISC */
/* mssl_port_eeprom_read and _write for AVR chips whose EEPROM registers lie
 * within reach of sbi (ATmega48..328 and kin). mssl_dev_port.h. */
#define __SFR_OFFSET 0
#include <avr/io.h>

        .section .text.mssl_avr_eeprom, "ax", @progbits

/* Selects the cell r25:24 when the EEPROM is idle. A write can be under way
 * even after a reset, which does not stop it. */
        .type   select, @function
select: sbic    EECR, EEPE
        rjmp    select
        out     EEARH, r25
        out     EEARL, r24
        ret
        .size   select, . - select

        .global mssl_port_eeprom_write
        .type   mssl_port_eeprom_write, @function
mssl_port_eeprom_write:
        rcall   select
        out     EEDR, r22
        in      r0, SREG
        cli                             /* EEPE counts within 4 cycles of EEMPE only */
        sbi     EECR, EEMPE
        sbi     EECR, EEPE
        out     SREG, r0
        /* Goes on into read, which waits until the byte is stored and returns
         * what the cell holds now. */
        .size   mssl_port_eeprom_write, . - mssl_port_eeprom_write

        .global mssl_port_eeprom_read
        .type   mssl_port_eeprom_read, @function
mssl_port_eeprom_read:
        rcall   select
        sbi     EECR, EERE
        in      r24, EEDR
        ret
        .size   mssl_port_eeprom_read, . - mssl_port_eeprom_read
