/* SPDX-License-Identifier: ISC */
/* Task lines, which task table files and grant files share. */
#ifndef MSSL_TASK_TABLE_H
#define MSSL_TASK_TABLE_H

#include "text.h"

/* Adds the task of "T NAME USAGE". Returns NULL, or why not. */
const char *mssl_task_add(struct mssl_task_table *t, struct mssl_span line);

/* Could mssl_task_add have made each task? */
bool mssl_tasks_ok(const struct mssl_task_table *t);

/* Writes a line a task: prefix, number, name, usage. */
void mssl_put_tasks(struct mssl_writer *w, const struct mssl_task_table *t, const char *prefix);

int mssl_task_find_span(const struct mssl_task_table *t, struct mssl_span name);

#endif
