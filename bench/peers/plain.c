/* SPDX-License-Identifier: ISC */
/* The job with nothing around it: what TCP alone takes. */
#include <stdlib.h>

#include "peer.h"

static bool setup(void)
{
    return true;
}

static void *begin(int side)
{
    int *end = malloc(sizeof *end);

    if (end != NULL)
        *end = side;
    return end;
}

static int done(void *end)
{
    (void)end;
    return PEER_DONE;
}

static bool end_write(void *end, const uint8_t *data, size_t n)
{
    return carrier_send(*(int *)end, data, n);
}

static int end_read(void *end, uint8_t *out, size_t room)
{
    int n = carrier_recv(*(int *)end, out, room);

    return n < 0 ? PEER_BAD : n;
}

static bool end_close(void *end)
{
    (void)end;
    return true;
}

static const char *version(void)
{
    return "-";
}

const struct peer peers[] = {
    { "plain", "plain TCP", version, false, setup, begin, done, end_write, end_read, end_close, done, free },
    { 0 },
};
