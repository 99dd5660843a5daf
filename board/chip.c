/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The microcontroller: opens simavr, runs it in slices, and tells the world of pins, lines and resets. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "chip_inside.h"

#define TICK_CYCLES  1600u    /* 100 us: a sleeping core jumps to its next timer, so there is always one */
#define GPIOR0       0x3E     /* data addresses, the same in both chips */
#define GPIOR1       0x4A
#define MILLIVOLTS   5000
#define RAM_START    0x100

static const char *const known[] = { "atmega88", "atmega168", "atmega328p" };

void *chip_module(struct chip *c, const char *kind)
{
    for (avr_io_t *io = c->avr->io_port; io; io = io->next)
        if (strcmp(io->kind, kind) == 0)
            return io;
    return NULL;
}

void chip_broken(struct chip *c, const char *rule, uint16_t value)
{
    if (c->world.broken)
        c->world.broken(c->world.world, rule, value);
}

uint16_t chip_eeprom_size(const char *mcu)
{
    if (strcmp(mcu, known[0]) == 0 || strcmp(mcu, known[1]) == 0)
        return 512;
    return strcmp(mcu, known[2]) == 0 ? 1024 : 0;
}

uint8_t chip_ram_fill(uint16_t address)
{
    uint32_t x = address * 2654435761u;

    return (uint8_t)(x >> 13 ^ x >> 24);
}

/* -- Pins -- */

/* Nothing outside pulls an output, so its level is what the chip drives. */
static void port_changed(struct chip_port *p)
{
    uint8_t level = p->port & p->ddr, low = (uint8_t)~p->port & p->ddr;
    uint8_t changed = level ^ p->level, fell = low ^ p->low;
    struct chip *c = p->chip;

    p->level = level;
    p->low = low;
    if (p->name == 'B' && (fell >> c->world.select_pin) & 1 && c->world.select)
        c->world.select(c->world.world, (low >> c->world.select_pin) & 1);
    for (uint8_t i = 0; i < 8; i++)
        if ((changed >> i) & 1 && c->world.pin)
            c->world.pin(c->world.world, p->name, i, (level >> i) & 1);
}

static void port_written(avr_irq_t *irq, uint32_t value, void *param)
{
    struct chip_port *p = param;

    (void)irq;
    p->port = (uint8_t)value;
    port_changed(p);
}

static void ddr_written(avr_irq_t *irq, uint32_t value, void *param)
{
    struct chip_port *p = param;

    (void)irq;
    p->ddr = (uint8_t)value;
    port_changed(p);
}

/* Resets clear registers without a call, so no write may be filtered as equal. */
static void watch(struct chip_port *p, int index, avr_irq_notify_t f)
{
    avr_irq_t *irq = avr_io_getirq(p->chip->avr, (uint32_t)AVR_IOCTL_IOPORT_GETIRQ(p->name), index);

    avr_irq_set_flags(irq, avr_irq_get_flags(irq) & (uint8_t)~IRQ_FLAG_FILTERED);
    avr_irq_register_notify(irq, f, p);
}

static void ports_attach(struct chip *c)
{
    for (int i = 0; i < 3; i++) {
        struct chip_port *p = &c->ports[i];

        p->chip = c;
        p->name = (char)('B' + i);
        watch(p, IOPORT_IRQ_REG_PORT, port_written);
        watch(p, IOPORT_IRQ_DIRECTION_ALL, ddr_written);
    }
}

static void ports_reset(struct chip *c)
{
    for (int i = 0; i < 3; i++) {
        c->ports[i].port = c->ports[i].ddr = 0;
        port_changed(&c->ports[i]);
    }
}

/* Resets clear the pin registers, so what comes from outside is set again after them. */
static void inputs_restore(struct chip *c)
{
    for (int i = 0; i < 3; i++)
        for (uint8_t pin = 0; pin < 8; pin++)
            if ((c->ports[i].pulled >> pin) & 1) {
                avr_irq_t *irq = avr_io_getirq(c->avr, (uint32_t)AVR_IOCTL_IOPORT_GETIRQ(c->ports[i].name), pin);

                irq->value = !((c->ports[i].outside >> pin) & 1);
                avr_raise_irq(irq, !irq->value);
            }
}

