/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The virtual board: wires the parts together. See the header. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "board.h"

#define STEP_US        100         /* how often frames and the ENC28J60's own work are looked at */
#define CS_PIN         2           /* PB2 */
#define SPI_PINS       0x3C        /* PB2 to PB5: no events */
#define INT_PORT       'D'
#define INT_PIN        2
#define FRAME_HEADER   14          /* an Ethernet frame's */
#define SKIP_MAX_MS    3600000u    /* an hour */
#define BROKEN_TOLD    100         /* a driver that breaks a rule in a loop fills no disk */

/* -- From the chip -- */

static void sync_time(struct board *b)
{
    b->now_us = chip_cycle(b->chip) / CHIP_US_CYCLES;
    enc28j60_time(&b->enc, b->now_us);
}

static void on_pin(void *world, char port, uint8_t pin, uint8_t level)
{
    struct board *b = world;

    if (port == 'B' && (SPI_PINS >> pin) & 1)
        return;
    if (b->chip)
        b->now_us = chip_cycle(b->chip) / CHIP_US_CYCLES;
    board_event(&b->events, "pin P%c%u %u", port, pin, level);
}

/* An input CS is pulled up, so only a driven low selects. */
static void on_select(void *world, int selected)
{
    struct board *b = world;

    enc28j60_select(&b->enc, (uint8_t)selected);
}

static uint8_t on_spi(void *world, uint8_t out)
{
    struct board *b = world;

    sync_time(b);
    return enc28j60_spi(&b->enc, out);
}

static void on_uart(void *world, uint8_t byte)
{
    struct board *b = world;

    board_event_byte(&b->events, &b->events.uart, byte);
}

static void on_console(void *world, uint8_t byte)
{
    struct board *b = world;

    board_event_byte(&b->events, &b->events.console, byte);
}

static void on_mark(void *world, uint8_t value, uint64_t cycle)
{
    struct board *b = world;

    board_event(&b->events, "mark %u %llu", value, (unsigned long long)cycle);
}

static void on_eeprom(void *world, uint16_t cell, uint8_t value, uint32_t wear, int torn)
{
    struct board *b = world;

    b->now_us = chip_cycle(b->chip) / CHIP_US_CYCLES;
    board_event(&b->events, "%s %u %02x %lu", torn ? "torn" : "eeprom", cell, value, (unsigned long)wear);
}

static void on_broken(void *world, const char *rule, uint16_t value)
{
    struct board *b = world;

    if (b->chip)
        b->now_us = chip_cycle(b->chip) / CHIP_US_CYCLES;
    if (b->broken++ < BROKEN_TOLD)
        board_event(&b->events, "strict %s (0x%04x)", rule, value);
}

/* -- From the ENC28J60 -- */

static void on_transmit(void *owner, const uint8_t *frame, uint16_t len)
{
    struct board *b = owner;

    if (len <= ENC28J60_FCS_LEN)
        return;
    len = (uint16_t)(len - ENC28J60_FCS_LEN);
    if (b->faults.on)
        board_faults_put(&b->faults, b->now_us, BOARD_FROM_CHIP, frame, len);
    else
        board_switch_input(&b->lan, b->chip_port, frame, len);
}

static void on_interrupt(void *owner, uint8_t level)
{
    struct board *b = owner;

    if (b->chip)
        chip_pin(b->chip, INT_PORT, INT_PIN, level);
}

/* The ENC28J60 shares the chip's supply; its own RESET pin is not wired. */
static void enc_power_on(struct board *b)
{
    const struct enc28j60_owner owner = { b, on_transmit, on_interrupt, on_broken };
    uint8_t up = b->enc.to.owner ? b->enc.link_up : 1;

    enc28j60_power_on(&b->enc, &owner, b->now_us);
    on_interrupt(b, b->enc.int_level);
    enc28j60_link(&b->enc, up);
}

