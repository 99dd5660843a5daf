/* SPDX-License-Identifier: ISC */
/* Intel HEX of an EEPROM image, as 'mssl-authority device image' writes it: see store.h. */
#include <stdio.h>
#include <string.h>

#include "mssl.h"
#include "store.h"

#define ROW 16

size_t tunnel_hex_write(char out[TUNNEL_HEX_SIZE], const uint8_t bytes[MSSL_EE_LEN])
{
    size_t at, i, n = 0;

    for (at = 0; at < MSSL_EE_LEN; at += ROW) {
        size_t row = MSSL_EE_LEN - at < ROW ? MSSL_EE_LEN - at : ROW;
        unsigned sum = (unsigned)(row + (at >> 8) + (at & 0xFF));
        n += (size_t)snprintf(out + n, TUNNEL_HEX_SIZE - n, ":%02X%04X00", (unsigned)row, (unsigned)at);
        for (i = 0; i < row; i++) {
            n += (size_t)snprintf(out + n, TUNNEL_HEX_SIZE - n, "%02X", bytes[at + i]);
            sum += bytes[at + i];
        }
        n += (size_t)snprintf(out + n, TUNNEL_HEX_SIZE - n, "%02X\n", -sum & 0xFFu);
    }
    n += (size_t)snprintf(out + n, TUNNEL_HEX_SIZE - n, ":00000001FF\n");
    return n;
}

static int digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c != '\0' ? strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c) : NULL;

    return at != NULL ? (int)(at - digits) : -1;
}

/* One row: its bytes, from the length to the sum. 0: malformed. */
static size_t row_read(uint8_t row[ROW * 16 + 5], const char *text, size_t len)
{
    size_t i, n = len / 2;
    uint8_t sum = 0;

    if (len % 2 != 0 || n < 5 || n > ROW * 16 + 5)
        return 0;
    for (i = 0; i < n; i++) {
        int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return 0;
        row[i] = (uint8_t)(high << 4 | low);
        sum = (uint8_t)(sum + row[i]);
    }
    return sum == 0 && n == (size_t)row[0] + 5 ? n : 0;
}

const char *tunnel_hex_read(uint8_t bytes[MSSL_EE_LEN], const char *text)
{
    uint8_t row[ROW * 16 + 5];
    size_t reach = 0;

    while (*text == ':') {
        size_t len = strcspn(text + 1, "\r\n"), at;
        if (row_read(row, text + 1, len) == 0)
            return "a line is damaged";
        at = (size_t)row[1] << 8 | row[2];
        if (row[3] == 1) {
            mssl_wipe(row, sizeof row);
            return reach == MSSL_EE_LEN ? NULL : "it is no whole EEPROM image";
        }
        if (row[3] != 0 || at != reach || at + row[0] > MSSL_EE_LEN)
            return "it is no EEPROM image from address 0";
        memcpy(bytes + at, row + 4, row[0]);
        reach += row[0];
        text += 1 + len;
        text += strspn(text, "\r\n");
    }
    return "it was cut off";
}
