/* SPDX-License-Identifier: ISC */
/* Renewal at the server: a stream leaves one session and is taken up by another of the
 * same host. TUNNEL.md 4. What is sent in a session arrives in its order, so LEAVE ends
 * the bytes up, its answer those down: nothing is repeated and nothing is lost. */
#include <string.h>

#include "server.h"

static struct server_stream *parked;

void server_stream_unpark(struct server_stream *st)
{
    if (!st->parked)
        return;
    st->parked = false;
    if (st->next != NULL)
        st->next->prev = st->prev;
    if (st->prev != NULL)
        st->prev->next = st->next;
    else
        parked = st->next;
    st->next = st->prev = NULL;
    mssl_wipe(st->id, sizeof st->id);
}

static void park(struct server_stream *st)
{
    st->link->stream = NULL;
    st->link = NULL;
    st->parked = true;
    st->parked_ms = tunnel_now();
    st->next = parked;
    if (parked != NULL)
        parked->prev = st;
    parked = st;
}

uint8_t server_stream_leave(struct server_link *l, uint8_t *buf, uint8_t *len)
{
    struct server_stream *st = l->stream;

    if (st->breach != 0 || mssl_random(st->id, sizeof st->id) != MSSL_OK)
        return MSSL_STATUS_FAILED;
    memcpy(buf, st->id, sizeof st->id);
    *len = sizeof st->id;
    park(st);
    return MSSL_STATUS_OK;
}

/* In a time that depends on no byte. */
static bool same(const uint8_t *a, const uint8_t *b, size_t n)
{
    uint8_t differ = 0;

    while (n-- > 0)
        differ |= a[n] ^ b[n];
    return differ == 0;
}

/* A restriction of the same grant has its slot and host id too: so the id, which only
 * the session before has seen, decides, and the rest must fit. */
uint8_t server_stream_attach(struct server_link *l, const uint8_t id[TUNNEL_ID_LEN])
{
    struct server_stream *st;

    for (st = parked; st != NULL; st = st->next)
        if (same(st->id, id, TUNNEL_ID_LEN)
            && memcmp(&st->caller, &l->session.caller, sizeof st->caller) == 0
            && st->service->task == l->service->task)
            break;
    if (st == NULL)
        return MSSL_STATUS_FAILED;
    server_stream_unpark(st);
    st->link = l;
    l->stream = st;
    return MSSL_STATUS_OK;
}

/* An administrator's command ends all sessions, and so what waits between two. */
void server_parked_cut(void)
{
    while (parked != NULL)
        server_stream_cut(parked, TUNNEL_CUT, "revoked");
}
