/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the chip share: simavr's structures and the mended parts of it. */
#ifndef BOARD_CHIP_INSIDE_H
#define BOARD_CHIP_INSIDE_H

#include <simavr/sim_avr.h>
#include <simavr/avr_adc.h>
#include <simavr/avr_eeprom.h>
#include <simavr/avr_extint.h>
#include <simavr/avr_ioport.h>
#include <simavr/avr_spi.h>
#include <simavr/avr_uart.h>
#include <simavr/avr_watchdog.h>
#include "avr_elf.h"
#include "chip.h"

struct chip_port {
    struct chip *chip;
    char name;
    uint8_t port, ddr;
    uint8_t level, low;            /* driven high, driven low */
    uint8_t pulled, outside;       /* inputs that something drives, and to what */
};

struct chip_spi {
    avr_spi_t *avr_spi;
    uint8_t busy, out, in;
};

struct chip_eeprom {
    avr_eeprom_t *avr_eeprom;
    struct board_cells *cells;
    uint8_t busy, data;
    uint16_t cell;
    enum board_program mode;
    uint64_t end;                  /* cycle at which the programming ends */
    uint32_t until_cut;            /* programmings left before the power cut */
    uint8_t cut_armed;
    int cut_torn;
};

struct chip {
    avr_t *avr;
    avr_io_t hook;                 /* a simavr module whose reset call tells of resets */
    struct chip_world world;
    struct board_elf elf;
    struct chip_port ports[3];
    struct chip_spi spi;
    struct chip_eeprom eeprom;
    enum chip_state state;
    const char *reset_cause;       /* of the reset under way */
    uint8_t int0_low;
    uint16_t stack_low;            /* the lowest stack pointer so far */
};

/* The module of that kind inside simavr, or NULL. */
void *chip_module(struct chip *c, const char *kind);

void chip_broken(struct chip *c, const char *rule, uint16_t value);

/* After each instruction: two loads and a comparison, so that the board stays fast. */
void chip_stack_lower(struct chip *c, uint16_t sp);
static inline void chip_stack_look(struct chip *c)
{
    uint16_t sp = (uint16_t)(c->avr->data[R_SPL] | c->avr->data[R_SPH] << 8);

    if (sp < c->stack_low)
        chip_stack_lower(c, sp);
}

/* Attach replaces simavr's registers once; reset follows every reset of the core. */
void chip_spi_attach(struct chip *c);
void chip_spi_reset(struct chip *c);
void chip_eeprom_attach(struct chip *c, struct board_cells *cells);
void chip_eeprom_reset(struct chip *c);
/* The power goes: an operation under way tears its cell. */
void chip_eeprom_power_off(struct chip *c);

#endif
