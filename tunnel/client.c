/* SPDX-License-Identifier: ISC */
/* See client.h. */
#include "client.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void client_stream_end(struct client_stream *st, bool reset, const char *how)
{
    if (st->gone)
        return;
    st->gone = true;
    tunnel_access("%s stream peer=%s device=%s task=%s up=%llu down=%llu renewals=%u end=%s seconds=%.3f",
                  st->service->name, st->peer, st->service->grant->device_name,
                  mssl_task_name(&st->service->grant->table, st->service->task), (unsigned long long)st->up,
                  (unsigned long long)st->down, st->renewals, how,
                  (double)(tunnel_now() - st->began_ms) / 1000);
    /* A close of the session ends what is left of its stream at the server. */
    if (st->link != NULL)
        tunnel_link_close(st->link);
    if (st->fresh != NULL)
        tunnel_link_close(st->fresh);
    st->link = st->fresh = NULL;
    tunnel_sock_close(&st->plain, reset);
    tunnel_tick_remove(&st->tick);
    st->service->live--;
    tunnel.live--;
    tunnel_listen_wake(st->service);
    tunnel_service_release(st->service);
    tunnel_bury(st);
}

bool client_stream_send(struct client_stream *st, const uint8_t *frame, uint8_t len)
{
    if (!tunnel_link_command(st->link, st->service->task, frame, len))
        return false;
    st->asked++;
    return true;
}

/* Cut from our side: the server is told by the close of the session. */
static void cut(void *owner)
{
    client_stream_end(owner, true, "shutdown");
}

/* -- From the server -- */

static void take_event(struct client_stream *st, const struct mssl_message *m)
{
    static const char *const reasons[] = { "reset", "cut-by-server", "no-service", "idle", "breach", "server-ends" };
    struct tunnel_frame f;

    if (m->task != st->service->task)
        return;             /* another task's event is none of ours */
    if (!tunnel_frame_read(&f, m->data, m->len)) {
        client_stream_end(st, true, "breach");
    } else if (f.kind == TUNNEL_RESET) {
        client_stream_end(st, true, reasons[f.n < sizeof reasons / sizeof reasons[0] ? f.n : 0]);
    } else if (!tunnel_flow_take(&st->flow, &f)) {
        client_stream_end(st, true, "breach");
    } else if (f.kind == TUNNEL_DATA) {
        tunnel_sock_put(&st->plain, f.data, f.len);
        st->down += f.len;
        st->used_ms = tunnel_now();
    }
}

static void take_answer(struct client_stream *st, const struct mssl_message *m)
{
    bool over;

    if (m->task != st->service->task)
        return;
    st->asked--;
    /* The server's END crossed this frame, and with ours the stream was over. T-2.3 */
    over = st->flow.sent_end && st->flow.got_end && m->status == MSSL_STATUS_FAILED;
    if (st->phase == CLIENT_LEAVING && st->asked == 0) {
        if (over)
            st->phase = CLIENT_RUN;
        else if (!client_left(st, m))
            client_stream_end(st, true, "renewal-failed");
    } else if (m->status == MSSL_STATUS_OK || over) {
        if (st->phase == CLIENT_OPENING || st->phase == CLIENT_ATTACHING)
            st->phase = CLIENT_RUN;
    } else {
        static const char *const why[] = { "", "no-such-task", "not-permitted", "breach", "signature-wanted",
                                           "busy", "renewal-failed" };
        client_stream_end(st, true, m->status < sizeof why / sizeof why[0] ? why[m->status] : "refused");
    }
}

static void on_message(void *owner, struct tunnel_link *l, const struct mssl_message *m)
{
    struct client_stream *st = owner;

    if (st->gone || l != st->link)
        return;             /* the answer to describe in the session that takes over */
    if (m->kind == MSSL_EVENT)
        take_event(st, m);
    else
        take_answer(st, m);
}

static void open_stream(struct client_stream *st)
{
    uint8_t frame[TUNNEL_FRAME_MAX];

    st->phase = CLIENT_OPENING;
    if (!client_stream_send(st, frame, tunnel_frame_byte(frame, TUNNEL_OPEN, TUNNEL_VERSION)))
        client_stream_end(st, true, "cut");
}

static void on_opened(void *owner, struct tunnel_link *l)
{
    struct client_stream *st = owner;

    if (l == st->fresh)
        client_fresh_opened(st);
    else
        open_stream(st);
}

static void on_progress(void *owner, struct tunnel_link *l)
{
    (void)l;
    client_stream_pump(owner);
}

static void on_ended(void *owner, struct tunnel_link *l, mssl_err e, const char *why)
{
    struct client_stream *st = owner;

    if (l == st->fresh) {
        client_fresh_ended(st, why);
        return;
    }
    st->link = NULL;
    if (st->phase == CLIENT_CONNECT)
        tunnel_say(TUNNEL_WARNING, st->service, why, NULL);
    client_stream_end(st, true, st->phase == CLIENT_CONNECT ? (e == MSSL_E_REFUSED ? "refused" : "no-connection") : "cut");
}

const struct tunnel_link_user client_user = { on_opened, on_message, on_progress, on_ended };

/* -- What goes on -- */

static bool may_send(const struct client_stream *st)
{
    return st->link != NULL && st->link->state == LINK_OPEN
        && (st->phase == CLIENT_OPENING || st->phase == CLIENT_RUN)
        && st->link->client.sent < CLIENT_DATA_MAX && st->link->client.received < CLIENT_DATA_MAX;
}

