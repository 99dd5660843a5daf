/* SPDX-License-Identifier: ISC */
/* mssl info, and help inside mssl connect: what a grant allows on its device. */
#include <stdio.h>
#include <string.h>

#include "mssl_json.h"
#include "mssl_link.h"

/* One task: the device's own text, else what the grant file says. */
static void show(uint8_t task, const char *name, const char *usage, const char *line, bool there)
{
    mssl_json_down_element("tasks");
    mssl_json_number("task", task);
    mssl_json_text("name", name);
    mssl_json_text("usage", usage);
    mssl_json_bool("available", there);
    mssl_json_up();
    if (!mssl_json())
        puts(line);
}

/* NAME USAGE, as the device answers. */
static void show_text(uint8_t task, char *text)
{
    char *space = strchr(text, ' ');
    char line[MSSL_ANSWER_SIZE];

    snprintf(line, sizeof line, "%s", text);
    if (space != NULL)
        *space = '\0';
    show(task, text, space != NULL ? space + 1 : "", line, true);
}

static mssl_err show_task(struct mssl_link *l, const struct mssl_grant_file *g, uint8_t task,
                          mssl_on_event *on_event, void *ctx)
{
    const uint8_t args[2] = { MSSL_DESCRIBE_TASK, task };
    char text[MSSL_ANSWER_SIZE];
    struct mssl_message m;
    mssl_err e;

    if (task == MSSL_TASK_ADMIN) {
        show(task, "admin", "", "admin (with mssl admin)", true);
        return MSSL_OK;
    }
    e = mssl_link_ask(l, MSSL_TASK_DESCRIBE, args, sizeof args, &m, on_event, ctx);
    if (e != MSSL_OK)
        return e;
    mssl_answer_text(text, &m);
    if (m.status == MSSL_STATUS_OK) {
        show_text(task, text);
    } else if (task <= MSSL_TASK_APP_MAX && g->table.tasks[task].present) {
        const struct mssl_task *known = &g->table.tasks[task];
        snprintf(text, sizeof text, "%s (granted, but the device does not have it)", known->name);
        show(task, known->name, known->usage, text, false);
    }
    return MSSL_OK;
}

static void show_device(const struct mssl_link *l, const struct mssl_describe *d)
{
    mssl_json_text("device", l->name);
    mssl_json_number("table", d->table);
    mssl_json_bool("signature", d->signature);
    mssl_json_bool("enrolled", d->enrolled);
    mssl_json_array("tasks");
}

int mssl_link_list(struct mssl_link *l, const struct mssl_grant_file *g,
                   mssl_on_event *on_event, void *ctx)
{
    static const uint8_t self = MSSL_DESCRIBE_SELF;
    struct mssl_describe d = { 0 };
    struct mssl_message m;
    uint8_t task;
    mssl_err e = mssl_link_ask(l, MSSL_TASK_DESCRIBE, &self, 1, &m, on_event, ctx);

    if (e == MSSL_OK && m.status != MSSL_STATUS_OK)
        return mssl_report_status(m.status, "describe", "");
    if (e == MSSL_OK)
        e = mssl_describe_parse(&d, m.data, m.len);
    if (e == MSSL_OK)
        show_device(l, &d);
    for (task = 0; task < MSSL_TASKS && e == MSSL_OK; task++)
        if ((d.tasks >> task & 1) && task != MSSL_TASK_DESCRIBE && task != MSSL_TASK_ENROL)
            e = show_task(l, g, task, on_event, ctx);
    if (e == MSSL_OK && d.signature && !d.enrolled && !mssl_json())
        puts("(the device wants this grant's signature before it runs a task: mssl exec sends it)");
    return e == MSSL_OK ? MSSL_EXIT_DONE : mssl_link_lost(l, e, NULL);
}

int mssl_run_info(const struct mssl_options *o)
{
    struct mssl_grant_file g;
    struct mssl_link l;
    int code = mssl_load_grant(&g, o);

    if (code != MSSL_EXIT_DONE)
        return code;
    code = mssl_link_open(&l, &g, o);
    if (code == MSSL_EXIT_DONE) {
        mssl_json_begin();
        code = mssl_link_list(&l, &g, NULL, NULL);
        mssl_json_end();
        mssl_link_close(&l);
    }
    mssl_grant_file_wipe(&g);
    return code;
}
