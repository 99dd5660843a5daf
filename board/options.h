/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line of mssl-board. */
#ifndef BOARD_OPTIONS_H
#define BOARD_OPTIONS_H

#include <stddef.h>
#include <stdint.h>
#include "faults.h"

#define BOARD_HOSTS 2

struct board_options {
    const char *firmware, *flash, *eeprom, *image, *mcu, *pcap, *events, *tap, *packet;
    struct {
        int wanted;
        uint16_t port;
    } host[BOARD_HOSTS];              /* A, B */
    struct board_fault_rates faults;
    int fast, strict;
    double limit_s;
    int help, version;
};

/* 0, or -1 with what is wrong and the remedy in error. */
int board_options_parse(struct board_options *o, int argc, char **argv, char *error, size_t error_len);

extern const char board_help[];

#endif
