/* SPDX-License-Identifier: ISC */
/* See nic_memory.h. */
#include "nic_memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "enc28j60_map.h"
#include "mssl_net.h"
#include "net_nic.h"

#define STATUS_LEN 7    /* what the chip writes behind a frame */
#define DEMAND(x)  ((x) ? (void)0 : broken(#x, __LINE__))

int nic_fails, nic_lost, nic_starts;

static uint8_t memory[ENC_MEMORY_END + 1];
static struct { uint8_t bytes[NIC_MEMORY_FRAME]; size_t len; } queue[NIC_MEMORY_QUEUE];
static unsigned first, count;
static size_t at;
static int taken, from_memory;
static uint16_t read_at, write_at;

static void broken(const char *rule, int line)
{
    fprintf(stderr, "%s:%d: the stack broke a rule of its NIC: %s\n", __FILE__, line, rule);
    abort();
}

void nic_memory_init(void)
{
    nic_fails = nic_lost = nic_starts = 0;
    first = count = 0;
    taken = from_memory = 0;
}

void nic_memory_put(const uint8_t *frame, size_t len)
{
    unsigned i = (first + count) % NIC_MEMORY_QUEUE;

    if (count == NIC_MEMORY_QUEUE || len > NIC_MEMORY_FRAME)
        return;
    memcpy(queue[i].bytes, frame, len);
    queue[i].len = len;
    count++;
}

int nic_memory_waits(void)
{
    return count != 0;
}

uint8_t nic_start(const uint8_t mac[6])
{
    (void)mac;
    nic_starts++;
    nic_lost = 0;
    return (uint8_t)nic_fails;
}

uint8_t nic_is_lost(void)
{
    return (uint8_t)nic_lost;
}

uint16_t nic_receive(void)
{
    DEMAND(!taken);
    if (count == 0)
        return 0;
    taken = 1;
    nic_seek(0);
    return (uint16_t)queue[first].len;
}

void nic_seek(uint8_t offset)
{
    DEMAND(taken);
    at = offset;
    from_memory = 0;
}

void nic_release(void)
{
    DEMAND(taken);
    taken = 0;
    first = (first + 1) % NIC_MEMORY_QUEUE;
    count--;
}

void nic_read_at(uint16_t address)
{
    DEMAND(address >= ENC_TX_START && address < ENC_SPARE(NET_CONNS));
    read_at = address;
    from_memory = 1;
}

uint8_t nic_get(void)
{
    if (from_memory)
        return memory[read_at++ & ENC_MEMORY_END];
    DEMAND(taken);
    return at < queue[first].len ? queue[first].bytes[at++] : 0xEE;    /* the next frame's, on the chip */
}

void nic_read(uint8_t *bytes, uint8_t n)
{
    DEMAND(n > 0);
    while (n--)
        *bytes++ = nic_get();
}

void nic_write_at(uint16_t address)
{
    write_at = address;
}

void nic_put(uint8_t byte)
{
    DEMAND(write_at >= ENC_TX_START && write_at < ENC_SPARE(NET_CONNS));
    memory[write_at++] = byte;
}

void nic_write(const uint8_t *bytes, uint8_t n)
{
    DEMAND(n > 0);
    while (n--)
        nic_put(*bytes++);
}

void nic_begin(uint16_t address)
{
    nic_write_at(address);
    nic_put(0);
}

void nic_send(uint16_t address, uint16_t last)
{
    const uint16_t len = (uint16_t)(last - address), end = (uint16_t)(last + STATUS_LEN);

    /* The frame and the chip's status vector stay within one buffer. */
    DEMAND(address >= ENC_TX_START && end < ENC_SPARE(NET_CONNS));
    DEMAND(address >= ENC_GENERAL(NET_CONNS)
           || (address - ENC_TX_START) / ENC_TX_LEN == (end - ENC_TX_START) / ENC_TX_LEN);
    DEMAND(len >= 42 && len <= 1514);
    DEMAND(memory[address] == 0);       /* the control byte: as the chip's registers say */
    nic_memory_sent(memory + address + 1, len);
}
