/* SPDX-License-Identifier: ISC */
/* Programs cells in each mode between marks, and reads back what they hold. */
#include "probe.h"

#define MODE_BOTH  0
#define MODE_ERASE (1 << EEPM0)
#define MODE_WRITE (1 << EEPM1)

static void start(uint16_t cell, uint8_t value, uint8_t mode)
{
    EEAR = cell;
    EEDR = value;
    EECR = mode;
    EECR |= 1 << EEMPE;
    EECR |= 1 << EEPE;
}

static void program(uint16_t cell, uint8_t value, uint8_t mode)
{
    start(cell, value, mode);
    while (EECR & (1 << EEPE))
        ;
}

static uint8_t read(uint16_t cell)
{
    EEAR = cell;
    EECR |= 1 << EERE;
    return EEDR;
}

int main(void)
{
    probe_mark(1);
    program(10, 0xA5, MODE_BOTH);
    probe_mark(2);
    program(10, 0x0F, MODE_WRITE);       /* 0xA5 & 0x0F */
    probe_mark(3);
    probe_say(read(10));
    probe_mark(4);
    program(10, 0x00, MODE_ERASE);
    probe_mark(5);
    probe_say(read(10));

    /* Without EEMPE within four cycles nothing is written. */
    EEAR = 10;
    EEDR = 0x11;
    EECR = 1 << EEPE;
    probe_say(EECR & (1 << EEPE));
    EECR = 1 << EEMPE;
    __asm__ volatile("nop\n nop\n nop\n nop\n nop");
    EECR |= 1 << EEPE;
    probe_say(EECR & (1 << EEPE));
    probe_say(read(10));

    start(11, 0x77, MODE_BOTH);
    probe_say(EECR & (1 << EEPE));        /* busy */
    while (EECR & (1 << EEPE))
        ;
    for (uint8_t i = 0; i < 8; i++)
        program((uint16_t)(20 + i), (uint8_t)(0x30 + i), MODE_BOTH);
    probe_end();
}
