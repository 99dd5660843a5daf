/* SPDX-License-Identifier: ISC */
/* A host's session over TCP: connects, opens, keeps alive, ends. PROTOCOL 8. */
#ifndef TUNNEL_LINK_H
#define TUNNEL_LINK_H

#include "tunnel.h"

struct tunnel_link;

/* Who uses a link. After ended the link is gone. opened and message come while what
 * was read is still being consumed: they read from no socket; progress may. */
struct tunnel_link_user {
    void (*opened)(void *owner, struct tunnel_link *l);     /* send a command at once: M-8.8 */
    void (*message)(void *owner, struct tunnel_link *l, const struct mssl_message *m);
    void (*progress)(void *owner, struct tunnel_link *l);   /* all that came was consumed, or out moved */
    void (*ended)(void *owner, struct tunnel_link *l, mssl_err e, const char *why);
};

enum tunnel_link_state { LINK_PAUSE, LINK_DIAL, LINK_HELLO, LINK_OPEN, LINK_CLOSING, LINK_OVER };

struct tunnel_link {
    struct tunnel_sock sock;
    struct mssl_client client;
    struct tunnel_tick tick;
    const struct tunnel_link_user *user;
    void *owner;
    struct tunnel_service *service;
    enum tunnel_link_state state;
    uint8_t round;              /* connects that stayed unanswered */
    mssl_err last;              /* why the last attempt failed */
    int last_errno;
    int64_t due_ms;             /* of the state */
    int64_t give_up_ms;         /* of opening */
    int64_t sent_ms;            /* the last record */
    int64_t answer_ms;          /* since when an answer is due; 0: none is */
    int64_t idle_ms;            /* the user's own */
    struct tunnel_link *next;   /* the user's own */
};

/* Begins to connect; tries again after a refusal, with random pauses, until the
 * service's timeout is over. NULL: no memory. */
struct tunnel_link *tunnel_link_new(struct tunnel_service *s, const struct tunnel_link_user *user, void *owner);

/* Sends a command. false: not now (32 wait, the counter is at its end, not open). */
bool tunnel_link_command(struct tunnel_link *l, uint8_t task, const void *args, size_t len);

/* Writes what waits. To be called when a round of commands is made. */
void tunnel_link_flush(struct tunnel_link *l);

/* Says goodbye by an authenticated close, waits for the device's a moment, and
 * frees the link. The user hears no more of it. */
void tunnel_link_close(struct tunnel_link *l);

/* Drops the connection and frees the link, without ended. */
void tunnel_link_drop(struct tunnel_link *l);

#endif
