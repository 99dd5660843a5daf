/* SPDX-License-Identifier: ISC */
/* TCP to a device: names, ports, connecting within a time. */
#ifndef MSSL_DIAL_H
#define MSSL_DIAL_H

#include <netinet/in.h>

#include "mssl.h"

/* The addresses of HOST[:PORT]. */
#define MSSL_DIAL_MAX 8
struct mssl_place {
    int count;
    struct sockaddr_in at[MSSL_DIAL_MAX];
};

/* Reads HOST[:PORT] and resolves it. Returns NULL, or why not (*usage: the text
 * itself is wrong, so that asking again won't help). */
const char *mssl_place_find(struct mssl_place *p, const char *text, bool *usage);

/* Connects to one of the addresses before deadline (mssl_now_ms); a connect that stays
 * unanswered for 1 to 2 s at random, later longer, is made anew. Returns a
 * non-blocking socket, or -1 with errno (EINTR: a signal). */
int mssl_dial(const struct mssl_place *p, int64_t deadline_ms);

#endif
