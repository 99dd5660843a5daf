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

#define ETH_LEN  14
#define IP_LEN   20
#define TCP      6
#define UDP      17

static uint32_t sum(uint32_t so_far, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        so_far += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
    return so_far;
}

/* What the sender's hardware would have done: RFC 9293 3.1, RFC 768. */
static void fill_checksum(uint8_t *frame, size_t len)
{
    uint8_t *ip = frame + ETH_LEN, *segment;
    size_t head, total, at;
    uint32_t s;

    if (len < ETH_LEN + IP_LEN || frame[12] != 0x08 || frame[13] != 0x00)
        return;
    head = (size_t)(ip[0] & 15) * 4;
    total = (size_t)(ip[2] << 8 | ip[3]);
    at = ip[9] == TCP ? 16 : 6;
    if ((ip[9] != TCP && ip[9] != UDP) || total > len - ETH_LEN || head < IP_LEN || total < head + at + 2)
        return;
    segment = ip + head;
    segment[at] = segment[at + 1] = 0;
    s = sum(sum(ip[9] + (uint32_t)(total - head), ip + 12, 8), segment, total - head);
    while (s >> 16)
        s = (s & 0xFFFF) + (s >> 16);
    s = s == 0xFFFF && ip[9] == UDP ? s : ~s & 0xFFFF;
    segment[at] = (uint8_t)(s >> 8);
    segment[at + 1] = (uint8_t)s;
}

static ssize_t receive(int fd, uint8_t *frame, size_t room)
{
    union {
        struct cmsghdr head;
        uint8_t bytes[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
    } control;
    struct iovec part = { frame, room };
    struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control,
                        .msg_controllen = sizeof control };
    struct tpacket_auxdata aux;
    ssize_t len = recvmsg(fd, &m, 0);
    struct cmsghdr *c = len > 0 ? CMSG_FIRSTHDR(&m) : NULL;

    if (!c || c->cmsg_level != SOL_PACKET || c->cmsg_type != PACKET_AUXDATA)
        return len;
    memcpy(&aux, CMSG_DATA(c), sizeof aux);
    if (aux.tp_status & TP_STATUS_CSUMNOTREADY)
        fill_checksum(frame, (size_t)len);
    return len;
}

/* Without PACKET_IGNORE_OUTGOING the board would hear what it just said. */
static int bind_to(int fd, unsigned index)
{
    struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_ifindex = (int)index };
    struct packet_mreq all = { .mr_ifindex = (int)index, .mr_type = PACKET_MR_PROMISC };
    int one = 1;

    address.sll_protocol = htons(ETH_P_ALL);
    return setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof one) != 0
        || setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &one, sizeof one) != 0
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
    if (board_tap_attach(t, fd, s) != 0)
        return -1;
    t->receive = receive;
    return 0;
}
