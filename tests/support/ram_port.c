/* SPDX-License-Identifier: ISC */
/* EEPROM in RAM with faults to order: see ram_port.h. */
#include <stdarg.h>
#include <string.h>
#include "ram_port.h"
#include <cmocka.h>

#include "mssl_dev_engine.h"
#include "mssl_dev_port.h"

struct ram_port ram;

void __real_mssl_dev_aes(uint8_t block[MSSL_BLOCK_LEN], const uint8_t key[MSSL_KEY_LEN]);
void __wrap_mssl_dev_aes(uint8_t block[MSSL_BLOCK_LEN], const uint8_t key[MSSL_KEY_LEN]);

void __wrap_mssl_dev_aes(uint8_t block[MSSL_BLOCK_LEN], const uint8_t key[MSSL_KEY_LEN])
{
    ram.aes++;
    __real_mssl_dev_aes(block, key);
}

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
    ram.stuck = -1;
    ram.cut_at = -1;
}

void ram_forget(void)
{
    ram.reads = ram.writes = ram.ran = ram.aes = 0;
    memset(ram.was_read, 0, sizeof ram.was_read);
}

void ram_reset_chip(void)
{
    memset(mssl_dev_sessions, 0, sizeof mssl_dev_sessions);
    memset(&mssl_dev_nonce, 0, sizeof mssl_dev_nonce);
}

uint8_t mssl_port_eeprom_read(uint16_t address)
{
    if (address >= MSSL_EE_LEN)
        fail_msg("EEPROM read outside the map: %u", address);
    ram.reads++;
    ram.was_read[address] = 1;
    return ram.cells[address];
}

void mssl_port_eeprom_write(uint16_t address, uint8_t value)
{
    if (address >= MSSL_EE_LEN)
        fail_msg("EEPROM write outside the map: %u", address);
    if (ram.fades)
        memset(ram.cells + MSSL_EE_KD, 0xFF, MSSL_KEY_LEN);
    if (ram.writes < RAM_LOG) {
        ram.log[ram.writes].address = address;
        ram.log[ram.writes].value = value;
    }
    if (ram.cut_at >= 0 && ram.writes == (unsigned)ram.cut_at) {
        ram.cells[address] = ram.torn;
        ram.cut_at = -1;
        longjmp(ram.cut, 1);
    }
    ram.writes++;
    ram.cells[address] = address == ram.stuck ? ram.stuck_at : value;
}

static uint8_t told(uint8_t *buf, uint8_t *len)
{
    memcpy(buf, ram.data, ram.data_len);
    *len = ram.claim ? ram.claim : ram.data_len;
    return ram.status;
}

uint8_t mssl_port_task(uint8_t task, const struct mssl_dev_caller *caller, uint8_t *buf,
                       uint8_t *len)
{
    if (task > MSSL_TASK_APP_MAX)
        fail_msg("task %u is not the application's", task);
    if (task != 1 && task != 2 && task != RAM_TOLD)
        return MSSL_STATUS_UNKNOWN;
    ram.order[ram.ran++ % sizeof ram.order] = buf[0];
    ram.task = task;
    ram.caller = *caller;
    ram.args_len = *len;
    memcpy(ram.args, buf, *len);
    if (task == 1)
        return MSSL_STATUS_OK;
    if (task == RAM_TOLD)
        return told(buf, len);
    *len = 0;
    return MSSL_STATUS_FAILED;
}

uint8_t mssl_port_task_text(uint8_t task, uint8_t *out)
{
    const char *text = task == 1 ? "echo TEXT" : task == 2 ? "fail " : "";

    ram.texts++;
    memcpy(out, text, strlen(text));
    return ram.claim ? ram.claim : (uint8_t)strlen(text);
}
