/* SPDX-License-Identifier: ISC */
/* Server mode: a device of MSSL in front of a plain service. */
#include <stdlib.h>
#include <unistd.h>

#include "server.h"

/* Must an unproven connection go before another comes? There are as many as the config
 * allows, or no place is left but theirs. */
static bool crowded(const struct tunnel_service *s)
{
    const struct server_service *of = s->state;

    return of->unproven >= s->unproven || (of->unproven > 0 && s->live >= s->connections);
}

/* As M-8.10 to M-8.12, for more than one: the oldest gives way when it is older than
 * 300 ms; while it is younger, newcomers wait. TUNNEL.md 5 */
static bool room(struct tunnel_service *s)
{
    const struct server_service *of = s->state;

    return of != NULL && (!crowded(s) || tunnel_now() - of->oldest->began_ms > MSSL_UNPROVEN_MS);
}

/* The oldest gives way only now, to a newcomer that is there. */
static void accepted(struct tunnel_service *s, int fd, const struct sockaddr_in *from)
{
    struct server_service *of = s->state;

    if (crowded(s))
        server_link_end(of->oldest);
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
