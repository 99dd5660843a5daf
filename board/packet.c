/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plugs an existing interface into the switch through AF_PACKET: with veth, in a namespace of one's own. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "attach.h"

/* Without PACKET_IGNORE_OUTGOING the board would hear what it just said. */
static int bind_to(int fd, unsigned index)
{
    struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_ifindex = (int)index };
    struct packet_mreq all = { .mr_ifindex = (int)index, .mr_type = PACKET_MR_PROMISC };
    int one = 1;

    address.sll_protocol = htons(ETH_P_ALL);
    return setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof one) != 0
        || setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof all) != 0
        || bind(fd, (struct sockaddr *)&address, sizeof address) != 0;
}

int board_packet_open(struct board_tap *t, const char *interface, struct board_switch *s,
                      char *error, size_t error_len)
{
    unsigned index = if_nametoindex(interface);
    int fd;

    if (index == 0) {
        snprintf(error, error_len, "--packet %s: no such interface here; 'ip link' lists them", interface);
        return -1;
    }
    fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind_to(fd, index)) {
        snprintf(error, error_len, "--packet %s: %s; it needs root of the interface's network namespace "
                 "(unshare -Urn makes one)", interface, strerror(errno));
        if (fd >= 0)
            close(fd);
        return -1;
    }
    return board_tap_attach(t, fd, s);
}
