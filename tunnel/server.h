/* SPDX-License-Identifier: ISC */
/* Server mode: what server.c, server_link.c, server_stream.c and server_tasks.c share.
 *
 * A link is a connection with its session of the device core; a stream is a plain
 * connection to the service behind. A stream lives on one link at a time, moves to
 * another when its host renews the session, and outlives its last link while bytes
 * wait for the service. docs/TUNNEL.md */
#ifndef TUNNEL_SERVER_H
#define TUNNEL_SERVER_H

#include "frame.h"
#include "mssl_dev.h"
#include "tunnel.h"

/* From here on a session's records are kept for answers, and its stream waits for a
 * new session: 32 commands may be under way. TUNNEL.md 4 */
#define SERVER_EVENTS_MAX 0xFE80

struct server_stream;

struct server_link {
    struct mssl_dev_session session;
    struct tunnel_sock sock;
    struct tunnel_tick tick;
    struct tunnel_queue in;             /* a message that has not come whole */
    struct tunnel_service *service;
    struct server_stream *stream;       /* NULL: none */
    struct server_link *next, *prev;    /* of all */
    struct server_link *newer, *older;  /* of those that are not proven */
    int64_t began_ms, finish_ms;        /* finish: the core is done, bytes may wait */
    uint8_t peer[MSSL_PEER_LEN];
    bool unproven, gone;
};

struct server_stream {
    struct tunnel_sock plain;
    struct tunnel_flow flow;
    struct tunnel_tick tick;
    struct tunnel_service *service;
    struct server_link *link;           /* NULL: parked, or its bytes wait for the service */
    struct mssl_dev_caller caller;      /* who opened it: nobody else may take it over */
    uint8_t id[TUNNEL_ID_LEN];          /* of a parked one */
    struct server_stream *next, *prev;  /* of the parked ones */
    bool parked, connected, gone;
    uint8_t breach;                     /* a reason to reset it, to be told after the answer */
    int64_t began_ms, used_ms, parked_ms;
    uint64_t up, down;                  /* bytes */
    char peer[16];
};

/* The service's own: how many of its connections are not proven, and the oldest. */
struct server_service {
    unsigned unproven;
    struct server_link *oldest, *newest;
};

/* server_link.c */
void server_link_new(struct tunnel_service *s, int fd, const struct sockaddr_in *from);
void server_link_end(struct server_link *l);        /* at once: wiped, closed */
void server_link_finish(struct server_link *l);     /* by the device's own close */
void server_links_expire(struct server_link *but);  /* an admin command ran: M-9.8 */
void server_links_finish(const struct tunnel_service *s);   /* those without a stream */

/* Is an event possible, and does it leave room for answers? Sends one. */
bool server_link_event_ready(const struct server_link *l);
void server_link_event(struct server_link *l, const uint8_t *frame, uint8_t len);

/* server_stream.c: a command of the stream's task; returns a status, and the answer
 * in buf. And what goes on without one. */
uint8_t server_stream_command(struct server_link *l, uint8_t *buf, uint8_t *len);
void server_stream_pump(struct server_stream *st);
void server_stream_cut(struct server_stream *st, uint8_t reason, const char *why);

/* server_move.c: renewal. */
uint8_t server_stream_leave(struct server_link *l, uint8_t *buf, uint8_t *len);
uint8_t server_stream_attach(struct server_link *l, const uint8_t id[TUNNEL_ID_LEN]);
void server_stream_unpark(struct server_stream *st);
void server_parked_cut(void);

/* server_tasks.c: whose command the core runs. */
extern struct server_link *server_current;

#endif
