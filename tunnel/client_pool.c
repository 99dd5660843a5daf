/* SPDX-License-Identifier: ISC */
/* Sessions whose stream ended, for the next one: a connection then costs no handshake. */
#include <stdlib.h>

#include "client.h"

#define KEEP_MS 60000       /* unused for so long, it is closed */

struct client_pool {
    struct tunnel_tick tick;
    struct tunnel_service *service;
    struct tunnel_link *first;      /* used last */
    unsigned count;
};

static void unlist(struct client_pool *p, struct tunnel_link *l)
{
    struct tunnel_link **at;

    for (at = &p->first; *at != NULL; at = &(*at)->next)
        if (*at == l) {
            *at = l->next;
            p->count--;
            return;
        }
}

static void on_opened(void *owner, struct tunnel_link *l)
{
    (void)owner;
    (void)l;
}

static void on_message(void *owner, struct tunnel_link *l, const struct mssl_message *m)
{
    (void)m;        /* no stream, so nothing may come */
    unlist(owner, l);
    tunnel_link_drop(l);
}

static void on_ended(void *owner, struct tunnel_link *l, mssl_err e, const char *why)
{
    (void)e;
    (void)why;
    unlist(owner, l);
}

static const struct tunnel_link_user user = { on_opened, on_message, on_opened, on_ended };

static void on_tick(void *owner)
{
    struct client_pool *p = owner;
    struct tunnel_link *l, *next;
    int64_t now = tunnel_now();

    for (l = p->first; l != NULL; l = next) {
        next = l->next;
        if (now - l->idle_ms >= KEEP_MS || tunnel.draining) {
            unlist(p, l);
            tunnel_link_close(l);
        }
    }
}

static struct client_pool *pool_of(struct tunnel_service *s)
{
    struct client_pool *p = s->state;

    if (p != NULL || s->listener == NULL)
        return p;
    p = calloc(1, sizeof *p);
    if (p == NULL)
        return NULL;
    p->service = s;
    s->state = p;
    tunnel_tick_add(&p->tick, on_tick, NULL, p);
    return p;
}

struct tunnel_link *client_pool_take(struct tunnel_service *s)
{
    struct client_pool *p = s->state;
    struct tunnel_link *l = p != NULL ? p->first : NULL;

    if (l == NULL)
        return NULL;
    p->first = l->next;
    p->count--;
    return l;
}

void client_pool_give(struct tunnel_service *s, struct tunnel_link *l)
{
    struct client_pool *p = s->keep > 0 ? pool_of(s) : NULL;

    if (p == NULL || p->count >= s->keep || l->state != LINK_OPEN || tunnel.draining || l->sock.error != 0
        || l->client.sent >= s->renew || l->client.received >= s->renew) {
        tunnel_link_close(l);
        return;
    }
    l->user = &user;
    l->owner = p;
    l->idle_ms = tunnel_now();
    l->next = p->first;
    p->first = l;
    p->count++;
}

void client_pool_end(struct tunnel_service *s)
{
    struct client_pool *p = s->state;

    if (p == NULL)
        return;
    s->state = NULL;
    while (p->first != NULL) {
        struct tunnel_link *l = p->first;
        unlist(p, l);
        tunnel_link_close(l);
    }
    tunnel_tick_remove(&p->tick);
    tunnel_bury(p);
}
