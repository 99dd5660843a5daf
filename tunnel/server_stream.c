/* SPDX-License-Identifier: ISC */
/* A stream at the server: commands up, events down, the service's socket between. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "server.h"

static void on_ready(void *owner)
{
    struct server_stream *st = owner;

    st->connected = st->connected || (!st->plain.connecting && st->plain.error == 0);
    server_stream_pump(st);
}

static void free_stream(struct server_stream *st, bool reset, const char *how)
{
    if (st->gone)
        return;
    st->gone = true;
    if (st->link != NULL)
        st->link->stream = NULL;
    server_stream_unpark(st);
    tunnel_access("%s stream peer=%s host=%.7s slot=%u task=%s up=%llu down=%llu end=%s seconds=%.3f",
                  st->service->name, st->peer, (const char *)st->caller.host, st->caller.slot,
                  tunnel_server_task_name(st->service->task), (unsigned long long)st->up,
                  (unsigned long long)st->down, how, (double)(tunnel_now() - st->began_ms) / 1000);
    tunnel_sock_close(&st->plain, reset);
    tunnel_tick_remove(&st->tick);
    tunnel_service_release(st->service);
    tunnel.live--;
    tunnel_bury(st);
}

/* Cut, and the host told if it can be. The service sees a reset, never a clean end. */
void server_stream_cut(struct server_stream *st, uint8_t reason, const char *why)
{
    struct server_link *l = st->link;
    uint8_t frame[TUNNEL_FRAME_MAX];

    if (l != NULL && l->finish_ms == 0 && server_current == NULL && mssl_dev_event_ready(&l->session, l->service->task)) {
        server_link_event(l, frame, tunnel_frame_byte(frame, TUNNEL_RESET, reason));
        tunnel_sock_flush(&l->sock);
    } else if (l != NULL) {
        l->stream = NULL;           /* it can't be told, so its session ends */
        st->link = NULL;
        if (server_current == NULL)
            server_link_finish(l);
    }
    free_stream(st, true, why);
}

static void cut(void *owner)
{
    server_stream_cut(owner, TUNNEL_SHUTDOWN, "shutdown");
}

static void on_tick(void *owner)
{
    struct server_stream *st = owner;
    int64_t now = tunnel_now();
    const struct tunnel_service *s = st->service;

    if (st->parked && now - st->parked_ms > 1000 * (int64_t)s->timeout_s)
        server_stream_cut(st, TUNNEL_CUT, "not-taken-up");
    else if (s->idle_s > 0 && now - st->used_ms > 1000 * (int64_t)s->idle_s)
        server_stream_cut(st, TUNNEL_IDLE, "idle");
    else if (!st->connected && now - st->began_ms > 1000 * (int64_t)s->timeout_s)
        server_stream_cut(st, TUNNEL_NO_SERVICE, "no-service");
}

/* -- Commands -- */

static uint8_t open_stream(struct server_link *l, const struct tunnel_frame *f)
{
    const struct tunnel_place *to = &l->service->connect;
    struct server_stream *st;

    if (f->n != TUNNEL_VERSION)
        return MSSL_STATUS_ARGUMENT;
    st = tunnel.draining ? NULL : calloc(1, sizeof *st);
    if (st == NULL)
        return MSSL_STATUS_BUSY;
    /* Out of descriptors: the host may try again. A refusal shows as a reset. */
    if (!tunnel_sock_dial(&st->plain, &to->at.any, to->len, on_ready, st) && st->plain.fd < 0
        && st->plain.error == 0)
        st->plain.error = 1;
    st->connected = st->plain.fd >= 0 && !st->plain.connecting;
    tunnel_flow_begin(&st->flow);
    st->service = tunnel_service_keep(l->service);
    st->caller = l->session.caller;
    st->began_ms = st->used_ms = tunnel_now();
    inet_ntop(AF_INET, l->peer, st->peer, sizeof st->peer);
    st->link = l;
    l->stream = st;
    tunnel_tick_add(&st->tick, on_tick, cut, st);
    tunnel.live++;
    return MSSL_STATUS_OK;
}

/* Data, an end, or credit, of the stream that is there. */
static uint8_t take_frame(struct server_stream *st, const struct tunnel_frame *f)
{
    if (!tunnel_flow_take(&st->flow, f)) {
        st->breach = TUNNEL_BREACH;
        return MSSL_STATUS_ARGUMENT;
    }
    if (f->kind == TUNNEL_DATA) {
        tunnel_sock_put(&st->plain, f->data, f->len);
        st->up += f->len;
        st->used_ms = tunnel_now();
    }
    return MSSL_STATUS_OK;
}

