/* SPDX-License-Identifier: ISC */
/* Tables that stay in flash on AVR, where a plain const array costs RAM. */
#ifndef NET_FLASH_H
#define NET_FLASH_H

#ifdef __AVR__
#include <avr/pgmspace.h>
#define NET_FLASH PROGMEM
#define net_flash_byte(p) pgm_read_byte(p)
#else
#define NET_FLASH
#define net_flash_byte(p) (*(p))
#endif

#endif
