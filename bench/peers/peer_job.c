/* SPDX-License-Identifier: ISC */
/* The job in memory, for its bytes: of the handshake, and of the whole session. */
#include <stdio.h>

#include "peer.h"

bool mode_job(const struct peer *peer, unsigned sessions)
{
    unsigned long begin, welcomed;
    struct pair pair;

    while (sessions-- > 0) {
        begin = carrier_bytes();
        if (!pair_open(&pair, peer, NULL))
            return false;
        welcomed = carrier_bytes();
        if (!pair_exchange(&pair, PEER_COMMAND_LEN, NULL) || !pair_close(&pair, NULL))
            return false;
        pair_free(&pair, NULL);
        printf("{\"handshake\": %lu, \"session\": %lu}\n", welcomed - begin, carrier_bytes() - begin);
    }
    return true;
}
