/* SPDX-License-Identifier: ISC */
/* A bench for the stack: a NIC in memory, an application that notes what
 * happens to it, and peers who speak TCP by hand. All checksums of what the
 * stack sends are verified as it is taken. */
#ifndef NET_BENCH_H
#define NET_BENCH_H

#include <stddef.h>
#include <stdint.h>

#include "mssl_net.h"
#include "nic_memory.h"

#define FRAME_MAX NIC_MEMORY_FRAME
#define FIN 0x01
#define SYN 0x02
#define RST 0x04
#define PSH 0x08
#define ACK 0x10

extern const uint8_t bench_address[NET_ADDRESS_LEN];
#define bench_mac bench_address
#define bench_ip (bench_address + 6)

/* A host on the wire and its side of one connection. */
struct peer {
    uint8_t host;           /* 0 or 1: another IP and MAC */
    uint16_t port;
    uint16_t window;
    uint32_t seq, ack;      /* what it sends next; what it awaits */
};

/* A frame of the stack's, taken apart. */
struct got {
    uint8_t raw[FRAME_MAX];
    size_t raw_len;
    uint8_t flags;
    uint16_t port;          /* the peer's */
    uint32_t seq, ack;
    const uint8_t *data;
    size_t len;
};

/* The application. Bytes are noted; some make it act:
 * '.' answers "ok", 'L' answers NET_ANSWER_MAX bytes 'l', '!' closes,
 * '#' answers "bye" and closes. */
struct app {
    uint8_t in[4096];
    size_t len;
    int opened, lost;
    uint8_t proven, peer[NET_PEER_LEN];
};
extern struct app app[NET_CONNS];

/* What net_jitter says; below 0: something else each time. */
extern int bench_noise;

/* Everything as after a reset; takes the announcement off the wire. */
int bench_start(void **state);

/* Puts a raw frame on the wire, and lets the stack take it. */
void bench_frame(const uint8_t *frame, size_t len);

/* Takes the stack's next frame. Returns 0 if there is none. */
int bench_take(struct got *g);

/* Ticks of 50 ms. */
void bench_ticks(unsigned n);

/* Ethernet and IPv4 header for len bytes behind them; returns the frame's length. */
size_t bench_ip_frame(uint8_t *frame, uint8_t host, uint8_t protocol, size_t len);
void bench_ip_sum(uint8_t *frame);
uint16_t bench_sum(uint32_t sum, const uint8_t *p, size_t n);

/* A segment of p from p->seq on; n bytes of data. The peer's numbers stay. */
size_t bench_segment(uint8_t *frame, const struct peer *p, uint8_t flags,
                     const void *data, size_t n);
void bench_tcp_sum(uint8_t *frame);
void bench_send(const struct peer *p, uint8_t flags, const void *data, size_t n);

/* Sends data as the next in order, counted in p. */
void bench_data(struct peer *p, const char *data);

/* The same as bench_send with n bytes of options behind the header, n a multiple
 * of 4, and behind them data bytes of data. */
void bench_send_options(const struct peer *p, uint8_t flags, const uint8_t *bytes,
                        size_t n, size_t data);

/* A fresh peer; connected: through the three segments. */
struct peer bench_peer(uint8_t host, uint16_t port);
struct peer bench_connect(uint8_t host, uint16_t port);

/* Takes one segment and asserts its flags (PSH aside), numbers (p's) and data;
 * counts it in p. expect_none: nothing was sent. */
void bench_expect(struct peer *p, uint8_t flags, const char *data);
void bench_expect_len(struct peer *p, uint8_t flags, size_t len);
void bench_expect_none(void);

#endif
