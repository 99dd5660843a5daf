/* SPDX-License-Identifier: ISC */
/* mssl connect: a session line by line, kept alive while a person thinks. PROTOCOL 8. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "mssl_command.h"
#include "mssl_lines.h"
#include "mssl_link.h"
#include "mssl_wait.h"

struct talk {
    struct mssl_link link;
    struct mssl_grant_file grant;
    struct mssl_lines *lines;
    int code;               /* of the first thing that failed */
    bool over;              /* the session ended */
};

static void fail(struct talk *t, int code)
{
    if (t->code == MSSL_EXIT_DONE)
        t->code = code;
}

static void lose(struct talk *t, mssl_err e, const char *what)
{
    t->over = true;
    fail(t, mssl_report_session(e, t->link.name, what));
}

static void print_event(void *ctx, const struct mssl_message *m)
{
    struct talk *t = ctx;
    char text[MSSL_ANSWER_SIZE];

    printf("event %s: %s\n", mssl_task_name(&t->grant.table, m->task), mssl_answer_text(text, m));
    fflush(stdout);
}

/* Takes what the device sent while nothing was asked. false: it is over. */
static bool serve(struct talk *t)
{
    struct mssl_message m;
    mssl_err e = mssl_link_next(&t->link, 0, &m);

    if (e == MSSL_OK && m.kind != MSSL_EVENT && m.kind != MSSL_CLOSE)
        return true;        /* nothing, or a keepalive's answer */
    mssl_lines_hide(t->lines);
    if (e == MSSL_OK && m.kind == MSSL_EVENT) {
        print_event(t, &m);
        mssl_lines_show(t->lines);
        return true;
    }
    if (e == MSSL_OK) {
        t->over = true;
        fail(t, mssl_report(MSSL_EXIT_CONNECTION, t->link.name, "the device closed the session", "connect again"));
    } else {
        lose(t, e, NULL);
    }
    return false;
}

/* Time for a sign of life? 20 s after the last record; then its answer is due. M-8.8 */
static bool keep_alive(struct talk *t)
{
    static const uint8_t self = MSSL_DESCRIBE_SELF;
    mssl_err e;

    if (t->link.client.waiting > 0) {
        lose(t, MSSL_E_TRUNCATED, NULL);
        return false;
    }
    e = mssl_link_command(&t->link, MSSL_TASK_DESCRIBE, &self, 1);
    if (e != MSSL_OK)
        lose(t, e, NULL);
    return e == MSSL_OK;
}

/* Serves the session until standard input can be read. A signal ends the wait, and so
 * the session, by an authenticated close. */
static bool wait_for_input(void *ctx)
{
    struct talk *t = ctx;
    struct pollfd p[2] = { { .fd = STDIN_FILENO, .events = POLLIN }, { .events = POLLIN } };

    while (!t->over) {
        int64_t due = t->link.sent_ms + 1000 * MSSL_KEEPALIVE_S;
        if (mssl_now_ms() >= due) {
            if (!keep_alive(t))
                return false;
            continue;
        }
        p[1].fd = t->link.fd;
        if (mssl_wait(p, 2, mssl_link_holds(&t->link) ? 0 : due) < 0)
            return false;
        if ((p[1].revents != 0 || mssl_link_holds(&t->link)) && !serve(t))
            return false;
        if (p[0].revents != 0)
            return true;
    }
    return false;
}

/* A busy device leaves the session as it is: the next command asks again. After
 * anything else no command would run. */
static bool enrol(struct talk *t)
{
    int code = mssl_link_enrol(&t->link, &t->grant, print_event, t);

    if (code == MSSL_EXIT_DONE)
        return true;
    fail(t, code);
    t->over = code != MSSL_EXIT_BUSY;
    return false;
}

