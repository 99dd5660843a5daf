/* SPDX-License-Identifier: ISC */
/* Bytes that wait: a queue that takes no memory while it is empty. */
#ifndef TUNNEL_QUEUE_H
#define TUNNEL_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tunnel_queue {       /* zeroed memory is an empty queue */
    uint8_t *bytes;
    uint32_t at, len, size; /* the first byte that waits, how many do, room */
};

/* Makes room for n bytes behind the last and returns where; NULL: no memory, and
 * the queue is as it was. tunnel_queue_added says how many were put there. */
uint8_t *tunnel_queue_room(struct tunnel_queue *q, size_t n);
void tunnel_queue_added(struct tunnel_queue *q, size_t n);

/* Adds n bytes. false: no memory, none was added. */
bool tunnel_queue_put(struct tunnel_queue *q, const void *bytes, size_t n);

/* The first byte; valid until the next call. */
const uint8_t *tunnel_queue_head(const struct tunnel_queue *q);

/* Drops the first n bytes. What an empty queue held is wiped and freed. */
void tunnel_queue_drop(struct tunnel_queue *q, size_t n);

void tunnel_queue_end(struct tunnel_queue *q);

#endif
