/* SPDX-License-Identifier: ISC */
/* What the files of the ENC28J60 model share: registers as numbers, and each file's entry points. */
#ifndef ENC28J60_INSIDE_H
#define ENC28J60_INSIDE_H

#include "enc28j60_model.h"
#include "enc28j60_regs.h"

static inline uint16_t enc_pair(const uint8_t *low)
{
    return (uint16_t)(low[0] | low[1] << 8);
}

static inline void enc_set_pair(uint8_t *low, uint16_t value)
{
    low[0] = (uint8_t)value;
    low[1] = (uint8_t)(value >> 8);
}

/* The pointers of bank 0. */
static inline uint16_t enc_pointer(const struct enc28j60 *e, uint8_t reg)
{
    return enc_pair(e->bank[0] + reg);
}

static inline uint8_t *enc_common(struct enc28j60 *e, uint8_t reg)
{
    return e->common + (reg - EIE);
}

static inline int enc_full_duplex(const struct enc28j60 *e)
{
    return (e->bank[2][MACON3] & MACON3_FULDPX) != 0;
}

/* enc28j60_mac.c: the way of frames through memory. */
void enc_ring_check(struct enc28j60 *e);
void enc_read_pointer_check(struct enc28j60 *e);
uint16_t enc_ring_next(const struct enc28j60 *e, uint16_t address);
void enc_transmit_start(struct enc28j60 *e);
void enc_transmit_end(struct enc28j60 *e);
void enc_dma_start(struct enc28j60 *e);
void enc_dma_end(struct enc28j60 *e);

/* enc28j60_phy.c: the registers behind the MII. */
void enc_phy_reset(struct enc28j60 *e);
void enc_mii_start(struct enc28j60 *e, uint8_t write);
void enc_mii_end(struct enc28j60 *e);

/* enc28j60_model.c: sets INT and the flags that follow from others. */
void enc_interrupts(struct enc28j60 *e);

#endif
