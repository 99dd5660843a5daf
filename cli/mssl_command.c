/* SPDX-License-Identifier: ISC */
/* Commands as text: see mssl_command.h. */
#include "mssl_command.h"

#include <string.h>

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
