/* SPDX-License-Identifier: ISC */
/* Frames in and out, and the checksum that all protocols share. */
#include "net_conn.h"

#include <string.h>

#include "enc28j60_map.h"
#include "net_nic.h"

uint8_t net_own[10];
uint8_t net_pool[4];

void net_get(uint8_t *p, uint8_t n)
{
    do
        *p++ = nic_get();
    while (--n);
}

uint16_t net_get16(void)
{
    uint8_t high = nic_get();

    return (uint16_t)(high << 8 | nic_get());
}

uint8_t net_is_for_another(void)
{
    const uint8_t *p = NET_OWN_IP;
    uint8_t n = 4, bad = 0;

    do
        bad |= nic_get() ^ *p++;
    while (--n);
    return bad;
}

void net_put(const uint8_t *p, uint8_t n)
{
    do
        nic_put(*p++);
    while (--n);
}

void net_put16(uint16_t v)
{
    nic_put((uint8_t)(v >> 8));
    nic_put((uint8_t)v);
}

/* Each byte is added to the lower half, and the halves change places before the
 * next: ones' complement addition does not mind. RFC 1071 2 (B) */
uint16_t net_sum(uint16_t sum, uint16_t count)
{
    uint8_t odd = count & 1, byte;

    for (; count; count--) {
        byte = nic_get();
        sum = (uint16_t)(sum << 8 | sum >> 8);
        sum = (uint16_t)(sum + byte);
        if (sum < byte)
            sum++;
    }
    if (odd)
        sum = (uint16_t)(sum << 8 | sum >> 8);
    return sum;
}

void net_sum_put(uint16_t address, uint16_t count, uint16_t sum, uint16_t field)
{
    nic_read_at(address);
    sum = net_sum(sum, count);
    nic_write_at(field);
    net_put16((uint16_t)~sum);
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

/* A frame's beginning: where answers go, and whose packet it holds. */
static void dispatch(uint16_t len)
{
    uint8_t group = nic_get() & 1;
    uint16_t type;

    nic_seek(ETH_SRC);
    net_get(NET_MAC(NET_STRAY), 6);
    type = net_get16();
    if (len < ARP_END || (*NET_MAC(NET_STRAY) & 1))
        return;
    if (type == ETH_ARP)
        net_arp_in();
    else if (type == ETH_IP && !group)
        net_ip_in(len);
}

void net_poll(void)
{
    static uint8_t frames;
    uint16_t len = nic_receive();

    if (len == 0)
        return;
    net_pool[++frames & 3] += net_jitter();
    dispatch(len);
    nic_release();
}

void net_tick(void)
{
    if (nic_is_lost())
        nic_start(net_own);
    net_tcp_tick();
}
