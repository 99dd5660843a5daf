/* SPDX-License-Identifier: ISC */
/* mssl connect: a session for a person, or for a pipe. */
#include <stdio.h>
#include <string.h>

#include "mssl_talk.h"

static void print_event(void *ctx, const struct mssl_message *m)
{
    struct mssl_talk *t = ctx;
    char text[MSSL_ANSWER_SIZE];

    printf("event %s: %s\n", mssl_task_name(&t->grant.table, m->task), mssl_answer_text(text, m));
    fflush(stdout);
}

static void greet(struct mssl_talk *t)
{
    if (mssl_lines_person(t->lines))
        printf("connected to %s: help lists the tasks, Ctrl-D ends\n", t->link.name);
}

static void too_long(struct mssl_talk *t)
{
    mssl_talk_fail(t, mssl_report(MSSL_EXIT_USAGE, "input", "a line too long", "nothing of it was sent"));
}

static void run_command(struct mssl_talk *t, const char *line)
{
    struct mssl_outcome out;
    struct mssl_command c;
    int code = mssl_command_parse(&c, &t->grant.table, line);

    mssl_talk_fail(t, code);
    if (code != MSSL_EXIT_DONE)
        return;
    mssl_command_run(&out, &t->link, &t->grant, &c, print_event, t);
    mssl_talk_fail(t, out.code);
    t->over = out.over;
    if (out.code == MSSL_EXIT_DONE && out.text[0] != '\0')
        puts(out.text);
}

static void run_line(struct mssl_talk *t, const char *line, size_t len)
{
    int code;

    if (strlen(line) != len) {
        mssl_talk_fail(t, mssl_report(MSSL_EXIT_USAGE, "input", "a zero byte", "commands are text"));
        return;
    }
    code = mssl_talk_renew(t);
    if (code != MSSL_EXIT_DONE) {
        mssl_talk_fail(t, code);
        t->over = true;
    } else if (strcmp(line, "help") == 0 || strcmp(line, "describe") == 0) {
        mssl_talk_fail(t, mssl_link_list(&t->link, &t->grant, print_event, t));
        t->over = t->link.client.state != MSSL_OPEN;
    } else {
        run_command(t, line);
    }
}

int mssl_run_connect(const struct mssl_options *o)
{
    struct mssl_talk t = {
        .on_event = print_event, .run_line = run_line, .too_long = too_long, .greet = greet, .options = o,
    };

    return mssl_talk_run(&t);
}
