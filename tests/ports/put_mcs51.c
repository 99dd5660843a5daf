/* SPDX-License-Identifier: ISC */
/* ucsim's own cell: w writes the next byte to the output file, s stops. */
#include "ports.h"

static __xdata volatile uint8_t __at(0xffff) simulator;

void ports_put(char c)
{
    simulator = c ? 'w' : 's';
    if (c)
        simulator = (uint8_t)c;
}
