/* SPDX-License-Identifier: ISC */
/* Commands as text: a task's name, then its arguments. */
#ifndef MSSL_COMMAND_H
#define MSSL_COMMAND_H

#include "mssl_cli.h"

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

#endif
