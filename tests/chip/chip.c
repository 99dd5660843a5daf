/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A simulated AVR chip for tests: see chip.h. */
#include "chip.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <simavr/avr_eeprom.h>
#include <simavr/sim_avr.h>
#include <simavr/sim_elf.h>
#include <simavr/sim_io.h>

#define CLOCK_HZ    16000000u
#define MILLIVOLT   5000u
#define RAM_OFFSET  0x800000u   /* where the linker puts data addresses */
#define GPIOR0      0x3e        /* data addresses on the ATmega48..328 */
#define GPIOR1      0x4a
#define GPIOR2      0x4b
#define SP_LOW      0x5d
#define SP_HIGH     0x5e
#define CALL_LIMIT  0x100000000ull
#define BOOT_LIMIT  1000000u

struct chip {
    avr_t *avr;
    elf_firmware_t elf;
    uint16_t mail;
    uint64_t since;         /* cycle of the last marker */
    uint64_t span;          /* cycles between the last two markers */
    unsigned markers;
    unsigned sp, sp_low;    /* at the marker, and the lowest since */
    int result;
    int print;
};

static unsigned stack_pointer(const avr_t *avr)
{
    return avr->data[SP_LOW] | (unsigned)avr->data[SP_HIGH] << 8;
}

static void marker_written(avr_t *avr, avr_io_addr_t addr, uint8_t v, void *param)
{
    struct chip *c = param;

    avr->data[addr] = v;
    c->span = avr->cycle - c->since;
    c->since = avr->cycle;
    c->markers++;
    if (v)
        c->sp = c->sp_low = stack_pointer(avr);
    else if (c->print)
        fprintf(stderr, "span %llu cycles, %u bytes of stack\n",
                (unsigned long long)c->span, c->sp - c->sp_low);
}

static void result_written(avr_t *avr, avr_io_addr_t addr, uint8_t v, void *param)
{
    struct chip *c = param;

    avr->data[addr] = v;
    c->result = v;
}

static void console_written(avr_t *avr, avr_io_addr_t addr, uint8_t v, void *param)
{
    (void)param;
    avr->data[addr] = v;
    putchar(v);
}

/* One instruction. 0 while the chip runs. */
static int step(struct chip *c)
{
    int state = avr_run(c->avr);
    unsigned sp = stack_pointer(c->avr);

    if (sp < c->sp_low)
        c->sp_low = sp;
    return state == cpu_Done || state == cpu_Crashed ? -1 : 0;
}

static int fail(struct chip *c, const char *elf, const char *why)
{
    fprintf(stderr, "chip: %s: %s\n", elf, why);
    chip_free(c);
    return 0;
}

/* The simulator tells what it loads; only its errors are of interest. */
static void log_errors(struct avr_t *avr, const int level, const char *format, va_list ap)
{
    (void)avr;
    if (level <= LOG_ERROR)
        vfprintf(stderr, format, ap);
}

static int load(struct chip *c, const char *elf, const char *mcu)
{
    avr_global_logger_set(log_errors);
    if (elf_read_firmware(elf, &c->elf) != 0)
        return fail(c, elf, "not an AVR program that can be read");
    /* Before loading: the chip takes its voltages and clock from here. */
    c->elf.frequency = CLOCK_HZ;
    c->elf.vcc = c->elf.avcc = c->elf.aref = MILLIVOLT;
    c->avr = avr_make_mcu_by_name(mcu);
    if (!c->avr)
        return fail(c, mcu, "the simulator knows no such chip");
    avr_init(c->avr);
    c->avr->log = LOG_ERROR;
    avr_load_firmware(c->avr, &c->elf);
    avr_register_io_write(c->avr, GPIOR0, console_written, c);
    avr_register_io_write(c->avr, GPIOR1, marker_written, c);
    avr_register_io_write(c->avr, GPIOR2, result_written, c);
    return 1;
}

