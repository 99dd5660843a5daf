/* SPDX-License-Identifier: ISC */
/* A simulated chip that runs one of the programs board-probe_*.elf, and a record
 * of what it told the world. */
#ifndef CHIP_PROBE_H
#define CHIP_PROBE_H

#include "chip.h"
#include "cmocka_all.h"

#define MS (1000u * CHIP_US_CYCLES)
#define MARKS 64

struct probe {
    struct chip *chip;
    struct board_cells cells;
    uint8_t mark[MARKS], said[64], uart[64];
    uint64_t at[MARKS];
    unsigned marks, said_len, uart_len, pins, torn;
    uint8_t torn_value;
    char resets[200];
};
extern struct probe t;

/* Where the programs are: set by main. */
extern const char *folder;

/* Opens board-probe_PROBE.elf on a chip of that kind; fails the test if it can't. */
void open_probe(const char *mcu, const char *probe);

/* cmocka's teardown. */
int close_probe(void **state);

#define T(f) cmocka_unit_test_teardown(f, close_probe)

#endif
