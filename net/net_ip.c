/* SPDX-License-Identifier: ISC */
/* IPv4 without options and fragments, and ICMP echo. RFC 791, RFC 792 */
#include "net_conn.h"
#include "net_nic.h"

#define VERSION_AND_LEN  0x45
#define MORE_OR_OFFSET   0x3FFF /* of the fragment field; bit 14 is "don't fragment" */
#define DONT_FRAGMENT    0x4000
#define TTL              (64 << 8)
#define MULTICAST        224    /* the first octet of addresses that no host has */

void net_eth_put(const struct net_conn *c, uint16_t type)
{
    nic_begin(c->tx);
    nic_write(NET_MAC(c), 6);
    nic_write(net_own, 6);
    net_put16(type);
}

void net_ip_put(const struct net_conn *c, uint8_t protocol, uint16_t len)
{
    net_eth_put(c, ETH_IP);
    net_put16(VERSION_AND_LEN << 8);
    net_put16((uint16_t)(len + IP_LEN));
    net_put_zeros();                    /* the identification may stay 0: RFC 6864 */
    net_put16(DONT_FRAGMENT);
    net_put16(TTL | protocol);
    net_put_zeros();
    nic_write(NET_OWN_IP, 4);
    nic_write(c->peer, 4);
}

void net_ip_send(const struct net_conn *c, uint16_t len)
{
    const uint16_t ip = (uint16_t)(c->tx + 1 + IP_START);

    net_sum_put(ip, IP_LEN, 0, (uint16_t)(ip + IP_SUM));
    nic_send(c->tx, (uint16_t)(c->tx + L4_START + len));
}

/* Answers an echo request with its own bytes. */
static void icmp_in(uint16_t len)
{
    const struct net_conn *s = NET_STRAY;
    uint16_t sum;

    if (len < ICMP_LEN_MIN || net_get16() != ICMP_ECHO)
        return;
    nic_seek(L4_START);
    if (net_sum(0, len) != SUM_GOOD)
        return;
    net_ip_put(s, IP_PROTO_ICMP, len);
    net_put_zeros();                    /* type and code of the reply */
    nic_seek(L4_START + ICMP_SUM);
    sum = (uint16_t)(net_get16() + ICMP_ECHO);  /* what the type lost: RFC 1624 */
    if (sum < ICMP_ECHO)
        sum++;
    net_put16(sum);
    for (sum = (uint16_t)(len - ICMP_SUM - 2); sum; sum--)
        nic_put(nic_get());
    net_ip_send(s, len);
}

void net_ip_in(uint16_t frame_len)
{
    struct net_conn *s = NET_STRAY;
    uint16_t len, fragment;
    uint8_t protocol, bad;

    bad = nic_get() ^ VERSION_AND_LEN;
    nic_get();                          /* type of service */
    len = net_get16();
    net_get16();                        /* identification */
    fragment = net_get16() & MORE_OR_OFFSET;
    nic_get();                          /* time to live */
    protocol = nic_get();
    net_get16();                        /* checksum */
    nic_read(s->peer, 4);
    bad |= net_is_for_another();
    if (bad || fragment || len < IP_LEN || len > frame_len - IP_START
        || (uint8_t)(s->peer[0] - 1) >= MULTICAST - 1)
        return;
    nic_seek(IP_START);
    if (net_sum(0, IP_LEN) != SUM_GOOD)
        return;
    len = (uint16_t)(len - IP_LEN);
    if (protocol == IP_PROTO_TCP)
        net_tcp_in(len);
    else if (protocol == IP_PROTO_ICMP)
        icmp_in(len);
}
