/* SPDX-License-Identifier: ISC */
/* The driver of the Ethernet chip ENC28J60: datasheet DS39662, errata sheet DS80349C,
 * which covers the revisions B1 to B7; its numbers:
 *
 *   1  (B1, B4) SPI below 8 MHz: the board's SPI runs at 8 MHz.
 *   2  CLKRDY lies after a reset: a wait of 1 ms instead.
 *   5  the receive buffer must start at 0: it does.
 *   6  PKTIF lies: EPKTCNT is read instead.
 *   12 the transmitter may hang after an abort: TXRST before every frame.
 *   13 (B5, B7) half duplex, a link pulse taken for a collision may end a frame:
 *      TCP sends it again, and so does who asked by ARP or ping.
 *   14 ERXRDPT must be odd: next packet - 1; the ring's end is odd.
 *   17 a DMA checksum may lose a frame: checksums are made in software.
 * Half duplex, since the chip does not negotiate and every switch takes that
 * for half duplex. A full ring drops frames by itself; who sent them repeats. */
#include "enc28j60.h"

#include "enc28j60_map.h"
#include "enc28j60_codes.h"
#include "net_flash.h"

#define FRAME_MAX      1518
#define CRC_LEN        4
#define RECEIVE_HEADER 6
#define STATUS_LEN     7        /* what the chip writes behind a frame it sent: datasheet 7.1 */
#define TX_PATIENCE    0x2000   /* rounds of some 6 us, so 50 ms; a full frame takes 1.2 ms, a busy net more */

static uint8_t header[RECEIVE_HEADER];  /* next packet, length, status: low bytes first */
static uint16_t frame_start;

static uint8_t command(uint8_t code, uint8_t data)
{
    enc28j60_port_select();
    enc28j60_port_spi(code);
    data = enc28j60_port_spi(data);
    enc28j60_port_deselect();
    return data;
}

/* A register of the bank that is selected: 0, but while nic_start or nic_receive say otherwise. */
static void reg_write(uint8_t reg, uint8_t value)
{
    command((uint8_t)(ENC_WCR | reg), value);
}

/* Low byte first: ERXRDPT takes effect with its high one. */
static void reg_write16(uint8_t reg, uint16_t value)
{
    reg_write(reg, (uint8_t)value);
    reg_write((uint8_t)(reg + 1), (uint8_t)(value >> 8));
}

/* An ETH register: the driver reads no others. */
static uint8_t reg_read(uint8_t reg)
{
    return command((uint8_t)(ENC_RCR | reg), 0);
}

#define BANK(reg)            ((reg) >> 5 & ECON1_BSEL)
#define AT(reg)              ((reg) & ENC_ADDRESS)
#define LOW_HIGH(reg, value) AT(reg), (value) & 0xFF, AT(reg) + 1, (value) >> 8

/* Register, value, from bank 3 on, where the own address was set. Between the
 * two PHY registers lie more than the 10 us that the first one takes. The
 * receiver comes last. */
static const uint8_t setup[] NET_FLASH = {
    ECON1, BANK(MIREGADR),
    AT(MIREGADR), PHCON1, LOW_HIGH(MIWRL, 0),       /* half duplex, whatever LEDB says */
    AT(MACON1), MACON1_MARXEN,
    AT(MACON3), MACON3_PADCFG0 | MACON3_TXCRCEN | MACON3_FRMLNEN,
    AT(MACON4), MACON4_DEFER,
    AT(MABBIPG), 0x12,
    AT(MAIPGL), 0x12,
    AT(MAIPGH), 0x0C,
    LOW_HIGH(MAMXFLL, FRAME_MAX),
    AT(MIREGADR), PHCON2, LOW_HIGH(MIWRL, PHCON2_HDLDIS),
    ECON1, BANK(ERXFCON),
    AT(ERXFCON), ERXFCON_UCEN | ERXFCON_CRCEN | ERXFCON_BCEN,
    ECON1, BANK(ERXST),
    LOW_HIGH(ERXST, 0),
    LOW_HIGH(ERXND, ENC_RX_END),
    LOW_HIGH(ERXRDPT, ENC_RX_END),
    ECON2, ECON2_AUTOINC,
    ECON1, ECON1_RXEN,
};

