/* SPDX-License-Identifier: ISC */
/* A model of Microchip's ENC28J60, seen from its pins: SPI, INT and the wire.
 *
 * The model keeps no clock and does no I/O: its owner says what time it is,
 * moves SPI bytes, hands over frames, and takes frames, interrupts and reports
 * of broken rules through struct enc28j60_owner. It uses nothing of libc but
 * memcpy, memmove, memset and memcmp, so that it also runs in a browser.
 *
 * "DS" in comments is the datasheet DS39662, "errata" its errata sheet DS80349
 * for revision B7. Not modelled: pattern match and magic packet filters (they
 * match nothing), flow control, self test, CLKOUT, LEDs, collisions. */
#ifndef ENC28J60_MODEL_H
#define ENC28J60_MODEL_H

#include <stdint.h>

#define ENC28J60_MEMORY     0x2000   /* 8 KB of packet memory, DS 3.2 */
#define ENC28J60_FRAME_MAX  1522     /* with its check sequence */
#define ENC28J60_FCS_LEN    4

/* What the model needs from outside. All but owner are called with it first;
 * none may be NULL, and none may call back into the model. */
struct enc28j60_owner {
    void *owner;
    /* A frame, its frame check sequence included, has left the chip. */
    void (*transmit)(void *owner, const uint8_t *frame, uint16_t len);
    /* The INT pin changed: 0 is asserted. */
    void (*interrupt)(void *owner, uint8_t level);
    /* The driver broke a rule: a sentence that cites its source, and a value
     * that belongs to it. The model carries on as the chip might. */
    void (*broken)(void *owner, const char *rule, uint16_t value);
};

/* The chip. The owner may look at every field and shall change none. */
struct enc28j60 {
    struct enc28j60_owner to;
    uint64_t now_us;
    uint64_t clock_ready_us;              /* end of the oscillator start-up */
    uint64_t settled_us;                  /* end of the wait of errata 2 */
    uint64_t transmit_end_us, dma_end_us, mii_end_us;
    uint8_t memory[ENC28J60_MEMORY];
    uint8_t common[5];                    /* EIE EIR ESTAT ECON2 ECON1 */
    uint8_t bank[4][0x1B];
    uint16_t phy[32];
    uint8_t read_latch;                   /* ERXRDPTL until ERXRDPTH is written */
    uint8_t selected, opcode, argument, position;
    uint8_t transmit_stalled;             /* an abort asks for TXRST, errata 12 */
    uint8_t mii_write;                    /* MII operation under way writes */
    uint8_t int_level, link_up;
    uint8_t frame[ENC28J60_MEMORY + ENC28J60_FCS_LEN];
    uint16_t frame_len;                   /* being transmitted */
    uint32_t received, dropped, filtered; /* frames */
};

/* Power-on reset. to is copied. The clock is ready 300 us after now_us. DS 2.2 */
void enc28j60_power_on(struct enc28j60 *e, const struct enc28j60_owner *to, uint64_t now_us);

/* Says what time it is: work that is due then (a transmission, a DMA run, a
 * PHY access) ends. Call before every SPI byte and at least every millisecond. */
void enc28j60_time(struct enc28j60 *e, uint64_t now_us);

/* The CS pin: selected 1 while it is low. */
void enc28j60_select(struct enc28j60 *e, uint8_t selected);

/* One SPI byte both ways. Unselected: 0xFF and no effect. */
uint8_t enc28j60_spi(struct enc28j60 *e, uint8_t out);

/* A frame from the wire, its frame check sequence included, 64 bytes or more. */
void enc28j60_receive(struct enc28j60 *e, const uint8_t *frame, uint16_t len);

/* The cable is plugged (1) or pulled (0). Plugged after power-on. */
void enc28j60_link(struct enc28j60 *e, uint8_t up);

/* The CRC-32 of IEEE 802.3 over len bytes; on the wire its low byte is first. */
uint32_t enc28j60_crc32(const uint8_t *data, uint16_t len);

#endif
