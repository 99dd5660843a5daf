/* SPDX-License-Identifier: ISC */
/* Inside net/: a TCP connection.
 *
 * What the peer has not acknowledged lies in the connection's sending buffer,
 * from tx on. Answers are appended, and every segment starts
 * at the first unacknowledged byte, so that several answers under way need one
 * buffer only. The headers are written right before that byte, over what was
 * acknowledged already. */
#ifndef NET_CONN_H
#define NET_CONN_H

#include "net_frame.h"

/* What waits to be acknowledged ends with a SYN or FIN in states with that flag's bit. */
#define NET_CLOSED      0
#define NET_OPEN        0x10                /* the application's */
#define NET_SYN_RCVD    SYN
#define NET_FIN_WAIT1   FIN                 /* the application closed, our FIN is not acknowledged */
#define NET_LAST_ACK    (0x20 | FIN)        /* the same, and the peer closed */
#define NET_FIN_WAIT2   0x40                /* our FIN is acknowledged, the peer has not closed */

#define NET_RTO_TICKS   (1000 / NET_TICK_MS)    /* RFC 6298 2.1; there is no measuring: nothing here is urgent */
#define NET_WINDOW      536     /* one segment of the default MSS: what is too much is sent again */

#define NET_MAC(c)      ((c)->peer + 4)

/* The beginning is what a segment is matched with: ports and IPv4 address, then
 * the MAC address. Numbers of sequence stand as in a segment. */
#define NET_KEY_LEN     8
struct net_conn {
    uint8_t ports[4];               /* ours, the peer's: as in its own segments */
    uint8_t peer[NET_PEER_LEN];
    uint8_t una[4];                 /* SND.UNA: the sequence number at tx */
    uint8_t next[4];                /* RCV.NXT */
    uint8_t id;
    uint8_t state;
    uint8_t age;                    /* ticks since its SYN, or since it began to close; sticks at 255 */
    uint8_t timer;                  /* ticks until the next repetition */
    uint8_t pause;                  /* how many that were; it says too how often it was repeated */
    uint8_t data;                   /* of a segment: where in the frame its data begin */
    uint16_t tx;                    /* where in the sending buffer the next segment begins */
    uint16_t len;                   /* what is not acknowledged: bytes, then SYN or FIN as one more */
    uint16_t sent;                  /* SND.NXT - SND.UNA: how much of it went out at least once */
    uint16_t window;                /* SND.WND */
    uint16_t mss;                   /* the most the peer takes in one segment */
};

/* All connections, and one for segments of none: every frame is read into it,
 * and answers to strays and echoes go out through it. Of a segment,
 *   una    is its acknowledgement       state   its flags
 *   next   its sequence number          window  its window
 *   len    its length with SYN and FIN */
extern struct net_conn net_conns[NET_CONNS + 1];
#define NET_STRAY (net_conns + NET_CONNS)

/* Begins a frame in c's sending buffer, to c's peer: the Ethernet header; that
 * and an IPv4 header for len bytes of protocol. */
void net_eth_put(const struct net_conn *c, uint16_t type);
void net_ip_put(const struct net_conn *c, uint8_t protocol, uint16_t len);

/* Sends the packet with its len bytes behind the IPv4 header. */
void net_ip_send(const struct net_conn *c, uint16_t len);

/* a - b of two sequence numbers; NET_FAR: that much or more, or below 0.
 * net_ahead.c, or avr/net_ahead.S. */
#define NET_FAR         0xFFFF
uint16_t net_ahead(const uint8_t a[4], const uint8_t b[4]);

/* Moves a sequence number on by n. */
void net_advance(uint8_t number[4], uint16_t n);

/* Not 0: there is something to send, nothing under way, and the peer takes it. */
uint8_t net_conn_is_waiting(const struct net_conn *c);

/* Not 0: an answer of any length fits, and a close behind it. */
uint8_t net_conn_has_room(const struct net_conn *c);

/* Sends what the state, the peer's window and its MSS allow: at the least an
 * acknowledgement. force: 1 sends one byte even into a closed window (RFC 9293
 * 3.8.6.1). */
void net_conn_send(struct net_conn *c, uint8_t force);

/* Sends a segment with the first n bytes of the sending buffer. */
void net_segment_put(const struct net_conn *c, uint8_t flags, uint16_t n);

/* Takes up SYN_RCVD, FIN_WAIT1 or LAST_ACK: there is a SYN or FIN to send. And
 * the connection has NET_UNPROVEN_MS of its own, so that its last words, which
 * tell the peer how it ended, have a chance to arrive. */
void net_conn_enter(struct net_conn *c, uint8_t state);

/* Handles the segment in NET_STRAY, which is one of c's. */
void net_conn_receive(struct net_conn *c);

/* Answers the segment in NET_STRAY with a reset. RFC 9293 3.10.7.1 */
void net_refuse(void);

/* Ends c without a word to the peer; the application hears of it if it was its. */
void net_conn_drop(struct net_conn *c);

#endif
