/* SPDX-License-Identifier: ISC */
/* The ENC28J60 model: any SPI traffic, frames and time. Oracle: no access outside
 * its arrays, and it never sends more than the datasheet's longest frame. */
#include <string.h>

#include "enc28j60_model.h"
#include "script.h"

static struct script script;
static struct enc28j60 chip;
static uint64_t now_us;

static void on_transmit(void *owner, const uint8_t *frame, uint16_t len)
{
    volatile uint8_t all = 0;
    uint16_t i;

    (void)owner;
    for (i = 0; i < len; i++)       /* all of it must be readable */
        all ^= frame[i];
}

static void on_interrupt(void *owner, uint8_t level)
{
    (void)owner;
    MUST(level <= 1);
}

static void on_broken(void *owner, const char *rule, uint16_t value)
{
    (void)owner;
    (void)value;
    MUST(rule != NULL);
}

/* An instruction, and so many bytes behind it. */
static void spi(uint8_t n)
{
    enc28j60_select(&chip, 1);
    while (n--)
        enc28j60_spi(&chip, take(&script));
    enc28j60_select(&chip, 0);
}

/* A register of a bank. */
static void set(void)
{
    uint8_t bank = take(&script) & 3, reg = take(&script) & 0x1F, value = take(&script);
    const uint8_t steps[3][2] = { { 0xBF, 3 }, { 0x9F, bank }, { (uint8_t)(0x40 | reg), value } };
    int i;

    for (i = 0; i < 3; i++) {
        enc28j60_select(&chip, 1);
        enc28j60_spi(&chip, steps[i][0]);
        enc28j60_spi(&chip, steps[i][1]);
        enc28j60_select(&chip, 0);
    }
}

static void frame(void)
{
    static uint8_t f[ENC28J60_FRAME_MAX];
    uint16_t n = (uint16_t)(60 + take16(&script) % (sizeof f - 63)), i;
    uint32_t crc;

    for (i = 0; i < n; i++)
        f[i] = i < 16 ? take(&script) : (uint8_t)i;
    crc = enc28j60_crc32(f, n) ^ (take(&script) == 0xBA);
    for (i = 0; i < 4; i++)
        f[n + i] = (uint8_t)(crc >> 8 * i);
    enc28j60_receive(&chip, f, (uint16_t)(n + 4));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct enc28j60_owner owner = { NULL, on_transmit, on_interrupt, on_broken };

    script.p = data;
    script.left = size;
    now_us = 0;
    enc28j60_power_on(&chip, &owner, 0);
    now_us += 1000;
    enc28j60_time(&chip, now_us);
    while (script.left) {
        uint8_t op = take(&script);
        switch (op & 7) {
        case 0: frame(); break;
        case 1: case 2: set(); break;
        case 3: now_us += take16(&script); enc28j60_time(&chip, now_us); break;
        case 4: enc28j60_link(&chip, op >> 7); break;
        default: spi(op >> 3); break;
        }
    }
    return 0;
}
