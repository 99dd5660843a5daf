/* SPDX-License-Identifier: ISC */
/* From a captured frame to its TCP segment: Ethernet (with VLAN tags), Linux cooked,
 * loopback and raw IP; IPv4, whole datagrams. Checksums are not looked at: a capture on
 * the sending machine has none yet. */
#include <pcap/pcap.h>
#include <string.h>

#include "decode.h"

#define ETHERTYPE_IPV4  0x0800
#define ETHERTYPE_VLAN  0x8100
#define ETHERTYPE_QINQ  0x88A8
#define ETHER_TYPE      12          /* offset in the frame */
#define SLL_TYPE        14
#define SLL_LEN         16
#define SLL2_LEN        20
#define LOOP_LEN        4
#define AF_INET_ANY     2           /* everywhere */
#define IP_MIN          20
#define IP_TCP          6
#define IP_FRAGMENT     0x3FFF      /* more fragments, or an offset */
#define TCP_MIN         20

static uint16_t be16(const uint8_t *p)
{
    return (uint16_t)(p[0] << 8 | p[1]);
}

static uint32_t be32(const uint8_t *p)
{
    return (uint32_t)be16(p) << 16 | be16(p + 2);
}

/* Where the type of an Ethernet frame's payload stands, behind VLAN tags. */
static size_t ether_type(const uint8_t *f, size_t len)
{
    size_t at = ETHER_TYPE;

    while (at + 4 < len && (be16(f + at) == ETHERTYPE_VLAN || be16(f + at) == ETHERTYPE_QINQ))
        at += 4;
    return at;
}

/* Where IPv4 begins; 0: nowhere. A raw frame's begins at its start, so 1 is added. */
static size_t find_ipv4(int link, const uint8_t *f, size_t len)
{
    size_t at;

    switch (link) {
    case DLT_EN10MB:
        at = ether_type(f, len);
        return at + 2 <= len && be16(f + at) == ETHERTYPE_IPV4 ? at + 2 + 1 : 0;
    case DLT_LINUX_SLL:
        return len >= SLL_LEN && be16(f + SLL_TYPE) == ETHERTYPE_IPV4 ? SLL_LEN + 1 : 0;
    case DLT_LINUX_SLL2:
        return len >= SLL2_LEN && be16(f) == ETHERTYPE_IPV4 ? SLL2_LEN + 1 : 0;
    case DLT_NULL:      /* in the order of bytes of the machine that captured */
    case DLT_LOOP:
        return len >= LOOP_LEN && (f[0] == AF_INET_ANY || f[3] == AF_INET_ANY) ? LOOP_LEN + 1 : 0;
    case DLT_RAW:
    case DLT_IPV4:
        return 1;
    default:
        return 0;
    }
}

bool decode_link_known(int link)
{
    return link == DLT_EN10MB || link == DLT_LINUX_SLL || link == DLT_LINUX_SLL2 || link == DLT_NULL
        || link == DLT_LOOP || link == DLT_RAW || link == DLT_IPV4;
}

/* tcp: have bytes of it were captured, of len. */
static bool read_tcp(struct decode_segment *s, const uint8_t *tcp, size_t have, size_t len)
{
    size_t header;

    if (have < TCP_MIN)
        return false;
    header = 4u * (tcp[12] >> 4);
    if (header < TCP_MIN || header > len || header > have)
        return false;
    s->from_port = be16(tcp);
    s->to_port = be16(tcp + 2);
    s->seq = be32(tcp + 4);
    s->flags = tcp[13];
    s->data = tcp + header;
    s->len = have - header;
    s->cut = len - have;
    return true;
}

bool decode_link(struct decode_segment *s, int link, const uint8_t *frame, size_t len)
{
    size_t at = find_ipv4(link, frame, len), header, total;
    const uint8_t *ip;

    if (at == 0 || len - (at - 1) < IP_MIN)
        return false;
    ip = frame + at - 1;
    len -= at - 1;
    header = 4u * (ip[0] & 15);
    total = be16(ip + 2);
    if (ip[0] >> 4 != 4 || header < IP_MIN || total < header || header > len || ip[9] != IP_TCP
        || (be16(ip + 6) & IP_FRAGMENT) != 0)
        return false;
    memcpy(s->from, ip + 12, sizeof s->from);
    memcpy(s->to, ip + 16, sizeof s->to);
    return read_tcp(s, ip + header, (len < total ? len : total) - header, total - header);
}
