/* SPDX-License-Identifier: ISC */
/* The program around a driver:
 *   peer-LIBRARY list                          its peers and its version, as JSON
 *   peer-LIBRARY PEER count SESSIONS           under callgrind: peer_count.c
 *   peer-LIBRARY PEER job SESSIONS             bytes in memory: peer_job.c
 *   peer-LIBRARY PEER rate MS                  both ends here: peer_rate.c
 *   peer-LIBRARY PEER grow SESSIONS            open at once: peer_grow.c
 *   peer-LIBRARY PEER serve|connect SESSIONS ADDRESS PORT    one end: peer_socket.c */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "peer.h"

static const struct mode {
    const char *name;
    bool (*run)(const struct peer *peer, unsigned n);
} modes[] = {
    { "count", mode_count },
    { "job", mode_job },
    { "rate", mode_rate },
    { "grow", mode_grow },
    { "serve", mode_serve },
    { "connect", mode_connect },
};

static int list(void)
{
    const struct peer *p;

    puts("[");
    for (p = peers; p->name != NULL; p++)
        printf("  {\"name\": \"%s\", \"what\": \"%s\", \"version\": \"%s\"}%s\n", p->name, p->what,
               p->version(), p[1].name != NULL ? "," : "");
    puts("]");
    return 0;
}

static bool run(const struct peer *peer, const char *mode, unsigned n)
{
    size_t i;

    for (i = 0; i < sizeof modes / sizeof modes[0]; i++)
        if (strcmp(mode, modes[i].name) == 0)
            return peer->setup() && modes[i].run(peer, n);
    return false;
}

int main(int argc, char **argv)
{
    const struct peer *p;

    if (argc == 2 && strcmp(argv[1], "list") == 0)
        return list();
    if (argc != 4 && argc != 6) {
        fprintf(stderr, "usage: %s list | PEER count|job|rate|grow|serve|connect N [ADDRESS PORT]\n", argv[0]);
        return 2;
    }
    if (argc == 6) {
        carrier_address = argv[4];
        carrier_port = (unsigned short)strtoul(argv[5], NULL, 10);
    }
    for (p = peers; p->name != NULL; p++)
        if (strcmp(p->name, argv[1]) == 0) {
            if (run(p, argv[2], (unsigned)strtoul(argv[3], NULL, 10)))
                return 0;
            fprintf(stderr, "%s: %s %s failed\n", argv[0], p->name, argv[2]);
            return 1;
        }
    fprintf(stderr, "%s: no peer %s\n", argv[0], argv[1]);
    return 2;
}
