/* SPDX-License-Identifier: ISC */
/* The device's side of line clients: one session, one command at a time. */
#include <stdio.h>
#include <string.h>

#include "line.h"

static const struct tunnel_link_user user;

static const char *task_name(const struct line_service *of)
{
    return mssl_task_name(&of->service->grant->table, of->task);
}

static void access_line(const struct line_service *of, const char *result)
{
    tunnel_access("%s command peer=%s task=%s bytes=%u result=%s seconds=%.3f", of->service->name,
                  of->turn != NULL ? of->turn->who : "gone", task_name(of), of->len, result,
                  (double)(tunnel_now() - of->began_ms) / 1000);
}

/* The command is over; its client may be gone. */
static void finish(struct line_service *of, int code, const char *reason)
{
    char result[8];

    snprintf(result, sizeof result, "%d", code);
    access_line(of, result);
    if (of->turn != NULL) {
        if (code != 0)
            line_client_error(of->turn, code, task_name(of), reason);
        line_client_done(of->turn);
    }
    of->turn = NULL;
    of->sent = of->enrolling = false;
    of->used_ms = tunnel_now();
    mssl_wipe(of->args, sizeof of->args);
}

static void answer(struct line_service *of, const struct mssl_message *m)
{
    static const struct { int code; const char *reason; } results[] = {
        { 0, "" },
        { LINE_DENIED, "the device has no such task" },
        { LINE_DENIED, "not permitted by this grant" },
        { LINE_ARGUMENT, "bad arguments" },
        { LINE_DENIED, "the device wants this grant's signature first" },
        { LINE_BUSY, "the device can't do this now" },
        { LINE_FAILED, "the task failed on the device" },
    };
    uint8_t len = mssl_text_len(m->data, m->len);
    bool known = m->status < sizeof results / sizeof results[0];
    char reason[4 * MSSL_RECORD_DATA_MAX + 80], text[4 * MSSL_RECORD_DATA_MAX + 1];
    size_t n = sizeof text;

    if (m->status == MSSL_STATUS_OK) {
        if (of->turn != NULL)
            line_client_put(of->turn, "", m->data, len);
        finish(of, 0, "");
        return;
    }
    if (len == 0 || mssl_text_escape(text, &n, m->data, len) != MSSL_OK)
        text[0] = '\0';
    snprintf(reason, sizeof reason, "%s%s%s%s", known ? results[m->status].reason : "a status that is not known",
             text[0] != '\0' ? " (" : "", text, text[0] != '\0' ? ")" : "");
    finish(of, known ? results[m->status].code : LINE_FAILED, reason);
}

/* -- Enrolment: a device with the signature option checks the grant once. 10 -- */

static void enrol_next(struct line_service *of)
{
    uint8_t args[MSSL_ENROL_ARGS_MAX], n;

    if (mssl_enrol_create(&of->enrol, args, &n) != MSSL_OK
        || !tunnel_link_command(of->link, MSSL_TASK_ENROL, args, n))
        finish(of, LINE_DENIED, "the device wants this grant's signature, which can't be sent");
    else    /* The last chunk takes a chip its time: up to a minute. */
        of->link->answer_ms += 1000 * (int64_t)mssl_enrol_wait_s(&of->enrol);
}

static void enrol_begin(struct line_service *of)
{
    const struct mssl_grant_file *g = of->service->grant;
    const struct tunnel_config *c = tunnel.config;

    of->enrolling = true;
    if (mssl_enrol_begin(&of->enrol, g->signature, g->signature_len, c->pem, c->pem_len) == MSSL_OK)
        enrol_next(of);
    else
        finish(of, LINE_DENIED, "the device wants this grant's signature, which can't be sent");
}

static void send_command(struct line_service *of)
{
    of->sent = tunnel_link_command(of->link, of->task, of->args, of->len);
    if (of->sent || of->link->client.sent < MSSL_COUNTER_LAST)
        return;
    /* Records are used up: a new session, and the command was never sent. */
    tunnel_link_close(of->link);
    of->link = NULL;
}

