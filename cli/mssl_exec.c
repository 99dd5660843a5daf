/* SPDX-License-Identifier: ISC */
/* mssl exec, mssl info: one session, one purpose. */
#include <stdio.h>
#include <string.h>

#include "mssl_command.h"
#include "mssl_link.h"
#include "mssl_wait.h"

#define BUSY_PAUSE_MS 500

/* Asks, and with --wait asks a busy device again: status 5 means it did not run. */
static mssl_err ask(struct mssl_link *l, const struct mssl_command *c, struct mssl_message *m)
{
    int64_t deadline = mssl_now_ms() + 1000 * (int64_t)l->options->timeout_s;
    mssl_err e;

    for (;;) {
        e = mssl_link_ask(l, c->task, c->args, c->len, m, NULL, NULL);
        if (e != MSSL_OK || m->status != MSSL_STATUS_BUSY || !l->options->wait || mssl_now_ms() >= deadline)
            return e;
        mssl_pause(BUSY_PAUSE_MS);
        if (mssl_interrupted())
            return e;
    }
}

static int run(struct mssl_link *l, const struct mssl_grant_file *g, const struct mssl_command *c)
{
    char text[MSSL_ANSWER_SIZE];
    struct mssl_message m;
    mssl_err e = ask(l, c, &m);

    if (e == MSSL_OK && m.status == MSSL_STATUS_SIGNATURE) {
        int code = mssl_link_enrol(l, g, NULL, NULL);
        if (code != MSSL_EXIT_DONE)
            return code;
        e = ask(l, c, &m);
    }
    if (e != MSSL_OK)
        return mssl_report_session(e, l->name, c->what);
    mssl_answer_text(text, &m);
    if (m.status != MSSL_STATUS_OK)
        return mssl_report_status(m.status, c->what, text);
    if (text[0] != '\0')
        puts(text);
    return MSSL_EXIT_DONE;
}

int mssl_run_exec(const struct mssl_options *o)
{
    struct mssl_grant_file g;
    struct mssl_command c;
    struct mssl_link l;
    char line[MSSL_COMMAND_SIZE];
    int code = mssl_load_grant(&g, o);

    if (code != MSSL_EXIT_DONE)
        return code;
    code = mssl_command_join(line, o->words, o->count);
    if (code == MSSL_EXIT_DONE)
        code = mssl_command_parse(&c, &g.table, line);
    if (code == MSSL_EXIT_DONE)
        code = mssl_link_open(&l, &g, o);
    if (code == MSSL_EXIT_DONE) {
        code = run(&l, &g, &c);
        mssl_link_close(&l);
    }
    mssl_grant_file_wipe(&g);
    return code;
}

int mssl_run_info(const struct mssl_options *o)
{
    struct mssl_grant_file g;
    struct mssl_link l;
    int code = mssl_load_grant(&g, o);

    if (code != MSSL_EXIT_DONE)
        return code;
    code = mssl_link_open(&l, &g, o);
    if (code == MSSL_EXIT_DONE) {
        code = mssl_link_list(&l, &g, NULL, NULL);
        mssl_link_close(&l);
    }
    mssl_grant_file_wipe(&g);
    return code;
}
