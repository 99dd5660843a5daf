/* SPDX-License-Identifier: ISC */
/* mssl watch: events as they come, through lost sessions too. PROTOCOL 7.3, 8 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "mssl_json.h"
#include "mssl_link.h"
#include "mssl_wait.h"

#define ROUNDS_MAX 5    /* the pause doubles so often: 64 s at most */

struct watch {
    const struct mssl_options *options;
    struct mssl_grant_file grant;
    struct mssl_link link;
    unsigned events;
    bool ever;              /* a session was open once */
    bool ended;             /* a signal, the last event wanted, or no more output */
};

static void time_text(char out[32])
{
    time_t now = time(NULL);
    struct tm tm;

    if (gmtime_r(&now, &tm) == NULL || strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        out[0] = '\0';
}

static void show_event(void *ctx, const struct mssl_message *m)
{
    struct watch *w = ctx;
    const char *name = mssl_task_name(&w->grant.table, m->task);
    char text[MSSL_ANSWER_SIZE], when[32];

    if (w->ended)
        return;
    time_text(when);
    mssl_json_begin();
    mssl_json_text("device", w->grant.device_name);
    mssl_json_text("time", when);
    mssl_json_number("task", m->task);
    mssl_json_text("event", name);
    mssl_json_bytes(m->data, mssl_text_len(m->data, m->len));
    mssl_json_end();
    if (!mssl_json())
        printf("%s %s: %s\n", when, name, mssl_answer_text(text, m));
    w->events++;
    w->ended = fflush(stdout) != 0 || ferror(stdout) || w->events == w->options->count_max;
}

static void show_connected(const struct watch *w)
{
    char when[32];

    time_text(when);
    mssl_json_begin();
    mssl_json_text("device", w->grant.device_name);
    mssl_json_text("time", when);
    mssl_json_text("state", "connected");
    mssl_json_end();
    if (w->ever || w->options->verbose)
        fprintf(stderr, "mssl: %s: connected%s\n", w->grant.device_name, w->ever ? " again" : "");
}

/* The first record proves this host, so describe goes out at once (M-8.8). Where grants
 * must be enrolled, events go to enrolled ones only (M-7.12). */
static int prove(struct watch *w)
{
    static const uint8_t self = MSSL_DESCRIBE_SELF;
    struct mssl_describe d;
    struct mssl_message m;
    mssl_err e = mssl_link_ask(&w->link, MSSL_TASK_DESCRIBE, &self, 1, &m, show_event, w);

    if (mssl_interrupted())
        return MSSL_EXIT_DONE;
    if (e != MSSL_OK)
        return mssl_link_lost(&w->link, e, NULL);
    if (mssl_describe_parse(&d, m.data, m.len) == MSSL_OK && d.signature && !d.enrolled)
        return mssl_link_enrol(&w->link, &w->grant, show_event, w);
    return MSSL_EXIT_DONE;
}

/* Until the session or the watch ends. */
static int serve(struct watch *w)
{
    struct mssl_message m;
    int64_t due;
    mssl_err e;

    while (!w->ended && !mssl_interrupted()) {
        e = mssl_link_keep_alive(&w->link, &due);
        if (e == MSSL_OK)
            e = mssl_link_next(&w->link, due, &m);
        if (e != MSSL_OK)
            return mssl_link_lost(&w->link, e, NULL);
        if (m.kind == MSSL_CLOSE)
            return mssl_report(MSSL_EXIT_CONNECTION, w->grant.device_name, "the device closed the session", NULL);
        if (m.kind == MSSL_EVENT)
            show_event(w, &m);
    }
    return MSSL_EXIT_DONE;
}

static int session(struct watch *w)
{
    int code = mssl_link_open(&w->link, &w->grant, w->options);

    if (code != MSSL_EXIT_DONE)
        return code;
    code = prove(w);
    if (code == MSSL_EXIT_DONE) {
        show_connected(w);
        w->ever = true;
        code = serve(w);
    }
    w->ended |= mssl_link_close(&w->link);
    return code;
}

/* Once it worked, what may pass is waited for. A device that can't prove itself, or
 * refuses the signature, has another key, and no time mends that. */
static bool goes_on(const struct watch *w, int code)
{
    if (!w->ever || w->ended || mssl_interrupted() || code == MSSL_EXIT_USAGE)
        return false;
    return code != MSSL_EXIT_FORGED || w->link.stage >= MSSL_STAGE_PROVEN;
}

int mssl_run_watch(const struct mssl_options *o)
{
    struct watch w = { .options = o };
    unsigned rounds = 0;
    int code = mssl_load_grant(&w.grant, o);

    if (code != MSSL_EXIT_DONE)
        return code;
    for (;;) {
        unsigned before = w.events;
        code = session(&w);
        if (!goes_on(&w, code))
            break;
        /* Hosts that were closed together don't meet again. M-8.14 */
        rounds = w.events > before || w.link.stage >= MSSL_STAGE_ANSWERED ? 0 : rounds + (rounds < ROUNDS_MAX);
        mssl_pause(mssl_retry_ms() << rounds);
    }
    mssl_grant_file_wipe(&w.grant);
    return w.ended || (w.ever && mssl_interrupted()) ? MSSL_EXIT_DONE : code;
}