static void enrol_answer(struct line_service *of, const struct mssl_message *m)
{
    bool done = false;
    mssl_err e = mssl_enrol_consume(&of->enrol, m, &done);

    if (e != MSSL_OK) {
        finish(of, e == MSSL_E_ENROL_BUSY ? LINE_BUSY : LINE_FORGED, mssl_err_text(e));
    } else if (done) {
        of->enrolling = false;
        send_command(of);       /* the first did not run: M-7.7 */
    } else {
        enrol_next(of);
    }
}

/* -- The session -- */

static void on_opened(void *owner, struct tunnel_link *l)
{
    static const uint8_t self = MSSL_DESCRIBE_SELF;
    struct line_service *of = owner;

    of->used_ms = tunnel_now();
    if (of->turn != NULL)
        send_command(of);
    else
        tunnel_link_command(l, MSSL_TASK_DESCRIBE, &self, 1);
}

static void on_message(void *owner, struct tunnel_link *l, const struct mssl_message *m)
{
    struct line_service *of = owner;
    struct line_client *c;
    char mark[MSSL_TASK_NAME_MAX + 8];

    (void)l;
    if (m->kind == MSSL_EVENT) {
        snprintf(mark, sizeof mark, "* %s: ", mssl_task_name(&of->service->grant->table, m->task));
        for (c = of->first; c != NULL; c = c->next)
            if (c->sock.out.len < TUNNEL_OUT_MAX)      /* who reads nothing gets answers only */
                line_client_put(c, mark, m->data, mssl_text_len(m->data, m->len));
    } else if (of->enrolling) {
        enrol_answer(of, m);
    } else if (of->sent) {
        if (m->status == MSSL_STATUS_SIGNATURE)
            enrol_begin(of);
        else
            answer(of, m);
    }
}

static void on_progress(void *owner, struct tunnel_link *l)
{
    (void)l;
    line_service_pump(owner);
}

static int code_of(mssl_err e)
{
    if (e == MSSL_E_REFUSED)
        return LINE_REFUSED;
    if (MSSL_E_CLASS(e) == MSSL_E_FORGED)
        return LINE_FORGED;
    return LINE_CONNECTION;
}

/* What was sent and has no answer is unknown, or did not run; what was not sent may go
 * over a new session, if this one had been open. M-8.20, M-8.21 */
static void on_ended(void *owner, struct tunnel_link *l, mssl_err e, const char *why)
{
    struct line_service *of = owner;
    bool was_open = l->sent_ms > 0;

    of->link = NULL;
    tunnel_say(e == MSSL_OK ? TUNNEL_INFO : TUNNEL_WARNING, of->service, why, NULL);
    if (of->enrolling)
        finish(of, LINE_CONNECTION, "the device did not say that it has checked the signature: not run");
    else if (of->sent && e == MSSL_E_NOT_RUN)
        finish(of, LINE_CONNECTION, "the device closed the session: not run");
    else if (of->sent)
        finish(of, MSSL_E_CLASS(e) == MSSL_E_FORGED ? LINE_FORGED : LINE_UNKNOWN,
               "the session ended before the answer: it may have run or not");
    else if (of->turn != NULL && !was_open)
        finish(of, code_of(e), why);
    line_service_pump(of);
}

static const struct tunnel_link_user user = { on_opened, on_message, on_progress, on_ended };

void line_device_run(struct line_service *of)
{
    of->sent = of->enrolling = false;
    of->began_ms = tunnel_now();
    if (of->link == NULL) {
        of->link = tunnel_link_new(of->service, &user, of);
        if (of->link == NULL)
            finish(of, LINE_CONNECTION, "out of memory");
    } else if (of->link->state == LINK_OPEN) {
        send_command(of);
    }
}

void line_device_end(struct line_service *of)
{
    if (of->link != NULL)
        tunnel_link_close(of->link);
    of->link = NULL;
}
