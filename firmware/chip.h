/* SPDX-License-Identifier: ISC */
/* The chip under the firmware: its clock, its pins, its SPI. */
#ifndef CHIP_H
#define CHIP_H

#include <stdint.h>

/* Sets up pins, SPI, timer and the watchdog, which bites after 2 s. */
void chip_start(void);

/* Feeds the watchdog and keeps the clock: to be called once a second at least. */
void chip_clock(void);

/* Does the same, and returns 1 once for every 50 ms that passed, even if it was
 * called late; what is more than a second late is forgotten. Uses no interrupt. */
uint8_t chip_tick(void);

/* Seconds since the reset. */
extern uint32_t chip_seconds;

#endif
