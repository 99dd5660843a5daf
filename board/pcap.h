/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes frames to a capture file that Wireshark reads, with simulated time. */
#ifndef BOARD_PCAP_H
#define BOARD_PCAP_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define BOARD_PCAP_MAX (64u << 20)   /* bytes; a forgotten board fills no disk */

struct board_pcap {
    FILE *file;                      /* NULL: nothing is written */
    uint32_t size, max;
};

/* Opens a new file for at most max bytes. 0, or -1 with error set. */
int board_pcap_open(struct board_pcap *p, const char *path, uint32_t max, char *error, size_t error_len);

/* Writes one frame, flushed at once. 0, or -1 once: the file has reached its
 * size, or the disk refused; it is then closed, and further calls do nothing. */
int board_pcap_frame(struct board_pcap *p, uint64_t now_us, const uint8_t *frame, uint16_t len);

void board_pcap_close(struct board_pcap *p);

#endif
