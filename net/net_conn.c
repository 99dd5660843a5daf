/* SPDX-License-Identifier: ISC */
/* TCP's way out: segments, repetitions, the end of a connection. RFC 9293 */
#include "net_conn.h"

#include <string.h>

#include "enc28j60_map.h"
#include "net_nic.h"

/* Pauses are 1, 2, 4, 8, 8, 8 seconds: multiples of 4 ticks, so that the lowest
 * bits are free to count the long ones. */
#define PAUSE_LONG  (NET_RTO_TICKS * 8)
#define PAUSE_LAST  (PAUSE_LONG + 2)
#define PAUSE_TICKS 0xFC
#define DATA_OFFSET (TCP_LEN / 4 << 4)

struct net_conn net_conns[NET_CONNS + 1];

void net_advance(uint8_t number[4], uint16_t n)
{
    uint8_t i = 4;

    while (i--) {
        n = (uint16_t)(n + number[i]);
        number[i] = (uint8_t)n;
        n >>= 8;
    }
}

void net_segment_put(const struct net_conn *c, uint8_t flags, uint16_t n)
{
    const uint16_t ip = (uint16_t)(c->tx + 1);

    n = (uint16_t)(n + TCP_LEN);
    net_ip_put(c, IP_PROTO_TCP, n);
    nic_write(c->ports, 4);
    nic_write(c->una, 8);
    net_put16((uint16_t)(DATA_OFFSET << 8 | flags));
    net_put16(NET_WINDOW);
    net_put_zeros();
    net_put_zeros();
    net_sum_put((uint16_t)(ip + IP_SRC), (uint16_t)(n + 8),     /* both addresses are of the pseudo header */
                (uint16_t)(n + IP_PROTO_TCP), (uint16_t)(ip + L4_START + TCP_SUM));
    net_ip_send(c, n);
}

uint8_t net_conn_is_waiting(const struct net_conn *c)
{
    return c->sent == 0 && c->window && c->len;
}

uint8_t net_conn_has_room(const struct net_conn *c)
{
    return c->len + (c->tx & (ENC_TX_LEN - 1)) <= ENC_PAYLOAD - NET_ANSWER_MAX - NET_CLOSING_MAX;
}

void net_conn_send(struct net_conn *c, uint8_t force)
{
    uint8_t flags = ACK, last;
    uint16_t n = c->len;

    if (n > c->window)
        n = c->window;
    if (n > c->mss)
        n = c->mss;
    if (n == 0 && c->len)
        n = force;
    if (n > c->sent)
        c->sent = n;
    last = c->state & (SYN | FIN);
    if (last && n && n == c->len) {
        flags |= last;
        n--;
    }
    if (n)
        flags |= PSH;
    net_segment_put(c, flags, n);
}

void net_conn_enter(struct net_conn *c, uint8_t state)
{
    c->state = state;
    c->age = 0;
    c->len++;
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
    struct net_conn *c = net_conns + NET_INDEX(conn);

    nic_write_at((uint16_t)(c->tx + ENC_HEADERS + c->len));
    c->len = (uint16_t)(c->len + n);
    while (n--)
        nic_put(*bytes++);
}

void net_close(uint8_t conn)
{
    struct net_conn *c = net_conns + NET_INDEX(conn);

    if (c->state == NET_OPEN)
        net_conn_enter(c, NET_FIN_WAIT1);
}

static void tick(struct net_conn *c)
{
    if (c->age != 0xFF)
        c->age++;
    if (c->len == 0 && c->state == NET_OPEN)
        return;
    if (net_conn_is_waiting(c)) {   /* what the application gave since */
        net_conn_send(c, 0);
        return;                     /* one frame a tick: the watchdog waits for a chip that hangs */
    }
    if (--c->timer)
        return;
    if (c->pause == PAUSE_LAST) {
        net_conn_drop(c);
        return;
    }
    c->pause = (uint8_t)(c->pause + (c->pause < PAUSE_LONG ? c->pause : 1));
    c->timer = c->pause & PAUSE_TICKS;
    net_conn_send(c, 1);
}

void net_pause(void)
{
    struct net_conn *c;

    for (c = net_conns; c != NET_STRAY; c++) {
        if (c->age != 0xFF)
            c->age++;
        if (c->timer > 1 && (c->len || c->state != NET_OPEN) && !net_conn_is_waiting(c))
            c->timer--;
    }
}

void net_tcp_tick(void)
{
    struct net_conn *c;

    for (c = net_conns; c != NET_STRAY; c++)
        if (c->state)
            tick(c);
}
