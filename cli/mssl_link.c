/* SPDX-License-Identifier: ISC */
/* A session over TCP, once it is open: see mssl_link.h. */
#include "mssl_link.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mssl_explain.h"
#include "mssl_wait.h"

#define CLOSE_WAIT_MS  2000
#define HURRY_WAIT_MS  300      /* the same after a signal */

/* Sends all, waiting for room. The device's receive window may be one record. */
static bool send_all(struct mssl_link *l, const uint8_t *out, size_t len, int64_t deadline_ms)
{
    while (len > 0) {
        ssize_t n = send(l->fd, out, len, MSG_NOSIGNAL);
        if (n > 0) {
            out += n;
            len -= (size_t)n;
        } else if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            if (mssl_await(l->fd, POLLOUT, deadline_ms) <= 0)
                return false;
        } else if (n < 0 && errno != EINTR) {
            return false;
        }
    }
    l->sent_ms = mssl_now_ms();
    return true;
}

mssl_err mssl_link_command(struct mssl_link *l, uint8_t task, const void *args, size_t len)
{
    int64_t deadline = mssl_now_ms() + 1000 * (int64_t)l->options->timeout_s;
    uint8_t out[MSSL_RECORD_LEN_MAX], n;
    mssl_err e = mssl_client_command(&l->client, task, args, len, out, &n);

    if (e == MSSL_OK) {
        l->stage = MSSL_STAGE_COMMAND;
        send_all(l, out, n, deadline);      /* a failure shows as the stream's end */
    }
    return e;
}

bool mssl_link_holds(const struct mssl_link *l)
{
    return l->at < l->have;
}

/* The stream ended: nothing will be sent, nothing more comes. */
static mssl_err ended(struct mssl_link *l, struct mssl_message *m)
{
    mssl_err e = mssl_client_end(&l->client);

    close(l->fd);
    l->fd = -1;
    m->kind = MSSL_CLOSE;
    return e;
}

/* Keeps WELCOME as it came: a bad one is what mssl-authority recover asks for. */
static void keep_welcome(struct mssl_link *l)
{
    size_t n = sizeof l->welcome - l->welcome_len;

    if (l->client.state != MSSL_AWAIT_WELCOME)
        return;
    if (n > l->have)
        n = l->have;
    memcpy(l->welcome + l->welcome_len, l->in, n);
    l->welcome_len += n;
}

/* Reads once. 1 bytes came, 0 time is over or a signal came, -1 the stream ended. */
static int refill(struct mssl_link *l, int64_t deadline_ms)
{
    int ready = mssl_await(l->fd, POLLIN, deadline_ms);
    ssize_t n;

    if (ready <= 0)
        return 0;
    n = recv(l->fd, l->in, sizeof l->in, 0);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
        return 0;
    if (n <= 0)
        return -1;
    l->have = (size_t)n;
    l->at = 0;
    keep_welcome(l);
    return 1;
}

mssl_err mssl_link_next(struct mssl_link *l, int64_t deadline_ms, struct mssl_message *m)
{
    memset(m, 0, sizeof *m);
    if (l->fd < 0)
        return MSSL_E_STATE;
    for (;;) {
        while (mssl_link_holds(l)) {
            size_t used;
            uint8_t waiting = l->client.waiting;
            mssl_err e = mssl_client_input(&l->client, l->in + l->at, l->have - l->at, &used, m);
            l->at += used;
            if (m->kind == MSSL_ANSWER && l->client.waiting == 0)
                l->stage = MSSL_STAGE_ANSWERED;
            if (m->kind == MSSL_CLOSE)
                return ended(l, m);
            /* The device runs a command before it answers. */
            if (MSSL_E_CLASS(e) == MSSL_E_FORGED && waiting > 0)
                return MSSL_E_UNKNOWN;
            if (e != MSSL_OK || m->kind != MSSL_NOTHING)
                return e;
        }
        switch (refill(l, deadline_ms)) {
        case 0:
            return MSSL_OK;
        case -1:
            return ended(l, m);
        }
    }
}

