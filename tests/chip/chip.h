/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A simulated AVR chip that tests and benches drive through its memory.
 *
 * A test program (avr/) holds a struct chip_mail under the symbol `chip_mail`,
 * waits for a command in it, runs it between two writes to GPIOR1 and zeroes
 * the command. Cycles and stack are measured between the two writes. */
#ifndef CHIP_H
#define CHIP_H

#include <stddef.h>
#include <stdint.h>

#include "chip_mail.h"

struct chip;

struct chip_cost {
    uint64_t cycles;    /* from marker to marker */
    unsigned stack;     /* deepest, in bytes, below the stack at the first marker */
};

/* Loads an ELF and runs it at 16 MHz until it waits for a command. NULL with a
 * reason on standard error. mcu: "atmega168". */
struct chip *chip_new(const char *elf, const char *mcu);
void chip_free(struct chip *c);

/* Writes command and its arguments, runs it, and takes the results back into
 * mail. 0; or -1 when the chip crashed or took more than 2^32 cycles. */
int chip_call(struct chip *c, struct chip_mail *mail, uint8_t command, struct chip_cost *cost);

/* The address in RAM of a symbol; 0: there is none. */
uint16_t chip_symbol(const struct chip *c, const char *name);

/* The same in flash, in bytes. */
uint32_t chip_flash_symbol(const struct chip *c, const char *name);

/* The simulator's own, for who drives it further than this header does. */
struct avr_t *chip_avr(struct chip *c);

/* Writes, reads the last len bytes of the flash: docs/FORMATS.md, Modulus for the chip. */
void chip_flash_end_write(struct chip *c, const uint8_t *from, size_t len);
void chip_flash_end_read(const struct chip *c, uint8_t *out, size_t len);

/* RAM and EEPROM, copied. */
void chip_ram_read(const struct chip *c, uint16_t address, uint8_t *out, size_t len);
void chip_eeprom_write(struct chip *c, uint16_t address, const uint8_t *from, size_t len);
void chip_eeprom_read(struct chip *c, uint16_t address, uint8_t *out, size_t len);

/* Runs a program to its end: console output (GPIOR0) goes to standard output;
 * what it writes to GPIOR2 is its result. Prints each span between markers
 * to standard error. -1: crash, or no result within max_cycles. */
int chip_run(struct chip *c, uint64_t max_cycles);

#endif
