/* SPDX-License-Identifier: ISC */
/* The PHY of the ENC28J60 model: its registers, reached through the MII one at a time (DS 3.3). */
#include "enc28j60_inside.h"

#define MII_US 11   /* 10.24 us by DS 3.3.1, rounded up to the model's clock */

void enc_phy_reset(struct enc28j60 *e)
{
    e->phy[PHCON1] = 0;
    e->phy[PHSTAT1] = (uint16_t)(0x1800 | (e->link_up ? PHSTAT1_LLSTAT : 0));
    e->phy[PHID1] = 0x0083;
    e->phy[PHID2] = 0x1400;
    e->phy[PHCON2] = 0;
    e->phy[PHSTAT2] = e->link_up ? PHSTAT2_LSTAT : 0;
    e->phy[PHIE] = 0;
    e->phy[PHIR] = 0;
    e->phy[PHLCON] = 0x3422;
}

/* Bits a driver may set: DS 3.3: PHCON1, PHCON2, PHIE, PHLCON. */
static uint16_t writable(uint8_t reg)
{
    switch (reg) {
    case PHCON1: return 0xC900;
    case PHCON2: return 0x6500;
    case PHIE:   return 0x0012;
    case PHLCON: return 0x3FFE;
    default:     return 0;
    }
}

static void phy_write(struct enc28j60 *e, uint8_t reg, uint16_t value)
{
    if (value & ~writable(reg))
        e->to.broken(e->to.owner, "DS 3.3: a PHY write sets reserved or read-only bits", value);
    if (reg == PHLCON && (value & 0x3000) != 0x3000)
        e->to.broken(e->to.owner, "DS register 2-2: PHLCON bits 13 and 12 shall be written 1", value);
    if (reg == PHCON1 && (value & PHCON1_PRST)) {
        enc_phy_reset(e);
        return;
    }
    if (writable(reg))
        e->phy[reg] = value & writable(reg);
}

static uint16_t phy_read(struct enc28j60 *e, uint8_t reg)
{
    uint16_t value = e->phy[reg];

    if (reg == PHSTAT1 && e->link_up)
        e->phy[PHSTAT1] |= PHSTAT1_LLSTAT;   /* it latches low until read */
    if (reg == PHSTAT2 && (e->phy[PHCON1] & PHCON1_PDPXMD))
        value |= 0x0200;                     /* DPXSTAT */
    if (reg == PHIR) {                       /* reading acknowledges, DS 12.1.5 */
        e->phy[PHIR] = 0;
        *enc_common(e, EIR) &= (uint8_t)~EIR_LINKIF;
    }
    return value;
}

void enc_mii_start(struct enc28j60 *e, uint8_t write)
{
    if (e->bank[3][MISTAT] & MISTAT_BUSY)
        e->to.broken(e->to.owner, "DS 3.3: an MII access begins while MISTAT.BUSY is set",
                     e->bank[2][MIREGADR]);
    e->mii_write = write;
    e->bank[3][MISTAT] |= MISTAT_BUSY;
    e->mii_end_us = e->now_us + MII_US;
}

void enc_mii_end(struct enc28j60 *e)
{
    uint8_t reg = e->bank[2][MIREGADR];

    e->mii_end_us = 0;
    e->bank[3][MISTAT] &= (uint8_t)~MISTAT_BUSY;
    if (e->mii_write)
        phy_write(e, reg, enc_pair(e->bank[2] + MIWRL));
    else
        enc_set_pair(e->bank[2] + MIRD, phy_read(e, reg));
}

void enc28j60_link(struct enc28j60 *e, uint8_t up)
{
    if (e->link_up == up)
        return;
    e->link_up = up;
    e->phy[PHSTAT2] = (uint16_t)(up ? PHSTAT2_LSTAT : 0);
    if (!up)
        e->phy[PHSTAT1] &= (uint16_t)~PHSTAT1_LLSTAT;
    if ((e->phy[PHIE] & (PHIE_PLNKIE | PHIE_PGEIE)) == (PHIE_PLNKIE | PHIE_PGEIE)) {
        e->phy[PHIR] = PHIR_PLNKIF | PHIR_PGIF;
        *enc_common(e, EIR) |= EIR_LINKIF;
    }
    enc_interrupts(e);
}
