/* SPDX-License-Identifier: ISC */
/* See the header. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "driver_bench.h"
#include "enc28j60.h"
#include "mssl_net.h"

const uint8_t mac[NET_ADDRESS_LEN] = { 0x02, 1, 2, 3, 4, 5, 10, 0, 2, 15 };
struct enc28j60 chip;
static uint64_t now_us;
int dead, hung;

struct driver_sent sent;

/* -- The board -- */

static void on_transmit(void *owner, const uint8_t *frame, uint16_t len)
{
    (void)owner;
    assert_true(len <= sizeof sent.frame);
    memcpy(sent.frame, frame, len);
    sent.len = (uint16_t)(len - ENC28J60_FCS_LEN);
    sent.n++;
}

static void on_interrupt(void *owner, uint8_t level)
{
    (void)owner;
    (void)level;
}

static void on_broken(void *owner, const char *rule, uint16_t value)
{
    (void)owner;
    fail_msg("%s (%u)", rule, value);
}

void pass(uint64_t us)
{
    now_us += us;
    if (hung)
        chip.transmit_end_us = 0;
    enc28j60_time(&chip, now_us);
}

uint64_t driver_us(void)
{
    return now_us;
}

void enc28j60_port_select(void)
{
    assert_false(chip.selected);        /* an instruction begins as CS falls, ends as it rises: DS 4.1 */
    enc28j60_select(&chip, 1);
}

void enc28j60_port_deselect(void)
{
    enc28j60_select(&chip, 0);
}

uint8_t enc28j60_port_spi(uint8_t byte)
{
    pass(1);
    return dead ? 0xFF : enc28j60_spi(&chip, byte);
}

void enc28j60_port_wait_1ms(void)
{
    pass(1000);
}

/* -- The application: an echo of bytes -- */

void net_on_open(uint8_t conn, const uint8_t peer[NET_PEER_LEN])
{
    (void)conn;
    (void)peer;
}

void net_on_byte(uint8_t conn, uint8_t byte)
{
    net_send(conn, &byte, 1);
}

void net_on_lost(uint8_t conn)
{
    (void)conn;
}

uint8_t net_is_proven(uint8_t conn)
{
    (void)conn;
    return 0;
}

uint8_t net_jitter(void)
{
    return (uint8_t)now_us;
}

/* -- Frames -- */

void wire(const uint8_t *frame, size_t len)
{
    static uint8_t f[ENC28J60_FRAME_MAX];
    uint32_t crc;

    memset(f, 0, sizeof f);
    memcpy(f, frame, len);
    if (len < 60)
        len = 60;
    crc = enc28j60_crc32(f, (uint16_t)len);
    for (int i = 0; i < 4; i++)
        f[len + (size_t)i] = (uint8_t)(crc >> 8 * i);
    enc28j60_receive(&chip, f, (uint16_t)(len + 4));
}

uint16_t sum(const uint8_t *p, size_t n)
{
    uint32_t s = 0;

    for (size_t i = 0; i < n; i++)
        s += (uint32_t)p[i] << (i & 1 ? 0 : 8);
    while (s >> 16)
        s = (s & 0xFFFF) + (s >> 16);
    return (uint16_t)~s;
}

int driver_start(void **state)
{
    static const struct enc28j60_owner owner = { NULL, on_transmit, on_interrupt, on_broken };

    (void)state;
    memset(&sent, 0, sizeof sent);
    dead = hung = 0;
    enc28j60_power_on(&chip, &owner, now_us);
    pass(10000);
    assert_int_equal(net_init(mac), 0);
    return 0;
}
