/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be plugged into the board's switch besides the chip: virtual hosts, a TAP, an interface.
 *
 * Each names the file descriptors it waits for before a poll and does its work
 * after it; frames it receives go into its switch port. */
#ifndef BOARD_ATTACH_H
#define BOARD_ATTACH_H

#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "switch.h"

#define BOARD_POLL_MAX 256

struct board_poll {
    struct pollfd fd[BOARD_POLL_MAX];
    unsigned count;
    int failed;                    /* poll itself returned an error */
};

/* Adds fd and returns its index, or -1 when there are too many. */
int board_poll_add(struct board_poll *p, int fd, short events);

/* -- A host of libslirp, reached by connecting to a loopback port -- */

struct board_host;

/* The host named 'A' (10.0.2.2) or 'B' (10.0.2.3). Connections to 127.0.0.1:*port
 * go to device (an IPv4 address in network byte order) at device_port; a *port of 0
 * is replaced by a free one. now_us is the board's clock. NULL with error set. */
struct board_host *board_host_open(char name, uint16_t *port, uint32_t device, uint16_t device_port,
                                   struct board_switch *s, const uint64_t *now_us,
                                   char *error, size_t error_len);
void board_host_before_poll(struct board_host *h, struct board_poll *p);
void board_host_after_poll(struct board_host *h, struct board_poll *p);
void board_host_close(struct board_host *h);

/* Whether the host called name hears the frame: unicast to its MAC, or ARP that
 * asks for its address. Two libslirp hosts that hear all answer each other. */
int board_host_hears(char name, const uint8_t *frame, uint16_t len);

/* -- A file descriptor that carries a frame per read and write -- */

struct board_tap {
    int fd, port, poll_index;
    ssize_t (*receive)(int fd, uint8_t *frame, size_t room);      /* read(), or like it */
    struct board_switch *s;
};

/* A TAP interface of that name, made if missing (root, or CAP_NET_ADMIN). */
int board_tap_open(struct board_tap *t, const char *name, struct board_switch *s, char *error, size_t error_len);
/* A raw socket on an existing interface (root of its network namespace). Checksums
 * that the sender's kernel left to its hardware (veth has none) are filled in. */
int board_packet_open(struct board_tap *t, const char *interface, struct board_switch *s,
                      char *error, size_t error_len);
/* Takes over fd, which must be non-blocking. */
int board_tap_attach(struct board_tap *t, int fd, struct board_switch *s);
void board_tap_before_poll(struct board_tap *t, struct board_poll *p);
void board_tap_after_poll(struct board_tap *t, struct board_poll *p);
void board_tap_close(struct board_tap *t);

#endif
