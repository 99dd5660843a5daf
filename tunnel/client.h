/* SPDX-License-Identifier: ISC */
/* Client mode: a stream from a plain connection to a server's tunnel. docs/TUNNEL.md */
#ifndef TUNNEL_CLIENT_H
#define TUNNEL_CLIENT_H

#include "frame.h"
#include "link.h"

/* No data from here on: what is left of the counter is for the renewal. TUNNEL.md 4 */
#define CLIENT_DATA_MAX 0xFE00
#define CLIENT_PIPELINE 30          /* commands under way; two more are kept for control */

enum client_phase { CLIENT_CONNECT, CLIENT_OPENING, CLIENT_RUN, CLIENT_LEAVING, CLIENT_ATTACHING };

struct client_stream {
    struct tunnel_sock plain;
    struct tunnel_flow flow;
    struct tunnel_tick tick;
    struct tunnel_service *service;
    struct tunnel_link *link;       /* NULL: both ends came, bytes wait for the plain side */
    struct tunnel_link *fresh;      /* the session that takes over; NULL: none */
    enum client_phase phase;
    unsigned asked;                 /* frames without an answer */
    unsigned renewals;
    bool fresh_open, gone;
    int64_t began_ms, used_ms, renew_ms;
    uint64_t up, down;
    char peer[24];
};

/* client.c */
void client_stream_pump(struct client_stream *st);
void client_stream_end(struct client_stream *st, bool reset, const char *how);
bool client_stream_send(struct client_stream *st, const uint8_t *frame, uint8_t len);
extern const struct tunnel_link_user client_user;

/* client_move.c: renewal. */
void client_renew(struct client_stream *st);        /* begins it, or goes on, when it is time */
void client_fresh_opened(struct client_stream *st);
void client_fresh_ended(struct client_stream *st, const char *why);
bool client_left(struct client_stream *st, const struct mssl_message *m);   /* LEAVE's answer */

/* client_pool.c: sessions that wait for another stream. */
struct tunnel_link *client_pool_take(struct tunnel_service *s);
void client_pool_give(struct tunnel_service *s, struct tunnel_link *l);     /* or closes it */
void client_pool_end(struct tunnel_service *s);

#endif
