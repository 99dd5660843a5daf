/* SPDX-License-Identifier: ISC */
/* See queue.h. */
#include "queue.h"

#include <stdlib.h>
#include <string.h>

#include "mssl.h"

#define SIZE_MIN 256

/* Moves what waits to a larger place; a plain realloc would leave a copy behind. */
static bool grow(struct tunnel_queue *q, size_t want)
{
    uint32_t size = q->size > 0 ? q->size : SIZE_MIN;
    uint8_t *bytes;

    while (size < want)
        size *= 2;
    bytes = malloc(size);
    if (bytes == NULL)
        return false;
    if (q->len > 0)
        memcpy(bytes, q->bytes + q->at, q->len);
    if (q->bytes != NULL)
        mssl_wipe(q->bytes, q->size);
    free(q->bytes);
    q->bytes = bytes;
    q->size = size;
    q->at = 0;
    return true;
}

uint8_t *tunnel_queue_room(struct tunnel_queue *q, size_t n)
{
    if (n > UINT32_MAX / 4 || q->len > UINT32_MAX / 4)
        return NULL;
    if (q->at + q->len + n <= q->size)
        return q->bytes + q->at + q->len;
    if (q->len + n <= q->size && q->at >= q->size / 2) {
        memmove(q->bytes, q->bytes + q->at, q->len);
        q->at = 0;
    } else if (!grow(q, q->len + n)) {
        return NULL;
    }
    return q->bytes + q->len;
}

void tunnel_queue_added(struct tunnel_queue *q, size_t n)
{
    q->len += (uint32_t)n;
    if (q->len == 0)
        tunnel_queue_end(q);
}

bool tunnel_queue_put(struct tunnel_queue *q, const void *bytes, size_t n)
{
    uint8_t *room;

    if (n == 0)
        return true;
    room = tunnel_queue_room(q, n);
    if (room == NULL)
        return false;
    memcpy(room, bytes, n);
    tunnel_queue_added(q, n);
    return true;
}

const uint8_t *tunnel_queue_head(const struct tunnel_queue *q)
{
    return q->bytes + q->at;
}

void tunnel_queue_drop(struct tunnel_queue *q, size_t n)
{
    if (n >= q->len) {
        tunnel_queue_end(q);
        return;
    }
    q->at += (uint32_t)n;
    q->len -= (uint32_t)n;
}

void tunnel_queue_end(struct tunnel_queue *q)
{
    if (q->bytes != NULL)
        mssl_wipe(q->bytes, q->size);
    free(q->bytes);
    memset(q, 0, sizeof *q);
}
