/* SPDX-License-Identifier: ISC */
/* A session that takes its commands from standard input, a line each, and is kept alive
 * while none comes. PROTOCOL 8 */
#ifndef MSSL_TALK_H
#define MSSL_TALK_H

#include "mssl_command.h"
#include "mssl_lines.h"

struct mssl_talk {
    /* Set by the caller: */
    mssl_on_event *on_event;        /* its ctx is the talk */
    /* Runs a line; len says where it ends, and it may hold zero bytes. */
    void (*run_line)(struct mssl_talk *t, const char *line, size_t len);
    void (*too_long)(struct mssl_talk *t);
    void (*greet)(struct mssl_talk *t);         /* the device is proven; may be NULL */
    const struct mssl_options *options;
    /* For the caller to read, and through the functions below to change: */
    struct mssl_link link;
    struct mssl_grant_file grant;
    struct mssl_lines *lines;
    unsigned line;                  /* the number of the line being run */
    int code;                       /* of the first thing that failed */
    bool over;                      /* no more lines */
    bool interrupted;               /* a signal came before input's end */
};

/* From grant to close; returns the exit code. */
int mssl_talk_run(struct mssl_talk *t);

/* Before a line's command: records are numbered up to an end, and near it a new session
 * takes over. Reports and returns an exit code; unless it is MSSL_EXIT_DONE, it is over. */
int mssl_talk_renew(struct mssl_talk *t);

/* Keeps the code of the first failure. */
void mssl_talk_fail(struct mssl_talk *t, int code);

#endif
