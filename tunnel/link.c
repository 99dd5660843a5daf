/* SPDX-License-Identifier: ISC */
/* See link.h. */
#include "link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A SYN in step with others' may stay unanswered, so none is waited for long:
 * M-8.12, and cli/mssl_dial.c. */
#define DIAL_MS      1000
#define DIAL_MORE_MS 500
#define CLOSE_MS     2000
#define KEEPALIVE_MS (1000 * MSSL_KEEPALIVE_S)

static void on_ready(void *owner);
static void on_tick(void *owner);

static void wipe(struct tunnel_link *l)
{
    mssl_client_wipe(&l->client);
    tunnel_sock_close(&l->sock, false);
}

static void bury(struct tunnel_link *l)
{
    wipe(l);
    l->state = LINK_OVER;
    tunnel_tick_remove(&l->tick);
    tunnel_service_release(l->service);
    tunnel_bury(l);
}

void tunnel_link_drop(struct tunnel_link *l)
{
    if (l->state != LINK_OVER)
        bury(l);
}

static void end(struct tunnel_link *l, mssl_err e, const char *why)
{
    if (l->state == LINK_OVER)
        return;
    if (l->state == LINK_CLOSING) {
        bury(l);
        return;
    }
    bury(l);
    l->user->ended(l->owner, l, e, why);
}

static void dial(struct tunnel_link *l)
{
    const struct tunnel_place *p = &l->service->connect;
    bool ok = tunnel_sock_dial(&l->sock, &p->at.any, p->len, on_ready, l);

    l->state = LINK_DIAL;
    l->due_ms = tunnel_now() + DIAL_MS + (tunnel_pause_ms() - MSSL_RETRY_MIN_MS) / 2 + (int64_t)DIAL_MORE_MS * l->round;
    if (!ok) {
        l->state = LINK_PAUSE;
        l->last_errno = l->sock.error;
        l->due_ms = tunnel_now() + tunnel_pause_ms();
    }
    if (l->due_ms > l->give_up_ms)
        l->due_ms = l->give_up_ms;
}

struct tunnel_link *tunnel_link_new(struct tunnel_service *s, const struct tunnel_link_user *user, void *owner)
{
    struct tunnel_link *l = calloc(1, sizeof *l);

    if (l == NULL)
        return NULL;
    l->service = tunnel_service_keep(s);
    l->user = user;
    l->owner = owner;
    l->give_up_ms = tunnel_now() + 1000 * (int64_t)s->timeout_s;
    tunnel_tick_add(&l->tick, on_tick, NULL, l);
    dial(l);
    return l;
}

/* An attempt failed before the session was open, so nothing was asked: again, after a
 * random pause, or not. M-8.14, M-8.21 */
static void try_again(struct tunnel_link *l, mssl_err e, int error, int64_t pause_ms)
{
    /* Who was refused first and then found nobody was refused. */
    if (l->last != MSSL_E_REFUSED) {
        l->last = e;
        l->last_errno = error;
    }
    wipe(l);
    l->state = LINK_PAUSE;
    l->due_ms = tunnel_now() + pause_ms;
    if (l->due_ms > l->give_up_ms)
        l->due_ms = l->give_up_ms;
}

/* The pause is over: another attempt, if there is time for one. */
static void resume(struct tunnel_link *l, int64_t now)
{
    if (now < l->give_up_ms)
        dial(l);
    else
        end(l, l->last, l->last != MSSL_OK ? mssl_err_text(l->last) : strerror(l->last_errno));
}

static void begin_session(struct tunnel_link *l)
{
    const struct mssl_grant_file *g = l->service->grant;
    uint8_t nc[MSSL_NONCE_LEN], out[MSSL_HELLO_LEN_MAX], n;
    mssl_err e = mssl_random(nc, sizeof nc);

    if (e == MSSL_OK)
        e = mssl_client_begin(&l->client, (const uint8_t (*)[MSSL_GRANT_LEN])g->blocks, g->count, g->key, nc, out, &n);
    if (e != MSSL_OK) {
        end(l, e, mssl_err_text(e));
        return;
    }
    tunnel_sock_put(&l->sock, out, n);
    tunnel_sock_flush(&l->sock);
    l->state = LINK_HELLO;
    l->due_ms = tunnel_now() + 1000 * (MSSL_HELLO_TIMEOUT_S + MSSL_PROOF_TIMEOUT_S);
    if (l->due_ms > l->give_up_ms)
        l->due_ms = l->give_up_ms;
}

/* The stream ended, or broke. */
static void ended(struct tunnel_link *l)
{
    int error = l->sock.error;
    bool opened = l->state == LINK_OPEN || l->state == LINK_CLOSING;
    mssl_err e = mssl_client_end(&l->client);

    if (!opened)
        try_again(l, e, error, tunnel_pause_ms());
    else
        end(l, e, e == MSSL_OK ? "the device closed the session" : mssl_err_text(e));
}

