/* SPDX-License-Identifier: ISC */
/* What a segment does to its connection. RFC 9293 3.10.7.4, with the stricter
 * checks of RFC 5961. */
#include "enc28j60_map.h"
#include "net_conn.h"
#include "net_nic.h"

/* Takes an acknowledgement of n more sequence numbers. */
static void acknowledge(struct net_conn *c, uint16_t n)
{
    net_advance(c->una, n);
    c->sent = (uint16_t)(c->sent - n);
    c->len = (uint16_t)(c->len - n);
    c->timer = c->pause = NET_RTO_TICKS;
    c->tx = (uint16_t)(c->tx + n);
    if (c->len)
        return;
    c->tx &= ENC_TX_MASK;
    if (c->state == NET_SYN_RCVD) {
        c->state = NET_OPEN;
        net_on_open(c->id, c->peer);
    } else if (c->state == NET_FIN_WAIT1) {
        c->state = NET_FIN_WAIT2;
        c->age = 0xFF;              /* gives way at once */
    } else if (c->state == NET_LAST_ACK) {
        c->state = NET_CLOSED;
    }
}

/* The peer's FIN. */
static void finish(struct net_conn *c)
{
    if (c->state == NET_OPEN) {
        net_on_lost(c->id);
        net_conn_enter(c, NET_LAST_ACK);
    } else if (c->state == NET_FIN_WAIT1) {
        c->state = NET_LAST_ACK;
    } else {
        net_conn_send(c, 0);
        c->state = NET_CLOSED;
    }
}

/* Hands on the segment's bytes but the first skip, which came before, a FIN being
 * the very last, as long as answers find room. What is left is not acknowledged,
 * so that the peer sends it again. */
static void consume(struct net_conn *c, uint16_t skip)
{
    uint16_t n;
    uint8_t byte;

    nic_seek(NET_STRAY->data);
    for (n = NET_STRAY->len; n; n--) {
        if (skip == 0 && c->state == NET_OPEN && !net_conn_has_room(c))
            return;
        byte = nic_get();
        if (skip) {
            skip--;
            continue;
        }
        net_advance(c->next, 1);
        if (n == 1 && (NET_STRAY->state & FIN))
            finish(c);
        else if (c->state == NET_OPEN)
            net_on_byte(c->id, byte);
        /* What comes after the application's end is of no interest. */
    }
}

void net_conn_receive(struct net_conn *c)
{
    const struct net_conn *s = NET_STRAY;
    const uint8_t flags = s->state;
    const uint16_t skip = net_ahead(c->next, s->next);  /* what of it has come before */
    const uint16_t window = s->window;
    uint16_t acked;

    if (flags & RST) {
        if (skip == 0)
            net_conn_drop(c);
        else if (net_ahead(s->next, c->next) < NET_WINDOW)
            net_conn_send(c, 0);        /* is it really the peer's? RFC 5961 3.2 */
        return;
    }
    if ((flags & SYN) || skip > s->len) {
        /* Repeats what we await: SYN+ACK, or the acknowledgement. A bare acknowledgement
         * gets none, but as a keep-alive probe: two ends that miss each other's data
         * would answer each other for ever. */
        if (s->len || skip == 1)
            net_conn_send(c, 0);
        return;
    }
    if (!(flags & ACK))
        return;
    acked = net_ahead(s->una, c->una);
    if (c->state == NET_SYN_RCVD && acked != 1) {
        net_refuse();
        return;
    }
    if (acked > c->sent) {
        if (net_ahead(c->una, s->una) == NET_FAR) {     /* of what was never sent. RFC 5961 5.2 */
            net_conn_send(c, 0);
            return;
        }
        acked = 0;
    }
    if (acked)
        acknowledge(c, acked);
    if (window == 0)
        c->pause = NET_RTO_TICKS;       /* it is slow, not gone. RFC 9293 3.8.6.1 */
    else if (c->window == 0)
        c->sent = 0;                    /* it opens: what probed it counts as lost */
    c->window = window;
    consume(c, skip);
    if (c->state != NET_CLOSED && (s->len || net_conn_is_waiting(c)))
        net_conn_send(c, 0);
}
