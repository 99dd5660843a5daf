/* SPDX-License-Identifier: ISC */
/* The ENC28J60 model's face to the driver: SPI instructions, register banks, time and INT. */
#include <string.h>
#include "enc28j60_inside.h"

#define CLOCK_START_US  300     /* 7500 periods of 25 MHz, DS 2.2 */
#define RESET_WAIT_US   1000    /* errata 2 */
#define READABLE_BEFORE_CLOCK ESTAT

/* The bits a driver may write; 0 marks reserved and read-only registers. DS table 3-2 */
static const uint8_t writable[4][0x1B] = {
    { 0xFF, 0x1F, 0xFF, 0x1F, 0xFF, 0x1F, 0xFF, 0x1F, 0xFF, 0x1F, 0xFF, 0x1F, 0xFF, 0x1F, 0, 0,
      0xFF, 0x1F, 0xFF, 0x1F, 0xFF, 0x1F, 0, 0, 0, 0, 0 },
    { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
      0xFF, 0xFF, 0, 0, 0xFF, 0x1F, 0, 0, 0xFF, 0, 0 },
    { 0x0F, 0, 0xFF, 0x70, 0x7F, 0, 0x7F, 0x7F, 0x0F, 0x3F, 0xFF, 0xFF, 0, 0, 0, 0,
      0, 0, 0x03, 0, 0x1F, 0, 0xFF, 0xFF, 0, 0, 0 },
    { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0,
      0, 0, 0, 0, 0, 0x07, 0, 0x03, 0xFF, 0xFF, 0 },
};
static const uint8_t common_implemented[5] = { 0xFB, 0x7B, 0xD7, 0xE8, 0xFF };
static const uint8_t common_writable[5] = { 0xFB, 0x2B, 0x52, 0xE8, 0xFF };

static void broken(struct enc28j60 *e, const char *rule, uint16_t value)
{
    e->to.broken(e->to.owner, rule, value);
}

/* -- Reset, DS 11 -- */

static void registers_reset(struct enc28j60 *e)
{
    memset(e->common, 0, sizeof e->common);
    memset(e->bank, 0, sizeof e->bank);
    *enc_common(e, ECON2) = ECON2_AUTOINC;
    enc_set_pair(e->bank[0] + ERDPT, 0x05FA);
    enc_set_pair(e->bank[0] + ERXST, 0x05FA);
    enc_set_pair(e->bank[0] + ERXND, 0x1FFF);
    enc_set_pair(e->bank[0] + ERXRDPT, 0x05FA);
    e->read_latch = 0xFA;
    e->bank[1][ERXFCON] = ERXFCON_UCEN | ERXFCON_CRCEN | ERXFCON_BCEN;
    e->bank[2][MACLCON1] = 0x0F;
    e->bank[2][MACLCON2] = 0x37;
    enc_set_pair(e->bank[2] + MAMXFL, 0x0600);
    e->bank[3][EREVID] = 0x06;           /* revision B7 */
    e->bank[3][ECOCON] = 0x04;
    e->bank[3][EPAUSH] = 0x10;
    e->transmit_end_us = e->dma_end_us = e->mii_end_us = 0;
    e->transmit_stalled = 0;
    enc_phy_reset(e);
}

void enc28j60_power_on(struct enc28j60 *e, const struct enc28j60_owner *to, uint64_t now_us)
{
    memset(e, 0, sizeof *e);
    e->to = *to;
    e->now_us = now_us;
    e->link_up = 1;
    e->int_level = 1;
    e->clock_ready_us = now_us + CLOCK_START_US;
    registers_reset(e);
}

/* Errata 2: CLKRDY stays set after a reset by SPI although the clock restarts,
 * so drivers must wait a millisecond by other means. */
static void soft_reset(struct enc28j60 *e)
{
    registers_reset(e);
    if (e->now_us >= e->clock_ready_us)
        *enc_common(e, ESTAT) = ESTAT_CLKRDY;
    e->settled_us = e->now_us + RESET_WAIT_US;
    enc_interrupts(e);
}

/* -- Interrupts, DS 12 -- */

void enc_interrupts(struct enc28j60 *e)
{
    uint8_t *eir = enc_common(e, EIR), *estat = enc_common(e, ESTAT), pending, level;

    *eir &= (uint8_t)~EIR_PKTIF;
    if (e->bank[1][EPKTCNT])
        *eir |= EIR_PKTIF;
    pending = *eir & *enc_common(e, EIE) & (uint8_t)~EIE_INTIE;
    *estat &= (uint8_t)~ESTAT_INT;
    if (pending)
        *estat |= ESTAT_INT;
    level = !(pending && (*enc_common(e, EIE) & EIE_INTIE));
    if (level != e->int_level) {
        e->int_level = level;
        e->to.interrupt(e->to.owner, level);
    }
}

