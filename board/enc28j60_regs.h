/* SPDX-License-Identifier: ISC */
/* Registers and bits of the ENC28J60 as the model names them (DS 3.1, tables 3-1 and 3-2). */
#ifndef ENC28J60_REGS_H
#define ENC28J60_REGS_H

/* In every bank. */
#define EIE       0x1B
#define EIR       0x1C
#define ESTAT     0x1D
#define ECON2     0x1E
#define ECON1     0x1F

/* Bank 0 (pairs: low byte here, high byte next). */
#define ERDPT     0x00
#define EWRPT     0x02
#define ETXST     0x04
#define ETXND     0x06
#define ERXST     0x08
#define ERXND     0x0A
#define ERXRDPT   0x0C
#define ERXWRPT   0x0E
#define EDMAST    0x10
#define EDMAND    0x12
#define EDMADST   0x14
#define EDMACS    0x16

/* Bank 1. */
#define EHT0      0x00
#define ERXFCON   0x18
#define EPKTCNT   0x19

/* Bank 2. */
#define MACON1    0x00
#define MACON3    0x02
#define MACON4    0x03
#define MABBIPG   0x04
#define MAIPGL    0x06
#define MAIPGH    0x07
#define MACLCON1  0x08
#define MACLCON2  0x09
#define MAMXFL    0x0A
#define MICMD     0x12
#define MIREGADR  0x14
#define MIWRL     0x16
#define MIWRH     0x17
#define MIRD      0x18

/* Bank 3. */
#define MAADR5    0x00
#define MAADR6    0x01
#define MAADR3    0x02
#define MAADR4    0x03
#define MAADR1    0x04
#define MAADR2    0x05
#define MISTAT    0x0A
#define EREVID    0x12
#define ECOCON    0x15
#define EFLOCON   0x17
#define EPAUSL    0x18
#define EPAUSH    0x19

#define ECON1_TXRST   0x80
#define ECON1_RXRST   0x40
#define ECON1_DMAST   0x20
#define ECON1_CSUMEN  0x10
#define ECON1_TXRTS   0x08
#define ECON1_RXEN    0x04
#define ECON1_BSEL    0x03
#define ECON2_AUTOINC 0x80
#define ECON2_PKTDEC  0x40
#define ECON2_PWRSV   0x20
#define ESTAT_INT     0x80
#define ESTAT_BUFER   0x40
#define ESTAT_TXABRT  0x02
#define ESTAT_CLKRDY  0x01
#define EIE_INTIE     0x80
#define EIR_PKTIF     0x40
#define EIR_DMAIF     0x20
#define EIR_LINKIF    0x10
#define EIR_TXIF      0x08
#define EIR_TXERIF    0x02
#define EIR_RXERIF    0x01
#define ERXFCON_UCEN  0x80
#define ERXFCON_ANDOR 0x40
#define ERXFCON_CRCEN 0x20
#define ERXFCON_PMEN  0x10
#define ERXFCON_MPEN  0x08
#define ERXFCON_HTEN  0x04
#define ERXFCON_MCEN  0x02
#define ERXFCON_BCEN  0x01
#define MACON1_MARXEN 0x01
#define MACON3_TXCRCEN 0x10
#define MACON3_HFRMEN 0x04
#define MACON3_FULDPX 0x01
#define MICMD_MIIRD   0x01
#define MISTAT_BUSY   0x01

#define PHCON1        0x00
#define PHSTAT1       0x01
#define PHID1         0x02
#define PHID2         0x03
#define PHCON2        0x10
#define PHSTAT2       0x11
#define PHIE          0x12
#define PHIR          0x13
#define PHLCON        0x14
#define PHCON1_PRST   0x8000
#define PHCON1_PLOOPBK 0x4000
#define PHCON1_PDPXMD 0x0100
#define PHCON2_HDLDIS 0x0100
#define PHSTAT1_LLSTAT 0x0004
#define PHSTAT2_LSTAT 0x0400
#define PHIE_PLNKIE   0x0010
#define PHIE_PGEIE    0x0002
#define PHIR_PLNKIF   0x0010
#define PHIR_PGIF     0x0004

/* Opcodes of the SPI, the three high bits of the first byte (DS table 4-1). */
#define OP_RCR 0
#define OP_RBM 1
#define OP_WCR 2
#define OP_WBM 3
#define OP_BFS 4
#define OP_BFC 5
#define OP_SRC 7
#define OP_BUFFER_ARGUMENT 0x1A
#define OP_RESET_ARGUMENT  0x1F

#endif
