/* SPDX-License-Identifier: ISC */
/* TCP's way in: which connection a segment is for, if any. RFC 9293 3.10.7 */
#include <string.h>

#include "enc28j60_map.h"
#include "net_conn.h"
#include "net_nic.h"

#define SUM_GOOD        0xFFFF
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

    if (net_frame[TCP_FLAGS] & RST)
        return;
    s->next += s->len;
    if (!(net_frame[TCP_FLAGS] & ACK)) {
        s->una = 0;
        flags = RST | ACK;
    }
    net_segment_put(s, flags, 0);
}

/* Where a new connection may go: the one unproven connection gives way first,
 * then a free place, then one that is closing. None: all are proven. PROTOCOL 8 */
static struct net_conn *place(void)
{
    struct net_conn *c, *best = 0;

    for (c = NET_STRAY; c-- != net_conns; ) {
        if (net_is_proven(c->id))
            continue;
        if (c->state == NET_SYN_RCVD || c->state == NET_OPEN)
            return c;
        if (!best || c->state == NET_CLOSED)
            best = c;
    }
    return best;
}

/* The maximum segment size in the options of a SYN. */
static uint16_t mss_option(uint8_t left)
{
    uint16_t mss;
    uint8_t kind, len;

    nic_seek(HEADERS_LEN);
    while (left--) {
        kind = nic_get();
        if (kind == OPTION_NOP)
            continue;
        if (kind == OPTION_END || left-- == 0)
            break;
        len = (uint8_t)(nic_get() - 2);     /* kind and length count in it */
        if (len > left)                     /* and one below 2 is a big one now */
            break;
        if (kind == OPTION_MSS && len == 2) {
            mss = (uint16_t)((uint16_t)nic_get() << 8);
            mss |= nic_get();
            return mss < MSS_LEAST ? MSS_LEAST : mss;
        }
        left = (uint8_t)(left - len);
        while (len--)
            nic_get();
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
    if (c->state > NET_FIN_WAIT2 && c->age < UNPROVEN_TICKS)
        return;     /* the peer asks again */
    net_conn_drop(c);
    memcpy(c, NET_STRAY, NET_KEY_LEN);
    c->next = NET_STRAY->next + 1;
    c->una = net_pool;
    c->tx = ENC_TX(c->id);
    c->len = c->sent = 0;
    c->window = 1;          /* for our SYN; the third segment says more */
    c->mss = mss_option((uint8_t)((net_frame[TCP_OFFSET] >> 4) * 4 - TCP_LEN));
    c->timer = NET_RTO_TICKS;
    c->tries = 0;
    net_conn_enter(c, NET_SYN_RCVD);
    net_conn_send(c, 1);
}

void net_tcp_in(uint16_t len)
{
    const uint8_t *f = net_frame;
    const uint8_t header = (uint8_t)((f[TCP_OFFSET] >> 4) * 4), flags = f[TCP_FLAGS];
    struct net_conn *s = NET_STRAY, *c;

    nic_seek(IP_SRC);
    if (header < TCP_LEN || header > len
        || net_sum((uint16_t)(len + IP_PROTO_TCP), (uint16_t)(len + 8)) != SUM_GOOD)
        return;
    memcpy(s->ports, f + TCP_PORTS, NET_PORTS_LEN);
    s->next = net_get32(f + TCP_SEQ);
    s->una = net_get32(f + TCP_ACK);
    len = (uint16_t)(len - header);
    if (flags & SYN)
        len++;
    if (flags & FIN)
        len++;
    s->len = len;
    for (c = net_conns; c != s; c++) {
        if (!c->state || memcmp(c->peer, s->peer, NET_IP_LEN) != 0
            || memcmp(c->ports, s->ports, NET_PORTS_LEN) != 0)
            continue;
        if (memcmp(c, s, NET_KEY_LEN) == 0) {
            net_conn_receive(c);
            return;
        }
        /* From another MAC than its SYN, so not to be taken; but a reset would
         * end the connection at the peer, whose numbers it fits. */
        if (!(flags & SYN))
            return;
    }
    if ((flags & (SYN | ACK | RST | FIN)) == SYN && get16(f + TCP_PORTS + 2) == NET_PORT)
        accept();
    else
        net_refuse();
}
