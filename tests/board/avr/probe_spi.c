/* SPDX-License-Identifier: ISC */
/* Sends one byte at each clock rate between marks, and says what came back. */
#include "probe.h"

static void send(uint8_t value)
{
    SPDR = value;
    while (!(SPSR & (1 << SPIF)))
        ;
}

static void rate(uint8_t spr, uint8_t spi2x)
{
    SPCR = (uint8_t)(1 << SPE | 1 << MSTR | spr);
    SPSR = spi2x;
    probe_mark((uint8_t)(spr << 1 | spi2x));
    send((uint8_t)(0x40 + spr));
    probe_mark(0xFF);
    probe_say(SPDR);
}

int main(void)
{
    DDRB = 1 << PB2 | 1 << PB3 | 1 << PB5;
    for (uint8_t spr = 0; spr < 4; spr++)
        for (uint8_t spi2x = 0; spi2x < 2; spi2x++)
            rate(spr, spi2x);
    probe_end();
}