void chip_pin(struct chip *c, char port, uint8_t pin, uint8_t level)
{
    struct chip_port *p = &c->ports[port - 'B'];

    p->pulled |= (uint8_t)(1 << pin);
    p->outside = (uint8_t)((p->outside & ~(1 << pin)) | (level ? 1 << pin : 0));
    /* Without this the firmware's own pull-up would override what drives the pin. */
    avr_ioport_external_t external = { .name = (unsigned char)port & 0x7Fu, .mask = p->pulled, .value = p->outside };

    avr_ioctl(c->avr, (uint32_t)AVR_IOCTL_IOPORT_SET_EXTERNAL(port), &external);
    if (port == 'D' && pin == 2)
        c->int0_low = !level;
    avr_raise_irq(avr_io_getirq(c->avr, (uint32_t)AVR_IOCTL_IOPORT_GETIRQ(port), pin), level);
}

void chip_adc(struct chip *c, uint8_t channel, uint32_t millivolts)
{
    avr_raise_irq(avr_io_getirq(c->avr, AVR_IOCTL_ADC_GETIRQ, channel), millivolts);
}

/* -- Serial port, console, marks -- */

static void uart_out(avr_irq_t *irq, uint32_t value, void *param)
{
    struct chip *c = param;

    (void)irq;
    if (c->world.uart)
        c->world.uart(c->world.world, (uint8_t)value);
}

void chip_uart(struct chip *c, uint8_t byte)
{
    avr_raise_irq(avr_io_getirq(c->avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_INPUT), byte);
}

static void console_write(avr_t *avr, avr_io_addr_t addr, uint8_t value, void *param)
{
    struct chip *c = param;

    avr->data[addr] = value;
    if (c->world.console)
        c->world.console(c->world.world, value);
}

static void mark_write(avr_t *avr, avr_io_addr_t addr, uint8_t value, void *param)
{
    struct chip *c = param;

    avr->data[addr] = value;
    if (c->world.mark)
        c->world.mark(c->world.world, value, avr->cycle);
}

static void serial_attach(struct chip *c)
{
    uint32_t flags = 0;

    avr_ioctl(c->avr, AVR_IOCTL_UART_SET_FLAGS('0'), &flags);   /* print nothing by itself */
    avr_irq_register_notify(avr_io_getirq(c->avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_OUTPUT), uart_out, c);
    avr_register_io_write(c->avr, GPIOR0, console_write, c);
    avr_register_io_write(c->avr, GPIOR1, mark_write, c);
}

/* -- Resets and power -- */

/* simavr polls a level-triggered INT0 at every cycle while it is low; instead the
 * tick raises it again, so that the board stays fast. */
static avr_cycle_count_t tick(avr_t *avr, avr_cycle_count_t when, void *param)
{
    struct chip *c = param;
    avr_extint_t *x = chip_module(c, "extint");

    if (c->int0_low && avr_regbit_get_array(avr, x->eint[0].isc, 2) == 0
        && avr_regbit_get(avr, x->eint[0].vector.enable) && !x->eint[0].vector.pending)
        avr_raise_interrupt(avr, &x->eint[0].vector);
    return when + TICK_CYCLES;
}

static avr_cycle_count_t after_reset(avr_t *avr, avr_cycle_count_t when, void *param)
{
    (void)when;
    inputs_restore(param);
    avr_extint_set_strict_lvl_trig(avr, 0, 0);
    avr_extint_set_strict_lvl_trig(avr, 1, 0);
    return 0;
}

/* Called first in every reset of the core, after its registers and timers were cleared. */
static void core_reset(avr_io_t *io)
{
    struct chip *c = (struct chip *)((char *)io - offsetof(struct chip, hook));
    avr_watchdog_t *w = chip_module(c, "watchdog");
    const char *cause = w->reset_context.wdrf ? "watchdog" : c->reset_cause;

    ports_reset(c);
    chip_spi_reset(c);
    chip_eeprom_reset(c);
    avr_cycle_timer_register(c->avr, TICK_CYCLES, tick, c);
    avr_cycle_timer_register(c->avr, 1, after_reset, c);
    if (c->world.reset && cause)
        c->world.reset(c->world.world, cause);
}

void chip_reset(struct chip *c)
{
    if (c->state == CHIP_OFF)
        return;
    c->state = CHIP_RUNS;
    c->reset_cause = "external";
    avr_reset(c->avr);
    avr_regbit_set(c->avr, c->avr->reset_flags.extrf);
}

