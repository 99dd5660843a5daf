/* SPDX-License-Identifier: ISC */
/* A chip with a probe: see chip_probe.h. */
#include "chip_probe.h"

#include <stdio.h>
#include <string.h>

const char *folder;
struct probe t;

static void on_mark(void *world, uint8_t value, uint64_t cycle)
{
    (void)world;
    if (t.marks < MARKS) {
        t.mark[t.marks] = value;
        t.at[t.marks++] = cycle;
    }
}

static void on_console(void *world, uint8_t byte)
{
    (void)world;
    if (t.said_len < sizeof t.said)
        t.said[t.said_len++] = byte;
}

static void on_uart(void *world, uint8_t byte)
{
    (void)world;
    if (t.uart_len < sizeof t.uart - 1)
        t.uart[t.uart_len++] = byte;
}

static void on_pin(void *world, char port, uint8_t pin, uint8_t level)
{
    (void)world;
    if (port == 'B' && pin == 1 && level)
        t.pins++;
}

static void on_eeprom(void *world, uint16_t cell, uint8_t value, uint32_t wear, int torn)
{
    (void)world;
    (void)cell;
    (void)wear;
    t.torn += torn != 0;
    if (torn)
        t.torn_value = value;
}

static void on_reset(void *world, const char *cause)
{
    (void)world;
    strncat(t.resets, cause, 20);
    strcat(t.resets, " ");
}

static void on_off(void *world)
{
    (void)world;
    strcat(t.resets, "off ");
}

static uint8_t on_spi(void *world, uint8_t out)
{
    (void)world;
    return (uint8_t)~out;
}

void open_probe(const char *mcu, const char *probe)
{
    const struct chip_world world = { .mark = on_mark, .console = on_console, .uart = on_uart, .pin = on_pin,
                                      .eeprom = on_eeprom, .reset = on_reset, .off = on_off, .spi = on_spi };
    char path[500], error[300] = "";

    memset(&t, 0, sizeof t);
    board_cells_init(&t.cells, chip_eeprom_size(mcu));
    snprintf(path, sizeof path, "%s/board-probe_%s.elf", folder, probe);
    t.chip = chip_open(mcu, path, &t.cells, &world, error, sizeof error);
    if (!t.chip)
        fail_msg("%s (build the chips' presets first)", error);
    chip_pin(t.chip, 'D', 2, 1);
}

int close_probe(void **state)
{
    (void)state;
    chip_close(t.chip);
    t.chip = NULL;
    return 0;
}
