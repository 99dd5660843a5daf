/* SPDX-License-Identifier: ISC */
/* Frames in and out, and the checksum that all protocols share. */
#include "net_conn.h"

#include <string.h>

#include "enc28j60_map.h"
#include "net_nic.h"

#define TYPE_LOW_IP   0x00
#define TYPE_LOW_ARP  0x06

uint8_t net_frame[HEADERS_LEN];
uint8_t net_own[10];
uint32_t net_pool;

uint32_t net_get32(const uint8_t *p)
{
    uint32_t v = 0;
    uint8_t i;

    for (i = 0; i < 4; i++)
        v = v << 8 | *p++;
    return v;
}

uint16_t net_sum(uint16_t sum, uint16_t count)
{
    uint16_t word;

    while (count) {
        word = (uint16_t)((uint16_t)nic_get() << 8);
        if (--count) {
            word |= nic_get();
            count--;
        }
        sum = (uint16_t)(sum + word);
        if (sum < word)
            sum++;
    }
    return sum;
}

void net_sum_put(uint16_t address, uint16_t count, uint16_t sum, uint8_t field)
{
    nic_read_at(address);
    sum = (uint16_t)~net_sum(sum, count);
    nic_write_at((uint16_t)(address + field));
    nic_put((uint8_t)(sum >> 8));
    nic_put((uint8_t)sum);
}

void net_frame_put(uint16_t address, uint8_t len)
{
    const uint8_t *p = net_frame;

    nic_write_at((uint16_t)(address + 1));
    while (len--)
        nic_put(*p++);
}

uint8_t net_init(const uint8_t mac[6], const uint8_t ip[4])
{
    uint8_t i;

    for (i = 0; i <= NET_CONNS; i++) {
        net_conns[i].id = i;
        net_conns[i].tx = ENC_TX(i);
    }
    memcpy(net_own, mac, 6);
    memcpy(NET_OWN_IP, ip, 4);
    if (nic_start(net_own))
        return 1;
    net_arp_announce();
    return 0;
}

/* A frame of our own kinds: 0x0800 or 0x0806. */
static void dispatch(uint16_t len)
{
    if (len < ARP_END || net_frame[ETH_TYPE] != 0x08 || (net_frame[ETH_SRC] & 1))
        return;
    if (net_frame[ETH_TYPE + 1] == TYPE_LOW_ARP)
        net_arp_in();
    else if (net_frame[ETH_TYPE + 1] == TYPE_LOW_IP)
        net_ip_in(len);
}

void net_poll(void)
{
    uint16_t len = nic_receive();
    uint8_t i;

    if (len == 0)
        return;
    net_pool = (net_pool << 8 | net_pool >> 24) + net_jitter();
    for (i = 0; i < HEADERS_LEN; i++)
        net_frame[i] = nic_get();
    dispatch(len);
    nic_release();
}

void net_tick(void)
{
    if (nic_is_lost())
        nic_start(net_own);
    net_tcp_tick();
}
