/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A learning Ethernet switch, and the 10 Mbit/s wire from it to the chip.
 *
 * Frames here have no check sequence; the wire adds it. faults.h goes between:
 * everything the chip hears passes board_wire_push, everything it says passes
 * board_switch_input from its port. */
#ifndef BOARD_SWITCH_H
#define BOARD_SWITCH_H

#include <stdint.h>

#define BOARD_FRAME_MAX     1518   /* without check sequence, with a VLAN tag */
#define BOARD_FRAME_MIN     60
#define BOARD_SWITCH_PORTS  8
#define BOARD_SWITCH_MACS   64
#define BOARD_WIRE_FRAMES   64

struct board_switch {
    int ports;
    struct {
        void (*deliver)(void *peer, const uint8_t *frame, uint16_t len);
        void *peer;
    } port[BOARD_SWITCH_PORTS];
    struct {
        uint8_t mac[6];
        int port;
    } learned[BOARD_SWITCH_MACS];
    int learned_count, learned_next;
    /* Sees every frame once, as it enters the switch; may be NULL. */
    void (*observe)(void *observer, const uint8_t *frame, uint16_t len);
    void *observer;
};

/* No ports, nothing learned. */
void board_switch_init(struct board_switch *s);

/* Returns the new port's number, or -1 when all are taken. */
int board_switch_attach(struct board_switch *s, void (*deliver)(void *, const uint8_t *, uint16_t), void *peer);

/* A frame enters at port: its source is learned, and it goes to the port where
 * its destination was learned, or to all others. Frames without a whole header
 * or too long are dropped. */
void board_switch_input(struct board_switch *s, int port, const uint8_t *frame, uint16_t len);

/* Frames under way to the chip. Each takes its time on the wire, so a burst
 * arrives no faster than the chip's own 10 Mbit/s. */
struct board_wire {
    struct {
        uint64_t due_us;
        uint16_t len;
        uint8_t bytes[BOARD_FRAME_MAX + 4];
    } frame[BOARD_WIRE_FRAMES];
    unsigned first, count;
    uint64_t free_us;              /* when the wire is idle again */
    uint32_t lost;                 /* frames that found it full */
};

void board_wire_init(struct board_wire *w);

/* Pads to the minimum, adds the check sequence and queues. */
void board_wire_push(struct board_wire *w, uint64_t now_us, const uint8_t *frame, uint16_t len);

/* The next frame that has arrived by now, check sequence included, or NULL. It
 * stays valid until the next push. */
const uint8_t *board_wire_pop(struct board_wire *w, uint64_t now_us, uint16_t *len);

#endif
