/* SPDX-License-Identifier: ISC */
/* Inside net/: offsets in a frame, bytes in and out, and who calls whom.
 * Frames are read and written as streams: nic_get and nic_read take the
 * received frame's next bytes, nic_put and nic_write add some to the frame that goes. */
#ifndef NET_FRAME_H
#define NET_FRAME_H

#include <stdint.h>

#include "mssl_net.h"

/* Ethernet II, RFC 894 */
#define ETH_SRC      6
#define ETH_IP       0x0800
#define ETH_ARP      0x0806
/* ARP, RFC 826 */
#define ARP_ETHERNET 1
#define ARP_LENGTHS  0x0604     /* of MAC and IPv4 address */
#define ARP_TARGET_IP 38
#define ARP_END      42
/* IPv4, RFC 791 */
#define IP_START     14
#define IP_LEN       20
#define IP_SUM       10         /* from IP_START on */
#define IP_SRC       26
#define IP_PROTO_ICMP 1
#define IP_PROTO_TCP 6
/* behind an IPv4 header without options */
#define L4_START     34
/* ICMP, RFC 792 */
#define ICMP_SUM     2          /* from L4_START on */
#define ICMP_LEN_MIN 8
#define ICMP_ECHO    0x0800     /* type and code */
/* TCP, RFC 9293 */
#define TCP_SUM      16         /* from L4_START on */
#define TCP_LEN      20
#define TCP_OPTIONS  54         /* in the frame */
#define FIN          0x01
#define SYN          0x02
#define RST          0x04
#define PSH          0x08
#define ACK          0x10

#define SUM_GOOD     0xFFFF     /* of anything that contains its own checksum */

/* The own addresses, MAC then IPv4. */
extern uint8_t net_own[NET_ADDRESS_LEN];
#define NET_OWN_IP (net_own + 6)

/* Noise for the next initial sequence number. */
extern uint8_t net_pool[4];

/* The stream's next two bytes, as a number. */
uint16_t net_get16(void);

/* Copies n bytes, n > 0: smaller than memcpy, which gcc unrolls. */
void net_copy(uint8_t *to, const uint8_t *from, uint8_t n);

/* Not 0: the stream's next 4 bytes are not the own IPv4 address. */
uint8_t net_is_for_another(void);

/* Adds two bytes to the frame; two zeros. */
void net_put16(uint16_t v);
void net_put_zeros(void);

/* Adds count bytes of the stream to a ones' complement sum. RFC 1071 */
uint16_t net_sum(uint16_t sum, uint16_t count);

/* Puts the checksum of count bytes from address on to field, which holds 0 so
 * far; sum is what the pseudo header adds. */
void net_sum_put(uint16_t address, uint16_t count, uint16_t sum, uint16_t field);

/* Handles an ARP packet from its first byte on; announces the own address. */
void net_arp_in(void);
void net_arp_announce(void);

/* Handles an IPv4 packet of a frame of frame_len bytes, from its first byte on;
 * a TCP segment of len, from its first byte on. */
void net_ip_in(uint16_t frame_len);
void net_tcp_in(uint16_t len);
void net_tcp_tick(void);

#endif
