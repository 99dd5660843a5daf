/* SPDX-License-Identifier: ISC */
/* A connection of a host and its session of the device core. PROTOCOL 6, 8. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server.h"

#define FINISH_MS 2000      /* for what waits when the session is over */

static struct server_link *links;
static uint8_t message[MSSL_DEV_BUF_LEN];   /* one for all: no message is ever half in it */

static void on_ready(void *owner);
static void on_tick(void *owner);

/* -- Lists -- */

static void unlist_unproven(struct server_link *l)
{
    struct server_service *of = l->service->state;

    if (!l->unproven)
        return;
    l->unproven = false;
    if (l->newer != NULL)
        l->newer->older = l->older;
    else
        of->newest = l->older;
    if (l->older != NULL)
        l->older->newer = l->newer;
    else
        of->oldest = l->newer;
    of->unproven--;
    tunnel_listen_wake(l->service);
}

static void list_unproven(struct server_link *l)
{
    struct server_service *of = l->service->state;

    l->unproven = true;
    l->older = of->newest;
    if (l->older != NULL)
        l->older->newer = l;
    else
        of->oldest = l;
    of->newest = l;
    of->unproven++;
}

void server_link_new(struct tunnel_service *s, int fd, const struct sockaddr_in *from)
{
    struct server_link *l = calloc(1, sizeof *l);

    if (l == NULL) {
        close(fd);
        return;
    }
    if (!tunnel_sock_open(&l->sock, fd, false, on_ready, l)) {
        free(l);
        return;
    }
    l->service = tunnel_service_keep(s);
    l->began_ms = tunnel_now();
    memcpy(l->peer, &from->sin_addr, MSSL_ADDRESS_IPV4_MAX);
    l->next = links;
    if (links != NULL)
        links->prev = l;
    links = l;
    list_unproven(l);
    s->live++;
    tunnel_tick_add(&l->tick, on_tick, NULL, l);
    mssl_dev_begin(&l->session, l->peer);
}

void server_link_end(struct server_link *l)
{
    struct server_stream *st = l->stream;

    if (l->gone)
        return;
    l->gone = true;
    l->stream = NULL;
    if (st != NULL) {
        st->link = NULL;
        server_stream_cut(st, TUNNEL_CUT, "cut");
    }
    unlist_unproven(l);
    if (l->next != NULL)
        l->next->prev = l->prev;
    if (l->prev != NULL)
        l->prev->next = l->next;
    else
        links = l->next;
    mssl_dev_end(&l->session);
    tunnel_queue_end(&l->in);
    tunnel_tick_remove(&l->tick);
    tunnel_sock_close(&l->sock, false);
    l->service->live--;
    tunnel_listen_wake(l->service);
    tunnel_service_release(l->service);
    tunnel_bury(l);
}

/* -- Messages -- */

/* What the core made is sent; is its session over, its connection is too. */
static void take_output(struct server_link *l, uint8_t n)
{
    tunnel_sock_put(&l->sock, message, n);
    if (l->session.state == MSSL_DEV_OPEN)
        unlist_unproven(l);
    if (l->session.state != MSSL_DEV_CLOSED || l->finish_ms != 0)
        return;
    l->finish_ms = tunnel_now() + FINISH_MS;
    if (l->stream != NULL) {
        struct server_stream *st = l->stream;
        l->stream = NULL;
        st->link = NULL;
        server_stream_cut(st, TUNNEL_CUT, "cut");
    }
}

/* How many bytes the message that begins with first has; a length that can't be is
 * the core's to refuse, after this one byte. */
static size_t message_len(const struct server_link *l, uint8_t first)
{
    size_t size;

    if (l->session.state == MSSL_DEV_AWAIT_HELLO) {
        for (size = MSSL_HELLO_LEN; size <= MSSL_HELLO_LEN_MAX; size += MSSL_GRANT_LEN)
            if (size == (size_t)first + 1)
                return size;
        return 1;
    }
    for (size = MSSL_RECORD_DATA_MIN; size <= MSSL_RECORD_DATA_MAX; size *= 2)
        if (size == first)
            return size + MSSL_RECORD_OVERHEAD;
    return first == 0 ? MSSL_RECORD_OVERHEAD : 1;
}

/* The core ends other sessions of its own array when an admin command ran; ours are
 * not in it, for it has at most 250. So one stands in it that shows. M-9.8 */
