/* SPDX-License-Identifier: ISC */
/* TCP's way in: which connection a segment is for, if any. RFC 9293 3.10.7 */
#include <stddef.h>
#include <string.h>

#include "enc28j60_map.h"
#include "net_conn.h"
#include "net_nic.h"

#define MSS_DEFAULT     536
#define MSS_LEAST       48      /* less would make an answer dozens of frames */
#define OPTION_END      0
#define OPTION_NOP      1
#define OPTION_MSS      2
/* Ticks after which a connection is surely older than the limit: the first may
 * come right after the SYN. */
#define UNPROVEN_TICKS  (NET_UNPROVEN_MS / NET_TICK_MS + 1)

void net_refuse(void)
{
    struct net_conn *s = NET_STRAY;
    uint8_t flags = RST;

    if (s->state & RST)
        return;
    net_advance(s->next, s->len);
    if (!(s->state & ACK)) {
        memset(s->una, 0, 4);
        flags = RST | ACK;
    }
    net_segment_put(s, flags, 0);
}

/* Where a new connection may go: the one unproven connection gives way first,
 * then a free place, then the one that has been closing for longest. None: all are proven. PROTOCOL 8 */
static struct net_conn *place(void)
{
    struct net_conn *c, *best = 0;

    for (c = NET_STRAY; c != net_conns; ) {
        c--;
        if (net_is_proven(c->id))
            continue;
        if (c->state == NET_SYN_RCVD || c->state == NET_OPEN)
            return c;
        if (!best || c->state == NET_CLOSED || (best->state != NET_CLOSED && c->age > best->age))
            best = c;
    }
    return best;
}

/* The maximum segment size in the options of a SYN, which end at end. */
static uint16_t mss_option(uint8_t end)
{
    uint16_t mss;
    uint8_t at, kind, len;

    for (at = TCP_OPTIONS; at < end; at = (uint8_t)(at + len)) {
        nic_seek(at);
        kind = nic_get();
        len = 1;
        if (kind == OPTION_NOP)
            continue;
        len = nic_get();
        if (kind == OPTION_END || len < 2 || len > (uint8_t)(end - at))
            break;
        if (kind == OPTION_MSS && len == 4) {
            mss = net_get16();
            return mss < MSS_LEAST ? MSS_LEAST : mss;
        }
    }
    return MSS_DEFAULT;
}

/* A SYN to our port. */
static void accept(void)
{
    struct net_conn *c = place();

    if (!c) {
        net_refuse();
        return;
    }
    if (c->state && c->age < UNPROVEN_TICKS)
        return;     /* the peer asks again */
    net_conn_drop(c);
    net_copy((uint8_t *)c, (const uint8_t *)NET_STRAY, offsetof(struct net_conn, id));
    net_advance(c->next, 1);
    net_copy(c->una, net_pool, 4);
    c->tx &= ENC_TX_MASK;
    c->sent = 0;
    c->len = 1;             /* our SYN */
    c->window = 1;          /* for that; the third segment says more */
    c->mss = mss_option(NET_STRAY->data);
    c->timer = c->pause = NET_RTO_TICKS;
    c->state = NET_SYN_RCVD;
    c->age = 0;
    net_conn_send(c, 1);
}

void net_tcp_in(uint16_t len)
{
    struct net_conn *s = NET_STRAY, *c;
    uint8_t header, flags;

    nic_read(s->ports + 2, 2);
    nic_read(s->ports, 2);
    nic_read(s->next, 4);
    nic_read(s->una, 4);
    header = nic_get() >> 2 & 0x3C;
    flags = nic_get();
    s->window = net_get16();
    nic_seek(IP_SRC);
    if (header < TCP_LEN || header > len
        || net_sum((uint16_t)(len + IP_PROTO_TCP), (uint16_t)(len + 8)) != SUM_GOOD)
        return;
    s->state = flags;
    s->data = L4_START + header;
    len = (uint16_t)(len - header);
    if (flags & SYN)
        len++;
    if (flags & FIN)
        len++;
    s->len = len;
    for (c = net_conns; c != s; c++) {
        if (!c->state || memcmp(c, s, NET_KEY_LEN) != 0)
            continue;
        if (memcmp(NET_MAC(c), NET_MAC(s), 6) == 0) {
            net_conn_receive(c);
            return;
        }
        /* From another MAC than its SYN, so not to be taken; but a reset would
         * end the connection at the peer, whose numbers it fits. */
        if (!(flags & SYN))
            return;
    }
    if ((flags & (SYN | ACK | RST | FIN)) == SYN
        && s->ports[0] == NET_PORT >> 8 && s->ports[1] == (NET_PORT & 0xFF))
        accept();
    else
        net_refuse();
}
