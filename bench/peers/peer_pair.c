/* SPDX-License-Identifier: ISC */
/* Two ends in one process, and the job: see peer.h. Each call of an end is told
 * to the watch, so that instructions and heap can be split between the ends. */
#include <string.h>

#include "peer.h"

#define TURNS_MAX 100000        /* of a library with sockets of its own, until it counts as stuck */

void job_command(uint8_t *out, size_t n)
{
    memset(out, 'c', n);
    out[0] = 1;
}

void job_answer(uint8_t *out, size_t n)
{
    memset(out, 'a', n);
    out[0] = 0;
}

size_t job_answer_len(size_t n)
{
    return n == PEER_COMMAND_LEN ? PEER_ANSWER_LEN : n;
}

static void enter(const struct watch *w, int side, enum step step)
{
    if (w != NULL)
        w->enter(side, step);
}

static void leave(const struct watch *w, int side, enum step step)
{
    if (w != NULL)
        w->leave(side, step);
}

bool pair_open(struct pair *pair, const struct peer *peer, const struct watch *w)
{
    int state[2] = { PEER_MORE, PEER_MORE }, side, turns;

    pair->peer = peer;
    carrier_empty();
    for (side = 1; side >= 0; side--) {     /* who serves is there first */
        enter(w, side, STEP_HANDSHAKE);
        pair->end[side] = peer->begin(side);
        leave(w, side, STEP_HANDSHAKE);
        if (pair->end[side] == NULL)
            return false;
    }
    for (turns = 0; turns < TURNS_MAX; turns++) {
        for (side = 0; side < 2; side++) {
            if (state[side] == PEER_DONE)
                continue;
            enter(w, side, STEP_HANDSHAKE);
            state[side] = peer->handshake(pair->end[side]);
            leave(w, side, STEP_HANDSHAKE);
            if (state[side] == PEER_BAD)
                return false;
        }
        if (state[0] == PEER_DONE && state[1] == PEER_DONE)
            return true;
    }
    return false;
}

static bool read_at(struct pair *pair, int side, enum step step, const uint8_t *want, size_t n,
                    const struct watch *w)
{
    uint8_t got[4 * PEER_DATA_MAX];
    int len = PEER_MORE, turns;

    for (turns = 0; turns < TURNS_MAX && len == PEER_MORE; turns++) {
        enter(w, side, step);
        len = pair->peer->read(pair->end[side], got, sizeof got);
        leave(w, side, step);
    }
    return len >= (int)n && memcmp(got, want, n) == 0;
}

static bool write_at(struct pair *pair, int side, enum step step, const uint8_t *data, size_t n,
                     const struct watch *w)
{
    bool ok;

    enter(w, side, step);
    ok = pair->peer->write(pair->end[side], data, n);
    leave(w, side, step);
    return ok;
}

bool pair_exchange(struct pair *pair, size_t n, const struct watch *w)
{
    uint8_t command[PEER_DATA_MAX], answer[PEER_DATA_MAX];
    size_t m = job_answer_len(n);

    job_command(command, n);
    job_answer(answer, m);
    return write_at(pair, PEER_HOST, STEP_SEAL, command, n, w)
        && read_at(pair, PEER_DEVICE, STEP_SERVE, command, n, w)
        && write_at(pair, PEER_DEVICE, STEP_SERVE, answer, m, w)
        && read_at(pair, PEER_HOST, STEP_OPEN, answer, m, w);
}

static bool close_at(struct pair *pair, int side, const struct watch *w)
{
    bool ok;

    enter(w, side, STEP_CLOSE);
    ok = pair->peer->close(pair->end[side]);
    leave(w, side, STEP_CLOSE);
    return ok;
}

static bool closed_at(struct pair *pair, int side, const struct watch *w)
{
    int state = PEER_MORE, turns;

    for (turns = 0; turns < TURNS_MAX && state == PEER_MORE; turns++) {
        enter(w, side, STEP_CLOSE);
        state = pair->peer->closed(pair->end[side]);
        leave(w, side, STEP_CLOSE);
    }
    return state == PEER_DONE;
}

bool pair_close(struct pair *pair, const struct watch *w)
{
    return close_at(pair, PEER_HOST, w) && closed_at(pair, PEER_DEVICE, w)
        && close_at(pair, PEER_DEVICE, w) && closed_at(pair, PEER_HOST, w);
}

void pair_free(struct pair *pair, const struct watch *w)
{
    int side;

    for (side = 0; side < 2; side++) {
        enter(w, side, STEP_CLOSE);
        pair->peer->free(pair->end[side]);
        leave(w, side, STEP_CLOSE);
        pair->end[side] = NULL;
    }
}
