/* SPDX-License-Identifier: ISC */
/* ARP: answers who asks for our address, and says it once at the start. RFC 826 */
#include <string.h>

#include "enc28j60_map.h"
#include "net_flash.h"
#include "net_frame.h"
#include "net_nic.h"

#define ARP_REQUEST  1
#define ARP_REPLY    2

/* What all our ARP frames have from the Ethernet type on, up to the operation:
 * Ethernet, IPv4, their address lengths. */
static const uint8_t fixed[ARP_OPER - ARP_FIXED] NET_FLASH = {
    0x08, 0x06, 0, 1, 0x08, 0x00, 6, 4, 0
};

/* Sends the packet in net_frame back to its sender. */
static void arp_out(uint8_t oper)
{
    uint8_t i;

    memcpy(net_frame + ARP_TARGET, net_frame + ARP_SENDER, 10);
    memcpy(net_frame + ARP_SENDER, net_own, 10);
    memcpy(net_frame + ETH_DST, net_frame + ETH_SRC, 6);
    memcpy(net_frame + ETH_SRC, net_own, 6);
    for (i = 0; i < sizeof fixed; i++)
        net_frame[ARP_FIXED + i] = net_flash_byte(fixed + i);
    net_frame[ARP_OPER] = oper;
    net_frame_put(ENC_GENERAL(NET_CONNS), ARP_END);
    nic_send(ENC_GENERAL(NET_CONNS), ARP_END);
}

void net_arp_in(void)
{
    uint8_t i;

    for (i = 0; i < sizeof fixed; i++)
        if (net_frame[ARP_FIXED + i] != net_flash_byte(fixed + i))
            return;
    if (net_frame[ARP_OPER] == ARP_REQUEST
        && memcmp(net_frame + ARP_TARGET + 6, NET_OWN_IP, 4) == 0)
        arp_out(ARP_REPLY);
}

void net_arp_announce(void)
{
    memset(net_frame + ETH_SRC, 0xFF, 6);               /* to all */
    memcpy(net_frame + ARP_SENDER + 6, NET_OWN_IP, 4);      /* asks for the own address: RFC 5227 */
    arp_out(ARP_REQUEST);
}
