/* SPDX-License-Identifier: ISC */
/* The device natively: net/ over a NIC in memory, the core, and the few lines
 * that firmware/main.c has between them. Its task notes what runs, so that
 * nothing runs twice, out of order, or without having been sent. */
#include <stdlib.h>
#include <string.h>

#include "mssl_dev_port.h"
#include "mssl_net.h"
#include "net_conn.h"
#include "nic_memory.h"
#include "soak.h"

#define TASK   1
#define MASK   0x5A
#define LEDGER (1u << 20)       /* sessions told apart: more than are ever under way */

const unsigned soak_weather_ms = 60000, soak_moody_one_of = 4, soak_long_moods = 1;
const unsigned soak_quiet_ms = 200000;      /* longer than any timeout of the device */

static uint8_t cells[MSSL_EE_LEN], message[MSSL_DEV_SESSIONS][MSSL_DEV_BUF_LEN];
static struct { uint8_t sent, ran; } ledger[LEDGER];
static const char *wrong;
static unsigned ms;

/* -- What the core asks for -- */

uint8_t mssl_port_eeprom_read(uint16_t address)
{
    return cells[address];
}

void mssl_port_eeprom_write(uint16_t address, uint8_t value)
{
    cells[address] = value;
}

uint8_t mssl_port_task(uint8_t task, const struct mssl_dev_caller *caller, uint8_t *buf, uint8_t *len)
{
    uint32_t id;

    if (task != TASK)
        return MSSL_STATUS_UNKNOWN;
    memcpy(&id, buf, 4);
    if (buf[4] >= ledger[id % LEDGER].sent)
        wrong = "a command ran that was not sent";
    if (buf[4] != ledger[id % LEDGER].ran++)
        wrong = "a command ran twice or out of order";
    if (buf[5] != caller->slot)
        wrong = "a command ran for another host";
    for (uint8_t i = 0; i < *len; i++)
        buf[i] ^= MASK;
    return MSSL_STATUS_OK;
}

uint8_t mssl_port_task_text(uint8_t task, uint8_t *out)
{
    (void)task;
    (void)out;
    return 0;
}

/* -- What the stack asks for -- */

static void obey(uint8_t conn, uint8_t n)
{
    if (n)
        net_send(conn, message[conn], n);
    if (mssl_dev_sessions[conn].state == MSSL_DEV_CLOSED)
        net_close(conn);
}

void net_on_open(uint8_t conn, const uint8_t peer[NET_PEER_LEN])
{
    mssl_dev_begin(&mssl_dev_sessions[conn], peer);
}

void net_on_byte(uint8_t conn, uint8_t byte)
{
    obey(conn, mssl_dev_input(&mssl_dev_sessions[conn], message[conn], byte));
}

void net_on_lost(uint8_t conn)
{
    mssl_dev_end(&mssl_dev_sessions[conn]);
}

uint8_t net_is_proven(uint8_t conn)
{
    return mssl_dev_sessions[conn].state == MSSL_DEV_OPEN;
}

uint8_t net_jitter(void)
{
    return (uint8_t)soak_random();
}

void nic_memory_sent(const uint8_t *frame, uint16_t len)
{
    board_faults_put(&soak_link, soak_us, BOARD_FROM_CHIP, frame, len);
}

/* -- What the run asks for -- */

void soak_device_start(const char *firmware, uint8_t hosts)
{
    static const uint8_t address[NET_ADDRESS_LEN] = { 0x02, 0, 0, 0, 0, 0x15, 10, 0, 2, 15 };

    (void)firmware;
    (void)hosts;
    memset(cells, 0xFF, sizeof cells);
    for (uint8_t i = 0; i < MSSL_KEY_LEN; i++)
        cells[MSSL_EE_KD + i] = (uint8_t)(SOAK_KD + i);
    memcpy(cells + MSSL_EE_DEVICE, "\0\0\0\1", MSSL_G_DEVICE_LEN);
    memset(cells + MSSL_EE_GENERATIONS, 0, MSSL_SLOTS);
    memset(cells + MSSL_EE_SEED, 0x55, MSSL_SEED_LEN);
    nic_memory_init();
    if (net_init(address) != 0)
        wrong = "the stack does not start";
}

void soak_device_frame(const uint8_t *frame, uint16_t len)
{
    nic_memory_put(frame, len);
}

void soak_device_ms(void)
{
    while (nic_memory_waits())
        net_poll();
    if (++ms % NET_TICK_MS)
        return;
    if (ms % 250 == 0)
        for (uint8_t i = 0; i < MSSL_DEV_SESSIONS; i++)
            obey(i, mssl_dev_tick(&mssl_dev_sessions[i], message[i]));
    net_tick();
}

void soak_device_ask(uint32_t id, uint8_t n, uint32_t random, struct soak_command *c)
{
    if (n == 0)
        memset(&ledger[id % LEDGER], 0, sizeof ledger[0]);
    ledger[id % LEDGER].sent = (uint8_t)(n + 1);
    c->task = TASK;
    c->len = (uint8_t)(random % 3 ? 7 : 7 + random / 3 % (SOAK_ARGS_MAX - 7));
    memcpy(c->args, &id, 4);
    c->args[4] = n;
    c->args[5] = (uint8_t)(id % SOAK_SLOTS);
    for (uint8_t i = 6; i < c->len; i++)
        c->args[i] = (uint8_t)(random >> i % 24);
}

int soak_device_check(const struct soak_command *c, uint8_t status, const uint8_t *data, size_t len)
{
    if (status != MSSL_STATUS_OK || len < c->len)
        return 1;
    for (size_t i = 0; i < c->len; i++)
        if (data[i] != (c->args[i] ^ MASK))
            return 1;
    return 0;
}

const char *soak_device_wrong(void)
{
    return wrong;
}

const char *soak_device_left(void)
{
    for (int i = 0; i < NET_CONNS; i++)
        if (net_conns[i].state != NET_CLOSED)
            return "a connection is left over";
    for (int i = 0; i < MSSL_DEV_SESSIONS; i++)
        if (mssl_dev_sessions[i].state != MSSL_DEV_CLOSED)
            return "a session is left over";
    return NULL;
}

uint8_t soak_device_sessions(void)
{
    return MSSL_DEV_SESSIONS;
}