uint8_t nic_start(const uint8_t mac[6])
{
    const uint8_t *p;
    uint8_t i;

    enc28j60_port_select();
    enc28j60_port_spi(ENC_SRC);
    enc28j60_port_deselect();
    enc28j60_port_wait_1ms();
    reg_write(ECON1, BANK(MAADR));
    for (i = 0; i < 6; i++)
        reg_write((uint8_t)(AT(MAADR) + (i & 2 ? i : i ^ 4)), mac[i]);     /* octets 5, 6, 3, 4, 1, 2 */
    for (p = setup; p != setup + sizeof setup; p += 2)
        reg_write(net_flash_byte(p), net_flash_byte(p + 1));
    header[0] = header[1] = 0;
    return nic_is_lost();       /* nobody drives the line */
}

/* Its receiver is off, or another bank than 0 is selected. */
uint8_t nic_is_lost(void)
{
    return (reg_read(ECON1) & (ECON1_RXEN | ECON1_BSEL)) ^ ECON1_RXEN;
}

void nic_read_at(uint16_t address)
{
    reg_write16(ERDPT, address);
}

uint8_t nic_get(void)
{
    return command(ENC_RBM, 0);
}

void nic_read(uint8_t *bytes, uint8_t n)
{
    do
        *bytes++ = nic_get();
    while (--n);
}

void nic_write_at(uint16_t address)
{
    reg_write16(EWRPT, address);
}

void nic_put(uint8_t byte)
{
    command(ENC_WBM, byte);
}

void nic_write(const uint8_t *bytes, uint8_t n)
{
    do
        nic_put(*bytes++);
    while (--n);
}

/* The number at p of a received packet's header. */
static uint16_t low_first(const uint8_t *p)
{
    return (uint16_t)((uint16_t)p[1] << 8 | p[0]);
}

uint16_t nic_receive(void)
{
    uint16_t next;
    uint8_t waiting;

    command(ENC_BFS | ECON1, BANK(EPKTCNT));
    waiting = reg_read(AT(EPKTCNT));
    command(ENC_BFC | ECON1, BANK(EPKTCNT));
    if (waiting == 0)
        return 0;
    next = low_first(header);
    nic_read_at(next);
    frame_start = (uint16_t)(next + RECEIVE_HEADER);
    nic_read(header, RECEIVE_HEADER);   /* the status says nothing: only whole frames with a good CRC get here */
    if (low_first(header) > ENC_RX_END) {
        command(ENC_BFC | ECON1, ECON1_RXEN);   /* rubbish: nic_is_lost shall say so at the next tick */
        return 0;
    }
    return (uint16_t)(low_first(header + 2) - CRC_LEN);
}

void nic_seek(uint8_t offset)
{
    uint16_t address = (uint16_t)(offset + frame_start);

    if (address > ENC_RX_END)
        address = (uint16_t)(address - (ENC_RX_END + 1));
    nic_read_at(address);
}

void nic_release(void)
{
    uint16_t before = (uint16_t)(low_first(header) - 1);    /* odd */

    reg_write16(ERXRDPT, before > ENC_RX_END ? ENC_RX_END : before);
    command(ENC_BFS | ECON2, ECON2_PKTDEC);
}

void nic_begin(uint16_t address)
{
    nic_write_at(address);
    nic_put(0);     /* control byte: as MACON3 says */
}

void nic_send(uint16_t address, uint16_t last)
{
    static uint8_t behind[STATUS_LEN];
    uint16_t rounds = TX_PATIENCE;

    nic_read_at((uint16_t)(last + 1));
    nic_read(behind, STATUS_LEN);
    reg_write16(ETXST, address);
    reg_write16(ETXND, last);
    command(ENC_BFS | ECON1, ECON1_TXRST);
    command(ENC_BFC | ECON1, ECON1_TXRST);
    command(ENC_BFC | EIR, EIR_TXERIF | EIR_TXIF);
    command(ENC_BFS | ECON1, ECON1_TXRTS);
    while (!(reg_read(EIR) & (EIR_TXIF | EIR_TXERIF)) && --rounds)
        ;
    command(ENC_BFC | ECON1, ECON1_TXRTS);
    nic_write_at((uint16_t)(last + 1));
    nic_write(behind, STATUS_LEN);
}
