/* SPDX-License-Identifier: ISC */
/* The driver of the ENC28J60: it provides net_nic.h, and needs these three
 * link-time functions of the board. SPI mode 0, and 8 to 20 MHz (errata 1: a
 * slower clock reads MAC registers wrong). */
#ifndef ENC28J60_H
#define ENC28J60_H

#include <stdint.h>

#include "net_nic.h"

/* Pulls the chip's CS low; high. */
void enc28j60_port_select(void);
void enc28j60_port_deselect(void);

/* Sends a byte and returns the one that came with it. */
uint8_t enc28j60_port_spi(uint8_t byte);

/* Waits for 1 ms or longer. */
void enc28j60_port_wait_1ms(void);

#endif
