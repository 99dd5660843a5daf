/* SPDX-License-Identifier: ISC */
/* The way of frames through the ENC28J60 model's memory: receive ring, filters, transmission, DMA. */
#include <string.h>
#include "enc28j60_inside.h"

#define ADDRESS_MASK    (ENC28J60_MEMORY - 1)
#define MAC_LEN         6
#define FRAME_MIN       64      /* with its check sequence, IEEE 802.3 */
#define RX_HEADER       6       /* next packet pointer and status vector, DS 7.2.2 */
#define TX_VECTOR       7       /* DS 7.1, table 7-1 */
#define PACKETS_MAX     255

/* Bytes of the receive status vector's upper half, DS table 7-3. */
#define RSV_CRC_ERROR   0x10
#define RSV_OK          0x80
#define RSV_MULTICAST   0x01
#define RSV_BROADCAST   0x02

uint32_t enc28j60_crc32(const uint8_t *data, uint16_t len)
{
    uint32_t crc = 0xFFFFFFFF;

    while (len--) {
        crc ^= *data++;
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ (0xEDB88320 & (uint32_t)-(int32_t)(crc & 1));
    }
    return ~crc;
}

static void broken(struct enc28j60 *e, const char *rule, uint16_t value)
{
    e->to.broken(e->to.owner, rule, value);
}

/* -- The receive ring, DS 3.2.1 and 7.2 -- */

uint16_t enc_ring_next(const struct enc28j60 *e, uint16_t address)
{
    if (address == enc_pointer(e, ERXND))
        return enc_pointer(e, ERXST);
    return (uint16_t)((address + 1) & ADDRESS_MASK);
}

void enc_read_pointer_check(struct enc28j60 *e)
{
    uint16_t read = enc_pointer(e, ERXRDPT);

    if (!(read & 1))
        broken(e, "errata 14: ERXRDPT shall be odd while reception is enabled", read);
    if (read < enc_pointer(e, ERXST) || read > enc_pointer(e, ERXND))
        broken(e, "DS 7.2.4: ERXRDPT shall lie in the receive ring", read);
}

/* The rules that hold from the moment reception is enabled. */
void enc_ring_check(struct enc28j60 *e)
{
    if (enc_pointer(e, ERXST) != 0)
        broken(e, "errata 5: ERXST shall be 0", enc_pointer(e, ERXST));
    if (enc_pointer(e, ERXND) <= enc_pointer(e, ERXST))
        broken(e, "DS 3.2.1: ERXND shall lie behind ERXST", enc_pointer(e, ERXND));
    if (!(e->bank[2][MACON1] & MACON1_MARXEN))
        broken(e, "DS 6.5: MACON1.MARXEN shall be set before ECON1.RXEN", e->bank[2][MACON1]);
    enc_read_pointer_check(e);
}

/* DS example 7-1. */
static uint16_t ring_free(const struct enc28j60 *e)
{
    uint16_t write = enc_pointer(e, ERXWRPT), read = enc_pointer(e, ERXRDPT);
    uint16_t span = (uint16_t)(enc_pointer(e, ERXND) - enc_pointer(e, ERXST));

    if (write > read)
        return (uint16_t)(span - (write - read));
    if (write == read)
        return span;
    return (uint16_t)(read - write - 1);
}

static uint16_t ring_put(struct enc28j60 *e, uint16_t at, const uint8_t *data, uint16_t len)
{
    while (len--) {
        e->memory[at] = *data++;
        at = enc_ring_next(e, at);
    }
    return at;
}

static int is_multicast(const uint8_t *frame)
{
    return frame[0] & 1;
}

static int is_broadcast(const uint8_t *frame)
{
    static const uint8_t all[MAC_LEN] = { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF };

    return memcmp(frame, all, MAC_LEN) == 0;
}

