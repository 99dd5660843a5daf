/* SPDX-License-Identifier: ISC */
/* mssl_port_eeprom_read and _write for AVR chips whose EEPROM registers lie
 * within reach of sbi (ATmega48..328 and kin). mssl_dev_port.h. A part of
 * mssl_avr_core.S; the C core takes it by itself. */
#ifndef __SFR_OFFSET
#define __SFR_OFFSET 0
#endif
#include <avr/io.h>

/* Where cells above the first 256 are written too, by the core: keeps r25. */
#ifdef MSSL_AVR_SIGNATURE
.macro  skip_clear
        cpse    r25, r25
.endm
#else
.macro  skip_clear
.endm
#endif

        .global mssl_port_eeprom_read
        .type   mssl_port_eeprom_read, @function
mssl_port_eeprom_read:
        rcall   cell_at
        mov     r24, r0
        ret
        .size   mssl_port_eeprom_read, . - mssl_port_eeprom_read

/* Writes r22 to cell r25:24, then as cell_read, which the core without the
 * signature option has always called for the cell before; with it, as cell_at. */
        .global mssl_port_eeprom_write
        .type   mssl_port_eeprom_write, @function
mssl_port_eeprom_write:
        rcall   cell_at                  /* waits, and selects the cell */
        out     EEDR, r22
        in      r0, SREG
        cli                             /* EEPE counts within 4 cycles of EEMPE only */
        sbi     EECR, EEMPE
        sbi     EECR, EEPE
        out     SREG, r0
        skip_clear
        .size   mssl_port_eeprom_write, . - mssl_port_eeprom_write

/* cell_read: r0 = cell r24 of the first 256; cell_at: of cell r25:24. Both wait
 * until what is being written is stored: a reset does not stop that. */
        .type   cell_read, @function
cell_read:
        clr     r25
cell_at:
        sbic    EECR, EEPE
        rjmp    cell_at
        out     EEARH, r25
        out     EEARL, r24
        sbi     EECR, EERE
        in      r0, EEDR
        ret
        .size   cell_read, . - cell_read