static void on_reset(void *world, const char *cause)
{
    struct board *b = world;

    if (b->chip)
        b->now_us = chip_cycle(b->chip) / CHIP_US_CYCLES;
    board_events_flush(&b->events);
    b->halted = 0;
    if (strcmp(cause, "power") == 0)
        enc_power_on(b);
    board_event(&b->events, "reset %s", cause);
}

static void on_off(void *world)
{
    struct board *b = world;

    board_events_flush(&b->events);
    board_event(&b->events, "power off");
}

/* -- From the switch -- */

static void on_frame(void *peer, const uint8_t *frame, uint16_t len)
{
    struct board *b = peer;

    if (b->faults.on)
        board_faults_put(&b->faults, b->now_us, BOARD_TO_CHIP, frame, len);
    else
        board_wire_push(&b->wire, b->now_us, frame, len);
}

/* Who sends by the command frame hears through the capture file. */
static void on_neighbour(void *peer, const uint8_t *frame, uint16_t len)
{
    (void)peer;
    (void)frame;
    (void)len;
}

static void on_observe(void *observer, const uint8_t *frame, uint16_t len)
{
    struct board *b = observer;

    if (board_pcap_frame(&b->pcap, b->now_us, frame, len) != 0)
        board_event(&b->events, "pcap full");
}

/* What comes out of the faulty link. */
static void pass(struct board *b)
{
    const uint8_t *frame;
    uint16_t len;
    int way;

    while ((frame = board_faults_take(&b->faults, b->now_us, &way, &len)) != NULL) {
        if (way == BOARD_TO_CHIP)
            board_wire_push(&b->wire, b->now_us, frame, len);
        else
            board_switch_input(&b->lan, b->chip_port, frame, len);
    }
}

static void hear(struct board *b)
{
    const uint8_t *frame;
    uint16_t len;

    while ((frame = board_wire_pop(&b->wire, b->now_us, &len)) != NULL)
        if (chip_state(b->chip) != CHIP_OFF)
            enc28j60_receive(&b->enc, frame, len);
}

/* -- The board -- */

void board_init(struct board *b, FILE *events_out, int strict)
{
    memset(b, 0, sizeof *b);
    b->cells.fd = -1;
    b->strict = strict;
    board_events_init(&b->events, events_out, &b->now_us);
    board_switch_init(&b->lan);
    board_wire_init(&b->wire);
    board_faults_init(&b->faults);
    b->lan.observe = on_observe;
    b->lan.observer = b;
    b->chip_port = board_switch_attach(&b->lan, on_frame, b);
    b->neighbour_port = board_switch_attach(&b->lan, on_neighbour, b);
}

int board_start(struct board *b, const char *mcu, const char *elf, const char *flash,
                char *error, size_t error_len)
{
    const struct chip_world world = {
        .world = b, .pin = on_pin, .uart = on_uart, .console = on_console, .mark = on_mark,
        .eeprom = on_eeprom, .reset = on_reset, .off = on_off, .select = on_select, .select_pin = CS_PIN,
        .spi = on_spi, .broken = on_broken,
    };

    b->chip = chip_open(mcu, elf, &b->cells, &world, error, error_len);
    if (!b->chip || (flash && chip_flash(b->chip, flash, error, error_len) != 0))
        return -1;
    chip_pin(b->chip, INT_PORT, INT_PIN, b->enc.int_level);
    return 0;
}

const char *board_slice(struct board *b)
{
    for (int i = 0; i < BOARD_SLICE_US / STEP_US; i++) {
        if (b->faults.count)
            pass(b);
        hear(b);
        chip_run(b->chip, STEP_US * CHIP_US_CYCLES);
        if (chip_state(b->chip) == CHIP_OFF)
            b->now_us = chip_cycle(b->chip) / CHIP_US_CYCLES;
        else
            sync_time(b);
    }
    if (chip_state(b->chip) == CHIP_HALTED && !b->halted) {
        b->halted = 1;
        board_event(&b->events, "halt");
    }
    if (chip_state(b->chip) == CHIP_CRASHED)
        return "crash";
    return b->strict && b->broken ? "strict" : NULL;
}