/* MAADR1 is the address's first byte and lies in the middle. DS table 3-1 */
static int is_ours(const struct enc28j60 *e, const uint8_t *frame)
{
    static const uint8_t order[MAC_LEN] = { MAADR1, MAADR2, MAADR3, MAADR4, MAADR5, MAADR6 };

    for (int i = 0; i < MAC_LEN; i++)
        if (frame[i] != e->bank[3][order[i]])
            return 0;
    return 1;
}

/* DS 8.4: bits 28 to 23 of the address's CRC pick one of 64 bits. */
static int hash_match(const struct enc28j60 *e, const uint8_t *frame)
{
    uint32_t crc = ~enc28j60_crc32(frame, MAC_LEN), reversed = 0;
    uint8_t bit;

    for (int i = 0; i < 32; i++)
        reversed |= ((crc >> i) & 1) << (31 - i);
    bit = (reversed >> 23) & 0x3F;
    return (e->bank[1][EHT0 + bit / 8] >> (bit % 8)) & 1;
}

/* DS figures 8-1 and 8-2: with OR one enabled filter suffices, and none enabled
 * takes all; with AND every enabled one must agree. */
static int address_accepted(const struct enc28j60 *e, const uint8_t *frame)
{
    uint8_t enabled = e->bank[1][ERXFCON] & (uint8_t)~(ERXFCON_ANDOR | ERXFCON_CRCEN);
    uint8_t matched = 0;

    if (is_ours(e, frame))
        matched |= ERXFCON_UCEN;
    if (is_broadcast(frame))
        matched |= ERXFCON_BCEN;
    if (is_multicast(frame) && !is_broadcast(frame))
        matched |= ERXFCON_MCEN;
    if (hash_match(e, frame))
        matched |= ERXFCON_HTEN;
    if (e->bank[1][ERXFCON] & ERXFCON_ANDOR)
        return (enabled & matched) == enabled;
    return enabled == 0 || (enabled & matched) != 0;
}

static int receiving(const struct enc28j60 *e)
{
    return e->link_up && e->now_us >= e->clock_ready_us
        && (e->common[ECON1 - EIE] & (ECON1_RXEN | ECON1_RXRST)) == ECON1_RXEN
        && (e->bank[2][MACON1] & MACON1_MARXEN)
        && !(e->common[ECON2 - EIE] & ECON2_PWRSV);
}

void enc28j60_receive(struct enc28j60 *e, const uint8_t *frame, uint16_t len)
{
    uint16_t body = (uint16_t)(len - ENC28J60_FCS_LEN), start = enc_pointer(e, ERXWRPT), at, next;
    uint8_t header[RX_HEADER] = { 0 };
    uint32_t fcs;
    int crc_ok;

    if (!receiving(e) || len < FRAME_MIN || len > ENC28J60_FRAME_MAX)
        return;
    fcs = enc28j60_crc32(frame, body);
    crc_ok = frame[body] == (uint8_t)fcs && frame[body + 1] == (uint8_t)(fcs >> 8)
          && frame[body + 2] == (uint8_t)(fcs >> 16) && frame[body + 3] == (uint8_t)(fcs >> 24);
    if ((!crc_ok && (e->bank[1][ERXFCON] & ERXFCON_CRCEN))
        || (len > enc_pair(e->bank[2] + MAMXFL) && !(e->bank[2][MACON3] & MACON3_HFRMEN))
        || !address_accepted(e, frame)) {
        e->filtered++;
        return;
    }
    if (ring_free(e) < RX_HEADER + len + (len & 1) || e->bank[1][EPKTCNT] == PACKETS_MAX) {
        e->dropped++;
        *enc_common(e, EIR) |= EIR_RXERIF;
        *enc_common(e, ESTAT) |= ESTAT_BUFER;
        enc_interrupts(e);
        return;
    }
    header[2] = (uint8_t)len;
    header[3] = (uint8_t)(len >> 8);
    header[4] = crc_ok ? RSV_OK : RSV_CRC_ERROR;
    if (is_broadcast(frame))
        header[5] = RSV_BROADCAST;
    else if (is_multicast(frame))
        header[5] = RSV_MULTICAST;
    at = ring_put(e, start, header, RX_HEADER);
    next = ring_put(e, at, frame, len);
    if (len & 1)                       /* packets begin at even addresses, DS 7.2.2 */
        next = enc_ring_next(e, next);
    header[0] = (uint8_t)next;
    header[1] = (uint8_t)(next >> 8);
    ring_put(e, start, header, 2);
    enc_set_pair(e->bank[0] + ERXWRPT, next);
    e->bank[1][EPKTCNT]++;
    e->received++;
    enc_interrupts(e);
}

