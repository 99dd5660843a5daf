/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The microcontroller of the board: simavr with its SPI and EEPROM timing mended.
 *
 * A chip is opened with a firmware and cells, and run for a number of cycles at
 * a time; what it does to the world comes through struct chip_world. Times are
 * cycles of 16 MHz since power-on of the board; they go on while the power is off.
 * simavr keeps global state for its log only, so several chips may be open. */
#ifndef BOARD_CHIP_H
#define BOARD_CHIP_H

#include <stddef.h>
#include <stdint.h>
#include "cells.h"

#define CHIP_HZ        16000000u
#define CHIP_US_CYCLES 16u

enum chip_state { CHIP_RUNS, CHIP_OFF, CHIP_HALTED, CHIP_CRASHED };

/* Calls from the chip. A NULL member is not called. */
struct chip_world {
    void *world;
    /* An output pin changed level; an input counts as 0. */
    void (*pin)(void *world, char port, uint8_t pin, uint8_t level);
    /* A byte of the serial port. */
    void (*uart)(void *world, uint8_t byte);
    /* A byte written to GPIOR0 (a test's console) and to GPIOR1 (a mark in time). */
    void (*console)(void *world, uint8_t byte);
    void (*mark)(void *world, uint8_t value, uint64_t cycle);
    /* A cell was programmed, or torn by a power cut. */
    void (*eeprom)(void *world, uint16_t cell, uint8_t value, uint32_t wear, int torn);
    /* The chip begins at its reset vector: "power", "external", "watchdog". */
    void (*reset)(void *world, const char *cause);
    /* The power is gone. */
    void (*off)(void *world);
    /* Pin select_pin of port B, an SPI slave's CS, is driven low (1) or not (0);
     * pin is called too. */
    void (*select)(void *world, int selected);
    uint8_t select_pin;
    /* The SPI master's byte out, the slave's byte back: at the end of the transfer. */
    uint8_t (*spi)(void *world, uint8_t out);
    /* The firmware broke a rule of the chip's datasheet. */
    void (*broken)(void *world, const char *rule, uint16_t value);
};

struct chip;

/* Opens a chip ("atmega88", "atmega168" or "atmega328p") with the ELF file's flash contents
 * and powers it on at its first run. cells stay the caller's and must be of
 * chip_eeprom_size(mcu). NULL with error set: unknown mcu, or the file is not a
 * firmware that fits. */
struct chip *chip_open(const char *mcu, const char *elf, struct board_cells *cells,
                       const struct chip_world *world, char *error, size_t error_len);
void chip_close(struct chip *c);

/* Writes an Intel HEX file to the flash of a chip that has not run yet, as a programmer
 * does without erasing: bits go from one to zero. 0, or -1 with error set. */
int chip_flash(struct chip *c, const char *hex, char *error, size_t error_len);

/* Bytes of EEPROM, or 0 for an unknown chip. */
uint16_t chip_eeprom_size(const char *mcu);

/* Runs (or, powered off, waits) until about cycles more have passed. */
enum chip_state chip_run(struct chip *c, uint64_t cycles);
enum chip_state chip_state(const struct chip *c);
uint64_t chip_cycle(const struct chip *c);

/* The RESET pin, and the power. Off tears a cell that is being programmed. */
void chip_reset(struct chip *c);
void chip_power(struct chip *c, int on);

/* A power cut after n more cells have been programmed: the one after them is
 * torn, to the given value or (torn < 0) by chance. */
void chip_cut(struct chip *c, uint32_t n, int torn);

/* Levels from outside: a digital pin, and millivolts at an ADC channel (0..7). */
void chip_pin(struct chip *c, char port, uint8_t pin, uint8_t level);
void chip_adc(struct chip *c, uint8_t channel, uint32_t millivolts);
void chip_uart(struct chip *c, uint8_t byte);

/* RAM and registers by data address, and where a symbol of the firmware lies
 * (data symbols as data addresses, functions as byte addresses); -1 if unknown. */
uint8_t chip_peek(const struct chip *c, uint16_t address);
int32_t chip_symbol(const struct chip *c, const char *name);

/* Bytes of the deepest stack since the chip was opened, resets included. *room: the
 * bytes that static RAM leaves for it; 0 when the file does not tell (symbol _end). */
uint16_t chip_stack(const struct chip *c, uint16_t *room);

/* What a byte of RAM holds after power-on: it looks random, as in a real chip,
 * but is the same each time. */
uint8_t chip_ram_fill(uint16_t address);

#endif
