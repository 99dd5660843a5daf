/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads Intel HEX: records 00 (data) and 01 (end) in 16 bits of address space. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "cells.h"

#define RECORD_HEAD 4          /* length, address, type */
#define RECORD_MAX  (RECORD_HEAD + 255 + 1)

static int nibble(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* The bytes of a record whose length and checksum are right, or -1. */
static int record_bytes(const char *line, uint8_t *out)
{
    uint8_t sum = 0;
    int n = 0;

    if (*line++ != ':')
        return -1;
    for (; nibble(line[0]) >= 0 && nibble(line[1]) >= 0 && n < RECORD_MAX; line += 2, n++) {
        out[n] = (uint8_t)(nibble(line[0]) << 4 | nibble(line[1]));
        sum = (uint8_t)(sum + out[n]);
    }
    line += strspn(line, "\r\n");
    return *line == 0 && n >= RECORD_HEAD + 1 && n == out[0] + RECORD_HEAD + 1 && sum == 0 ? n : -1;
}

/* Returns what is wrong, or NULL. Sets *done at the end record. */
static const char *record_put(const uint8_t *record, uint8_t *image, uint16_t size, int *used, int *done)
{
    unsigned address = (unsigned)(record[1] << 8 | record[2]), len = record[0];

    if (record[3] == 1) {
        *done = 1;
        return NULL;
    }
    if (record[3] != 0)
        return "a record type other than data and end";
    if (address + len > size)
        return "data beyond the end of the chip's memory";
    memcpy(image + address, record + RECORD_HEAD, len);
    if ((int)(address + len) > *used)
        *used = (int)(address + len);
    return NULL;
}

int board_ihex_read(const char *path, uint8_t *image, uint16_t size, char *error, size_t error_len)
{
    char line[2 * RECORD_MAX + 8];
    uint8_t record[RECORD_MAX + 1];
    const char *wrong = NULL;
    int used = 0, done = 0, number = 0;
    FILE *f = fopen(path, "r");

    if (!f) {
        snprintf(error, error_len, "%s: %s; give an Intel HEX file", path, strerror(errno));
        return -1;
    }
    memset(image, 0xFF, size);
    while (!done && !wrong && fgets(line, sizeof line, f)) {
        number++;
        if (record_bytes(line, record) < 0)
            wrong = "not an Intel HEX record, or its checksum is wrong";
        else
            wrong = record_put(record, image, size, &used, &done);
    }
    fclose(f);
    if (!wrong && !done)
        wrong = "no end record: the file is cut short";
    if (wrong) {
        snprintf(error, error_len, "%s:%d: %s; make the file anew", path, number, wrong);
        return -1;
    }
    return used;
}
