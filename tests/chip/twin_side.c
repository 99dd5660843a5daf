/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chip's core and the C twin, side by side: see twin_side.h. The twin is
 * the native core with its names changed by CMakeLists.txt. */
#include "twin_side.h"

#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "chip_ram.h"
#include "mssl_dev_port.h"

#define HASH_START 0xcbf29ce484222325u      /* FNV-1a */
#define HASH_PRIME 0x100000001b3u

/* A core without events has neither. */
#pragma weak twin_dev_event_ready
#pragma weak twin_dev_event

/* Nor has one without the signature option its state; the flash it reads, and the
 * clock that it calls, it would only not use. */
#pragma weak twin_dev_signature_discard
void twin_dev_signature_discard(const struct mssl_dev_session *s);
extern uint8_t twin_modulus[260];
uint8_t twin_modulus[260];
void twin_port_alive(void);

extern struct mssl_dev_session twin_dev_sessions[MSSL_DEV_SESSIONS];
extern struct mssl_dev_nonce twin_dev_nonce;
void twin_dev_begin(struct mssl_dev_session *s, const uint8_t *peer);
uint8_t twin_dev_input(struct mssl_dev_session *s, uint8_t *buf, uint8_t byte);
uint8_t twin_dev_tick(struct mssl_dev_session *s, uint8_t *buf);
void twin_dev_end(struct mssl_dev_session *s);
uint8_t twin_dev_event_ready(const struct mssl_dev_session *s, uint8_t task);
uint8_t twin_dev_event(struct mssl_dev_session *s, uint8_t *buf, uint8_t task, uint8_t len);

uint8_t twin_port_eeprom_read(uint16_t address);
void twin_port_eeprom_write(uint16_t address, uint8_t value);
uint8_t twin_port_task(uint8_t task, const struct mssl_dev_caller *caller, uint8_t *buf,
                       uint8_t *len);
uint8_t twin_port_task_text(uint8_t task, uint8_t *out);

struct twin_side twin_chip, twin_native;

static void hash(uint64_t *h, const void *p, size_t n)
{
    const uint8_t *byte = p;

    while (n--)
        *h = (*h ^ *byte++) * HASH_PRIME;
}

static uint8_t cell_read(const struct twin_side *t, uint16_t address)
{
    if (address >= MSSL_EE_LEN)
        fail_msg("EEPROM read outside the map: %u", address);
    return t->cells[address];
}

static void cell_write(struct twin_side *t, uint16_t address, uint8_t value)
{
    uint8_t pair[2] = { (uint8_t)address, value };

    if (address >= MSSL_EE_LEN)
        fail_msg("EEPROM write outside the map: %u", address);
    hash(&t->written, pair, sizeof pair);
    if (t->cut_at >= 0 && t->writes++ == (unsigned)t->cut_at) {
        t->cells[address] = t->torn;
        longjmp(t->cut, 1);
    }
    if (address != t->stuck)
        t->cells[address] = value;
}

/* What a task does follows from its number and arguments. */
static uint8_t run(struct twin_side *t, uint8_t task, const struct mssl_dev_caller *caller,
                   uint8_t *buf, uint8_t *len)
{
    uint64_t h = HASH_START;
    unsigned i;

    if (task > MSSL_TASK_APP_MAX || *len > MSSL_RECORD_DATA_MAX - 1)
        fail_msg("task %u with %u bytes of arguments", task, *len);
    hash(&t->tasks, &task, 1);
    hash(&t->tasks, caller->param, sizeof caller->param);
    hash(&t->tasks, caller->host, sizeof caller->host);
    hash(&t->tasks, &caller->slot, 1);
    hash(&t->tasks, len, 1);
    hash(&t->tasks, buf, *len);
    t->ran++;
    hash(&h, buf, *len);
    if (task % 4 == 3)      /* unknown, but it has spoilt the buffer */
        buf[0] = *len = 99;
    if (task % 4 >= 2)
        return task % 4 == 3 ? MSSL_STATUS_UNKNOWN : MSSL_STATUS_OK;
    *len = (uint8_t)(h >> 8 & 127);
    for (i = 0; i < *len; i++)
        buf[i] = (uint8_t)(h >> (8 + i % 48));
    return task % 4 ? MSSL_STATUS_OK : (uint8_t)(MSSL_STATUS_ARGUMENT + (h >> 20) % 4);
}

