/* SPDX-License-Identifier: ISC */
/* The real driver on the virtual board's model of its chip, an application that
 * echoes bytes, and a wire. A rule of the datasheet that the driver breaks fails
 * the test. */
#ifndef DRIVER_BENCH_H
#define DRIVER_BENCH_H

#include <stddef.h>
#include <stdint.h>

#include "enc28j60_model.h"

struct driver_sent {                    /* the last frame of the chip, and how many */
    uint8_t frame[ENC28J60_FRAME_MAX + 8];
    uint16_t len;
    unsigned n;
};

extern const uint8_t mac[];            /* the own address: MAC, then IPv4 */
extern struct enc28j60 chip;
extern struct driver_sent sent;
extern int dead;                        /* not 0: the chip does not answer */
extern int hung;                        /* not 0: no transmission ever ends */

/* The chip's time. */
uint64_t driver_us(void);

/* A cmocka setup: power on, and the stack started. */
int driver_start(void **state);

/* Lets time pass for the chip. */
void pass(uint64_t us);

/* Sends a frame to the chip, padded and with its checksum. */
void wire(const uint8_t *frame, size_t len);

/* The checksum of IP and its friends over n bytes. RFC 1071 */
uint16_t sum(const uint8_t *p, size_t n);

#endif
