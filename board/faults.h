/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Faults of the link between the switch and the chip, both ways, from a seed:
 * the same seed and the same frames give the same faults.
 *
 * A corrupted frame has one flipped bit in its IPv4 packet and a right check
 * sequence, as if a switch's memory had erred: the checksums of IP and TCP must
 * notice. ARP is spared that, since it has none. */
#ifndef BOARD_FAULTS_H
#define BOARD_FAULTS_H

#include <stddef.h>
#include <stdint.h>

#include "switch.h"

#define BOARD_FAULTS_FRAMES 128

enum { BOARD_TO_CHIP, BOARD_FROM_CHIP };

struct board_fault_rates {
    double loss, duplicate, reorder, corrupt;   /* in percent of the frames */
    double delay_ms;                            /* every frame is late by 0 to that */
    uint64_t seed;
};

struct board_faults {
    struct board_fault_rates rates;
    int on;
    uint64_t random;
    struct {
        uint64_t due_us, order;
        int way;
        uint16_t len;
        uint8_t bytes[BOARD_FRAME_MAX];
    } frame[BOARD_FAULTS_FRAMES];
    unsigned count;
    uint64_t order;                             /* frames of the same time leave in order */
    unsigned long passed, lost, duplicated, reordered, corrupted;
};

/* Reads "loss=5,duplicate=1,reorder=5,corrupt=1,delay=20,seed=7", each part
 * optional, or "none". Returns 0, or -1 with the remedy in error. */
int board_faults_parse(struct board_fault_rates *rates, const char *text, char *error, size_t error_len);

/* No faults, nothing under way; new rates from now on, what is under way stays. */
void board_faults_init(struct board_faults *f);
void board_faults_set(struct board_faults *f, const struct board_fault_rates *rates);

/* A frame sets out. */
void board_faults_put(struct board_faults *f, uint64_t now_us, int way, const uint8_t *frame, uint16_t len);

/* The next frame that is due, or NULL; valid until the next call. */
const uint8_t *board_faults_take(struct board_faults *f, uint64_t now_us, int *way, uint16_t *len);

#endif
