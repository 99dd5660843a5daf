/* SPDX-License-Identifier: ISC */
/* A driver's hand on the ENC28J60 model. See the header. */
#include <string.h>
#include "enc_bench.h"
#include "enc28j60_regs.h"

static void on_transmit(void *owner, const uint8_t *frame, uint16_t len)
{
    struct enc_bench *b = owner;

    memcpy(b->sent, frame, len);
    b->sent_len = len;
    b->sent_count++;
}

static void on_interrupt(void *owner, uint8_t level)
{
    ((struct enc_bench *)owner)->int_level = level;
}

static void on_broken(void *owner, const char *rule, uint16_t value)
{
    struct enc_bench *b = owner;

    (void)value;
    b->broken = rule;
    b->broken_count++;
}

void enc_bench_on(struct enc_bench *b)
{
    const struct enc28j60_owner owner = { b, on_transmit, on_interrupt, on_broken };

    memset(b, 0, sizeof *b);
    b->int_level = 1;
    enc28j60_power_on(&b->chip, &owner, 0);
}

void enc_bench_wait(struct enc_bench *b, uint64_t us)
{
    b->now_us += us;
    enc28j60_time(&b->chip, b->now_us);
}

static uint8_t two(struct enc_bench *b, uint8_t first, uint8_t second)
{
    uint8_t in;

    enc28j60_select(&b->chip, 1);
    enc28j60_spi(&b->chip, first);
    in = enc28j60_spi(&b->chip, second);
    enc28j60_select(&b->chip, 0);
    return in;
}

uint8_t enc_bench_get(struct enc_bench *b, uint8_t reg)
{
    return two(b, reg, 0);
}

uint8_t enc_bench_get_mac(struct enc_bench *b, uint8_t reg)
{
    uint8_t in;

    enc28j60_select(&b->chip, 1);
    enc28j60_spi(&b->chip, reg);
    enc28j60_spi(&b->chip, 0);
    in = enc28j60_spi(&b->chip, 0);
    enc28j60_select(&b->chip, 0);
    return in;
}

void enc_bench_set(struct enc_bench *b, uint8_t reg, uint8_t value)
{
    two(b, OP_WCR << 5 | reg, value);
}

void enc_bench_set16(struct enc_bench *b, uint8_t reg, uint16_t value)
{
    enc_bench_set(b, reg, (uint8_t)value);
    enc_bench_set(b, (uint8_t)(reg + 1), (uint8_t)(value >> 8));
}

uint16_t enc_bench_get16(struct enc_bench *b, uint8_t reg)
{
    return (uint16_t)(enc_bench_get(b, reg) | enc_bench_get(b, (uint8_t)(reg + 1)) << 8);
}

void enc_bench_bits_set(struct enc_bench *b, uint8_t reg, uint8_t bits)
{
    two(b, (uint8_t)(OP_BFS << 5 | reg), bits);
}

void enc_bench_bits_clear(struct enc_bench *b, uint8_t reg, uint8_t bits)
{
    two(b, (uint8_t)(OP_BFC << 5 | reg), bits);
}

void enc_bench_bank(struct enc_bench *b, uint8_t bank)
{
    enc_bench_bits_clear(b, ECON1, ECON1_BSEL);
    enc_bench_bits_set(b, ECON1, bank);
}

void enc_bench_read(struct enc_bench *b, uint8_t *out, uint16_t len)
{
    enc28j60_select(&b->chip, 1);
    enc28j60_spi(&b->chip, OP_RBM << 5 | OP_BUFFER_ARGUMENT);
    while (len--)
        *out++ = enc28j60_spi(&b->chip, 0);
    enc28j60_select(&b->chip, 0);
}

void enc_bench_write(struct enc_bench *b, const uint8_t *in, uint16_t len)
{
    enc28j60_select(&b->chip, 1);
    enc28j60_spi(&b->chip, OP_WBM << 5 | OP_BUFFER_ARGUMENT);
    while (len--)
        enc28j60_spi(&b->chip, *in++);
    enc28j60_select(&b->chip, 0);
}

void enc_bench_soft_reset(struct enc_bench *b)
{
    enc28j60_select(&b->chip, 1);
    enc28j60_spi(&b->chip, OP_SRC << 5 | OP_RESET_ARGUMENT);
    enc28j60_select(&b->chip, 0);
}

void enc_bench_phy_write(struct enc_bench *b, uint8_t reg, uint16_t value)
{
    enc_bench_bank(b, 2);
    enc_bench_set(b, MIREGADR, reg);
    enc_bench_set16(b, MIWRL, value);
    enc_bench_wait(b, 20);
}

uint16_t enc_bench_phy_read(struct enc_bench *b, uint8_t reg)
{
    enc_bench_bank(b, 2);
    enc_bench_set(b, MIREGADR, reg);
    enc_bench_set(b, MICMD, MICMD_MIIRD);
    enc_bench_wait(b, 20);
    enc_bench_set(b, MICMD, 0);
    return (uint16_t)(enc_bench_get_mac(b, MIRD) | enc_bench_get_mac(b, MIRD + 1) << 8);
}

void enc_bench_start(struct enc_bench *b)
{
    static const uint8_t order[6] = { MAADR1, MAADR2, MAADR3, MAADR4, MAADR5, MAADR6 };

    enc_bench_on(b);
    enc_bench_wait(b, 400);
    enc_bench_bank(b, 0);
    enc_bench_set16(b, ERXST, 0);
    enc_bench_set16(b, ERXND, 0x17FF);
    enc_bench_set16(b, ERXRDPT, 0x17FF);
    enc_bench_bank(b, 2);
    enc_bench_set(b, MACON1, 0x0D);
    enc_bench_set(b, MACON3, 0x33);
    enc_bench_set16(b, MAMXFL, 1518);
    enc_bench_phy_write(b, PHCON1, PHCON1_PDPXMD);
    enc_bench_bank(b, 3);
    for (uint8_t i = 0; i < 6; i++)
        enc_bench_set(b, order[i], (uint8_t[]){ 2, 0, 0, 0, 0, 9 }[i]);
    enc_bench_bits_set(b, ECON1, ECON1_RXEN);
    enc_bench_bank(b, 0);
}

uint16_t enc_bench_frame(uint8_t *frame, uint8_t last, uint16_t len)
{
    static const uint8_t head[14] = { 2, 0, 0, 0, 0, 0, 0x52, 0x55, 10, 0, 2, 2, 0x08, 0x00 };

    memcpy(frame, head, sizeof head);
    frame[5] = last;
    for (uint16_t i = sizeof head; i < len; i++)
        frame[i] = (uint8_t)i;
    return len;
}

void enc_bench_hear(struct enc_bench *b, uint8_t *frame, uint16_t len)
{
    uint32_t fcs = enc28j60_crc32(frame, len);

    for (int i = 0; i < ENC28J60_FCS_LEN; i++)
        frame[len + i] = (uint8_t)(fcs >> (8 * i));
    enc28j60_receive(&b->chip, frame, (uint16_t)(len + ENC28J60_FCS_LEN));
}
