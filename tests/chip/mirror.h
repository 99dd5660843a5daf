/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The simulated chip behind the native core's interface: see mirror.c. */
#ifndef MIRROR_H
#define MIRROR_H

#include <stddef.h>
#include <stdint.h>

/* Loads the program of avr/core_main.c. 0, or not. */
int mirror_start(const char *elf);

/* Resets the chip: RAM is gone, EEPROM and flash stay. */
void mirror_reset(void);

/* Writes the last bytes of the flash. */
void mirror_flash_end(const uint8_t *from, size_t len);

#endif
