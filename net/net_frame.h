/* SPDX-License-Identifier: ISC */
/* Inside net/: the header buffer, offsets in a frame, and who calls whom. */
#ifndef NET_FRAME_H
#define NET_FRAME_H

#include <stdint.h>

#include "mssl_net.h"

/* Ethernet II, RFC 894 */
#define ETH_DST      0
#define ETH_SRC      6
#define ETH_TYPE     12
/* ARP, RFC 826 */
#define ARP_FIXED    12     /* the type octets, and what is the same in all of them */
#define ARP_OPER     21
#define ARP_SENDER   22     /* MAC, then IPv4 */
#define ARP_TARGET   32
#define ARP_END      42
/* IPv4, RFC 791 */
#define IP_START     14
#define IP_TOTAL     16
#define IP_FRAGMENT  20
#define IP_TTL       22
#define IP_PROTOCOL  23
#define IP_SUM       24
#define IP_SRC       26
#define IP_DST       30
#define IP_LEN       20
#define IP_PROTO_ICMP 1
#define IP_PROTO_TCP 6
/* behind an IPv4 header without options */
#define L4_START     34
/* ICMP, RFC 792 */
#define ICMP_TYPE    34
#define ICMP_CODE    35
#define ICMP_SUM     36
#define ICMP_LEN_MIN 8
#define ICMP_REPLY   0
#define ICMP_ECHO    8
/* TCP, RFC 9293 */
#define TCP_PORTS    34     /* source, destination */
#define TCP_SEQ      38
#define TCP_ACK      42
#define TCP_OFFSET   46
#define TCP_FLAGS    47
#define TCP_WINDOW   48
#define TCP_SUM      50
#define TCP_URGENT   52
#define TCP_LEN      20
#define FIN          0x01
#define SYN          0x02
#define RST          0x04
#define PSH          0x08
#define ACK          0x10

#define HEADERS_LEN  54

/* The headers of the frame that came, or of the one that goes. */
extern uint8_t net_frame[HEADERS_LEN];

/* The own addresses, MAC then IPv4. */
extern uint8_t net_own[10];
#define NET_OWN_IP (net_own + 6)

/* Noise for the next initial sequence number. */
extern uint32_t net_pool;

/* Four octets in network order. */
uint32_t net_get32(const uint8_t *p);

/* Adds count bytes at the NIC's read position to a ones' complement sum. RFC 1071 */
uint16_t net_sum(uint16_t sum, uint16_t count);

/* Puts the checksum of count bytes from address on to address + field,
 * which holds 0 so far; sum is what the pseudo header adds. */
void net_sum_put(uint16_t address, uint16_t count, uint16_t sum, uint8_t field);

/* Writes the first len bytes of net_frame to the packet memory at address. */
void net_frame_put(uint16_t address, uint8_t len);

/* Handles an ARP frame; announces the own address. */
void net_arp_in(void);
void net_arp_announce(void);

/* Handles an IPv4 frame of frame_len bytes; an ICMP message and a TCP segment of len. */
void net_ip_in(uint16_t frame_len);
void net_icmp_in(uint16_t len);
void net_tcp_in(uint16_t len);
void net_tcp_tick(void);

static inline uint16_t get16(const uint8_t *p)
{
    return (uint16_t)((uint16_t)p[0] << 8 | p[1]);
}

static inline void put16(uint8_t *p, uint16_t v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}

#endif
