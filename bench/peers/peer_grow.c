/* SPDX-License-Identifier: ISC */
/* Many sessions open at once: heap of each end, time to open one more, time of
 * an exchange in each of them by turns. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "peer.h"
#include "peer_heap.h"

void peer_heap_account(int account) __attribute__((weak));
long peer_heap_bytes(int account) __attribute__((weak));

static void enter(int side, enum step step)
{
    (void)step;
    peer_heap_account(side);
}

static void leave(int side, enum step step)
{
    (void)side;
    (void)step;
    peer_heap_account(2);
}

static const struct watch watch = { enter, leave };

static long heap(int side)
{
    return peer_heap_bytes != NULL ? peer_heap_bytes(side) : 0;
}

/* A session with sockets of its own needs a file descriptor. */
static void allow_files(void)
{
    struct rlimit r;

    if (getrlimit(RLIMIT_NOFILE, &r) == 0) {
        r.rlim_cur = r.rlim_max;
        setrlimit(RLIMIT_NOFILE, &r);
    }
}

/* Once through, so that nothing of the library's own first use is counted. */
static bool warm_up(const struct peer *peer, const struct watch *w)
{
    struct pair pair;

    if (!pair_open(&pair, peer, w) || !pair_exchange(&pair, 16, w) || !pair_close(&pair, w))
        return false;
    pair_free(&pair, w);
    return true;
}

static bool grow(const struct peer *peer, struct pair *pairs, unsigned n, const struct watch *w)
{
    long before[2], bytes[2];
    double begin, opened, exchanged;
    unsigned i;

    before[0] = heap(0);
    before[1] = heap(1);
    begin = seconds_now();
    for (i = 0; i < n; i++)
        if (!pair_open(&pairs[i], peer, w))
            return false;
    opened = seconds_now();
    for (i = 0; i < n; i++)
        if (!pair_exchange(&pairs[i], 16, w))
            return false;
    exchanged = seconds_now();
    bytes[0] = heap(0) - before[0];
    bytes[1] = heap(1) - before[1];
    printf("{\"sessions\": %u, \"heap_host\": %ld, \"heap_device\": %ld, \"open_us\": %.2f, "
           "\"exchange_us\": %.2f}\n", n, bytes[0], bytes[1], (opened - begin) * 1e6 / n,
           (exchanged - opened) * 1e6 / n);
    for (i = 0; i < n; i++)
        pair_free(&pairs[i], w);
    return true;
}

bool mode_grow(const struct peer *peer, unsigned sessions)
{
    const struct watch *w = peer_heap_account != NULL ? &watch : NULL;
    struct pair *pairs = calloc(sessions, sizeof *pairs);
    bool ok;

    allow_files();
    ok = pairs != NULL && warm_up(peer, w) && warm_up(peer, w) && grow(peer, pairs, sessions, w);
    free(pairs);
    return ok;
}