/* -- Transmission, DS 7.1 -- */

static void transmit_check(struct enc28j60 *e, uint16_t first, uint16_t last)
{
    uint16_t end = (uint16_t)(last + TX_VECTOR);

    if (e->transmit_stalled)
        broken(e, "errata 12: after an aborted transmission ECON1.TXRST comes before TXRTS", 0);
    if (last <= first || last - first < 14)
        broken(e, "DS 7.1: ETXND shall point to the last byte of a whole Ethernet header at least", last);
    if (first <= enc_pointer(e, ERXND) && end >= enc_pointer(e, ERXST))
        broken(e, "DS 7.1: the transmit area and its status vector overlap the receive ring", first);
    if (end >= ENC28J60_MEMORY)
        broken(e, "DS 7.1: the transmit status vector would lie behind the memory", last);
    if (enc_full_duplex(e) != ((e->phy[PHCON1] & PHCON1_PDPXMD) != 0))
        broken(e, "DS 6.6: MACON3.FULDPX and PHCON1.PDPXMD shall agree", e->phy[PHCON1]);
}

/* How a frame is completed: MACON3, or the packet's own control byte. DS 7.1 */
static void transmit_options(const struct enc28j60 *e, uint8_t control, uint16_t *pad, int *crc, int *huge)
{
    static const uint8_t pads[8] = { 0, 60, 0, 64, 0, 60, 0, 64 };   /* DS register 6-2, PADCFG */
    uint8_t macon3 = e->bank[2][MACON3];

    *pad = pads[macon3 >> 5];
    *crc = (macon3 & MACON3_TXCRCEN) || *pad;
    *huge = (macon3 & MACON3_HFRMEN) != 0;
    if (control & 0x01) {
        *pad = control & 0x04 ? 60 : 0;
        *crc = (control & 0x02) != 0;
        *huge = (control & 0x08) != 0;
    }
}

void enc_transmit_start(struct enc28j60 *e)
{
    uint16_t first = enc_pointer(e, ETXST), last = enc_pointer(e, ETXND), len, pad;
    uint32_t fcs;
    int crc, huge;

    transmit_check(e, first, last);
    len = (uint16_t)((last - first) & ADDRESS_MASK);
    for (uint16_t i = 0; i < len; i++)
        e->frame[i] = e->memory[(first + 1 + i) & ADDRESS_MASK];
    transmit_options(e, e->memory[first], &pad, &crc, &huge);
    while (len < pad)
        e->frame[len++] = 0;
    if (crc) {
        fcs = enc28j60_crc32(e->frame, len);
        for (int i = 0; i < ENC28J60_FCS_LEN; i++)
            e->frame[len++] = (uint8_t)(fcs >> (8 * i));
    }
    e->frame_len = len;
    if (!huge && len > enc_pair(e->bank[2] + MAMXFL))
        e->frame_len = 0;              /* aborted */
    /* 8 bytes of preamble and 12 of gap, 0.8 us each. */
    e->transmit_end_us = e->now_us + (uint64_t)(len + 20) * 8 / 10;
}