void enc28j60_time(struct enc28j60 *e, uint64_t now_us)
{
    e->now_us = now_us;
    if (now_us >= e->clock_ready_us)
        *enc_common(e, ESTAT) |= ESTAT_CLKRDY;
    if (e->mii_end_us && now_us >= e->mii_end_us)
        enc_mii_end(e);
    if (e->dma_end_us && now_us >= e->dma_end_us)
        enc_dma_end(e);
    if (e->transmit_end_us && now_us >= e->transmit_end_us)
        enc_transmit_end(e);
    enc_interrupts(e);
}

/* -- Registers -- */

static uint8_t bank_of(const struct enc28j60 *e)
{
    return e->common[ECON1 - EIE] & ECON1_BSEL;
}

/* MAC and MII registers: a dummy byte comes first, and no bit field operations. DS 4.2.1 */
static int is_mac_or_mii(const struct enc28j60 *e, uint8_t reg)
{
    return reg < EIE && (bank_of(e) == 2 || (bank_of(e) == 3 && (reg <= MAADR2 || reg == MISTAT)));
}

static void clock_check(struct enc28j60 *e, uint8_t reg)
{
    if (reg == READABLE_BEFORE_CLOCK)
        return;
    if (e->now_us < e->settled_us)
        broken(e, "errata 2: a register is used within 1 ms after a reset by SPI", reg);
    else if (is_mac_or_mii(e, reg) && e->now_us < e->clock_ready_us)
        broken(e, "DS 2.2: a MAC or MII register is used before ESTAT.CLKRDY is set", reg);
}

static uint8_t register_read(struct enc28j60 *e, uint8_t reg)
{
    clock_check(e, reg);
    if (reg >= EIE)
        return *enc_common(e, reg);
    if (bank_of(e) == 2 && (reg == MIRD || reg == MIRD + 1) && e->mii_end_us)
        broken(e, "DS 3.3.1: MIRD is read while MISTAT.BUSY is set", reg);
    return e->bank[bank_of(e)][reg];
}

static void econ1_write(struct enc28j60 *e, uint8_t value)
{
    uint8_t *econ1 = enc_common(e, ECON1), rising = value & (uint8_t)~*econ1;

    if (value & ECON1_TXRST) {                 /* DS 11.3 */
        if (rising & ECON1_TXRTS)
            broken(e, "DS 11.3: TXRTS is set while TXRST holds the transmit logic", value);
        value &= (uint8_t)~ECON1_TXRTS;
        rising &= (uint8_t)~ECON1_TXRTS;
        e->transmit_stalled = 0;
    }
    if (value & ECON1_RXRST) {                 /* DS 11.4 */
        value &= (uint8_t)~ECON1_RXEN;
        rising &= (uint8_t)~ECON1_RXEN;
        enc_set_pair(e->bank[0] + ERXWRPT, enc_pointer(e, ERXST));
    }
    *econ1 = value;
    if (!(value & ECON1_TXRTS))
        e->transmit_end_us = 0;
    if (!(value & ECON1_DMAST))
        e->dma_end_us = 0;
    if (rising & ECON1_RXEN)
        enc_ring_check(e);
    if (rising & ECON1_TXRTS)
        enc_transmit_start(e);
    if (rising & ECON1_DMAST)
        enc_dma_start(e);
}

static void econ2_write(struct enc28j60 *e, uint8_t value)
{
    *enc_common(e, ECON2) = value & (uint8_t)~ECON2_PKTDEC;   /* cleared by itself */
    if (!(value & ECON2_PKTDEC))
        return;
    if (e->bank[1][EPKTCNT] == 0)
        broken(e, "DS 7.2.4: PKTDEC is set although EPKTCNT is 0", 0);
    else
        e->bank[1][EPKTCNT]--;
}

static void common_write(struct enc28j60 *e, uint8_t reg, uint8_t value)
{
    uint8_t *r = enc_common(e, reg), mask = common_writable[reg - EIE];

    if (value & (uint8_t)~common_implemented[reg - EIE])
        broken(e, "DS table 3-2: reserved bits are written 1", (uint16_t)(reg << 8 | value));
    if (reg == ECON1)
        econ1_write(e, value);
    else if (reg == ECON2)
        econ2_write(e, value & mask);
    else
        *r = (uint8_t)((*r & ~mask) | (value & mask));
}

/* Side effects of the pointers. DS 3.2.1, 7.2.4 */
static void pointer_written(struct enc28j60 *e, uint8_t reg, uint8_t value)
{
    uint8_t econ1 = *enc_common(e, ECON1);

    if (reg >= ERXST && reg <= ERXND + 1) {
        if (econ1 & ECON1_RXEN)
            broken(e, "DS 3.2.1: ERXST or ERXND is changed while reception is enabled", reg);
        enc_set_pair(e->bank[0] + ERXWRPT, enc_pointer(e, ERXST));
    }
    if (reg >= ETXST && reg <= ETXND + 1 && (econ1 & ECON1_TXRTS))
        broken(e, "DS 7.1: ETXST or ETXND is changed during a transmission", reg);
    if (reg == ERXRDPT + 1) {
        enc_set_pair(e->bank[0] + ERXRDPT, (uint16_t)(value << 8 | e->read_latch));
        if (econ1 & ECON1_RXEN)
            enc_read_pointer_check(e);
    }
}