static void power_on(struct chip *c)
{
    memset(c->avr->data, 0, 32);
    for (uint32_t i = RAM_START; i <= c->avr->ramend; i++)
        c->avr->data[i] = chip_ram_fill((uint16_t)i);
    c->state = CHIP_RUNS;
    c->reset_cause = "power";
    avr_reset(c->avr);
    avr_regbit_set(c->avr, c->avr->reset_flags.porf);
}

void chip_power(struct chip *c, int on)
{
    if (on == (c->state != CHIP_OFF))
        return;
    if (on) {
        power_on(c);
        return;
    }
    c->state = CHIP_OFF;
    c->avr->state = cpu_Stopped;       /* ends the instruction loop when called from inside it */
    chip_eeprom_power_off(c);
    ports_reset(c);
    if (c->world.off)
        c->world.off(c->world.world);
}

/* -- Opening and running -- */

static void no_sleep(avr_t *avr, avr_cycle_count_t how_long)
{
    (void)avr;
    (void)how_long;
}

static void quiet(avr_t *avr, const int level, const char *format, va_list ap)
{
    if (level > LOG_ERROR || !avr)
        return;
    fputs("mssl-board: simavr: ", stderr);
    vfprintf(stderr, format, ap);
}

static struct chip *core_open(const char *mcu)
{
    struct chip *c = calloc(1, sizeof *c);

    avr_global_logger_set(quiet);
    if (c)
        c->avr = avr_make_mcu_by_name(mcu);
    if (!c || !c->avr) {
        free(c);
        return NULL;
    }
    avr_init(c->avr);
    c->avr->frequency = CHIP_HZ;
    c->avr->vcc = c->avr->avcc = c->avr->aref = MILLIVOLTS;
    c->avr->sleep = no_sleep;
    c->stack_low = c->avr->ramend;
    return c;
}

struct chip *chip_open(const char *mcu, const char *elf, struct board_cells *cells,
                       const struct chip_world *world, char *error, size_t error_len)
{
    struct chip *c;
    uint32_t end;

    if (chip_eeprom_size(mcu) == 0 || (c = core_open(mcu)) == NULL) {
        snprintf(error, error_len, "%s: unknown chip; --mcu takes atmega88, atmega168 or atmega328p", mcu);
        return NULL;
    }
    if (board_elf_load(&c->elf, elf, c->avr->flash, c->avr->flashend + 1, &end, error, error_len) != 0) {
        chip_close(c);
        return NULL;
    }
    c->avr->codeend = end;
    c->world = *world;
    ports_attach(c);
    serial_attach(c);
    chip_spi_attach(c);
    chip_eeprom_attach(c, cells);
    c->hook.kind = "board";
    c->hook.reset = core_reset;
    avr_register_io(c->avr, &c->hook);
    c->state = CHIP_OFF;
    chip_power(c, 1);
    return c;
}

void chip_close(struct chip *c)
{
    if (!c)
        return;
    avr_terminate(c->avr);
    free(c->avr);
    board_elf_free(&c->elf);
    free(c);
}

enum chip_state chip_run(struct chip *c, uint64_t cycles)
{
    uint64_t end = c->avr->cycle + cycles;

    while (c->avr->cycle < end && c->state == CHIP_RUNS) {
        int s = avr_run(c->avr);

        chip_stack_look(c);
        if (s == cpu_Done)             /* asleep with interrupts off: only a reset wakes it */
            c->state = CHIP_HALTED;
        else if (s == cpu_Crashed)
            c->state = CHIP_CRASHED;
    }
    if (c->state != CHIP_RUNS && c->avr->cycle < end)
        c->avr->cycle = end;
    return c->state;
}

enum chip_state chip_state(const struct chip *c)
{
    return c->state;
}

uint64_t chip_cycle(const struct chip *c)
{
    return c->avr->cycle;
}

uint8_t chip_peek(const struct chip *c, uint16_t address)
{
    return address <= c->avr->ramend ? c->avr->data[address] : 0xFF;
}

int32_t chip_symbol(const struct chip *c, const char *name)
{
    return board_elf_symbol(&c->elf, name);
}

/* simavr leaks its interrupt lines; the leak sanitizer asks here what not to report. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libsimavr\n";
}
