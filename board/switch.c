/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A learning Ethernet switch and the wire to the chip. See the header. */
#include <string.h>
#include "enc28j60_model.h"
#include "switch.h"

#define MAC_LEN    6
#define HEADER_LEN 14
#define PREAMBLE_AND_GAP 20

void board_switch_init(struct board_switch *s)
{
    memset(s, 0, sizeof *s);
}

int board_switch_attach(struct board_switch *s, void (*deliver)(void *, const uint8_t *, uint16_t), void *peer)
{
    if (s->ports == BOARD_SWITCH_PORTS)
        return -1;
    s->port[s->ports].deliver = deliver;
    s->port[s->ports].peer = peer;
    return s->ports++;
}

static int find(const struct board_switch *s, const uint8_t *mac)
{
    for (int i = 0; i < s->learned_count; i++)
        if (memcmp(s->learned[i].mac, mac, MAC_LEN) == 0)
            return i;
    return -1;
}

/* A full table forgets its oldest entry. Group addresses are never sources. */
static void learn(struct board_switch *s, const uint8_t *mac, int port)
{
    int i = find(s, mac);

    if (mac[0] & 1)
        return;
    if (i < 0) {
        i = s->learned_next;
        s->learned_next = (s->learned_next + 1) % BOARD_SWITCH_MACS;
        if (s->learned_count < BOARD_SWITCH_MACS)
            s->learned_count++;
        memcpy(s->learned[i].mac, mac, MAC_LEN);
    }
    s->learned[i].port = port;
}

void board_switch_input(struct board_switch *s, int port, const uint8_t *frame, uint16_t len)
{
    int known, to;

    if (len < HEADER_LEN || len > BOARD_FRAME_MAX)
        return;
    if (s->observe)
        s->observe(s->observer, frame, len);
    learn(s, frame + MAC_LEN, port);
    known = frame[0] & 1 ? -1 : find(s, frame);
    to = known < 0 ? -1 : s->learned[known].port;
    for (int i = 0; i < s->ports; i++)
        if (i != port && (to < 0 || i == to))
            s->port[i].deliver(s->port[i].peer, frame, len);
}

void board_wire_init(struct board_wire *w)
{
    memset(w, 0, sizeof *w);
}

void board_wire_push(struct board_wire *w, uint64_t now_us, const uint8_t *frame, uint16_t len)
{
    unsigned at = (w->first + w->count) % BOARD_WIRE_FRAMES;
    uint8_t *bytes = w->frame[at].bytes;
    uint32_t fcs;

    if (w->count == BOARD_WIRE_FRAMES || len > BOARD_FRAME_MAX) {
        w->lost++;
        return;
    }
    memcpy(bytes, frame, len);
    while (len < BOARD_FRAME_MIN)
        bytes[len++] = 0;
    fcs = enc28j60_crc32(bytes, len);
    for (int i = 0; i < ENC28J60_FCS_LEN; i++)
        bytes[len++] = (uint8_t)(fcs >> (8 * i));
    if (w->free_us < now_us)
        w->free_us = now_us;
    w->free_us += (uint64_t)(len + PREAMBLE_AND_GAP) * 8 / 10;
    w->frame[at].due_us = w->free_us;
    w->frame[at].len = len;
    w->count++;
}

const uint8_t *board_wire_pop(struct board_wire *w, uint64_t now_us, uint16_t *len)
{
    unsigned at = w->first;

    if (w->count == 0 || w->frame[at].due_us > now_us)
        return NULL;
    w->first = (w->first + 1) % BOARD_WIRE_FRAMES;
    w->count--;
    *len = w->frame[at].len;
    return w->frame[at].bytes;
}
