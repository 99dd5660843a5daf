/* SPDX-License-Identifier: ISC */
/* Commands as text: a task's name, then its arguments. */
#ifndef MSSL_COMMAND_H
#define MSSL_COMMAND_H

#include "mssl_link.h"

#define MSSL_COMMAND_SIZE 512

struct mssl_command {
    uint8_t task;
    const char *args;           /* inside the line */
    size_t len;
    char what[MSSL_TASK_NAME_MAX + 1];      /* the task's name, for messages */
};

/* Joins words by one space. Reports and returns an exit code. */
int mssl_command_join(char line[MSSL_COMMAND_SIZE], const char *const *words, int count);

/* Finds the task; its arguments stay in line. Reports and returns an exit code.
 * Whether the grant allows the task is the device's to say. */
int mssl_command_parse(struct mssl_command *c, const struct mssl_task_table *t, const char *line);

/* What became of a command. */
struct mssl_outcome {
    int code;                       /* exit code */
    bool over;                      /* no further command would run in this session */
    char text[MSSL_ANSWER_SIZE];    /* of the answer, escaped */
};

/* Runs it, with enrolment where the device wants that first; with --wait a busy device
 * is asked again: it did not run then. Nothing that was sent is ever sent again but what
 * the device has answered with busy or "signature wanted". Reports what fails, and sets
 * keys of the JSON object that is open. */
void mssl_command_run(struct mssl_outcome *out, struct mssl_link *l, const struct mssl_grant_file *g,
                      const struct mssl_command *c, mssl_on_event *on_event, void *ctx);

#endif
