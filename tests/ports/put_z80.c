/* SPDX-License-Identifier: ISC */
/* ucsim's own cell: w writes the next byte to the output file, s stops. */
#include "ports.h"

static volatile uint8_t __at(0xbfff) simulator;

/* A function of its own: sdcc 4.2 drops the first of two writes in a row to
 * one volatile cell. */
static void tell(uint8_t byte)
{
    simulator = byte;
}

void ports_put(char c)
{
    tell(c ? 'w' : 's');
    if (c)
        tell((uint8_t)c);
}
