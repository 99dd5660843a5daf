/* SPDX-License-Identifier: ISC */
/* ARP: answers who asks for our address, and says it once at the start. RFC 826 */
#include <string.h>

#include "enc28j60_map.h"
#include "net_conn.h"
#include "net_nic.h"

#define ARP_REQUEST  1
#define ARP_REPLY    2

/* Sends a packet from us to NET_STRAY. */
static void arp_out(uint8_t oper)
{
    const struct net_conn *s = NET_STRAY;

    net_eth_put(s, ETH_ARP);
    net_put16(ARP_ETHERNET);
    net_put16(ETH_IP);
    net_put16(ARP_LENGTHS);
    net_put16(oper);
    nic_write(net_own, 10);
    nic_write(NET_MAC(s), 6);
    nic_write(s->peer, 4);
    nic_send(ENC_GENERAL(NET_CONNS), ENC_GENERAL(NET_CONNS) + ARP_END);
}

void net_arp_in(void)
{
    struct net_conn *s = NET_STRAY;

    if (net_get16() != ARP_ETHERNET || net_get16() != ETH_IP || net_get16() != ARP_LENGTHS
        || net_get16() != ARP_REQUEST)
        return;
    nic_read(NET_MAC(s), 6);
    nic_read(s->peer, 4);
    nic_seek(ARP_TARGET_IP);
    if (!net_is_for_another())
        arp_out(ARP_REPLY);
}

void net_arp_announce(void)
{
    memset(NET_MAC(NET_STRAY), 0xFF, 6);            /* to all */
    net_copy(NET_STRAY->peer, NET_OWN_IP, 4);       /* asks for the own address: RFC 5227 */
    arp_out(ARP_REQUEST);
}
