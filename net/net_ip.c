/* SPDX-License-Identifier: ISC */
/* IPv4 without options and fragments, and ICMP echo. RFC 791, RFC 792 */
#include <string.h>

#include "enc28j60_map.h"
#include "net_conn.h"
#include "net_nic.h"

#define VERSION_AND_LEN  0x45
#define MORE_OR_OFFSET   0x3F   /* of the fragment field's high byte; bit 6 is "don't fragment" */
#define DONT_FRAGMENT    0x40
#define TTL              64
#define MULTICAST        224    /* the first octet of addresses that no host has */
#define SUM_GOOD         0xFFFF

void net_ip_put(const struct net_conn *c, uint8_t protocol, uint16_t len)
{
    uint8_t *f = net_frame;

    memcpy(f + ETH_DST, c->peer + 4, 6);
    memcpy(f + ETH_SRC, net_own, 6);
    memset(f + ETH_TYPE, 0, IP_SRC - ETH_TYPE);
    f[ETH_TYPE] = 0x08;
    f[IP_START] = VERSION_AND_LEN;
    put16(f + IP_TOTAL, (uint16_t)(len + IP_LEN));
    f[IP_FRAGMENT] = DONT_FRAGMENT;     /* so the identification may stay 0: RFC 6864 */
    f[IP_TTL] = TTL;
    f[IP_PROTOCOL] = protocol;
    memcpy(f + IP_SRC, NET_OWN_IP, 4);
    memcpy(f + IP_DST, c->peer, 4);
    net_frame_put(c->tx, HEADERS_LEN);
    net_sum_put((uint16_t)(c->tx + 1 + IP_START), IP_LEN, 0, IP_SUM - IP_START);
}

void net_ip_in(uint16_t frame_len)
{
    const uint8_t *f = net_frame;
    uint16_t len = get16(f + IP_TOTAL);

    if ((f[ETH_DST] & 1) || f[IP_START] != VERSION_AND_LEN
        || len < IP_LEN || len > frame_len - IP_START
        || (f[IP_FRAGMENT] & MORE_OR_OFFSET) || f[IP_FRAGMENT + 1]
        || f[IP_SRC] >= MULTICAST || f[IP_SRC] == 0
        || memcmp(f + IP_DST, NET_OWN_IP, 4))
        return;
    nic_seek(IP_START);
    if (net_sum(0, IP_LEN) != SUM_GOOD)
        return;
    len = (uint16_t)(len - IP_LEN);
    memcpy(NET_STRAY->peer, f + IP_SRC, 4);
    memcpy(NET_STRAY->peer + 4, f + ETH_SRC, 6);
    if (f[IP_PROTOCOL] == IP_PROTO_TCP)
        net_tcp_in(len);
    else if (f[IP_PROTOCOL] == IP_PROTO_ICMP)
        net_icmp_in(len);
}

/* Answers an echo request with its own bytes. */
void net_icmp_in(uint16_t len)
{
    const uint16_t at = ENC_GENERAL(NET_CONNS);
    uint16_t i;

    nic_seek(L4_START);
    if (len < ICMP_LEN_MIN || net_frame[ICMP_TYPE] != ICMP_ECHO || net_frame[ICMP_CODE]
        || net_sum(0, len) != SUM_GOOD)
        return;
    net_frame[ICMP_TYPE] = ICMP_REPLY;
    put16(net_frame + ICMP_SUM, 0);
    net_ip_put(NET_STRAY, IP_PROTO_ICMP, len);
    nic_seek(ICMP_SUM + 2);
    nic_write_at(at + 1 + ICMP_SUM + 2);
    for (i = 4; i < len; i++)
        nic_put(nic_get());
    net_sum_put(at + 1 + L4_START, len, 0, ICMP_SUM - L4_START);
    nic_send(at, (uint16_t)(len + L4_START));
}