struct chip *chip_new(const char *elf, const char *mcu)
{
    struct chip *c = calloc(1, sizeof *c);

    if (!c)
        return NULL;
    c->result = -1;
    c->sp_low = ~0u;
    if (!load(c, elf, mcu))
        return NULL;
    c->mail = chip_symbol(c, "chip_mail");
    return c;
}

void chip_free(struct chip *c)
{
    if (c->avr)
        avr_terminate(c->avr);
    free(c);
}

uint16_t chip_symbol(const struct chip *c, const char *name)
{
    uint32_t i;

    for (i = 0; i < c->elf.symbolcount; i++)
        if (strcmp(c->elf.symbol[i]->symbol, name) == 0 && c->elf.symbol[i]->addr >= RAM_OFFSET)
            return (uint16_t)(c->elf.symbol[i]->addr - RAM_OFFSET);
    return 0;
}

uint32_t chip_flash_symbol(const struct chip *c, const char *name)
{
    uint32_t i;

    for (i = 0; i < c->elf.symbolcount; i++)
        if (strcmp(c->elf.symbol[i]->symbol, name) == 0 && c->elf.symbol[i]->addr < RAM_OFFSET)
            return c->elf.symbol[i]->addr;
    return 0;
}

struct avr_t *chip_avr(struct chip *c)
{
    return c->avr;
}

void chip_flash_end_write(struct chip *c, const uint8_t *from, size_t len)
{
    memcpy(c->avr->flash + c->avr->flashend + 1 - len, from, len);
}

void chip_flash_end_read(const struct chip *c, uint8_t *out, size_t len)
{
    memcpy(out, c->avr->flash + c->avr->flashend + 1 - len, len);
}

void chip_ram_read(const struct chip *c, uint16_t address, uint8_t *out, size_t len)
{
    memcpy(out, c->avr->data + address, len);
}

void chip_eeprom_write(struct chip *c, uint16_t address, const uint8_t *from, size_t len)
{
    avr_eeprom_desc_t d = { .ee = (uint8_t *)from, .offset = address, .size = (uint32_t)len };

    avr_ioctl(c->avr, AVR_IOCTL_EEPROM_SET, &d);
}

void chip_eeprom_read(struct chip *c, uint16_t address, uint8_t *out, size_t len)
{
    avr_eeprom_desc_t d = { .ee = NULL, .offset = address, .size = (uint32_t)len };

    avr_ioctl(c->avr, AVR_IOCTL_EEPROM_GET, &d);
    memcpy(out, d.ee, len);
}

/* Runs until the program has taken its command, or has booted. */
static int await_idle(struct chip *c, uint64_t limit)
{
    uint64_t end = c->avr->cycle + limit;

    while (c->avr->data[c->mail])
        if (step(c) || c->avr->cycle > end)
            return -1;
    return 0;
}

int chip_call(struct chip *c, struct chip_mail *mail, uint8_t command, struct chip_cost *cost)
{
    uint64_t boot = c->markers ? 0 : BOOT_LIMIT / 100;

    /* The first call lets the start-up code clear the RAM before writing to it. */
    while (c->avr->cycle < boot)
        if (step(c))
            return -1;
    mail->command = command;
    memcpy(c->avr->data + c->mail, mail, sizeof *mail);
    if (await_idle(c, CALL_LIMIT))
        return -1;
    memcpy(mail, c->avr->data + c->mail, sizeof *mail);
    if (cost) {
        cost->cycles = c->span;
        cost->stack = c->sp - c->sp_low;
    }
    return 0;
}

int chip_run(struct chip *c, uint64_t max_cycles)
{
    c->print = 1;
    while (c->result < 0 && c->avr->cycle < max_cycles)
        if (step(c))
            return -1;
    fflush(stdout);
    return c->result;
}

/* simavr leaks its cores and programs; the leak sanitizer asks here what not to report. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libsimavr\n";
}
