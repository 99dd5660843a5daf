/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The device core on the simulated chip under the native core's interface, so that
 * tests on the bench (tests/support/bench.h) drive the assembly. Of a session only
 * the state is seen; cells of ram_port.h go to the chip and come back, and a write
 * is one that changed a cell. */
#include <string.h>

#include "chip.h"
#include "mirror.h"
#include "mssl_dev.h"
#include "ram_port.h"

struct mssl_dev_session mssl_dev_sessions[MSSL_DEV_SESSIONS];
struct mssl_dev_nonce mssl_dev_nonce;
struct ram_port ram;

static struct chip *chip;
static const char *path;

int mirror_start(const char *elf)
{
    path = elf;
    chip = chip_new(elf, "atmega328p");
    return chip == NULL;
}

void mirror_flash_end(const uint8_t *from, size_t len)
{
    chip_flash_end_write(chip, from, len);
}

void mirror_reset(void)
{
    uint8_t modulus[260];

    chip_flash_end_read(chip, modulus, sizeof modulus);
    chip_free(chip);
    chip = chip_new(path, "atmega328p");
    chip_flash_end_write(chip, modulus, sizeof modulus);
}

static uint8_t call(uint8_t command, uint8_t byte, const uint8_t *peer, uint8_t *buf)
{
    struct chip_mail m = { .n = 1 };
    uint8_t after[MSSL_EE_LEN];
    int i;

    m.buf[0] = byte;
    memcpy(m.key, peer, MSSL_PEER_LEN);
    chip_eeprom_write(chip, 0, ram.cells, sizeof ram.cells);
    if (chip_call(chip, &m, command, NULL))
        return 0;
    chip_eeprom_read(chip, 0, after, sizeof after);
    for (i = 0; i < MSSL_EE_LEN; i++)
        ram.writes += after[i] != ram.cells[i];
    memcpy(ram.cells, after, sizeof after);
    mssl_dev_sessions[0].state = m.result;
    if (buf)
        memcpy(buf, m.buf, m.n);
    return m.n;
}

static uint8_t peer_of[MSSL_PEER_LEN];

void mssl_dev_begin(struct mssl_dev_session *s, const uint8_t peer[MSSL_PEER_LEN])
{
    (void)s;
    memcpy(peer_of, peer, sizeof peer_of);
    call(CHIP_BEGIN, 0, peer_of, NULL);
}

uint8_t mssl_dev_input(struct mssl_dev_session *s, uint8_t *buf, uint8_t byte)
{
    (void)s;
    return call(CHIP_INPUT, byte, peer_of, buf);
}

uint8_t mssl_dev_tick(struct mssl_dev_session *s, uint8_t *buf)
{
    (void)s;
    return call(CHIP_TICK, 0, peer_of, buf);
}

void mssl_dev_end(struct mssl_dev_session *s)
{
    (void)s;
    call(CHIP_END, 0, peer_of, NULL);
}

/* -- What the bench asks of ram_port.c and device_modulus.c -- */

void ram_provision(void)
{
    uint8_t i;

    memset(&ram, 0, sizeof ram);
    memset(ram.cells, 0xFF, sizeof ram.cells);
    for (i = 0; i < MSSL_KEY_LEN; i++)
        ram.cells[MSSL_EE_KD + i] = i;
    memset(ram.cells + MSSL_EE_DEVICE, 0, MSSL_G_DEVICE_LEN);
    ram.cells[MSSL_EE_DEVICE + 3] = 1;
    memset(ram.cells + MSSL_EE_GENERATIONS, 0, MSSL_SLOTS);
    memset(ram.cells + MSSL_EE_SEED, 0x55, MSSL_SEED_LEN);
}

void ram_forget(void)
{
    ram.writes = ram.ran = 0;
}

void ram_reset_chip(void)
{
    mirror_reset();
}