/* From the plain side, as far as credit, pipeline and counters allow. */
static void send_up(struct client_stream *st)
{
    uint8_t frame[TUNNEL_FRAME_MAX], *room = tunnel.chunk;
    size_t at, n, most;

    while (may_send(st) && st->flow.credit > 0 && st->link->client.waiting < CLIENT_PIPELINE) {
        most = (size_t)(CLIENT_PIPELINE - st->link->client.waiting) * TUNNEL_DATA_MAX;
        if (most > st->flow.credit)
            most = st->flow.credit;
        n = tunnel_sock_read(&st->plain, room, most);
        if (n == 0)
            break;
        for (at = 0; at < n; at += TUNNEL_DATA_MAX) {
            size_t piece = n - at < TUNNEL_DATA_MAX ? n - at : TUNNEL_DATA_MAX;
            if (!client_stream_send(st, frame, tunnel_frame_data(frame, room + at, (uint8_t)piece))) {
                client_stream_end(st, true, "cut");
                return;
            }
        }
        st->flow.credit -= (uint32_t)n;
        st->up += n;
        st->used_ms = tunnel_now();
    }
    mssl_wipe(frame, sizeof frame);
}

static void send_control(struct client_stream *st)
{
    uint8_t frame[TUNNEL_FRAME_MAX];

    if (!may_send(st) || st->link->client.waiting >= MSSL_PIPELINE_MAX - 1)
        return;
    if (tunnel_flow_owes(&st->flow))
        client_stream_send(st, frame, tunnel_frame_credit(frame, tunnel_flow_tell(&st->flow)));
    if (st->plain.ended && !st->flow.sent_end && st->link->client.waiting < MSSL_PIPELINE_MAX)
        st->flow.sent_end = client_stream_send(st, frame, tunnel_frame_plain(frame, TUNNEL_END));
}

/* Both ends came and every frame is answered: the session may carry another stream. */
static void release_link(struct client_stream *st)
{
    struct tunnel_link *l = st->link;

    if (st->fresh != NULL)
        tunnel_link_close(st->fresh);
    st->fresh = st->link = NULL;
    client_pool_give(st->service, l);
}

/* Both ends came and all frames are answered. */
static bool done(const struct client_stream *st)
{
    return st->flow.sent_end && st->flow.got_end && st->asked == 0;
}

static void flush_plain(struct client_stream *st)
{
    size_t n = tunnel_sock_flush(&st->plain);

    if (n > 0) {
        tunnel_flow_passed(&st->flow, n);
        st->used_ms = tunnel_now();
    }
    if (st->flow.got_end && st->plain.out.len == 0 && !done(st))
        tunnel_sock_shut(&st->plain);   /* else it is closed now */
}

void client_stream_pump(struct client_stream *st)
{
    if (st->gone)
        return;
    flush_plain(st);
    if (st->plain.error != 0) {
        client_stream_end(st, true, "cut-by-peer");
        return;
    }
    if (st->link != NULL && st->link->state == LINK_OPEN) {
        send_up(st);
        if (st->gone)
            return;
        send_control(st);
        client_renew(st);
        tunnel_link_flush(st->link);
        if (st->plain.error != 0)
            client_stream_end(st, true, "cut-by-peer");
        else if (done(st))
            release_link(st);
    }
    if (!st->gone && st->link == NULL && st->plain.out.len == 0)
        client_stream_end(st, false, "done");
}

static void on_ready(void *owner)
{
    client_stream_pump(owner);
}

static void on_tick(void *owner)
{
    struct client_stream *st = owner;
    unsigned idle_s = st->service->idle_s;

    if (idle_s > 0 && tunnel_now() - st->used_ms > 1000 * (int64_t)idle_s)
        client_stream_end(st, true, "idle");
    else if (st->link != NULL && st->link->state == LINK_OPEN && st->phase == CLIENT_RUN)
        client_stream_pump(st);     /* a renewal may be due again */
}

static void accepted(struct tunnel_service *s, int fd, const struct sockaddr_in *from)
{
    struct client_stream *st = calloc(1, sizeof *st);

    if (st == NULL) {
        close(fd);
        return;
    }
    if (!tunnel_sock_open(&st->plain, fd, false, on_ready, st)) {
        free(st);
        return;
    }
    st->service = tunnel_service_keep(s);
    st->began_ms = st->used_ms = tunnel_now();
    tunnel_flow_begin(&st->flow);
    strcpy(st->peer, "unix");
    if (from->sin_family == AF_INET)
        inet_ntop(AF_INET, &from->sin_addr, st->peer, sizeof st->peer);
    s->live++;
    tunnel.live++;
    tunnel_tick_add(&st->tick, on_tick, cut, st);
    st->link = client_pool_take(s);
    if (st->link != NULL) {
        st->link->user = &client_user;
        st->link->owner = st;
        open_stream(st);
        return;
    }
    st->link = tunnel_link_new(s, &client_user, st);
    if (st->link == NULL)
        client_stream_end(st, true, "no-memory");
}

static bool room(struct tunnel_service *s)
{
    return s->live < s->connections;
}

const struct tunnel_kind tunnel_client_kind = { accepted, room, NULL, client_pool_end };
