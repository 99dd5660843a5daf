/* SPDX-License-Identifier: ISC */
/* The tunnel: plain sockets at one side, MSSL at the other. docs/TUNNEL.md,
 * docs/man/mssl-tunnel.1.
 *
 * One process, one thread, nothing blocks but the store's fsync and the names
 * looked up at a start. A service is a section of the config; what runs keeps
 * the service it began with, so a reload changes nothing under it. */
#ifndef TUNNEL_H
#define TUNNEL_H

#include <event2/event.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "config.h"
#include "sock.h"

#define TUNNEL_CHUNK    16384       /* read at once */
#define TUNNEL_ROUNDS   8           /* of one socket, before others have their turn */
#define TUNNEL_OUT_MAX  32768       /* a peer that reads nothing gets no more than this */
#define TUNNEL_TICK_MS  250

#define TUNNEL_EXIT_DONE  0          /* of mssl: docs/FORMATS.md */
#define TUNNEL_EXIT_USAGE 1

/* A kind of service: what is done with a connection that was accepted, and so on. */
struct tunnel_kind {
    void (*accepted)(struct tunnel_service *s, int fd, const struct sockaddr_in *from);
    bool (*room)(struct tunnel_service *s);     /* for another connection, now? */
    void (*begin)(struct tunnel_service *s);    /* may be NULL */
    void (*end)(struct tunnel_service *s);      /* no new ones: may be NULL */
};
extern const struct tunnel_kind tunnel_line_kind, tunnel_client_kind, tunnel_server_kind;

/* What the files share. */
struct tunnel {
    struct event_base *base;
    struct tunnel_config *config;
    unsigned live;                  /* connections that a drain waits for */
    bool draining;
    uint8_t chunk[TUNNEL_CHUNK];    /* room for what is read, until it is passed on */
};
extern struct tunnel tunnel;

/* Milliseconds of a clock that only goes forward. */
int64_t tunnel_now(void);

/* Who wants a tick of 250 ms is in a ring of these. cut: the tunnel ends at once,
 * and nobody may take that for a clean end; may be NULL. */
struct tunnel_tick {
    struct tunnel_tick *next, *prev;
    void (*tick)(void *owner);
    void (*cut)(void *owner);
    void *owner;
};
void tunnel_tick_add(struct tunnel_tick *t, void (*tick)(void *), void (*cut)(void *), void *owner);
void tunnel_tick_remove(struct tunnel_tick *t);     /* also of one that never was added */

/* Frees p when this round of events is over: whoever still looks at it may. */
void tunnel_bury(void *p);

/* A random pause in 300..2000 ms. M-8.14 */
int64_t tunnel_pause_ms(void);

/* A sentence in the log about a service. */
void tunnel_say(enum tunnel_level level, const struct tunnel_service *s, const char *reason,
                const char *remedy);

/* listen.c: takes connections for a service. A listener of old with the same accept
 * is taken over. false: it was logged. */
bool tunnel_listen_open(struct tunnel_service *s, struct tunnel_config *old);
void tunnel_listen_close(struct tunnel_service *s);
void tunnel_listen_wake(struct tunnel_service *s);  /* there may be room again */

/* A service is kept by who uses it. */
struct tunnel_service *tunnel_service_keep(struct tunnel_service *s);
void tunnel_service_release(struct tunnel_service *s);

/* The task (0..28) of a server, by its name; -1: none. And back. server_tasks.c */
int tunnel_server_task(const char *name);
const char *tunnel_server_task_name(uint8_t task);

/* notify.c: sockets that were passed in, and what systemd is told. */
int tunnel_passed_fd(const char *name);     /* -1: none of this name */
void tunnel_notify(const char *state);

#endif