uint8_t server_stream_command(struct server_link *l, uint8_t *buf, uint8_t *len)
{
    struct tunnel_frame f;
    bool read = tunnel_frame_read(&f, buf, *len);

    *len = 0;
    if (!read)
        return MSSL_STATUS_ARGUMENT;
    if (l->stream == NULL && f.kind == TUNNEL_OPEN)
        return open_stream(l, &f);
    if (l->stream == NULL && f.kind == TUNNEL_ATTACH)
        return server_stream_attach(l, f.data);
    if (l->stream == NULL)
        return MSSL_STATUS_FAILED;      /* it was reset, and the host doesn't know yet */
    switch (f.kind) {
    case TUNNEL_LEAVE:
        return server_stream_leave(l, buf, len);
    case TUNNEL_RESET:
        free_stream(l->stream, true, "reset-by-host");
        return MSSL_STATUS_OK;
    default:
        return take_frame(l->stream, &f);
    }
}

/* -- What goes on -- */

/* From the service to the host, as far as credit, records and the socket allow. */
static void send_down(struct server_stream *st)
{
    struct server_link *l = st->link;
    uint8_t frame[TUNNEL_FRAME_MAX], *room = tunnel.chunk;
    size_t at, n, most;

    while (st->connected && st->flow.credit > 0 && server_link_event_ready(l)) {
        most = (size_t)(SERVER_EVENTS_MAX - l->session.sent) * TUNNEL_DATA_MAX;
        if (most > st->flow.credit)
            most = st->flow.credit;
        n = tunnel_sock_read(&st->plain, room, most < TUNNEL_CHUNK ? most : TUNNEL_CHUNK);
        if (n == 0)
            break;
        for (at = 0; at < n; at += TUNNEL_DATA_MAX) {
            size_t piece = n - at < TUNNEL_DATA_MAX ? n - at : TUNNEL_DATA_MAX;
            server_link_event(l, frame, tunnel_frame_data(frame, room + at, (uint8_t)piece));
        }
        st->flow.credit -= (uint32_t)n;
        st->down += n;
        st->used_ms = tunnel_now();
    }
    mssl_wipe(frame, sizeof frame);
    if (st->plain.ended && !st->flow.sent_end && server_link_event_ready(l)) {
        server_link_event(l, frame, tunnel_frame_plain(frame, TUNNEL_END));
        st->flow.sent_end = true;
    }
}

static void tell_credit(struct server_stream *st)
{
    uint8_t frame[TUNNEL_FRAME_MAX];

    if (tunnel_flow_owes(&st->flow) && server_link_event_ready(st->link))
        server_link_event(st->link, frame, tunnel_frame_credit(frame, tunnel_flow_tell(&st->flow)));
}

/* Both ends came: the session is free for another stream; bytes may still wait here. */
static void detach(struct server_stream *st)
{
    st->link->stream = NULL;
    st->link = NULL;
}

void server_stream_pump(struct server_stream *st)
{
    size_t n;

    if (st->gone)
        return;
    n = tunnel_sock_flush(&st->plain);
    if (n > 0) {
        tunnel_flow_passed(&st->flow, n);
        st->used_ms = tunnel_now();
    }
    if (st->breach != 0 || st->plain.error != 0) {
        uint8_t reason = st->breach != 0 ? st->breach : st->connected ? TUNNEL_CUT : TUNNEL_NO_SERVICE;
        server_stream_cut(st, reason, st->breach != 0 ? "breach" : st->connected ? "cut" : "no-service");
        return;
    }
    if (st->link != NULL) {
        tell_credit(st);
        send_down(st);
        tunnel_sock_flush(&st->link->sock);
        if (st->flow.sent_end && st->flow.got_end)
            detach(st);
        else if (st->plain.error != 0)
            server_stream_cut(st, TUNNEL_CUT, "cut");
    }
    if (st->gone || !st->flow.got_end || st->plain.out.len > 0 || !st->connected)
        return;
    if (st->flow.sent_end && st->link == NULL && !st->parked)
        free_stream(st, false, "done");
    else
        tunnel_sock_shut(&st->plain);
}