static void consume(struct tunnel_link *l, const struct mssl_message *m)
{
    switch (m->kind) {
    case MSSL_WELCOME:
        l->state = LINK_OPEN;
        l->user->opened(l->owner, l);
        break;
    case MSSL_ANSWER:
    case MSSL_EVENT:
        if (m->kind == MSSL_ANSWER)
            l->answer_ms = l->client.waiting > 0 ? tunnel_now() : 0;
        if (l->state == LINK_OPEN && !(m->kind == MSSL_ANSWER && m->task == MSSL_TASK_DESCRIBE))
            l->user->message(l->owner, l, m);
        break;
    default:
        break;
    }
}

/* Consumes what came. false: the session is over. */
static bool take(struct tunnel_link *l, size_t n)
{
    size_t at = 0, used;
    struct mssl_message m;

    while (at < n && l->state != LINK_OVER) {
        mssl_err e = mssl_client_input(&l->client, tunnel.chunk + at, n - at, &used, &m);
        at += used;
        if (e != MSSL_OK) {
            mssl_err meaning = mssl_client_end(&l->client);
            end(l, meaning == MSSL_E_UNKNOWN ? meaning : e, mssl_err_text(e));
            return false;
        }
        consume(l, &m);
        if (l->client.state == MSSL_CLOSED) {
            ended(l);
            return false;
        }
    }
    return l->state != LINK_OVER;
}

static void on_ready(void *owner)
{
    struct tunnel_link *l = owner;
    int round;
    size_t n;

    if (l->state == LINK_DIAL && l->sock.error == 0 && !l->sock.connecting)
        begin_session(l);
    if (l->state == LINK_DIAL && l->sock.error != 0)
        try_again(l, MSSL_OK, l->sock.error, tunnel_pause_ms());
    if (l->state < LINK_HELLO || l->state == LINK_OVER)
        return;
    tunnel_sock_flush(&l->sock);
    for (round = 0; round < TUNNEL_ROUNDS; round++) {
        n = tunnel_sock_read(&l->sock, tunnel.chunk, sizeof tunnel.chunk);
        if (n == 0)
            break;
        if (!take(l, n))
            return;
        if (l->state == LINK_OPEN)
            l->user->progress(l->owner, l);
        if (l->state == LINK_OVER || l->state == LINK_PAUSE)
            return;
    }
    if (round == TUNNEL_ROUNDS)
        tunnel_sock_again(&l->sock);
    if (l->sock.ended || l->sock.error != 0)
        ended(l);
    else if (l->state == LINK_OPEN)
        l->user->progress(l->owner, l);
}

bool tunnel_link_command(struct tunnel_link *l, uint8_t task, const void *args, size_t len)
{
    uint8_t out[MSSL_RECORD_LEN_MAX], n;

    if (l->state != LINK_OPEN || mssl_client_command(&l->client, task, args, len, out, &n) != MSSL_OK)
        return false;
    l->sent_ms = tunnel_now();
    if (l->answer_ms == 0)
        l->answer_ms = l->sent_ms;
    tunnel_sock_put(&l->sock, out, n);
    return true;
}

void tunnel_link_flush(struct tunnel_link *l)
{
    tunnel_sock_flush(&l->sock);
}

void tunnel_link_close(struct tunnel_link *l)
{
    uint8_t out[MSSL_CLOSE_LEN], n;

    if (l->state == LINK_OVER)
        return;
    if (l->state != LINK_OPEN || mssl_client_close(&l->client, out, &n) != MSSL_OK) {
        bury(l);
        return;
    }
    tunnel_sock_put(&l->sock, out, n);
    tunnel_sock_flush(&l->sock);
    l->state = LINK_CLOSING;
    l->due_ms = tunnel_now() + CLOSE_MS;
}

static void keep_alive(struct tunnel_link *l, int64_t now)
{
    static const uint8_t self = MSSL_DESCRIBE_SELF;

    if (now - l->sent_ms < KEEPALIVE_MS)
        return;
    if (tunnel_link_command(l, MSSL_TASK_DESCRIBE, &self, 1))
        tunnel_link_flush(l);
}

static void on_tick(void *owner)
{
    struct tunnel_link *l = owner;
    int64_t now = tunnel_now();

    if (l->state == LINK_OPEN) {
        if (l->answer_ms != 0 && now - l->answer_ms > 1000 * (int64_t)l->service->timeout_s) {
            mssl_err e = mssl_client_end(&l->client);
            end(l, e, "no answer in time");
            return;
        }
        keep_alive(l, now);
        if (l->sock.error != 0)
            ended(l);
        return;
    }
    if (now < l->due_ms)
        return;
    if (l->state == LINK_PAUSE) {
        resume(l, now);
    } else if (l->state == LINK_DIAL) {
        l->round++;
        try_again(l, MSSL_OK, ETIMEDOUT, 0);
    } else if (l->state == LINK_HELLO) {
        try_again(l, MSSL_OK, ETIMEDOUT, tunnel_pause_ms());
    } else {
        end(l, MSSL_OK, "");
    }
}
