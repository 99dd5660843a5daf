/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes the classic pcap format: a header of 24 bytes, then 16 bytes and the frame for each. */
#include <errno.h>
#include <string.h>
#include "pcap.h"

#define US 1000000u

int board_pcap_open(struct board_pcap *p, const char *path, uint32_t max, char *error, size_t error_len)
{
    /* magic, version 2.4, zone, accuracy, longest frame, LINKTYPE_ETHERNET */
    static const uint32_t header[6] = { 0xA1B2C3D4, 2 | 4 << 16, 0, 0, 65535, 1 };

    p->max = max;
    p->size = sizeof header;
    p->file = fopen(path, "wb");
    if (!p->file || fwrite(header, sizeof header, 1, p->file) != 1 || fflush(p->file) != 0) {
        snprintf(error, error_len, "%s: %s; give a file that can be written with --pcap", path, strerror(errno));
        board_pcap_close(p);
        return -1;
    }
    return 0;
}

int board_pcap_frame(struct board_pcap *p, uint64_t now_us, const uint8_t *frame, uint16_t len)
{
    uint32_t head[4] = { (uint32_t)(now_us / US), (uint32_t)(now_us % US), len, len };
    uint32_t need = (uint32_t)sizeof head + len;

    if (!p->file)
        return 0;
    if (need > p->max - p->size || fwrite(head, sizeof head, 1, p->file) != 1
        || fwrite(frame, len, 1, p->file) != 1 || fflush(p->file) != 0) {
        board_pcap_close(p);
        return -1;
    }
    p->size += need;
    return 0;
}

void board_pcap_close(struct board_pcap *p)
{
    if (p->file)
        fclose(p->file);
    p->file = NULL;
}
