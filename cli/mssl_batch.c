/* SPDX-License-Identifier: ISC */
/* mssl exec --batch: many commands from standard input over one session, a line of
 * output each. */
#include <stdio.h>
#include <string.h>

#include "mssl_json.h"
#include "mssl_talk.h"

static void no_event(void *ctx, const struct mssl_message *m)
{
    (void)ctx;
    (void)m;
}

/* A line of output for each command, whatever became of it. */
static void end_line(struct mssl_talk *t, int code, const char *text)
{
    mssl_json_number("code", code);
    mssl_json_end();
    if (!mssl_json())
        printf("%d%s%s\n", code, text[0] != '\0' ? " " : "", text);
    mssl_report_line(0);
    mssl_talk_fail(t, code);
    if (code != MSSL_EXIT_DONE && !t->options->keep_going)
        t->over = true;
}

static void begin_line(const struct mssl_talk *t)
{
    mssl_report_line(t->line);
    mssl_json_begin();
    mssl_json_number("line", t->line);
}

static void too_long(struct mssl_talk *t)
{
    begin_line(t);
    end_line(t, mssl_report(MSSL_EXIT_USAGE, "input", "a line too long", "nothing of it was sent"), "");
}

static void run_line(struct mssl_talk *t, const char *line, size_t len)
{
    struct mssl_outcome out = { .code = MSSL_EXIT_DONE };
    struct mssl_command c;

    if (line[0] == '#')
        return;
    begin_line(t);
    if (strlen(line) != len)
        out.code = mssl_report(MSSL_EXIT_USAGE, "input", "a zero byte", "commands are text");
    else
        out.code = mssl_command_parse(&c, &t->grant.table, line);
    if (out.code == MSSL_EXIT_DONE) {
        out.code = mssl_talk_renew(t);
        out.over = out.code != MSSL_EXIT_DONE;
    }
    if (out.code == MSSL_EXIT_DONE)
        mssl_command_run(&out, &t->link, &t->grant, &c, no_event, NULL);
    t->over = out.over;
    end_line(t, out.code, out.text);
}

/* Whoever writes the lines must not take an early end for the end of the work. */
static int interrupted(int code)
{
    int late = mssl_report(MSSL_EXIT_CONNECTION, "standard input", "interrupted before its end", "no later line was sent");

    return code != MSSL_EXIT_DONE ? code : late;
}

int mssl_run_batch(const struct mssl_options *o)
{
    struct mssl_talk t = { .on_event = no_event, .run_line = run_line, .too_long = too_long, .options = o };
    int code = mssl_talk_run(&t);

    if (t.over && code != MSSL_EXIT_DONE && t.line > 0)
        fprintf(stderr, "mssl: line %u: the end of this batch: no later line was sent\n", t.line);
    else if (!t.over && t.interrupted)
        code = interrupted(code);
    return code;
}
