/* SPDX-License-Identifier: ISC */
/* Intel HEX, as programmers of chips take it. */
#include "inside.h"

static char *hex_byte(char *p, uint8_t b, uint8_t *sum)
{
    static const char digits[] = "0123456789ABCDEF";

    *sum = (uint8_t)(*sum + b);
    *p++ = digits[b >> 4];
    *p++ = digits[b & 15];
    return p;
}

static char *hex_row(char *p, unsigned address, uint8_t type, const uint8_t *data, size_t len)
{
    uint8_t sum = 0;
    size_t i;

    *p++ = ':';
    p = hex_byte(p, (uint8_t)len, &sum);
    p = hex_byte(p, (uint8_t)(address >> 8), &sum);
    p = hex_byte(p, (uint8_t)address, &sum);
    p = hex_byte(p, type, &sum);
    for (i = 0; i < len; i++)
        p = hex_byte(p, data[i], &sum);
    p = hex_byte(p, (uint8_t)-sum, &sum);
    *p++ = '\n';
    return p;
}

size_t auth_hex(char *text, unsigned address, const uint8_t *data, size_t len)
{
    char *p = text;
    size_t at;

    for (at = 0; at < len; at += AUTH_HEX_ROW) {
        size_t n = len - at < AUTH_HEX_ROW ? len - at : AUTH_HEX_ROW;

        p = hex_row(p, address + (unsigned)at, 0, data + at, n);
    }
    p = hex_row(p, 0, 1, NULL, 0);
    *p = 0;
    return (size_t)(p - text);
}
