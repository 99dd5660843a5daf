/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The board's events as lines that programs read: docs/FORMATS.md, "Virtual board". */
#ifndef BOARD_EVENTS_H
#define BOARD_EVENTS_H

#include <stdint.h>
#include <stdio.h>

#define BOARD_LINE_MAX 200

/* A line of text that the firmware builds byte by byte. */
struct board_line {
    const char *name;                 /* the event's: uart, console */
    unsigned len;
    uint8_t text[BOARD_LINE_MAX];
};

struct board_events {
    FILE *out;
    const uint64_t *now_us;           /* the board's clock */
    struct board_line uart, console;
};

void board_events_init(struct board_events *e, FILE *out, const uint64_t *now_us);

/* One line: the time, then the text as by printf. */
void board_event(struct board_events *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* One more byte of a line; the line is told at its newline or when it is full. */
void board_event_byte(struct board_events *e, struct board_line *line, uint8_t byte);

/* Tells what is left of unfinished lines. */
void board_events_flush(struct board_events *e);

#endif
