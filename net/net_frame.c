/* SPDX-License-Identifier: ISC */
/* Frames in and out, and the checksum that all protocols share. */
#include "net_conn.h"

#include <string.h>

#include "enc28j60_map.h"
#include "net_nic.h"

uint8_t net_own[NET_ADDRESS_LEN];
uint8_t net_pool[4];

uint16_t net_get16(void)
{
    uint8_t high = nic_get();

    return (uint16_t)((uint16_t)high << 8 | nic_get());
}

uint8_t net_is_for_another(void)
{
    nic_read(NET_STRAY->una, 4);
    return memcmp(NET_STRAY->una, NET_OWN_IP, 4) != 0;
}

void net_put16(uint16_t v)
{
    nic_put((uint8_t)(v >> 8));
    nic_put((uint8_t)v);
}

void net_put_zeros(void)
{
    net_put16(0);
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

void net_copy(uint8_t *to, const uint8_t *from, uint8_t n)
{
    do
        *to++ = *from++;
    while (--n);
}

uint8_t net_init(const uint8_t address[NET_ADDRESS_LEN])
{
    uint8_t i, bad;

    for (i = 0; i <= NET_CONNS; i++) {
        net_conns[i].id = i;
        net_conns[i].tx = ENC_TX(i);
    }
    net_copy(net_own, address, NET_ADDRESS_LEN);
    bad = nic_start(net_own);
    if (!bad)
        net_arp_announce();
    return bad;
}

/* A frame's beginning: where answers go, and whose packet it holds. */
static void dispatch(uint16_t len)
{
    uint8_t group = nic_get() & 1;
    uint16_t type;

    nic_seek(ETH_SRC);
    nic_read(NET_MAC(NET_STRAY), 6);
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