mssl_err mssl_link_keep_alive(struct mssl_link *l, int64_t *due)
{
    static const uint8_t self = MSSL_DESCRIBE_SELF;
    mssl_err e = MSSL_OK;

    if (mssl_now_ms() >= l->sent_ms + 1000 * MSSL_KEEPALIVE_S)
        e = l->client.waiting > 0 ? MSSL_E_TRUNCATED : mssl_link_command(l, MSSL_TASK_DESCRIBE, &self, 1);
    *due = l->sent_ms + 1000 * MSSL_KEEPALIVE_S;
    return e;
}

bool mssl_link_close(struct mssl_link *l)
{
    bool hurry = mssl_interrupted_forget();
    int64_t deadline = mssl_now_ms() + (hurry ? HURRY_WAIT_MS : CLOSE_WAIT_MS);
    struct mssl_message m = { 0 };
    uint8_t out[MSSL_CLOSE_LEN], n;

    if (l->fd < 0)
        return hurry;
    if (mssl_client_close(&l->client, out, &n) == MSSL_OK && send_all(l, out, n, deadline))
        while (mssl_now_ms() < deadline && !mssl_interrupted() && m.kind != MSSL_CLOSE
               && mssl_link_next(l, deadline, &m) == MSSL_OK)
            continue;
    if (l->fd >= 0)
        close(l->fd);
    l->fd = -1;
    mssl_client_wipe(&l->client);
    return hurry;
}

mssl_err mssl_link_await(struct mssl_link *l, unsigned wait_s, struct mssl_message *answer,
                         mssl_on_event *on_event, void *ctx)
{
    int64_t deadline = mssl_now_ms() + 1000 * ((int64_t)l->options->timeout_s + wait_s);
    mssl_err e = MSSL_OK;

    while (e == MSSL_OK) {
        e = mssl_link_next(l, deadline, answer);
        /* Ours is the last one: a keepalive's may come before it. */
        if (e != MSSL_OK || (answer->kind == MSSL_ANSWER && l->client.waiting == 0))
            break;
        if (answer->kind == MSSL_EVENT && on_event != NULL)
            on_event(ctx, answer);
        if (answer->kind == MSSL_CLOSE)
            e = MSSL_E_NOT_RUN;
        else if (mssl_now_ms() >= deadline || mssl_interrupted())
            e = MSSL_E_UNKNOWN;
    }
    return e;
}

mssl_err mssl_link_ask(struct mssl_link *l, uint8_t task, const void *args, size_t len,
                       struct mssl_message *answer, mssl_on_event *on_event, void *ctx)
{
    mssl_err e = mssl_interrupted() ? MSSL_E_NOT_RUN : mssl_link_command(l, task, args, len);

    return e == MSSL_OK ? mssl_link_await(l, 0, answer, on_event, ctx) : e;
}

/* Describe changes nothing, so of it no outcome is unknown. */
static mssl_err without_outcome(const struct mssl_link *l, mssl_err e)
{
    if (e != MSSL_E_UNKNOWN)
        return e;
    return l->client.failed ? MSSL_E_TAG : MSSL_E_TRUNCATED;
}

int mssl_link_lost(const struct mssl_link *l, mssl_err e, const char *what)
{
    struct mssl_failure f = { .e = what != NULL ? e : without_outcome(l, e) };
    bool late = f.e != e && f.e == MSSL_E_TRUNCATED && l->fd >= 0 && !mssl_interrupted();
    int code = late ? mssl_report(MSSL_EXIT_CONNECTION, l->name, "no answer in time", "try again, or a longer --timeout")
                    : mssl_report_session(f.e, l->name, what);

    mssl_explain(l, &f);
    return code;
}

const char *mssl_answer_text(char out[MSSL_ANSWER_SIZE], const struct mssl_message *m)
{
    size_t len = MSSL_ANSWER_SIZE;

    if (mssl_text_escape(out, &len, m->data, mssl_text_len(m->data, m->len)) != MSSL_OK)
        out[0] = '\0';
    return out;
}