static void run_command(struct talk *t, const char *line)
{
    char text[MSSL_ANSWER_SIZE];
    struct mssl_command c;
    struct mssl_message m;
    int code = mssl_command_parse(&c, &t->grant.table, line);
    mssl_err e;

    if (code != MSSL_EXIT_DONE) {
        fail(t, code);
        return;
    }
    e = mssl_link_ask(&t->link, c.task, c.args, c.len, &m, print_event, t);
    if (e == MSSL_OK && m.status == MSSL_STATUS_SIGNATURE) {
        if (!enrol(t))
            return;
        e = mssl_link_ask(&t->link, c.task, c.args, c.len, &m, print_event, t);
    }
    if (e != MSSL_OK) {
        lose(t, e, c.what);
        return;
    }
    mssl_answer_text(text, &m);
    if (m.status != MSSL_STATUS_OK)
        fail(t, mssl_report_status(m.status, c.what, text));
    else if (text[0] != '\0')
        puts(text);
}

static void run_line(struct talk *t, const char *line, size_t len)
{
    if (strlen(line) != len) {
        fail(t, mssl_report(MSSL_EXIT_USAGE, "input", "a zero byte", "commands are text"));
    } else if (strcmp(line, "help") == 0 || strcmp(line, "describe") == 0) {
        int code = mssl_link_list(&t->link, &t->grant, print_event, t);
        fail(t, code);
        t->over = t->link.client.state != MSSL_OPEN;
    } else {
        run_command(t, line);
    }
    fflush(stdout);
}

/* The first record proves this host, so describe goes out at once. M-8.8 */
static void prove(struct talk *t)
{
    static const uint8_t self = MSSL_DESCRIBE_SELF;
    struct mssl_describe d;
    struct mssl_message m;
    mssl_err e = mssl_link_ask(&t->link, MSSL_TASK_DESCRIBE, &self, 1, &m, print_event, t);

    if (e != MSSL_OK) {
        lose(t, e, NULL);
        return;
    }
    if (mssl_describe_parse(&d, m.data, m.len) == MSSL_OK && d.signature && !d.enrolled)
        enrol(t);
    if (!t->over && mssl_lines_person(t->lines))
        printf("connected to %s: help lists the tasks, Ctrl-D ends\n", t->link.name);
}

static void talk(struct talk *t)
{
    char *line;
    size_t len;

    prove(t);
    while (!t->over && !mssl_interrupted() && (line = mssl_lines_next(t->lines, &len)) != NULL) {
        size_t from = strspn(line, " \t");
        if (len >= MSSL_LINE_MAX) {
            fail(t, mssl_report(MSSL_EXIT_USAGE, "input", "a line too long", "nothing of it was sent"));
            continue;
        }
        while (len > from && strchr(" \t\r", line[len - 1]) != NULL && line[len - 1] != '\0')
            line[--len] = '\0';
        if (len > from)
            run_line(t, line + from, len - from);
    }
    if (mssl_lines_error(t->lines) != 0 && !mssl_interrupted())
        fail(t, mssl_report(MSSL_EXIT_USAGE, "standard input", strerror(mssl_lines_error(t->lines)),
                            "give a terminal, a pipe or a file of commands"));
    mssl_link_close(&t->link);
}

int mssl_run_connect(const struct mssl_options *o)
{
    struct talk t = { .code = MSSL_EXIT_DONE };
    char prompt[MSSL_DEVICE_NAME_MAX + 3];
    int code = mssl_load_grant(&t.grant, o);

    if (code != MSSL_EXIT_DONE)
        return code;
    snprintf(prompt, sizeof prompt, "%s> ", t.grant.device_name);
    t.lines = mssl_lines_open(prompt, wait_for_input, &t);
    if (t.lines == NULL)
        code = mssl_report(MSSL_EXIT_USAGE, "terminal", "no line editing", "use a pipe, or mssl exec");
    else
        code = mssl_link_open(&t.link, &t.grant, o);
    if (code == MSSL_EXIT_DONE) {
        talk(&t);
        code = t.code;
    }
    mssl_lines_close(t.lines);
    mssl_grant_file_wipe(&t.grant);
    return code;
}