static uint8_t text(uint8_t task, uint8_t *out)
{
    if (task > MSSL_TASK_APP_MAX || task % 3 == 0)
        return 0;
    memset(out, 'a' + task, task * 4u);
    return (uint8_t)(task * 4u);
}

uint8_t mssl_port_eeprom_read(uint16_t address)
{
    return cell_read(&twin_chip, address);
}

void mssl_port_eeprom_write(uint16_t address, uint8_t value)
{
    cell_write(&twin_chip, address, value);
}

uint8_t mssl_port_task(uint8_t task, const struct mssl_dev_caller *caller, uint8_t *buf,
                       uint8_t *len)
{
    return run(&twin_chip, task, caller, buf, len);
}

uint8_t mssl_port_task_text(uint8_t task, uint8_t *out)
{
    return text(task, out);
}

uint8_t twin_port_eeprom_read(uint16_t address)
{
    return cell_read(&twin_native, address);
}

void twin_port_eeprom_write(uint16_t address, uint8_t value)
{
    cell_write(&twin_native, address, value);
}

uint8_t twin_port_task(uint8_t task, const struct mssl_dev_caller *caller, uint8_t *buf,
                       uint8_t *len)
{
    return run(&twin_native, task, caller, buf, len);
}

uint8_t twin_port_task_text(uint8_t task, uint8_t *out)
{
    return text(task, out);
}

void twin_port_alive(void)
{
}

void twin_modulus_set(const uint8_t *bytes)
{
    memcpy(twin_modulus, bytes, sizeof twin_modulus);
    chip_ram_flash_end(bytes, sizeof twin_modulus);
}

void twin_start(void)
{
    struct twin_side fresh = { .written = HASH_START, .tasks = HASH_START, .stuck = -1,
                               .cut_at = -1 };

    memset(fresh.cells, 0xff, sizeof fresh.cells);
    memset(fresh.buf, 0xee, sizeof fresh.buf);
    twin_chip = twin_native = fresh;
    twin_chip.begin = mssl_dev_begin;
    twin_chip.input = mssl_dev_input;
    twin_chip.tick = mssl_dev_tick;
    twin_chip.end = mssl_dev_end;
    twin_chip.event_ready = mssl_dev_event_ready;
    twin_chip.event = mssl_dev_event;
    twin_chip.sessions = mssl_dev_sessions;
    twin_chip.nonce = &mssl_dev_nonce;
    twin_native.begin = twin_dev_begin;
    twin_native.input = twin_dev_input;
    twin_native.tick = twin_dev_tick;
    twin_native.end = twin_dev_end;
    twin_native.event_ready = twin_dev_event_ready;
    twin_native.event = twin_dev_event;
    twin_native.sessions = twin_dev_sessions;
    twin_native.nonce = &twin_dev_nonce;
    twin_reset();
}

void twin_reset(void)
{
    unsigned i;

    memset(mssl_dev_sessions, 0, sizeof mssl_dev_sessions);
    memset(twin_dev_sessions, 0, sizeof mssl_dev_sessions);
    chip_ram_reset();
    for (i = 0; twin_dev_signature_discard && i < MSSL_DEV_SESSIONS; i++)
        twin_dev_signature_discard(&twin_dev_sessions[i]);
    memset(&mssl_dev_nonce, 0, sizeof mssl_dev_nonce);
    memset(&twin_dev_nonce, 0, sizeof mssl_dev_nonce);
    twin_chip.cut_at = twin_native.cut_at = -1;
}
