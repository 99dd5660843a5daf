/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chip's SPI master with real byte times: simavr 1.6 takes 100 us for every byte.
 *
 * ATmega168 datasheet 18.5: a byte takes 8 periods of the SPI clock, which is the
 * CPU's divided by 4, 16, 64 or 128, or by half of that with SPI2X. */
#include "chip_inside.h"

#define SPIF 0x80
#define WCOL 0x40
#define SPI2X 0x01
#define SPR 0x03

static avr_t *core(struct chip *c)
{
    return c->avr;
}

static unsigned divider(struct chip *c)
{
    static const uint8_t slow[4] = { 4, 16, 64, 128 };
    avr_spi_t *p = c->spi.avr_spi;
    unsigned d = slow[core(c)->data[p->r_spcr] & SPR];

    return core(c)->data[p->r_spsr] & SPI2X ? d / 2 : d;
}

static avr_cycle_count_t transfer_end(avr_t *avr, avr_cycle_count_t when, void *param)
{
    struct chip *c = param;
    struct chip_spi *s = &c->spi;

    (void)when;
    s->busy = 0;
    s->in = c->world.spi ? c->world.spi(c->world.world, s->out) : 0xFF;
    avr_raise_interrupt(avr, &s->avr_spi->spi);
    return 0;
}

static void data_write(avr_t *avr, avr_io_addr_t addr, uint8_t value, void *param)
{
    struct chip *c = param;
    struct chip_spi *s = &c->spi;

    if (!avr_regbit_get(avr, s->avr_spi->spe) || !avr_regbit_get(avr, s->avr_spi->mstr))
        return;
    if (s->busy) {
        avr->data[s->avr_spi->r_spsr] |= WCOL;
        chip_broken(c, "ATmega168 18.5.2: SPDR is written during a transfer", value);
        return;
    }
    avr_regbit_clear(avr, s->avr_spi->spi.raised);
    avr->data[s->avr_spi->r_spsr] &= (uint8_t)~WCOL;
    avr_core_watch_write(avr, addr, value);
    s->out = value;
    s->busy = 1;
    avr_cycle_timer_register(avr, 8u * divider(c), transfer_end, c);
}

static uint8_t data_read(avr_t *avr, avr_io_addr_t addr, void *param)
{
    struct chip *c = param;

    (void)addr;
    avr_regbit_clear(avr, c->spi.avr_spi->spi.raised);
    return c->spi.in;
}

/* Only SPI2X can be written. */
static void status_write(avr_t *avr, avr_io_addr_t addr, uint8_t value, void *param)
{
    (void)param;
    avr->data[addr] = (uint8_t)((avr->data[addr] & (SPIF | WCOL)) | (value & SPI2X));
}

static void replace_write(avr_t *avr, avr_io_addr_t addr, avr_io_write_t f, void *param)
{
    avr->io[AVR_DATA_TO_IO(addr)].w.c = f;
    avr->io[AVR_DATA_TO_IO(addr)].w.param = param;
}

void chip_spi_attach(struct chip *c)
{
    avr_spi_t *p = chip_module(c, "spi");

    c->spi.avr_spi = p;
    replace_write(core(c), p->r_spdr, data_write, c);
    replace_write(core(c), p->r_spsr, status_write, c);
    core(c)->io[AVR_DATA_TO_IO(p->r_spdr)].r.c = data_read;
    core(c)->io[AVR_DATA_TO_IO(p->r_spdr)].r.param = c;
}

void chip_spi_reset(struct chip *c)
{
    c->spi.busy = 0;
}
