/* SPDX-License-Identifier: ISC */
/* Commands as text: see mssl_command.h. */
#include "mssl_command.h"

#include <string.h>

#include "mssl_json.h"
#include "mssl_wait.h"

#define BUSY_PAUSE_MS 500

int mssl_command_join(char line[MSSL_COMMAND_SIZE], const char *const *words, int count)
{
    size_t at = 0;
    int i;

    for (i = 0; i < count; i++) {
        size_t n = strlen(words[i]);
        if (at + n + 2 > MSSL_COMMAND_SIZE)
            return mssl_report(MSSL_EXIT_USAGE, words[0], "too long",
                               "a command has at most 127 bytes of arguments");
        if (i > 0)
            line[at++] = ' ';
        memcpy(line + at, words[i], n);
        at += n;
    }
    line[at] = '\0';
    return MSSL_EXIT_DONE;
}

int mssl_command_parse(struct mssl_command *c, const struct mssl_task_table *t, const char *line)
{
    size_t n = strcspn(line, " ");
    int task;

    memset(c, 0, sizeof *c);
    if (n > MSSL_TASK_NAME_MAX)
        return mssl_report(MSSL_EXIT_DENIED, line, "no task has so long a name", "see mssl info");
    memcpy(c->what, line, n);
    task = mssl_task_find(t, c->what);
    if (task < 0)
        return mssl_report(MSSL_EXIT_DENIED, c->what, "no such task in this grant's task table", "see mssl info");
    if (task > MSSL_TASK_APP_MAX)
        return mssl_report(MSSL_EXIT_USAGE, c->what, "not a task to run by name", "see mssl info and mssl admin");
    c->task = (uint8_t)task;
    c->args = line + n + (line[n] == ' ');
    c->len = strlen(c->args);
    if (c->len > MSSL_RECORD_DATA_MAX - 1)
        return mssl_report(MSSL_EXIT_USAGE, c->what, "too long", "a command has at most 127 bytes of arguments");
    return MSSL_EXIT_DONE;
}

/* Whoever listens, and for what. */
struct ear {
    mssl_on_event *on_event;
    void *ctx;
};

static mssl_err ask(struct mssl_link *l, const struct mssl_command *c, struct mssl_message *m, struct ear ear)
{
    int64_t deadline = mssl_now_ms() + 1000 * (int64_t)l->options->timeout_s;
    mssl_err e;

    for (;;) {
        e = mssl_link_ask(l, c->task, c->args, c->len, m, ear.on_event, ear.ctx);
        if (e != MSSL_OK || m->status != MSSL_STATUS_BUSY || !l->options->wait || mssl_now_ms() >= deadline)
            return e;
        mssl_pause(BUSY_PAUSE_MS);
        if (mssl_interrupted())
            return e;
    }
}

static void say(const struct mssl_link *l, const struct mssl_grant_file *g, const struct mssl_command *c)
{
    mssl_json_text("device", l->name);
    mssl_json_text("task", mssl_task_name(&g->table, c->task));
    mssl_json_text("arguments", c->args);
}

static void take_answer(struct mssl_outcome *out, const struct mssl_command *c, const struct mssl_message *m)
{
    mssl_answer_text(out->text, m);
    mssl_json_number("status", m->status);
    mssl_json_bytes(m->data, mssl_text_len(m->data, m->len));
    if (m->status != MSSL_STATUS_OK)
        out->code = mssl_report_status(m->status, c->what, out->text);
}

void mssl_command_run(struct mssl_outcome *out, struct mssl_link *l, const struct mssl_grant_file *g,
                      const struct mssl_command *c, mssl_on_event *on_event, void *ctx)
{
    struct ear ear = { on_event, ctx };
    struct mssl_message m;
    mssl_err e;

    memset(out, 0, sizeof *out);
    say(l, g, c);
    e = ask(l, c, &m, ear);
    if (e == MSSL_OK && m.status == MSSL_STATUS_SIGNATURE) {
        out->code = mssl_link_enrol(l, g, on_event, ctx);
        /* A busy device leaves the session as it is: the next command asks again. */
        out->over = out->code != MSSL_EXIT_DONE && out->code != MSSL_EXIT_BUSY;
        if (out->code != MSSL_EXIT_DONE)
            return;
        e = ask(l, c, &m, ear);
    }
    if (e == MSSL_OK) {
        take_answer(out, c, &m);
        return;
    }
    out->code = mssl_link_lost(l, e, c->what);
    out->over = true;
}