static void transmit_vector(struct enc28j60 *e)
{
    uint16_t at = (uint16_t)(enc_pointer(e, ETXND) + 1), len = e->frame_len;
    uint8_t v[TX_VECTOR] = { 0 };

    v[0] = (uint8_t)len;
    v[1] = (uint8_t)(len >> 8);
    v[2] = len ? 0x80 : 0;             /* transmit done */
    if (len && is_broadcast(e->frame))
        v[3] |= 0x02;
    else if (len && is_multicast(e->frame))
        v[3] |= 0x01;
    if (!len)
        v[3] |= 0x40;                  /* giant */
    v[4] = v[0];
    v[5] = v[1];
    for (int i = 0; i < TX_VECTOR; i++)
        e->memory[(at + i) & ADDRESS_MASK] = v[i];
}

void enc_transmit_end(struct enc28j60 *e)
{
    e->transmit_end_us = 0;
    transmit_vector(e);
    *enc_common(e, ECON1) &= (uint8_t)~ECON1_TXRTS;
    *enc_common(e, EIR) |= EIR_TXIF;
    if (e->frame_len == 0) {
        e->transmit_stalled = 1;
        *enc_common(e, EIR) |= EIR_TXERIF;
        *enc_common(e, ESTAT) |= ESTAT_TXABRT;
        return;
    }
    if (e->link_up)
        e->to.transmit(e->to.owner, e->frame, e->frame_len);
    /* In half duplex the PHY hears itself unless told not to, DS 6.6. */
    if (!enc_full_duplex(e) && !(e->phy[PHCON2] & PHCON2_HDLDIS))
        enc28j60_receive(e, e->frame, e->frame_len);
}

/* -- DMA, DS 13 -- */

/* The DMA runs at half the chip's 25 MHz: 80 ns a byte. */
void enc_dma_start(struct enc28j60 *e)
{
    uint8_t econ1 = e->common[ECON1 - EIE];
    uint16_t from = enc_pointer(e, EDMAST), to = enc_pointer(e, EDMAND), count = 1;

    if (from == to)
        broken(e, "DS 13.1: EDMAND equal to EDMAST makes the DMA run through all memory", from);
    if ((econ1 & ECON1_CSUMEN) && (econ1 & ECON1_RXEN))
        broken(e, "errata 17: a checksum by DMA while reception is enabled loses packets", from);
    while (from != to && count < ENC28J60_MEMORY) {
        from = enc_ring_next(e, from);
        count++;
    }
    e->dma_end_us = e->now_us + 1 + count * 8u / 100u;
}

/* One's complement sum of big-endian words, a last odd byte being a high one. DS 13.2 */
static uint16_t dma_checksum(const struct enc28j60 *e, uint16_t from, uint16_t to)
{
    uint32_t sum = 0;

    for (uint16_t count = 0; count < ENC28J60_MEMORY; count++) {
        sum += (uint32_t)e->memory[from] << (count & 1 ? 0 : 8);
        if (from == to)
            break;
        from = enc_ring_next(e, from);
    }
    while (sum >> 16)
        sum = (sum & 0xFFFF) + (sum >> 16);
    return (uint16_t)~sum;
}

static void dma_copy(struct enc28j60 *e, uint16_t from, uint16_t to, uint16_t into)
{
    for (uint16_t count = 0; count < ENC28J60_MEMORY; count++) {
        e->memory[into] = e->memory[from];
        if (from == to)
            break;
        from = enc_ring_next(e, from);
        into = (uint16_t)((into + 1) & ADDRESS_MASK);
    }
}

void enc_dma_end(struct enc28j60 *e)
{
    uint16_t from = enc_pointer(e, EDMAST), to = enc_pointer(e, EDMAND);

    e->dma_end_us = 0;
    if (e->common[ECON1 - EIE] & ECON1_CSUMEN)
        enc_set_pair(e->bank[0] + EDMACS, dma_checksum(e, from, to));
    else
        dma_copy(e, from, to, enc_pointer(e, EDMADST));
    *enc_common(e, ECON1) &= (uint8_t)~ECON1_DMAST;
    *enc_common(e, EIR) |= EIR_DMAIF;
}
