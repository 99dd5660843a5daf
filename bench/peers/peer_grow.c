/* SPDX-License-Identifier: ISC */
/* Many sessions open at once: heap of each end, time to open one more, time of
 * an exchange in each of them by turns. Wants libpeer_heap.so in front of libc. */
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
static bool warm_up(const struct peer *peer)
{
    struct pair pair;

    if (!pair_open(&pair, peer, &watch) || !pair_exchange(&pair, 16, &watch) || !pair_close(&pair, &watch))
        return false;
    pair_free(&pair, &watch);
    return true;
}

static bool grow(const struct peer *peer, struct pair *pairs, unsigned n)
{
    long before[2], bytes[2];
    double begin, opened, exchanged;
    unsigned i;

    before[0] = peer_heap_bytes(0);
    before[1] = peer_heap_bytes(1);
    begin = seconds_now();
    for (i = 0; i < n; i++)
        if (!pair_open(&pairs[i], peer, &watch))
            return false;
    opened = seconds_now();
    for (i = 0; i < n; i++)
        if (!pair_exchange(&pairs[i], 16, &watch))
            return false;
    exchanged = seconds_now();
    bytes[0] = peer_heap_bytes(0) - before[0];
    bytes[1] = peer_heap_bytes(1) - before[1];
    printf("{\"sessions\": %u, \"heap_host\": %ld, \"heap_device\": %ld, \"open_us\": %.2f, "
           "\"exchange_us\": %.2f}\n", n, bytes[0], bytes[1], (opened - begin) * 1e6 / n,
           (exchanged - opened) * 1e6 / n);
    for (i = 0; i < n; i++)
        pair_free(&pairs[i], &watch);
    return true;
}

bool mode_grow(const struct peer *peer, unsigned sessions)
{
    struct pair *pairs;
    bool ok;

    /* A heap that nobody counts is not one of 0 bytes. */
    if (peer_heap_account == NULL || peer_heap_bytes == NULL) {
        fputs("grow: malloc is not counted: load libpeer_heap.so by LD_PRELOAD\n", stderr);
        return false;
    }
    pairs = calloc(sessions, sizeof *pairs);
    allow_files();
    ok = pairs != NULL && warm_up(peer) && warm_up(peer) && grow(peer, pairs, sessions);
    free(pairs);
    return ok;
}