static void feed(struct server_link *l, const uint8_t *in, size_t len)
{
    struct mssl_dev_session *sentinel = &mssl_dev_sessions[0];
    uint8_t n = 0;
    size_t i;

    sentinel->state = MSSL_DEV_AWAIT_PROOF;
    sentinel->ticks = 1;
    server_current = l;
    for (i = 0; i < len && n == 0 && l->session.state != MSSL_DEV_CLOSED; i++)
        n = mssl_dev_input(&l->session, message, in[i]);
    server_current = NULL;
    take_output(l, n);
    if (sentinel->ticks == 0) {
        tunnel_say(TUNNEL_NOTICE, l->service, "an administrator's command ran", NULL);
        server_links_expire(l);
    }
}

/* Feeds whole messages only, so that events may go out between any two of them, and
 * one buffer serves all. Returns how many bytes were consumed. */
static size_t feed_whole(struct server_link *l, const uint8_t *in, size_t len)
{
    size_t at = 0;

    while (at < len && l->session.state != MSSL_DEV_CLOSED) {
        size_t n = message_len(l, in[at]);
        if (n > len - at)
            return at;
        feed(l, in + at, n);
        at += n;
    }
    return len;     /* nothing counts behind the end of a session */
}

static bool take(struct server_link *l, const uint8_t *in, size_t len)
{
    size_t used;

    if (l->in.len == 0) {
        used = feed_whole(l, in, len);
        return tunnel_queue_put(&l->in, in + used, len - used);
    }
    if (!tunnel_queue_put(&l->in, in, len))
        return false;
    used = feed_whole(l, tunnel_queue_head(&l->in), l->in.len);
    tunnel_queue_drop(&l->in, used);
    return true;
}

static bool over(struct server_link *l)
{
    tunnel_sock_flush(&l->sock);
    if (l->sock.error == 0 && !(l->sock.ended && l->finish_ms == 0)
        && !(l->finish_ms != 0 && l->sock.out.len == 0))
        return false;
    server_link_end(l);
    return true;
}

static void on_ready(void *owner)
{
    struct server_link *l = owner;
    int round;
    size_t n;

    tunnel_sock_flush(&l->sock);
    for (round = 0; round < TUNNEL_ROUNDS && l->finish_ms == 0; round++) {
        if (l->sock.out.len > TUNNEL_OUT_MAX)
            break;          /* it reads nothing: then we don't either */
        n = tunnel_sock_read(&l->sock, tunnel.chunk, sizeof tunnel.chunk);
        if (n == 0)
            break;
        if (!take(l, tunnel.chunk, n)) {
            server_link_end(l);
            return;
        }
        if (l->stream != NULL)
            server_stream_pump(l->stream);
        tunnel_sock_flush(&l->sock);
    }
    if (over(l))
        return;
    if (round == TUNNEL_ROUNDS)
        tunnel_sock_again(&l->sock);
    if (l->stream != NULL)
        server_stream_pump(l->stream);
}

static void on_tick(void *owner)
{
    struct server_link *l = owner;

    if (l->finish_ms == 0)
        take_output(l, mssl_dev_tick(&l->session, message));
    if (l->finish_ms != 0 && tunnel_now() >= l->finish_ms)
        server_link_end(l);
    else
        over(l);
}

/* -- The ends that are not the host's -- */

/* No ticks left: what another session's admin command does in the core itself. */
void server_link_finish(struct server_link *l)
{
    if (l->finish_ms != 0)
        return;
    l->session.ticks = 0;
    on_tick(l);
}

void server_links_expire(struct server_link *but)
{
    struct server_link *l;

    for (l = links; l != NULL; l = l->next)
        if (l != but && l->session.state >= MSSL_DEV_AWAIT_PROOF)
            l->session.ticks = 0;       /* its next tick or byte closes it */
    server_parked_cut();
}

void server_links_finish(const struct tunnel_service *s)
{
    struct server_link *l, *next;

    for (l = links; l != NULL; l = next) {
        next = l->next;
        if (l->service == s && l->stream == NULL)
            server_link_finish(l);
    }
}

/* -- Events -- */

bool server_link_event_ready(const struct server_link *l)
{
    return l->session.sent < SERVER_EVENTS_MAX && l->sock.out.len < TUNNEL_OUT_MAX
        && mssl_dev_event_ready(&l->session, l->service->task);
}

void server_link_event(struct server_link *l, const uint8_t *frame, uint8_t len)
{
    memcpy(message + 2, frame, len);
    tunnel_sock_put(&l->sock, message, mssl_dev_event(&l->session, message, l->service->task, len));
}
