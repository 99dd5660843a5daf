/* SPDX-License-Identifier: ISC */
/* How many a second, both ends in this process: handshakes, and exchanges of a
 * record of 16 and of 128 bytes each way. */
#include <stdio.h>
#include <time.h>

#include "peer.h"

#define EXCHANGES 500           /* in one session */

double seconds_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Sessions opened and dropped, in seconds. Negative: one failed. */
static double handshakes(const struct peer *peer, double seconds)
{
    double begin = seconds_now(), spent;
    struct pair pair;
    unsigned n = 0;

    do {
        if (!pair_open(&pair, peer, NULL))
            return -1;
        pair_free(&pair, NULL);
        n++;
        spent = seconds_now() - begin;
    } while (spent < seconds);
    return n / spent;
}

static double exchanges(const struct peer *peer, double seconds, size_t len)
{
    double spent = 0, begin;
    struct pair pair;
    unsigned n = 0, i;

    do {
        if (!pair_open(&pair, peer, NULL))
            return -1;
        begin = seconds_now();
        for (i = 0; i < EXCHANGES; i++)
            if (!pair_exchange(&pair, len, NULL))
                return -1;
        spent += seconds_now() - begin;
        n += EXCHANGES;
        pair_free(&pair, NULL);
    } while (spent < seconds);
    return n / spent;
}

bool mode_rate(const struct peer *peer, unsigned ms)
{
    double s = ms / 1000.0;
    double a = handshakes(peer, s), b = exchanges(peer, s, 16), c = exchanges(peer, s, 128);

    printf("{\"handshakes\": %.1f, \"exchanges16\": %.1f, \"exchanges128\": %.1f}\n", a, b, c);
    return a > 0 && b > 0 && c > 0;
}
