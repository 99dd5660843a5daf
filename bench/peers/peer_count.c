/* SPDX-License-Identifier: ISC */
/* Instructions, counted by callgrind (started with --collect-atstart=no): each
 * figure is collected in sessions of its own, only while the end in question
 * works on the step in question, and dumped under its name. What a library does
 * once for the program is over before the first. Divided by bench/bench.py. */
#include <stdio.h>

#include <valgrind/callgrind.h>

#include "peer.h"

#define WARM_UP 2

static int watched_side;
static enum step watched_step;
static size_t watched_len, len;

static bool is_watched(int side, enum step step)
{
    bool records = step == STEP_SEAL || step == STEP_OPEN || step == STEP_SERVE;

    return side == watched_side && step == watched_step && (!records || len == watched_len);
}

static void toggle(int side, enum step step)
{
    if (is_watched(side, step))
        CALLGRIND_TOGGLE_COLLECT;
}

static const struct watch watch = { toggle, toggle };

static bool run(const struct peer *peer, unsigned sessions, const struct watch *w)
{
    static const size_t lens[] = { PEER_COMMAND_LEN, 16, 128 };
    struct pair pair;
    unsigned i, k;

    for (i = 0; i < sessions; i++) {
        if (!pair_open(&pair, peer, w))
            return false;
        for (k = 0; k < 3; k++) {
            len = lens[k];
            if (!pair_exchange(&pair, len, w))
                return false;
        }
        if (!pair_close(&pair, w))
            return false;
        pair_free(&pair, w);
    }
    return true;
}

bool mode_count(const struct peer *peer, unsigned sessions)
{
    static const struct figure {
        const char *name;
        int side;
        enum step step;
        size_t len;
    } figures[] = {
        { "host.handshake", PEER_HOST, STEP_HANDSHAKE, 0 },
        { "device.handshake", PEER_DEVICE, STEP_HANDSHAKE, 0 },
        { "host.seal6", PEER_HOST, STEP_SEAL, 6 },
        { "host.open2", PEER_HOST, STEP_OPEN, 6 },
        { "device.serve6", PEER_DEVICE, STEP_SERVE, 6 },
        { "host.seal16", PEER_HOST, STEP_SEAL, 16 },
        { "host.open16", PEER_HOST, STEP_OPEN, 16 },
        { "device.serve16", PEER_DEVICE, STEP_SERVE, 16 },
        { "host.seal128", PEER_HOST, STEP_SEAL, 128 },
        { "host.open128", PEER_HOST, STEP_OPEN, 128 },
        { "device.serve128", PEER_DEVICE, STEP_SERVE, 128 },
        { "host.close", PEER_HOST, STEP_CLOSE, 0 },
        { "device.close", PEER_DEVICE, STEP_CLOSE, 0 },
    };
    size_t i;

    if (!run(peer, WARM_UP, NULL))
        return false;
    for (i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        watched_side = figures[i].side;
        watched_step = figures[i].step;
        watched_len = figures[i].len;
        if (!run(peer, sessions, &watch))
            return false;
        CALLGRIND_DUMP_STATS_AT(figures[i].name);
    }
    printf("{\"sessions\": %u}\n", sessions);
    return true;
}
