/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chip's EEPROM registers with real times: simavr 1.6 programs at once, is
 * never busy, and knows neither erase-only nor write-only.
 *
 * ATmega168 datasheet 8.4 and 8.6: 3.4 ms for erase and write, 1.8 ms for either
 * alone; EEPE reads 1 meanwhile, and neither can the cells be read nor EEAR be
 * changed. EEMPE lives four cycles. A read halts the CPU for four cycles, the
 * start of a write for two. A reset does not stop a write. */
#include "chip_inside.h"

#define EERE  0x01
#define EEPE  0x02
#define EEMPE 0x04
#define EERIE 0x08
#define EEPM  0x30
#define EEPM_SHIFT 4

#define BOTH_CYCLES   (3400u * CHIP_US_CYCLES)
#define SINGLE_CYCLES (1800u * CHIP_US_CYCLES)
#define ARMED_CYCLES  4
#define READ_HALT     4
#define WRITE_HALT    2

static uint8_t *control(struct chip *c)
{
    return &c->avr->data[c->eeprom.avr_eeprom->r_eecr];
}

/* The interrupt is a level: it comes as long as nothing is programmed. */
static void ready(struct chip *c)
{
    if (!c->eeprom.busy && (*control(c) & EERIE))
        avr_raise_interrupt(c->avr, &c->eeprom.avr_eeprom->ready);
}

static void tell(struct chip *c, int torn)
{
    struct chip_eeprom *e = &c->eeprom;

    if (c->world.eeprom)
        c->world.eeprom(c->world.world, e->cell, e->cells->byte[e->cell], e->cells->wear[e->cell], torn);
}

static void tear(struct chip *c)
{
    struct chip_eeprom *e = &c->eeprom;

    board_cells_tear(e->cells, e->cell, e->data, e->mode, e->cut_armed ? e->cut_torn : -1);
    e->busy = 0;
    e->cut_armed = 0;
    tell(c, 1);
}

static avr_cycle_count_t program_end(avr_t *avr, avr_cycle_count_t when, void *param)
{
    struct chip *c = param;
    struct chip_eeprom *e = &c->eeprom;

    (void)when;
    (void)avr;
    if (e->cut_armed && e->until_cut == 0) {
        tear(c);
        chip_power(c, 0);
        return 0;
    }
    if (e->cut_armed)
        e->until_cut--;
    board_cells_program(e->cells, e->cell, e->data, e->mode);
    e->busy = 0;
    *control(c) &= (uint8_t)~EEPE;
    tell(c, 0);
    ready(c);
    return 0;
}

static avr_cycle_count_t disarm(avr_t *avr, avr_cycle_count_t when, void *param)
{
    (void)avr;
    (void)when;
    *control(param) &= (uint8_t)~EEMPE;
    return 0;
}

static uint16_t address(struct chip *c)
{
    avr_eeprom_t *p = c->eeprom.avr_eeprom;
    uint16_t a = (uint16_t)(c->avr->data[p->r_eearl] | c->avr->data[p->r_eearh] << 8);

    if (a >= c->eeprom.cells->size)
        chip_broken(c, "ATmega168 8.6.1: EEAR lies beyond the EEPROM", a);
    return a % c->eeprom.cells->size;
}

static void program(struct chip *c)
{
    struct chip_eeprom *e = &c->eeprom;
    uint8_t mode = (uint8_t)((*control(c) & EEPM) >> EEPM_SHIFT);
    uint32_t cycles = mode ? SINGLE_CYCLES : BOTH_CYCLES;

    if (mode > BOARD_WRITE_ONLY) {
        chip_broken(c, "ATmega168 table 8-1: EEPM 3 is reserved", mode);
        return;
    }
    e->cell = address(c);
    e->data = c->avr->data[e->avr_eeprom->r_eedr];
    e->mode = (enum board_program)mode;
    e->busy = 1;
    *control(c) = (uint8_t)((*control(c) & ~EEMPE) | EEPE);
    c->avr->cycle += WRITE_HALT;
    e->end = c->avr->cycle + cycles;
    avr_cycle_timer_register(c->avr, cycles, program_end, c);
}

static void control_write(avr_t *avr, avr_io_addr_t addr, uint8_t value, void *param)
{
    struct chip *c = param;
    uint8_t old = avr->data[addr], keep = EEPE | (c->eeprom.busy ? EEPM : 0);
    int armed = (old & EEMPE) != 0;

    avr->data[addr] = (uint8_t)((old & (keep | EEMPE)) | (value & ~keep & (EEPM | EERIE)));
    if ((value & EEMPE) && !(value & EEPE)) {
        avr->data[addr] |= EEMPE;
        avr_cycle_timer_register(avr, ARMED_CYCLES, disarm, c);
    }
    if ((value & EERE) && c->eeprom.busy)
        chip_broken(c, "ATmega168 8.6.3: the EEPROM is read while it is programmed", 0);
    if ((value & EEPE) && armed && c->eeprom.busy)
        chip_broken(c, "ATmega168 8.6.3: a write begins while another is under way", 0);
    if ((value & EEPE) && armed && !c->eeprom.busy)
        program(c);
    else if ((value & EERE) && !c->eeprom.busy) {
        avr->data[c->eeprom.avr_eeprom->r_eedr] = c->eeprom.cells->byte[address(c)];
        avr->cycle += READ_HALT;
    }
    ready(c);
}

static void address_write(avr_t *avr, avr_io_addr_t addr, uint8_t value, void *param)
{
    struct chip *c = param;

    if (c->eeprom.busy)
        chip_broken(c, "ATmega168 8.6.3: EEAR is written while a cell is programmed", value);
    else
        avr->data[addr] = value;
}

static void replace(struct chip *c, avr_io_addr_t addr, avr_io_write_t f)
{
    c->avr->io[AVR_DATA_TO_IO(addr)].w.c = f;
    c->avr->io[AVR_DATA_TO_IO(addr)].w.param = c;
}

void chip_eeprom_attach(struct chip *c, struct board_cells *cells)
{
    avr_eeprom_t *p = chip_module(c, "eeprom");

    c->eeprom.avr_eeprom = p;
    c->eeprom.cells = cells;
    replace(c, p->r_eecr, control_write);
    replace(c, p->r_eearl, address_write);
    if (p->r_eearh)
        replace(c, p->r_eearh, address_write);
}

/* A reset forgets simavr's timers, but the cell goes on being programmed. */
void chip_eeprom_reset(struct chip *c)
{
    struct chip_eeprom *e = &c->eeprom;

    if (!e->busy)
        return;
    *control(c) |= EEPE;
    avr_cycle_timer_register(c->avr, e->end > c->avr->cycle ? e->end - c->avr->cycle : 1, program_end, c);
}

void chip_eeprom_power_off(struct chip *c)
{
    if (c->eeprom.busy)
        tear(c);
    c->eeprom.cut_armed = 0;
}

void chip_cut(struct chip *c, uint32_t n, int torn)
{
    c->eeprom.cut_armed = 1;
    c->eeprom.until_cut = n;
    c->eeprom.cut_torn = torn;
}
