/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a programmer writes to the flash beside the firmware, without an erase. */
#include <stdio.h>
#include "cells.h"
#include "chip_inside.h"

#define FLASH_MAX 32768     /* of the ATmega328P */

int chip_flash(struct chip *c, const char *hex, char *error, size_t error_len)
{
    static uint8_t bytes[FLASH_MAX];
    uint32_t size = c->avr->flashend + 1;
    int used;

    if (size > sizeof bytes) {
        snprintf(error, error_len, "%s: this chip's flash is too large for --flash", hex);
        return -1;
    }
    used = board_ihex_read(hex, bytes, (uint16_t)size, error, error_len);
    /* Writing turns ones into zeros; only an erase makes ones. DS ATmega168 27.8 */
    for (int i = 0; i < used; i++)
        c->avr->flash[i] &= bytes[i];
    return used < 0 ? -1 : 0;
}
