/* SPDX-License-Identifier: ISC */
/* TCP's way out: segments, repetitions, the end of a connection. RFC 9293 */
#include "net_conn.h"

#include <string.h>

#include "enc28j60_map.h"
#include "net_nic.h"

#define BACKOFF_MAX 3                       /* 1, 2, 4, 8, 8, 8 seconds */
#define TRIES_MAX   5
#define DATA_OFFSET (TCP_LEN / 4 << 4)

struct net_conn net_conns[NET_CONNS + 1];

static uint16_t sending(const struct net_conn *c)
{
    return (uint16_t)(ENC_TX(c->id) + c->off);
}

static void put32(uint8_t *p, uint32_t v)
{
    put16(p, (uint16_t)(v >> 16));
    put16(p + 2, (uint16_t)v);
}

void net_segment_put(const struct net_conn *c, uint8_t flags, uint16_t n)
{
    uint16_t at = sending(c);
    uint8_t *f = net_frame;

    memcpy(f + TCP_PORTS, c->ports + 2, 2);
    memcpy(f + TCP_PORTS + 2, c->ports, 2);
    put32(f + TCP_SEQ, c->una);
    put32(f + TCP_ACK, c->next);
    f[TCP_OFFSET] = DATA_OFFSET;
    f[TCP_FLAGS] = flags;
    put16(f + TCP_WINDOW, NET_WINDOW);
    put16(f + TCP_SUM, 0);
    put16(f + TCP_URGENT, 0);
    n = (uint16_t)(n + TCP_LEN);
    net_ip_put(at, c->peer, IP_PROTO_TCP, n);
    net_sum_put((uint16_t)(at + 1 + IP_SRC), (uint16_t)(n + 8),     /* both addresses are of the pseudo header */
                (uint16_t)(n + IP_PROTO_TCP), TCP_SUM - IP_SRC);
    nic_send(at, (uint16_t)(n + L4_START));
}

static uint8_t fin_pending(const struct net_conn *c)
{
    return c->state == NET_FIN_WAIT1 || c->state == NET_LAST_ACK;
}

uint8_t net_conn_is_waiting(const struct net_conn *c)
{
    return c->sent == 0 && c->window && (c->len || fin_pending(c));
}

uint16_t net_conn_pending(const struct net_conn *c)
{
    uint16_t n = c->len;

    if (c->state != NET_OPEN)
        n++;        /* SYN, FIN, or the peer's FIN that we wait for */
    return n;
}

uint8_t net_conn_has_room(const struct net_conn *c)
{
    return (uint16_t)(c->off + c->len) <= ENC_PAYLOAD - NET_ANSWER_MAX - NET_CLOSING_MAX;
}

void net_conn_send(struct net_conn *c, uint8_t force)
{
    uint8_t flags = ACK;
    uint16_t n = c->len;

    if (n > c->window)
        n = c->window;
    if (n > c->mss)
        n = c->mss;
    if (n == 0 && c->len)
        n = force;
    if (n)
        flags |= PSH;
    if (c->state == NET_SYN_RCVD)
        flags |= SYN;
    else if (n == c->len && fin_pending(c))
        flags |= FIN;
    net_segment_put(c, flags, n);
    if (flags & (SYN | FIN))
        n++;
    if (n > c->sent)
        c->sent = n;
}

void net_conn_enter(struct net_conn *c, uint8_t state)
{
    c->state = state;
    c->age = 0;
}

void net_conn_drop(struct net_conn *c)
{
    uint8_t state = c->state;

    c->state = NET_CLOSED;
    if (state == NET_OPEN)
        net_on_lost(c->id);
}

void net_send(uint8_t conn, const uint8_t *bytes, uint8_t n)
{
    struct net_conn *c = net_conns + conn;

    nic_write_at((uint16_t)(sending(c) + ENC_HEADERS + c->len));
    c->len = (uint16_t)(c->len + n);
    while (n--)
        nic_put(*bytes++);
}

void net_close(uint8_t conn)
{
    struct net_conn *c = net_conns + conn;

    if (c->state == NET_OPEN)
        net_conn_enter(c, NET_FIN_WAIT1);
}

static void tick(struct net_conn *c)
{
    if (c->age != 0xFF)
        c->age++;
    if (net_conn_pending(c) == 0) {
        c->timer = NET_RTO_TICKS;
        c->tries = 0;
        return;
    }
    if (net_conn_is_waiting(c))     /* what the application gave since */
        net_conn_send(c, 0);
    if (--c->timer)
        return;
    if (c->tries++ == TRIES_MAX) {
        net_conn_drop(c);
        return;
    }
    c->timer = (uint8_t)(NET_RTO_TICKS << (c->tries < BACKOFF_MAX ? c->tries : BACKOFF_MAX));
    net_conn_send(c, 1);
}

void net_tcp_tick(void)
{
    struct net_conn *c;

    for (c = net_conns; c != NET_STRAY; c++)
        if (c->state)
            tick(c);
}
