/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line of mssl-board: parsed here, obeyed in main.c. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "chip.h"
#include "options.h"

const char board_help[] =
    "mssl-board: a virtual board that runs the real firmware of the micro server\n"
    "\n"
    "  --firmware ELF     the chip's program\n"
    "  --flash HEX        Intel HEX to write to the flash beside it, like an authority's modulus\n"
    "  --eeprom FILE      the EEPROM and its wear, kept between runs\n"
    "  --image HEX        Intel HEX to make the EEPROM file from when it is missing\n"
    "  --mcu NAME         atmega168 (default), atmega88 or atmega328p\n"
    "  --host A:PORT      virtual host A (10.0.2.2): connections to 127.0.0.1:PORT come from it\n"
    "  --host B:PORT      virtual host B (10.0.2.3); PORT 0 picks a free one and tells it\n"
    "  --tap NAME         plug a TAP interface into the switch (root)\n"
    "  --packet NAME      plug an interface into the switch (root of its namespace)\n"
    "  --pcap FILE        write all frames to a capture file\n"
    "  --events FILE      write events there, not to standard output\n"
    "  --fast             as fast as the machine can, not as fast as the real chip;\n"
    "                     timers then run ahead of programs that talk to the device\n"
    "  --faults LIST      faults of the chip's link, both ways: loss=5,duplicate=1,reorder=5,corrupt=1\n"
    "                     (percent), delay=20 (milliseconds, 0 to that), seed=7; any part may be left out\n"
    "  --limit SECONDS    end after that much simulated time\n"
    "  --no-strict        go on when the driver breaks a rule of the ENC28J60\n"
    "  --help, --version\n"
    "\n"
    "Commands on standard input: reset, power off, power on, cut N [HEX], link up, link down,\n"
    "faults LIST|none, adc CHANNEL MILLIVOLTS, skip MILLISECONDS, uart TEXT, frame HEX,\n"
    "echo TEXT, quit.\n"
    "Exit codes: 0 ended as asked, 1 usage or a file, 2 a strict rule was broken, 3 the chip crashed.\n";

enum { FIRMWARE = 1, FLASH, EEPROM, IMAGE, MCU, HOST, TAP, PACKET, PCAP, EVENTS, FAST, FAULTS, LIMIT, NO_STRICT, HELP, VERSION };

static const struct option table[] = {
    { "firmware", 1, NULL, FIRMWARE }, { "flash", 1, NULL, FLASH }, { "eeprom", 1, NULL, EEPROM },
    { "image", 1, NULL, IMAGE },
    { "mcu", 1, NULL, MCU }, { "host", 1, NULL, HOST }, { "tap", 1, NULL, TAP },
    { "packet", 1, NULL, PACKET }, { "pcap", 1, NULL, PCAP }, { "events", 1, NULL, EVENTS },
    { "fast", 0, NULL, FAST }, { "limit", 1, NULL, LIMIT }, { "faults", 1, NULL, FAULTS }, { "no-strict", 0, NULL, NO_STRICT },
    { "help", 0, NULL, HELP }, { "version", 0, NULL, VERSION }, { NULL, 0, NULL, 0 },
};

/* "A:40001" */
static int host(struct board_options *o, const char *text)
{
    int i = text[0] - 'A';
    char *end;
    unsigned long port;

    if (i < 0 || i >= BOARD_HOSTS || text[1] != ':' || text[2] < '0' || text[2] > '9')
        return -1;
    port = strtoul(text + 2, &end, 10);
    if (*end || port > 65535)
        return -1;
    o->host[i].wanted = 1;
    o->host[i].port = (uint16_t)port;
    return 0;
}

static int seconds(struct board_options *o, const char *text)
{
    char *end;

    o->limit_s = strtod(text, &end);
    return end == text || *end || !(o->limit_s >= 0 && o->limit_s < 1e9) ? -1 : 0;
}

static int take(struct board_options *o, int option, const char *value)
{
    switch (option) {
    case FIRMWARE: o->firmware = value; return 0;
    case FLASH:    o->flash = value; return 0;
    case EEPROM:   o->eeprom = value; return 0;
    case IMAGE:    o->image = value; return 0;
    case MCU:      o->mcu = value; return 0;
    case HOST:     return host(o, value);
    case TAP:      o->tap = value; return 0;
    case PACKET:   o->packet = value; return 0;
    case PCAP:     o->pcap = value; return 0;
    case EVENTS:   o->events = value; return 0;
    case FAST:     o->fast = 1; return 0;
    case LIMIT:    return seconds(o, value);
    case NO_STRICT: o->strict = 0; return 0;
    case 'h':
    case HELP:     o->help = 1; return 0;
    default:       o->version = 1; return 0;
    }
}

int board_options_parse(struct board_options *o, int argc, char **argv, char *error, size_t error_len)
{
    int option;

    memset(o, 0, sizeof *o);
    o->mcu = "atmega168";
    o->strict = 1;
    opterr = 0;
    optind = 1;
    while ((option = getopt_long(argc, argv, ":h", table, NULL)) != -1) {
        if (option == '?' || option == ':') {
            snprintf(error, error_len, "%s: %s; --help lists the options", argv[optind - 1],
                     option == ':' ? "its value is missing" : "unknown option");
            return -1;
        }
        if (option == FAULTS) {
            if (board_faults_parse(&o->faults, optarg, error, error_len) != 0)
                return -1;
            continue;
        }
        if (take(o, option, optarg) != 0) {
            snprintf(error, error_len, "%s: not understood; hosts are A:PORT or B:PORT, limits seconds", optarg);
            return -1;
        }
    }
    if (o->help || o->version)
        return 0;
    if (optind < argc) {
        snprintf(error, error_len, "%s: no such argument; --help lists the options", argv[optind]);
        return -1;
    }
    if (!o->firmware || !o->eeprom) {
        snprintf(error, error_len, "--firmware ELF and --eeprom FILE are needed; --help lists the options");
        return -1;
    }
    if (chip_eeprom_size(o->mcu) == 0) {
        snprintf(error, error_len, "--mcu %s: unknown chip; atmega88, atmega168 and atmega328p are known", o->mcu);
        return -1;
    }
    return 0;
}