static int uart_line(struct board *b, const char *text)
{
    while (*text)
        chip_uart(b->chip, (uint8_t)*text++);
    chip_uart(b->chip, '\n');
    return 0;
}

/* A frame in hex, as if a neighbour had sent it. */
static int frame(struct board *b, const char *hex)
{
    uint8_t bytes[BOARD_FRAME_MAX];
    size_t len = strlen(hex) / 2, i;

    if (len < FRAME_HEADER || len > sizeof bytes || strspn(hex, "0123456789abcdefABCDEF") != 2 * len
        || hex[2 * len] != 0)
        return -1;
    for (i = 0; i < len; i++) {
        const char two[] = { hex[2 * i], hex[2 * i + 1], 0 };

        bytes[i] = (uint8_t)strtoul(two, NULL, 16);
    }
    board_switch_input(&b->lan, b->neighbour_port, bytes, (uint16_t)len);
    return 0;
}

int board_command(struct board *b, const char *line, char *error, size_t error_len)
{
    struct board_fault_rates rates;
    unsigned n = 0, v = 0;
    char excess;
    int fields;

    if (strcmp(line, "reset") == 0)
        return chip_reset(b->chip), 0;
    if (strcmp(line, "power off") == 0)
        return chip_power(b->chip, 0), 0;
    if (strcmp(line, "power on") == 0)
        return chip_power(b->chip, 1), 0;
    if (strcmp(line, "link up") == 0 || strcmp(line, "link down") == 0)
        return enc28j60_link(&b->enc, line[5] == 'u'), 0;
    if (strcmp(line, "quit") == 0)
        return 1;
    if (strncmp(line, "faults ", 7) == 0) {
        if (board_faults_parse(&rates, line + 7, error, error_len) != 0)
            return -1;
        return board_faults_set(&b->faults, &rates), 0;
    }
    if (strncmp(line, "uart ", 5) == 0)
        return uart_line(b, line + 5);
    if (strncmp(line, "frame ", 6) == 0 && frame(b, line + 6) == 0)
        return 0;
    if (strncmp(line, "echo ", 5) == 0)
        return board_event(&b->events, "%s", line), 0;
    fields = sscanf(line, "cut %u %x%c", &n, &v, &excess);
    if (fields == 1 || (fields == 2 && v <= 0xFF))
        return chip_cut(b->chip, n, fields == 2 ? (int)v : -1), 0;
    if (sscanf(line, "adc %u %u%c", &n, &v, &excess) == 2 && n < 8)
        return chip_adc(b->chip, (uint8_t)n, v), 0;
    if (sscanf(line, "skip %u%c", &n, &excess) == 1 && n <= SKIP_MAX_MS) {
        b->skip_us = b->now_us + n * 1000u;
        return 0;
    }
    snprintf(error, error_len, "'%.40s' is no command; reset, power off|on, link up|down, cut N [HEX], "
             "faults LIST, adc CHANNEL MILLIVOLTS, skip MILLISECONDS, uart TEXT, frame HEX, "
             "echo TEXT and quit are", line);
    return -1;
}

void board_tell_stack(struct board *b)
{
    uint16_t room, deepest = chip_stack(b->chip, &room);

    board_event(&b->events, "stack %u %u", deepest, room);
}

int board_stop(struct board *b)
{
    const struct board_faults *f = &b->faults;

    board_events_flush(&b->events);
    if (f->passed || f->lost)
        board_event(&b->events, "faults passed %lu lost %lu duplicated %lu reordered %lu corrupted %lu",
                    f->passed, f->lost, f->duplicated, f->reordered, f->corrupted);
    chip_close(b->chip);
    b->chip = NULL;
    board_pcap_close(&b->pcap);
    return board_cells_close(&b->cells);
}
