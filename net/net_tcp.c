/* SPDX-License-Identifier: ISC */
/* TCP's way in: which connection a segment is for, and what it does to it.
 * RFC 9293 3.10.7, with the stricter checks of RFC 5961. */
#include <string.h>

#include "enc28j60_map.h"
#include "net_conn.h"
#include "net_nic.h"

#define SUM_GOOD        0xFFFF
#define MSS_DEFAULT     536
#define OPTION_END      0
#define OPTION_NOP      1
#define OPTION_MSS      2
#define OLD_ACK_MAX     0xFFFF  /* how far behind an acknowledgement may be. RFC 5961 5.2 */
/* Ticks after which a connection is surely older than the limit: the first may
 * come right after the SYN. */
#define UNPROVEN_TICKS  (NET_UNPROVEN_MS / NET_TICK_MS + 1)

static uint32_t get32(const uint8_t *p)
{
    return (uint32_t)get16(p) << 16 | get16(p + 2);
}

/* The segment at hand, beside what net_frame holds. */
struct segment {
    uint32_t seq;
    uint32_t ack;
    uint16_t start;     /* of its data, in the frame */
    uint16_t len;       /* of its data */
    uint8_t flags;
};

/* A reset for a segment of no connection. RFC 9293 3.10.7.1 */
static void refuse(const struct segment *s)
{
    struct net_conn *c = NET_STRAY;
    uint8_t flags = RST;

    if (s->flags & RST)
        return;
    c->una = s->ack;
    if (!(s->flags & ACK)) {
        c->una = 0;
        c->next = s->seq + s->len;
        if (s->flags & SYN)
            c->next++;
        if (s->flags & FIN)
            c->next++;
        flags |= ACK;
    }
    net_segment_put(c, flags, 0);
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
            mss = (uint16_t)(nic_get() << 8);
            return (uint16_t)(mss | nic_get());
        }
        left = (uint8_t)(left - len);
        while (len--)
            nic_get();
    }
    return MSS_DEFAULT;
}

static void accept(const struct segment *s)
{
    struct net_conn *c = place();

    if (!c) {
        refuse(s);
        return;
    }
    if (c->state != NET_CLOSED && c->age < UNPROVEN_TICKS)
        return;     /* the peer asks again */
    net_conn_drop(c);
    memcpy(c, NET_STRAY, NET_KEY_LEN);
    net_conn_enter(c, NET_SYN_RCVD);
    c->off = c->len = c->sent = 0;
    c->next = s->seq + 1;
    c->una = net_pool;
    c->window = get16(net_frame + TCP_WINDOW);
    c->mss = mss_option((uint8_t)(s->start - HEADERS_LEN));
    c->tries = 0;
    c->timer = NET_RTO_TICKS;
    net_conn_send(c, 0);
}

/* Takes an acknowledgement of n more sequence numbers. */
static void acknowledge(struct net_conn *c, uint16_t n)
{
    c->una += n;
    c->sent = (uint16_t)(c->sent - n);
    c->timer = NET_RTO_TICKS;
    c->tries = 0;
    if (c->state == NET_SYN_RCVD) {
        c->state = NET_OPEN;
        net_on_open(c->id, c->peer);
        return;
    }
    if (n > c->len) {       /* our FIN */
        n = c->len;
        c->state = c->state == NET_LAST_ACK ? NET_CLOSED : NET_FIN_WAIT2;
    }
    c->len = (uint16_t)(c->len - n);
    c->off = c->len ? (uint16_t)(c->off + n) : 0;
}

/* Hands n bytes on, as long as their answers find room. Returns how many are
 * left: not acknowledged, so that the peer sends them again. */
static uint16_t consume(struct net_conn *c, uint16_t n)
{
    for (; n; n--) {
        if (c->state == NET_OPEN) {
            if (!net_conn_has_room(c))
                break;
            net_on_byte(c->id, nic_get());
        }
        c->next++;          /* what comes after the application's end is of no interest */
    }
    return n;
}

/* The peer's FIN. */
static void finish(struct net_conn *c)
{
    c->next++;
    if (c->state == NET_FIN_WAIT2) {
        net_conn_send(c, 0);
        c->state = NET_CLOSED;
        return;
    }
    if (c->state == NET_OPEN)
        net_on_lost(c->id);
    net_conn_enter(c, NET_LAST_ACK);
    net_conn_send(c, 0);
}

/* A segment of connection c. */
static void receive(struct net_conn *c, const struct segment *s)
{
    uint32_t skip = c->next - s->seq;   /* what of it has come before; a segment from the future makes it huge */
    uint32_t acked = s->ack - c->una;

    if (s->flags & RST) {
        if (skip == 0)
            net_conn_drop(c);
        else if (0 - skip < NET_WINDOW)
            net_conn_send(c, 0);        /* is it really the peer's? RFC 5961 3.2 */
        return;
    }
    if ((s->flags & SYN) || skip > s->len) {
        net_conn_send(c, 0);            /* repeats what we await: SYN+ACK, or the acknowledgement */
        return;
    }
    if (!(s->flags & ACK))
        return;
    if (c->state == NET_SYN_RCVD && acked != 1) {
        refuse(s);
        return;
    }
    if (acked > c->sent) {
        if (0 - acked > OLD_ACK_MAX) {  /* of what was never sent */
            net_conn_send(c, 0);
            return;
        }
        acked = 0;
    }
    if (acked)
        acknowledge(c, (uint16_t)acked);
    c->window = get16(net_frame + TCP_WINDOW);
    if (c->window == 0)
        c->tries = 0;                   /* it is slow, not gone. RFC 9293 3.8.6.1 */
    if (c->state == NET_CLOSED)
        return;
    nic_seek((uint16_t)(s->start + skip));
    if (consume(c, (uint16_t)(s->len - skip)) == 0 && (s->flags & FIN))
        finish(c);
    else if (s->len || net_conn_is_waiting(c))
        net_conn_send(c, 0);
}

void net_tcp_in(uint16_t len)
{
    const uint8_t *f = net_frame;
    uint8_t header = (uint8_t)(f[TCP_OFFSET] >> 4 << 2);
    struct segment s;
    struct net_conn *c;

    nic_seek(IP_SRC);
    if (header < TCP_LEN || header > len
        || net_sum((uint16_t)(len + IP_PROTO_TCP), (uint16_t)(len + 8)) != SUM_GOOD)
        return;
    s.seq = get32(f + TCP_SEQ);
    s.ack = get32(f + TCP_ACK);
    s.start = (uint16_t)(L4_START + header);
    s.len = (uint16_t)(len - header);
    s.flags = f[TCP_FLAGS];
    net_frame_peer(NET_STRAY->peer);
    memcpy(NET_STRAY->ports, f + TCP_PORTS, NET_PORTS_LEN);
    for (c = net_conns; c != NET_STRAY; c++)
        if (c->state && memcmp(c, NET_STRAY, NET_KEY_LEN) == 0) {
            receive(c, &s);
            return;
        }
    if ((s.flags & (SYN | ACK | RST | FIN)) == SYN && get16(f + TCP_PORTS + 2) == NET_PORT)
        accept(&s);
    else
        refuse(&s);
}
