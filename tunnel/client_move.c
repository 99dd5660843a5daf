/* SPDX-License-Identifier: ISC */
/* Renewal at the client: a new session takes the stream up before the counters of the
 * old one end. TUNNEL.md 4. */
#include "client.h"

#define RETRY_MS 2000       /* between two attempts; the old session goes on meanwhile */

static bool due(const struct client_stream *st)
{
    const struct mssl_client *c = &st->link->client;

    return c->sent >= st->service->renew || c->received >= st->service->renew;
}

/* LEAVE is the last frame in the old session. */
static void leave(struct client_stream *st)
{
    uint8_t frame[TUNNEL_FRAME_MAX];

    if (client_stream_send(st, frame, tunnel_frame_plain(frame, TUNNEL_LEAVE)))
        st->phase = CLIENT_LEAVING;
}

void client_renew(struct client_stream *st)
{
    if (st->phase != CLIENT_RUN || !due(st) || (st->flow.sent_end && st->flow.got_end))
        return;
    if (st->fresh != NULL && st->fresh_open) {
        leave(st);
        return;
    }
    if (st->fresh != NULL || tunnel_now() < st->renew_ms)
        return;
    st->fresh_open = false;
    st->fresh = tunnel_link_new(st->service, &client_user, st);
}

void client_fresh_opened(struct client_stream *st)
{
    static const uint8_t self = MSSL_DESCRIBE_SELF;

    /* The device wants a record at once (M-8.8), and the stream isn't ours yet. */
    st->fresh_open = tunnel_link_command(st->fresh, MSSL_TASK_DESCRIBE, &self, 1);
    tunnel_link_flush(st->fresh);
}

void client_fresh_ended(struct client_stream *st, const char *why)
{
    st->fresh = NULL;
    st->renew_ms = tunnel_now() + RETRY_MS;
    if (st->phase == CLIENT_LEAVING) {
        client_stream_end(st, true, "renewal-failed");      /* it can't stay, nor go */
        return;
    }
    tunnel_say(TUNNEL_WARNING, st->service, "a stream's session can't be renewed yet", why);
}

/* All bytes of the old session are here: the new one takes over. */
bool client_left(struct client_stream *st, const struct mssl_message *m)
{
    uint8_t frame[TUNNEL_FRAME_MAX];

    if (m->status != MSSL_STATUS_OK || m->len < TUNNEL_ID_LEN || st->fresh == NULL)
        return false;
    tunnel_link_close(st->link);
    st->link = st->fresh;
    st->fresh = NULL;
    st->asked = 0;
    st->phase = CLIENT_ATTACHING;
    st->renewals++;
    if (!client_stream_send(st, frame, tunnel_frame_attach(frame, m->data)))
        return false;
    tunnel_link_flush(st->link);
    return true;
}