static void bank_write(struct enc28j60 *e, uint8_t bank, uint8_t reg, uint8_t value)
{
    uint8_t mask = writable[bank][reg];

    if (mask == 0 || (value & (uint8_t)~mask))
        broken(e, mask ? "DS table 3-2: reserved bits are written 1"
                       : "DS table 3-2: a reserved or read-only register is written",
               (uint16_t)(bank << 8 | reg));
    value &= mask;
    if (mask == 0)
        return;
    if (bank == 0 && reg == ERXRDPT) {     /* held until ERXRDPTH is written, DS 7.2.4 */
        e->read_latch = value;
        return;
    }
    e->bank[bank][reg] = value;
    if (bank == 0)
        pointer_written(e, reg, value);
    if (bank == 2 && reg == MIWRH)
        enc_mii_start(e, 1);
    if (bank == 2 && reg == MICMD && (value & MICMD_MIIRD))
        enc_mii_start(e, 0);
}

static void register_write(struct enc28j60 *e, uint8_t reg, uint8_t value)
{
    clock_check(e, reg);
    if (reg >= EIE)
        common_write(e, reg, value);
    else
        bank_write(e, bank_of(e), reg, value);
    enc_interrupts(e);
}

/* BFS and BFC. DS 4.2.5, 4.2.6 */
static void bits_write(struct enc28j60 *e, uint8_t reg, uint8_t bits, uint8_t set)
{
    uint8_t now;

    if (is_mac_or_mii(e, reg)) {
        broken(e, "DS 4.2.5: bit field set or clear on a MAC or MII register", reg);
        return;
    }
    now = reg >= EIE ? *enc_common(e, reg) : e->bank[bank_of(e)][reg];
    register_write(e, reg, set ? now | bits : now & (uint8_t)~bits);
}

/* -- Buffer memory, DS 4.2.2 and 4.2.4: the read pointer wraps in the ring, the write pointer does not -- */

static uint8_t buffer_read(struct enc28j60 *e)
{
    uint16_t at = enc_pointer(e, ERDPT);
    uint8_t value = e->memory[at];

    if (*enc_common(e, ECON2) & ECON2_AUTOINC)
        enc_set_pair(e->bank[0] + ERDPT, enc_ring_next(e, at));
    return value;
}

static void buffer_write(struct enc28j60 *e, uint8_t value)
{
    uint16_t at = enc_pointer(e, EWRPT);

    e->memory[at] = value;
    if (*enc_common(e, ECON2) & ECON2_AUTOINC)
        enc_set_pair(e->bank[0] + EWRPT, (uint16_t)((at + 1) & (ENC28J60_MEMORY - 1)));
}

/* -- SPI, DS 4 -- */

void enc28j60_select(struct enc28j60 *e, uint8_t selected)
{
    e->selected = selected;
    e->position = 0;
}

static void first_byte(struct enc28j60 *e, uint8_t out)
{
    e->opcode = out >> 5;
    e->argument = out & 0x1F;
    if ((e->opcode == OP_RBM || e->opcode == OP_WBM) && e->argument != OP_BUFFER_ARGUMENT)
        broken(e, "DS table 4-1: a buffer instruction needs the argument 0x1A", out);
    if ((e->opcode == OP_RBM || e->opcode == OP_WBM) && e->now_us < e->settled_us)
        broken(e, "errata 2: the buffer is used within 1 ms after a reset by SPI", out);
    if (e->opcode == OP_SRC && e->argument == OP_RESET_ARGUMENT)
        soft_reset(e);
    else if (e->opcode > OP_BFC)
        broken(e, "DS table 4-1: an unknown SPI instruction", out);
}

uint8_t enc28j60_spi(struct enc28j60 *e, uint8_t out)
{
    uint8_t position = e->position;

    if (!e->selected)
        return 0xFF;
    if (e->position < 2)
        e->position++;
    if (position == 0) {
        first_byte(e, out);
        return 0;
    }
    switch (e->opcode) {
    case OP_RCR:
        if (position == 1 && is_mac_or_mii(e, e->argument))
            return 0;                      /* the dummy byte */
        return register_read(e, e->argument);
    case OP_RBM:
        return buffer_read(e);
    case OP_WBM:
        buffer_write(e, out);
        return 0;
    case OP_WCR:
        if (position == 1)
            register_write(e, e->argument, out);
        return 0;
    case OP_BFS:
    case OP_BFC:
        if (position == 1)
            bits_write(e, e->argument, out, e->opcode == OP_BFS);
        return 0;
    default:
        return 0;
    }
}
