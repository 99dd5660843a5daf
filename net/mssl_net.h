/* SPDX-License-Identifier: ISC */
/* The network of the chip: Ethernet, ARP, ICMP echo, IPv4 and a TCP server.
 *
 * 1. What it is
 * It answers ARP and ping and serves one TCP port. It knows nothing of MSSL:
 * every byte that comes in order is handed to the application, which answers
 * with net_send and ends with net_close. The packet memory of the Ethernet
 * chip keeps what a peer has not acknowledged yet, so that a repetition needs
 * no RAM. Below it is net_nic.h, by enc28j60.c on the chip.
 *
 * 2. How to use it
 *   net_init(address)           once; then for ever:
 *   net_poll()                  as often as possible: one frame at a time
 *   net_tick()                  every NET_TICK_MS
 * and the application has the hooks of chapter 4. Nothing blocks, but for the
 * microseconds of a frame's way out. Answers go back to the MAC address their
 * frame came from, so there is no ARP cache, netmask or gateway here; a task
 * that starts traffic of its own would need the ones the EEPROM keeps.
 *
 * 3. What a stranger can do
 * IPv4 options and fragments, bad checksums and other protocols are dropped
 * in silence. Initial sequence numbers: see net_jitter. */
#ifndef MSSL_NET_H
#define MSSL_NET_H

#include <stdint.h>

#ifndef NET_CONNS
#define NET_CONNS 1             /* connections at a time; connection i is session i */
#endif
#ifndef NET_ANSWER_MAX
#define NET_ANSWER_MAX 137      /* most bytes the application sends after one byte */
#endif
#ifndef NET_CLOSING_MAX
#define NET_CLOSING_MAX 9       /* most bytes it sends from a tick */
#endif
#ifndef NET_UNPROVEN_MS
#define NET_UNPROVEN_MS 300     /* an older unproven connection gives way. PROTOCOL 8 */
#endif
#define NET_TICK_MS   50
/* A connection's place in an array of NET_CONNS: of one, it is known before it runs. */
#define NET_INDEX(conn) (NET_CONNS == 1 ? 0 : (conn))
#define NET_ADDRESS_LEN 10      /* the own: MAC, then IPv4 */
#define NET_PEER_LEN  10        /* IPv4, then MAC */

/* Starts the Ethernet chip and announces the own address: MAC, then IPv4, which
 * are copied. Returns 0; else no chip answers: look at the wiring, call again. */
uint8_t net_init(const uint8_t address[NET_ADDRESS_LEN]);

/* Handles one received frame, if there is one. */
void net_poll(void);

/* Repeats what was lost (first after 1 s, doubling to 8 s; five times, then the
 * connection is given up), sends what the application gave since, and starts
 * the Ethernet chip again if it lost its settings. */
void net_tick(void);

/* Instead of net_tick, where nothing may be sent: within net_on_byte, by an
 * application that needs long for a byte. Time passes for what waits for an
 * acknowledgement; what is due then, the next net_tick repeats. */
void net_pause(void);

/* Appends n bytes to what goes to the peer of conn: at most NET_ANSWER_MAX
 * within net_on_byte, at most NET_CLOSING_MAX between two ticks. */
void net_send(uint8_t conn, const uint8_t *bytes, uint8_t n);

/* Closes conn after what was sent. No hook is called for it any more. Does
 * nothing on a connection that is not open to the application. */
void net_close(uint8_t conn);

/* -- 4. Hooks: the application's -- */

/* A peer's connection stands. peer stays in place until it is lost or closed. */
void net_on_open(uint8_t conn, const uint8_t peer[NET_PEER_LEN]);

/* The next byte of the connection. */
void net_on_byte(uint8_t conn, uint8_t byte);

/* The connection ended without the application's doing: the peer closed or
 * reset it, does not answer any more, or a newer one took an unproven one's
 * place. The number is free for a new connection. */
void net_on_lost(uint8_t conn);

/* Not 0: conn is proven, no other connection may take its place. */
uint8_t net_is_proven(uint8_t conn);

/* A byte of timing noise, asked once per frame: the initial sequence numbers
 * are made of the sum of these. On the chip it is the low byte of the CPU's
 * clock when a frame of another crystal's clock is seen. That keeps a blind
 * attacker off the path from guessing; it is no cryptographic randomness, and
 * who can make connections and time them well may narrow it down. What is at
 * stake is one connection's life, never a command: the core authenticates. */
uint8_t net_jitter(void);

#endif
