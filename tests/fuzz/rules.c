/* SPDX-License-Identifier: ISC */
/* See rules.h. */
#include <string.h>

#include "mssl_wire.h"
#include "rules.h"

int rules_unprovisioned(const uint8_t *cells, uint16_t at)
{
    uint8_t i, seen = 0;

    for (i = 0; i < 16; i++)
        seen |= cells[at + i] != 0 && cells[at + i] != 0xFF;
    return !seen;
}

static int block_fits(const uint8_t *b, uint8_t type, const uint8_t *peer, const uint8_t *cells)
{
    uint8_t kind = b[MSSL_G_ADDRESS_KIND], most = kind ? 6 : 4;

    return b[0] == type && b[MSSL_G_SLOT] < 16 && (kind == 0 || kind == 4)
        && b[MSSL_G_ADDRESS_LEN] <= most && b[MSSL_G_GENERATION] != 255
        && cells[MSSL_EE_GENERATIONS + b[MSSL_G_SLOT]] == b[MSSL_G_GENERATION]
        && memcmp(peer + kind, b + MSSL_G_ADDRESS, b[MSSL_G_ADDRESS_LEN]) == 0;
}

int rules_hello_fits(const uint8_t *hello, const uint8_t *peer, const uint8_t *cells, uint8_t table)
{
    const uint8_t *b = hello + 1;
    uint8_t i, blocks = (uint8_t)((hello[0] - 12) / 32);

    for (i = 0; i < blocks; i++)
        if (!block_fits(b + 32 * i, i ? 0x12 : 0x11, peer, cells))
            return 0;
    return b[MSSL_G_TABLE] == table && memcmp(b + MSSL_G_DEVICE, cells + MSSL_EE_DEVICE, 4) == 0
        && !rules_unprovisioned(cells, MSSL_EE_KD);
}

uint32_t rules_tasks(const uint8_t *hello)
{
    uint32_t tasks = 0xFFFFFFFF;
    uint8_t i, blocks = (uint8_t)((hello[0] - 12) / 32);

    for (i = 0; i < blocks; i++) {
        const uint8_t *t = hello + 1 + 32 * i + MSSL_G_TASKS;
        tasks &= (uint32_t)t[0] | (uint32_t)t[1] << 8 | (uint32_t)t[2] << 16 | (uint32_t)t[3] << 24;
    }
    return tasks;
}

int rules_gate(uint32_t tasks, uint8_t task)
{
    if (task > 31 || task == 30)
        return MSSL_STATUS_UNKNOWN;
    if (task != 29 && !(tasks >> task & 1))
        return MSSL_STATUS_DENIED;
    return -1;
}
