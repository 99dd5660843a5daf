/* SPDX-License-Identifier: ISC */
/* The reference board: an ATmega168 or 328P at 16 MHz and an ENC28J60, on the
 * pins the chip's SPI has. For a board of your own copy this file, change the
 * pins, and build with -DMSSL_BOARD=NAME.
 *
 *   PB1  LED, to ground         PB3  MOSI  ->  SI
 *   PB2  CS  ->  CS             PB4  MISO  <-  SO
 *   PD2  INT (not used: the     PB5  SCK   ->  SCK
 *        firmware polls)
 *
 * The ENC28J60 wants 3.3 V; its inputs stand 5 V, and a chip at 5 V reads its
 * 3.3 V outputs. The brownout detector must be on (see firmware/flash.sh): a
 * torn EEPROM write is harmless, code run below the voltage it needs is not. */
#ifndef BOARD_H
#define BOARD_H

#include <avr/io.h>

#define LED_PORT   PORTB
#define LED_PIN    PINB
#define LED_DDR    DDRB
#define LED        1

#define SPI_PORT   PORTB
#define SPI_DDR    DDRB
#define SPI_CS     2
#define SPI_MOSI   3
#define SPI_SCK    5

#endif
