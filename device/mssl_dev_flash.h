/* SPDX-License-Identifier: ISC */
/* Tables in flash: on AVR a plain const array would be copied to RAM. */
#ifndef MSSL_DEV_FLASH_H
#define MSSL_DEV_FLASH_H

#ifdef __AVR__
#include <avr/pgmspace.h>
#define MSSL_DEV_FLASH PROGMEM
#define mssl_dev_flash_byte(p) pgm_read_byte(p)
#else
#define MSSL_DEV_FLASH
#define mssl_dev_flash_byte(p) (*(const uint8_t *)(p))
#endif

#endif
