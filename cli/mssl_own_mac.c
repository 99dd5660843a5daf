/* SPDX-License-Identifier: ISC */
/* The MAC address of an interface, as Linux tells it: see mssl_own_mac.h. */
#include "mssl_own_mac.h"

#include <ifaddrs.h>
#include <netpacket/packet.h>
#include <string.h>

static const char *interface_of(const struct ifaddrs *list, const struct sockaddr_in *own)
{
    for (; list != NULL; list = list->ifa_next) {
        struct sockaddr_in a;
        if (list->ifa_addr == NULL || list->ifa_addr->sa_family != AF_INET)
            continue;
        memcpy(&a, list->ifa_addr, sizeof a);
        if (a.sin_addr.s_addr == own->sin_addr.s_addr)
            return list->ifa_name;
    }
    return NULL;
}

bool mssl_own_mac(uint8_t mac[6], const struct sockaddr_in *own)
{
    struct ifaddrs *list, *i;
    const char *name;
    bool found = false;

    if (getifaddrs(&list) != 0)
        return false;
    name = interface_of(list, own);
    for (i = list; name != NULL && i != NULL && !found; i = i->ifa_next) {
        struct sockaddr_ll ll;
        if (i->ifa_addr == NULL || i->ifa_addr->sa_family != AF_PACKET || strcmp(i->ifa_name, name) != 0)
            continue;
        memcpy(&ll, i->ifa_addr, sizeof ll);
        found = ll.sll_halen == 6;
        memcpy(mac, ll.sll_addr, 6);
    }
    freeifaddrs(list);
    return found;
}
