/* SPDX-License-Identifier: ISC */
/* How a probe talks to its test: marks with their cycle, bytes on the console, the serial port. */
#ifndef PROBE_H
#define PROBE_H

#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>

/* The board notes the value and the cycle. */
static inline void probe_mark(uint8_t value)
{
    GPIOR1 = value;
}

static inline void probe_say(uint8_t byte)
{
    GPIOR0 = byte;
}

/* Asleep with interrupts off: the board sees that the probe is done. */
static inline void probe_end(void)
{
    cli();
    sleep_enable();
    for (;;)
        sleep_cpu();
}

#endif
