/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The device core on the simulated chip, behind its own C interface: mssl_dev.h
 * and mssl_dev_engine.h. Tests that are linked with this instead of the core
 * run unchanged. Two variables of the environment: MSSL_CHIP_ELF names the
 * chip's program, built with the same options (avr/twin_main.c), MSSL_CHIP_SKIP
 * a test to leave out, * and ? allowed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "chip_abi.h"
#include "chip_ram.h"
#include "mssl_dev_engine.h"

__attribute__((constructor)) static void leave_out(void)
{
    if (getenv("MSSL_CHIP_SKIP"))
        cmocka_set_skip_filter(getenv("MSSL_CHIP_SKIP"));
}

/* -- mssl_dev.h -- */

void mssl_dev_begin(struct mssl_dev_session *s, const uint8_t peer[MSSL_PEER_LEN])
{
    uint16_t args[2];

    chip_ram_in();
    args[0] = chip_ram_session(s);
    args[1] = chip_ram_peer(s, peer);
    chip_ram_call("mssl_dev_begin", args, 2);
}

static uint8_t message(const char *function, struct mssl_dev_session *s, uint8_t *buf, size_t len,
                       const uint8_t *bytes, unsigned count)
{
    uint16_t args[CHIP_ARGS_MAX];
    unsigned i;
    uint8_t n;

    chip_ram_in();
    args[0] = chip_ram_session(s);
    args[1] = chip_ram_buf_in(buf, len);
    for (i = 0; i < count; i++)
        args[2 + i] = chip_abi_byte(bytes[i]);
    n = chip_ram_call(function, args, 2 + count);
    chip_ram_buf_out(buf);
    return n;
}

uint8_t mssl_dev_input(struct mssl_dev_session *s, uint8_t *buf, uint8_t byte)
{
    return message("mssl_dev_input", s, buf, MSSL_DEV_BUF_LEN, &byte, 1);
}

uint8_t mssl_dev_tick(struct mssl_dev_session *s, uint8_t *buf)
{
    return message("mssl_dev_tick", s, buf, MSSL_DEV_BUF_LEN, NULL, 0);
}

void mssl_dev_end(struct mssl_dev_session *s)
{
    uint16_t args[1];

    chip_ram_in();
    args[0] = chip_ram_session(s);
    chip_ram_call("mssl_dev_end", args, 1);
}

uint8_t mssl_dev_event_ready(const struct mssl_dev_session *s, uint8_t task)
{
    uint16_t args[2];

    chip_ram_in();
    args[0] = chip_ram_session(s);
    args[1] = chip_abi_byte(task);
    return chip_ram_call("mssl_dev_event_ready", args, 2);
}

uint8_t mssl_dev_event(struct mssl_dev_session *s, uint8_t *buf, uint8_t task, uint8_t len)
{
    const uint8_t bytes[] = { task, len };

    return message("mssl_dev_event", s, buf, MSSL_RECORD_LEN_MAX, bytes, 2);
}

/* -- mssl_dev_engine.h -- */

void mssl_dev_aes(uint8_t block[MSSL_BLOCK_LEN], const uint8_t key[MSSL_KEY_LEN])
{
    uint16_t args[2];

    chip_ram_in();
    args[0] = chip_ram_buf_in(block, MSSL_BLOCK_LEN);
    args[1] = chip_ram_input(0, key, MSSL_KEY_LEN);
    chip_ram_call("mssl_dev_aes", args, 2);
    chip_ram_buf_out(block);
}

/* out may be key. */
static uint16_t key_in(const uint8_t *out, const uint8_t *key, uint16_t out_on_chip)
{
    return out == key ? out_on_chip : chip_ram_input(0, key, MSSL_KEY_LEN);
}

void mssl_dev_f(uint8_t out[MSSL_KEY_LEN], const uint8_t key[MSSL_KEY_LEN],
                const uint8_t x[MSSL_F_INPUT_LEN])
{
    uint16_t args[3];

    chip_ram_in();
    args[0] = chip_ram_buf_in(out, MSSL_KEY_LEN);
    args[1] = key_in(out, key, args[0]);
    args[2] = chip_ram_input(MSSL_KEY_LEN, x, MSSL_F_INPUT_LEN);
    chip_ram_call("mssl_dev_f", args, 3);
    chip_ram_buf_out(out);
}

void mssl_dev_lab(uint8_t out[MSSL_KEY_LEN], const uint8_t key[MSSL_KEY_LEN], uint8_t type)
{
    uint16_t args[3];

    chip_ram_in();
    args[0] = chip_ram_buf_in(out, MSSL_KEY_LEN);
    args[1] = key_in(out, key, args[0]);
    args[2] = chip_abi_byte(type);
    chip_ram_call("mssl_dev_lab", args, 3);
    chip_ram_buf_out(out);
}

static uint8_t ccm(const char *function, uint8_t *buf, uint8_t n, const uint8_t *key, uint8_t dir,
                   uint16_t counter)
{
    uint16_t args[5];
    uint8_t result;

    chip_ram_in();
    args[0] = chip_ram_buf_in(buf, n + MSSL_TAG_LEN);
    args[1] = chip_abi_byte(n);
    args[2] = chip_ram_input(0, key, MSSL_KEY_LEN);
    args[3] = chip_abi_byte(dir);
    args[4] = counter;
    result = chip_ram_call(function, args, 5);
    chip_ram_buf_out(buf);
    return result;
}

void mssl_dev_ccm_seal(uint8_t *buf, uint8_t n, const uint8_t key[MSSL_KEY_LEN], uint8_t dir,
                       uint16_t counter)
{
    ccm("mssl_dev_ccm_seal", buf, n, key, dir, counter);
}

uint8_t mssl_dev_ccm_open(uint8_t *buf, uint8_t n, const uint8_t key[MSSL_KEY_LEN], uint8_t dir,
                          uint16_t counter)
{
    return ccm("mssl_dev_ccm_open", buf, n, key, dir, counter);
}

void mssl_dev_wipe(void *p, uint8_t n)
{
    uint16_t args[2];

    chip_ram_in();
    args[0] = chip_ram_buf_in(p, n);
    args[1] = chip_abi_byte(n);
    chip_ram_call("mssl_dev_wipe", args, 2);
    chip_ram_buf_out(p);
}
