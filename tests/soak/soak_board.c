/* SPDX-License-Identifier: ISC */
/* The device as the firmware itself on the virtual board. Its lamp must be what
 * the answer says, and its clock must go on. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "mssl_wire.h"
#include "soak.h"

#define TASK_LED    1
#define TASK_UPTIME 3
#define LED_PIN     "pin PB1 "

const unsigned soak_weather_ms = 2000, soak_quiet_ms = 1000, soak_moody_one_of = 25, soak_long_moods = 0;

static struct board board;
static FILE *events;
static char *told;
static size_t told_len;
static int port, four;
static const char *wrong;
static unsigned long uptime;

static void on_frame(void *peer, const uint8_t *frame, uint16_t len)
{
    (void)peer;
    board_faults_put(&soak_link, soak_us, BOARD_FROM_CHIP, frame, len);
}

void soak_device_start(const char *firmware, uint8_t hosts)
{
    static const uint8_t address[] = { 0x02, 0, 0, 0, 0, 0x15, 10, 0, 2, 15, 255, 255, 255, 0, 0, 0, 0, 0 };
    char error[300];
    uint8_t *cells = board.cells.byte;
    const char *mcu;

    (void)hosts;
    four = firmware && strstr(firmware, "atmega328p");
    mcu = four ? "atmega328p" : "atmega168";
    events = open_memstream(&told, &told_len);
    if (!events || !firmware) {
        fputs("soak: give the firmware's ELF file\n", stderr);
        exit(1);
    }
    board_init(&board, events, 1);
    board_cells_init(&board.cells, chip_eeprom_size(mcu));
    for (uint8_t i = 0; i < MSSL_KEY_LEN; i++)
        cells[MSSL_EE_KD + i] = (uint8_t)(SOAK_KD + i);
    memcpy(cells + MSSL_EE_DEVICE, "\0\0\0\1", MSSL_G_DEVICE_LEN);
    memset(cells + MSSL_EE_GENERATIONS, 0, MSSL_SLOTS);
    memset(cells + MSSL_EE_SEED, 0x55, MSSL_SEED_LEN);
    memcpy(cells + MSSL_EE_MAC, address, sizeof address);
    port = board_switch_attach(&board.lan, on_frame, NULL);
    if (board_start(&board, mcu, firmware, NULL, error, sizeof error) != 0) {
        fprintf(stderr, "soak: %s\n", error);
        exit(1);
    }
}

void soak_device_frame(const uint8_t *frame, uint16_t len)
{
    board_switch_input(&board.lan, port, frame, len);
}

void soak_device_ms(void)
{
    const char *end = board_slice(&board);

    if (end)
        wrong = strcmp(end, "crash") == 0 ? "the chip crashed" : "the driver broke a rule";
}

void soak_device_ask(uint32_t id, uint8_t n, uint32_t random, struct soak_command *c)
{
    static const char *const words[] = { "on", "off", "" };
    const char *word = words[random % 3];

    (void)id;
    (void)n;
    c->task = *word ? TASK_LED : TASK_UPTIME;
    c->len = (uint8_t)strlen(word);
    memcpy(c->args, word, c->len);
}

int soak_device_check(const struct soak_command *c, uint8_t status, const uint8_t *data, size_t len)
{
    char text[130];
    unsigned long seconds;

    if (status != MSSL_STATUS_OK || len >= sizeof text)
        return 1;
    memcpy(text, data, len);
    text[len] = 0;
    if (c->task == TASK_LED)
        return strlen(text) != c->len || memcmp(text, c->args, c->len) != 0;
    seconds = strtoul(text, NULL, 10);
    if (seconds > board.now_us / 1000000)
        return 1;
    if (seconds < uptime)       /* of several sessions an answer may be late */
        return four ? seconds + 60 < uptime : 1;
    uptime = seconds;
    return 0;
}

const char *soak_device_wrong(void)
{
    return wrong;
}

/* The clock lost no second, the watchdog never bit, and the lamp was switched. */
const char *soak_device_left(void)
{
    fflush(events);
    if (strstr(told, "reset watchdog"))
        return "the watchdog bit";
    if (!strstr(told, LED_PIN "1") || !strstr(told, LED_PIN "0"))
        return "the lamp was not switched";
    return uptime ? NULL : "the clock stands";
}

uint8_t soak_device_sessions(void)
{
    return four ? 4 : 1;
}
