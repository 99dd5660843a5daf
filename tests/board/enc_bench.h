/* SPDX-License-Identifier: ISC */
/* A driver's hand on the ENC28J60 model: SPI operations in one call, and a notebook of what the chip did. */
#ifndef ENC_BENCH_H
#define ENC_BENCH_H

#include "enc28j60_model.h"

struct enc_bench {
    struct enc28j60 chip;
    uint64_t now_us;
    uint8_t sent[ENC28J60_MEMORY];
    uint16_t sent_len;
    unsigned sent_count, broken_count;
    const char *broken;                   /* the last broken rule, or NULL */
    uint8_t int_level;
};

/* Powers on; enc_bench_ready then waits for the clock. */
void enc_bench_on(struct enc_bench *b);
void enc_bench_wait(struct enc_bench *b, uint64_t us);

void enc_bench_bank(struct enc_bench *b, uint8_t bank);
uint8_t enc_bench_get(struct enc_bench *b, uint8_t reg);       /* ETH register */
uint8_t enc_bench_get_mac(struct enc_bench *b, uint8_t reg);   /* skips the dummy byte */
void enc_bench_set(struct enc_bench *b, uint8_t reg, uint8_t value);
void enc_bench_set16(struct enc_bench *b, uint8_t reg, uint16_t value);
uint16_t enc_bench_get16(struct enc_bench *b, uint8_t reg);
void enc_bench_bits_set(struct enc_bench *b, uint8_t reg, uint8_t bits);
void enc_bench_bits_clear(struct enc_bench *b, uint8_t reg, uint8_t bits);
void enc_bench_read(struct enc_bench *b, uint8_t *out, uint16_t len);
void enc_bench_write(struct enc_bench *b, const uint8_t *in, uint16_t len);
void enc_bench_soft_reset(struct enc_bench *b);
void enc_bench_phy_write(struct enc_bench *b, uint8_t reg, uint16_t value);
uint16_t enc_bench_phy_read(struct enc_bench *b, uint8_t reg);

/* Clock ready; ring 0..0x17FF, our address 02:00:00:00:00:09, full duplex, padding, reception enabled. */
void enc_bench_start(struct enc_bench *b);

/* A frame of len bytes without check sequence to the last byte of our address
 * (9), or another station (8); payload counts up. Returns len. */
uint16_t enc_bench_frame(uint8_t *frame, uint8_t last, uint16_t len);
/* Adds the right check sequence and hands it to the chip. */
void enc_bench_hear(struct enc_bench *b, uint8_t *frame, uint16_t len);

#endif
