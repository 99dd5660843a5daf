/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The virtual board: the chip, its ENC28J60, the switch, and the events they cause.
 *
 * Wiring: SPI on PB3 (MOSI), PB4 (MISO), PB5 (SCK), CS of the ENC28J60 on PB2,
 * its INT on PD2 (INT0). All other pins are the firmware's and give events. */
#ifndef BOARD_BOARD_H
#define BOARD_BOARD_H

#include <stddef.h>
#include <stdint.h>
#include "chip.h"
#include "enc28j60_model.h"
#include "events.h"
#include "faults.h"
#include "pcap.h"
#include "switch.h"

#define BOARD_SLICE_US 1000

struct board {
    uint64_t now_us;               /* simulated time */
    struct chip *chip;
    struct board_cells cells;
    struct enc28j60 enc;
    struct board_switch lan;
    struct board_wire wire;
    struct board_faults faults;
    struct board_pcap pcap;
    struct board_events events;
    int chip_port, neighbour_port; /* the chip's port of the switch, and that of the command frame */
    int strict;                    /* a broken rule ends the run */
    unsigned broken;               /* rules broken so far */
    int halted;                    /* told already */
    uint64_t skip_us;              /* until then, time need not wait for the real one; 0: it does */
};

/* Sets up everything but the chip; cells and pcap stay closed. events_out stays
 * the caller's. */
void board_init(struct board *b, FILE *events_out, int strict);

/* Opens the chip; b->cells must be open. flash: an Intel HEX file that is written
 * beside the firmware, or NULL. 0, or -1 with error set. */
int board_start(struct board *b, const char *mcu, const char *elf, const char *flash,
                char *error, size_t error_len);

/* One millisecond of simulated time. Returns NULL, or why the run ends: "crash", "strict". */
const char *board_slice(struct board *b);

/* One line of the control language of docs/FORMATS.md, without its newline.
 * 0, 1 for quit, or -1 with error set. */
int board_command(struct board *b, const char *line, char *error, size_t error_len);

/* Tells how deep the stack went: the last event but the end. */
void board_tell_stack(struct board *b);

/* Closes chip, cells and pcap. 0, or -1 when the EEPROM file may be incomplete. */
int board_stop(struct board *b);

#endif
