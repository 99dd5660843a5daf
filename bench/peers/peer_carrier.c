/* SPDX-License-Identifier: ISC */
/* The carrier between two ends: see peer.h. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "peer.h"

#define QUEUE_LEN 65536

/* What was sent to a side and not taken yet. */
static struct {
    uint8_t bytes[QUEUE_LEN];
    size_t begin, end;
} queues[2];
static int fds[2] = { -1, -1 };
static unsigned long sent;

const char *carrier_address = "127.0.0.1";
unsigned short carrier_port = 5684;
bool carrier_alone;

void carrier_use(int side, int fd)
{
    fds[side] = fd;
}

void carrier_empty(void)
{
    queues[0].begin = queues[0].end = 0;
    queues[1].begin = queues[1].end = 0;
}

unsigned long carrier_bytes(void)
{
    return sent;
}

bool carrier_send(int side, const void *data, size_t n)
{
    int to = !side;

    if (fds[side] >= 0)
        return send(fds[side], data, n, MSG_NOSIGNAL) == (ssize_t)n;
    if (n > QUEUE_LEN - queues[to].end)
        return false;
    memcpy(queues[to].bytes + queues[to].end, data, n);
    queues[to].end += n;
    sent += n;
    return true;
}

int carrier_recv(int side, void *out, size_t room)
{
    size_t n = queues[side].end - queues[side].begin;
    ssize_t got;

    if (fds[side] >= 0) {
        do
            got = recv(fds[side], out, room, 0);
        while (got < 0 && errno == EINTR);
        return got > 0 ? (int)got : -1;
    }
    if (n > room)
        n = room;
    memcpy(out, queues[side].bytes + queues[side].begin, n);
    queues[side].begin += n;
    if (queues[side].begin == queues[side].end)
        queues[side].begin = queues[side].end = 0;
    return (int)n;
}
