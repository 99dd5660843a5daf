/* SPDX-License-Identifier: ISC */
/* The core's port to this program: its tasks are streams. The store is in store.c. */
#include <stdio.h>
#include <string.h>

#include "mssl_dev_port.h"
#include "server.h"
#include "server_tasks.h"

struct server_link *server_current;

static const struct mssl_task_table *table(void)
{
    static struct mssl_task_table parsed;
    static const char text[] = SERVER_TABLE_TEXT;
    struct mssl_why why;

    if (!parsed.tasks[0].present)
        mssl_task_table_parse(&parsed, text, sizeof text - 1, &why);
    return &parsed;
}

int tunnel_server_task(const char *name)
{
    return mssl_task_find(table(), name);
}

const char *tunnel_server_task_name(uint8_t task)
{
    return mssl_task_name(table(), task);
}

/* A service is one task: the right to it says nothing about another. */
uint8_t mssl_port_task(uint8_t task, const struct mssl_dev_caller *caller, uint8_t *buf, uint8_t *len)
{
    (void)caller;       /* the link's own */
    if (server_current == NULL || task != server_current->service->task)
        return MSSL_STATUS_UNKNOWN;
    return server_stream_command(server_current, buf, len);
}

uint8_t mssl_port_task_text(uint8_t task, uint8_t *out)
{
    const struct mssl_task_table *t = table();
    char text[MSSL_TASK_TEXT_MAX + 2];
    int n;

    if (task > MSSL_TASK_APP_MAX || !t->tasks[task].present
        || server_current == NULL || task != server_current->service->task)
        return 0;
    n = snprintf(text, sizeof text, "%s %s", t->tasks[task].name, t->tasks[task].usage);
    memcpy(out, text, (size_t)n);
    return (uint8_t)n;
}
