/* SPDX-License-Identifier: ISC */
/* Server mode: a device of MSSL in front of a plain service. */
#include <stdlib.h>
#include <unistd.h>

#include "server.h"

/* As M-8.10 to M-8.12, for as many unproven connections as the config says: the oldest
 * gives way when it is older than 300 ms; while it is younger, newcomers wait. */
static bool room(struct tunnel_service *s)
{
    struct server_service *of = s->state;

    if (of == NULL)
        return false;
    if (of->unproven < s->unproven)
        return true;
    if (tunnel_now() - of->oldest->began_ms <= MSSL_UNPROVEN_MS)
        return false;
    server_link_end(of->oldest);
    return true;
}

static void accepted(struct tunnel_service *s, int fd, const struct sockaddr_in *from)
{
    if (s->live >= s->connections || from->sin_family != AF_INET) {
        close(fd);          /* M-8.13 */
        return;
    }
    server_link_new(s, fd, from);
}

static void begin(struct tunnel_service *s)
{
    s->state = calloc(1, sizeof (struct server_service));
}

/* A service that was replaced or ends: its streams go on; connections without one end
 * by the device's close. The state is small and stays as long as the service. */
static void end(struct tunnel_service *s)
{
    server_links_finish(s);
}

const struct tunnel_kind tunnel_server_kind = { accepted, room, begin, end };
