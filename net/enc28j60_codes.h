/* SPDX-License-Identifier: ISC */
/* Registers of the ENC28J60 as far as the driver uses them: address (5 bits),
 * bank << 5, and ENC_MAC for MAC and MII registers, which are read with a
 * dummy byte first. Datasheet DS39662, 3 and 4. */
#ifndef ENC28J60_CODES_H
#define ENC28J60_CODES_H

/* SPI commands */
#define ENC_RCR      0x00
#define ENC_RBM      0x3A
#define ENC_WCR      0x40
#define ENC_WBM      0x7A
#define ENC_BFS      0x80
#define ENC_BFC      0xA0
#define ENC_SRC      0xFF

#define ENC_ADDRESS  0x1F
#define ENC_MAC      0x80

#define EIR          0x1C
#define ESTAT        0x1D
#define ECON2        0x1E
#define ECON1        0x1F

#define ERDPT        0x00   /* 16 bits: low byte, and high byte at the next address */
#define EWRPT        0x02
#define ETXST        0x04
#define ETXND        0x06
#define ERXST        0x08
#define ERXND        0x0A
#define ERXRDPT      0x0C

#define ERXFCON      0x38   /* bank 1 */
#define EPKTCNT      0x39

#define MACON1       0xC0   /* bank 2 */
#define MACON3       0xC2
#define MACON4       0xC3
#define MABBIPG      0xC4
#define MAIPGL       0xC6
#define MAIPGH       0xC7
#define MAMXFLL      0xCA
#define MAMXFLH      0xCB
#define MIREGADR     0xD4
#define MIWRL        0xD6
#define MIWRH        0xD7

#define MAADR        0xE0   /* bank 3: octets 5, 6, 3, 4, 1, 2 of the address */

#define EIR_TXIF         0x08
#define EIR_TXERIF       0x02
#define ECON2_AUTOINC    0x80
#define ECON2_PKTDEC     0x40
#define ECON1_TXRST      0x80
#define ECON1_TXRTS      0x08
#define ECON1_RXEN       0x04
#define ECON1_BSEL       0x03
#define ERXFCON_UCEN     0x80
#define ERXFCON_CRCEN    0x20
#define ERXFCON_BCEN     0x01
#define MACON1_MARXEN    0x01
#define MACON3_PADCFG0   0x20
#define MACON3_TXCRCEN   0x10
#define MACON3_FRMLNEN   0x02
#define MACON4_DEFER     0x40
#define PHCON1           0x00
#define PHCON2           0x10
#define PHCON2_HDLDIS    0x0100

#endif
