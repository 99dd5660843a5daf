/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The EEPROM's cells and the file that keeps them. See the header. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "cells.h"

#define WEAR_LEN 4

void board_cells_init(struct board_cells *c, uint16_t size)
{
    memset(c, 0, sizeof *c);
    memset(c->byte, 0xFF, sizeof c->byte);
    c->size = size;
    c->random = 0x6775;
    c->fd = -1;
}

static uint8_t chance(struct board_cells *c)
{
    c->random ^= c->random << 13;
    c->random ^= c->random >> 17;
    c->random ^= c->random << 5;
    return (uint8_t)(c->random >> 11);
}

static void put_wear(uint8_t *out, uint32_t wear)
{
    for (int i = 0; i < WEAR_LEN; i++)
        out[i] = (uint8_t)(wear >> (8 * i));
}

static void set(struct board_cells *c, uint16_t cell, uint8_t value)
{
    uint8_t wear[WEAR_LEN];

    c->byte[cell] = value;
    c->wear[cell]++;
    if (c->fd < 0)
        return;
    put_wear(wear, c->wear[cell]);
    if (pwrite(c->fd, &value, 1, cell) != 1
        || pwrite(c->fd, wear, WEAR_LEN, c->size + (off_t)cell * WEAR_LEN) != WEAR_LEN)
        perror("mssl-board: the EEPROM file can't be written: free space on its disk");
}

static uint8_t result(uint8_t old, uint8_t value, enum board_program mode)
{
    switch (mode) {
    case BOARD_ERASE_ONLY: return 0xFF;
    case BOARD_WRITE_ONLY: return old & value;
    default:               return value;
    }
}

void board_cells_program(struct board_cells *c, uint16_t cell, uint8_t value, enum board_program mode)
{
    set(c, cell, result(c->byte[cell], value, mode));
}

void board_cells_tear(struct board_cells *c, uint16_t cell, uint8_t value, enum board_program mode, int torn)
{
    uint8_t old = c->byte[cell], bits = chance(c);
    int erasing = mode == BOARD_ERASE_ONLY || (mode == BOARD_ERASE_AND_WRITE && (chance(c) & 1));

    if (torn >= 0)
        set(c, cell, (uint8_t)torn);
    else if (erasing)
        set(c, cell, old | bits);
    else
        set(c, cell, (uint8_t)(result(old, value, mode) | (bits & (mode == BOARD_WRITE_ONLY ? old : 0xFF))));
}

static int load(struct board_cells *c, const char *path, char *error, size_t error_len)
{
    uint8_t wear[BOARD_CELLS_MAX * WEAR_LEN];
    size_t want = (size_t)c->size * (1 + WEAR_LEN);
    struct stat st;

    if (fstat(c->fd, &st) != 0 || !S_ISREG(st.st_mode) || (size_t)st.st_size != want) {
        snprintf(error, error_len, "%s: not an EEPROM file of this chip (%zu bytes wanted): "
                 "remove it and give --image, or give another --eeprom or --mcu", path, want);
        return -1;
    }
    if (st.st_mode & 077) {             /* M-11.8 */
        snprintf(error, error_len, "%s: others may use it (mode %04o), and it holds the device's key: chmod 600 it",
                 path, (unsigned)st.st_mode & 07777);
        return -1;
    }
    if (pread(c->fd, c->byte, c->size, 0) != c->size
        || pread(c->fd, wear, (size_t)c->size * WEAR_LEN, c->size) != (ssize_t)c->size * WEAR_LEN) {
        snprintf(error, error_len, "%s: %s", path, strerror(errno));
        return -1;
    }
    for (uint16_t i = 0; i < c->size; i++)
        for (int b = 0; b < WEAR_LEN; b++)
            c->wear[i] |= (uint32_t)wear[i * WEAR_LEN + b] << (8 * b);
    return 0;
}

static int create(struct board_cells *c, const char *path, const uint8_t *image, uint16_t len,
                  char *error, size_t error_len)
{
    static const uint8_t no_wear[BOARD_CELLS_MAX * WEAR_LEN];

    memcpy(c->byte, image, len);
    c->fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    c->made = c->fd >= 0;
    if (c->fd < 0 || pwrite(c->fd, c->byte, c->size, 0) != c->size
        || pwrite(c->fd, no_wear, (size_t)c->size * WEAR_LEN, c->size) != (ssize_t)c->size * WEAR_LEN) {
        snprintf(error, error_len, "%s: can't be created: %s; choose another --eeprom", path, strerror(errno));
        if (c->made)
            unlink(path);
        return -1;
    }
    return 0;
}

int board_cells_open(struct board_cells *c, const char *path, const uint8_t *image, uint16_t len,
                     char *error, size_t error_len)
{
    int ret = 0, missing;

    c->fd = open(path, O_RDWR | O_CLOEXEC);
    missing = c->fd < 0 && errno == ENOENT;
    if (c->fd < 0 && !missing) {
        snprintf(error, error_len, "%s: %s; the board must be able to read and write it", path, strerror(errno));
        return -1;
    }
    if (missing && !image) {
        snprintf(error, error_len, "%s: no such EEPROM file; give --image HEX to make it "
                 "(mssl-authority device image writes one)", path);
        return -1;
    }
    if (missing)
        ret = create(c, path, image, len, error, error_len);
    if (ret == 0 && flock(c->fd, LOCK_EX | LOCK_NB) != 0) {
        snprintf(error, error_len, "%s: another mssl-board uses it; end that one first", path);
        ret = -1;
    }
    if (ret == 0 && !missing)
        ret = load(c, path, error, error_len);
    if (ret != 0)
        board_cells_close(c);
    return ret;
}

int board_cells_close(struct board_cells *c)
{
    int ret = 0;

    if (c->fd >= 0)
        ret = close(c->fd);
    c->fd = -1;
    return ret;
}
