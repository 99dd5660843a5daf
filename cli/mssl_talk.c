/* SPDX-License-Identifier: ISC */
/* Lines in, a session kept alive: see mssl_talk.h. */
#include "mssl_talk.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "mssl_wait.h"

/* Commands that the session must still be able to carry before one is sent, the 32 of
 * help among them: what was sent is not sent again, so a new session must begin before
 * the counters end. */
#define LEFT_MIN 64

void mssl_talk_fail(struct mssl_talk *t, int code)
{
    if (t->code == MSSL_EXIT_DONE)
        t->code = code;
}

static void lose(struct mssl_talk *t, mssl_err e, const char *what)
{
    t->over = true;
    mssl_talk_fail(t, mssl_link_lost(&t->link, e, what));
}

/* Takes what the device sent while nothing was asked. false: it is over. */
static bool serve(struct mssl_talk *t)
{
    struct mssl_message m;
    mssl_err e = mssl_link_next(&t->link, 0, &m);

    if (e == MSSL_OK && m.kind != MSSL_EVENT && m.kind != MSSL_CLOSE)
        return true;        /* nothing, or a keepalive's answer */
    mssl_lines_hide(t->lines);
    if (e == MSSL_OK && m.kind == MSSL_EVENT) {
        t->on_event(t, &m);
        mssl_lines_show(t->lines);
        return true;
    }
    if (e == MSSL_OK) {
        t->over = true;
        mssl_talk_fail(t, mssl_report(MSSL_EXIT_CONNECTION, t->link.name, "the device closed the session", "connect again"));
    } else {
        lose(t, e, NULL);
    }
    return false;
}

/* Serves the session until standard input can be read. A signal ends the wait, and so
 * the session, by an authenticated close. */
static bool wait_for_input(void *ctx)
{
    struct mssl_talk *t = ctx;
    struct pollfd p[2] = { { .fd = STDIN_FILENO, .events = POLLIN }, { .events = POLLIN } };

    while (!t->over) {
        int64_t due;
        mssl_err e = mssl_link_keep_alive(&t->link, &due);
        if (e != MSSL_OK) {
            lose(t, e, NULL);
            return false;
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
static bool enrol(struct mssl_talk *t)
{
    int code = mssl_link_enrol(&t->link, &t->grant, t->on_event, t);

    if (code == MSSL_EXIT_DONE)
        return true;
    mssl_talk_fail(t, code);
    t->over = code != MSSL_EXIT_BUSY;
    return false;
}

/* The first record proves this host, so describe goes out at once. M-8.8 */
static void prove(struct mssl_talk *t)
{
    static const uint8_t self = MSSL_DESCRIBE_SELF;
    struct mssl_describe d;
    struct mssl_message m;
    mssl_err e = mssl_link_ask(&t->link, MSSL_TASK_DESCRIBE, &self, 1, &m, t->on_event, t);

    if (e != MSSL_OK) {
        lose(t, e, NULL);
        return;
    }
    if (mssl_describe_parse(&d, m.data, m.len) == MSSL_OK && d.signature && !d.enrolled)
        enrol(t);
    if (!t->over && t->greet != NULL)
        t->greet(t);
}

int mssl_talk_renew(struct mssl_talk *t)
{
    if (mssl_client_left(&t->link.client) >= LEFT_MIN)
        return MSSL_EXIT_DONE;
    if (mssl_link_close(&t->link))
        return mssl_report(MSSL_EXIT_CONNECTION, t->link.name, "interrupted before the command was sent", NULL);
    return mssl_link_open(&t->link, &t->grant, t->options);
}

/* Hands a line on without the blanks around it. */
static void take_line(struct mssl_talk *t, char *line, size_t len)
{
    size_t from = strspn(line, " \t");

    t->line++;
    if (len >= MSSL_LINE_MAX) {
        t->too_long(t);
        return;
    }
    while (len > from && strchr(" \t\r", line[len - 1]) != NULL && line[len - 1] != '\0')
        line[--len] = '\0';
    if (len > from)
        t->run_line(t, line + from, len - from);
    fflush(stdout);
}

static void talk(struct mssl_talk *t)
{
    char *line;
    size_t len;

    prove(t);
    while (!t->over && !mssl_interrupted() && (line = mssl_lines_next(t->lines, &len)) != NULL)
        take_line(t, line, len);
    t->interrupted = mssl_interrupted();
    if (mssl_lines_error(t->lines) != 0 && !t->interrupted)
        mssl_talk_fail(t, mssl_report(MSSL_EXIT_USAGE, "standard input", strerror(mssl_lines_error(t->lines)),
                                      "give a terminal, a pipe or a file of commands"));
    mssl_link_close(&t->link);
}

int mssl_talk_run(struct mssl_talk *t)
{
    char prompt[MSSL_DEVICE_NAME_MAX + 3];
    int code = mssl_load_grant(&t->grant, t->options);

    if (code != MSSL_EXIT_DONE)
        return code;
    snprintf(prompt, sizeof prompt, "%s> ", t->grant.device_name);
    t->lines = mssl_lines_open(prompt, wait_for_input, t);
    if (t->lines == NULL)
        code = mssl_report(MSSL_EXIT_USAGE, "terminal", "no line editing", "use a pipe, or mssl exec");
    else
        code = mssl_link_open(&t->link, &t->grant, t->options);
    if (code == MSSL_EXIT_DONE) {
        talk(t);
        code = t->code;
    }
    mssl_lines_close(t->lines);
    mssl_grant_file_wipe(&t->grant);
    return code;
}
