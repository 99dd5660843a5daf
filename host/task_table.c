/* SPDX-License-Identifier: ISC */
/* Task tables: their text and the names in it: see mssl.h 6, docs/FORMATS.md. */
#include "task_table.h"

#include <string.h>

static const char *const reserved[] = { "describe", "enrol", "admin" };
#define RESERVED_COUNT ((int)(sizeof reserved / sizeof reserved[0]))

int mssl_task_find(const struct mssl_task_table *t, const char *name)
{
    return mssl_task_find_span(t, mssl_span_of(name));
}

int mssl_task_find_span(const struct mssl_task_table *t, struct mssl_span name)
{
    int i;

    for (i = 0; i < RESERVED_COUNT; i++)
        if (mssl_span_is(name, reserved[i]))
            return MSSL_TASK_DESCRIBE + i;
    for (i = 0; i <= MSSL_TASK_APP_MAX; i++)
        if (t->tasks[i].present && mssl_span_is(name, t->tasks[i].name))
            return i;
    return -1;
}

const char *mssl_task_name(const struct mssl_task_table *t, uint8_t task)
{
    if (task >= MSSL_TASK_DESCRIBE && task <= MSSL_TASK_ADMIN)
        return reserved[task - MSSL_TASK_DESCRIBE];
    if (task <= MSSL_TASK_APP_MAX && t->tasks[task].present)
        return t->tasks[task].name;
    return "?";
}

static bool task_name_ok(struct mssl_span s)
{
    size_t i;

    if (s.len == 0 || s.p[0] < 'a' || s.p[0] > 'z')
        return false;
    for (i = 0; i < s.len; i++)
        if (s.p[i] == '.')
            return false;
    return mssl_span_name(s, MSSL_TASK_NAME_MAX);
}

/* What is wrong with a task's name and usage by themselves. */
static const char *text_wrong(struct mssl_span name, struct mssl_span usage)
{
    if (!task_name_ok(name))
        return "a task's name is 1 to 16 of a-z 0-9 _ - and begins with a letter";
    if (!mssl_span_printable(usage))
        return "a task's usage is printable ASCII";
    if (name.len + 1 + usage.len > MSSL_TASK_TEXT_MAX)
        return "a task's name and usage take at most 100 bytes";
    return NULL;
}

const char *mssl_task_add(struct mssl_task_table *t, struct mssl_span line)
{
    struct mssl_span number = mssl_span_word(&line, ' ');
    struct mssl_span name = mssl_span_word(&line, ' ');
    struct mssl_task *task;
    const char *wrong;
    uint32_t n;

    if (!mssl_span_number(number, MSSL_TASK_APP_MAX, &n))
        return "a task's number is 0 to 28";
    wrong = text_wrong(name, line);
    if (wrong != NULL)
        return wrong;
    task = &t->tasks[n];
    if (task->present)
        return "this task's number was given before";
    if (mssl_task_find_span(t, name) >= 0)
        return "this task's name was given before or is reserved";
    mssl_span_copy(task->name, sizeof task->name, name);
    mssl_span_copy(task->usage, sizeof task->usage, line);
    task->present = true;
    return NULL;
}

bool mssl_tasks_ok(const struct mssl_task_table *t)
{
    int i;

    for (i = 0; i <= MSSL_TASK_APP_MAX; i++) {
        struct mssl_span name = mssl_span_of(t->tasks[i].name);
        if (t->tasks[i].present && (text_wrong(name, mssl_span_of(t->tasks[i].usage)) != NULL
                                    || mssl_task_find_span(t, name) != i))
            return false;
    }
    return true;
}

/* A line of a task table file, comment and blanks cut off. */
static const char *table_line(struct mssl_task_table *t, struct mssl_span line, bool *numbered)
{
    struct mssl_span word = mssl_span_word(&line, ' ');
    uint32_t n;

    if (mssl_span_is(word, "task"))
        return *numbered ? mssl_task_add(t, line) : "'table N' comes before the first task";
    if (!mssl_span_is(word, "table"))
        return "a line is 'table N' or 'task T NAME USAGE'";
    if (*numbered)
        return "'table N' is given once";
    if (!mssl_span_number(line, 255, &n))
        return "the table's number is 0 to 255";
    t->number = (uint8_t)n;
    *numbered = true;
    return NULL;
}

static struct mssl_span without_comment(struct mssl_span line)
{
    struct mssl_span s = mssl_span_word(&line, '#');

    while (s.len > 0 && s.p[s.len - 1] == ' ')
        s.len--;
    return s;
}

mssl_err mssl_task_table_parse(struct mssl_task_table *t, const char *text, size_t len,
                               struct mssl_why *why)
{
    struct mssl_reader r = { { text, len }, 0 };
    struct mssl_span line;
    bool numbered = false;

    memset(t, 0, sizeof *t);
    why->line = 0;
    why->reason = len > MSSL_TABLE_TEXT_MAX ? "longer than 4 KiB" : NULL;
    while (why->reason == NULL && mssl_reader_line(&r, &line)) {
        line = without_comment(line);
        if (line.len == 0)
            continue;
        why->line = r.line;
        why->reason = table_line(t, line, &numbered);
    }
    if (why->reason == NULL && !numbered)
        why->reason = "no line 'table N'";
    if (why->reason == NULL)
        return MSSL_OK;
    memset(t, 0, sizeof *t);
    return MSSL_E_FORMAT;
}

void mssl_put_tasks(struct mssl_writer *w, const struct mssl_task_table *t, const char *prefix)
{
    uint32_t i;

    for (i = 0; i <= MSSL_TASK_APP_MAX; i++) {
        const struct mssl_task *task = &t->tasks[i];
        if (!task->present)
            continue;
        mssl_put(w, prefix);
        mssl_put_number(w, i);
        mssl_put_char(w, ' ');
        mssl_put(w, task->name);
        if (task->usage[0] != '\0')
            mssl_put_char(w, ' ');
        mssl_put(w, task->usage);
        mssl_put_char(w, '\n');
    }
}

mssl_err mssl_task_table_format(const struct mssl_task_table *t, char *out, size_t *len)
{
    struct mssl_writer w;

    mssl_writer_begin(&w, out, *len);
    mssl_put(&w, "table ");
    mssl_put_number(&w, t->number);
    mssl_put_char(&w, '\n');
    mssl_put_tasks(&w, t, "task ");
    return mssl_writer_end(&w, len);
}

/* The bit of one name of a list, or why not. */
static const char *set_bit(uint32_t *bits, const struct mssl_task_table *t, struct mssl_span name)
{
    int task = mssl_task_find_span(t, name);

    if (task < 0)
        return "no task of this name in the task table";
    if (task == MSSL_TASK_DESCRIBE || task == MSSL_TASK_ENROL)
        return "this task is open to every host and needs no grant";
    if (*bits >> task & 1)
        return "this task was named before";
    *bits |= (uint32_t)1 << task;
    return NULL;
}

mssl_err mssl_task_set_parse(uint32_t *tasks, const struct mssl_task_table *t, const char *text,
                             size_t *at, struct mssl_why *why)
{
    struct mssl_span s = mssl_span_of(text);
    uint32_t bits = 0;
    bool more;

    why->line = 0;
    do {
        struct mssl_span name;
        *at = (size_t)(s.p - text);
        name = mssl_span_word(&s, ',');
        more = name.p + name.len < s.p;
        why->reason = set_bit(&bits, t, name);
        if (why->reason != NULL)
            return MSSL_E_ARGUMENT;
    } while (more);
    *tasks = bits;
    return MSSL_OK;
}

mssl_err mssl_task_set_format(uint32_t tasks, const struct mssl_task_table *t, char *out, size_t *len)
{
    struct mssl_writer w;
    uint8_t i;

    mssl_writer_begin(&w, out, *len);
    for (i = 0; i < MSSL_TASKS; i++) {
        const char *name = mssl_task_name(t, i);
        if (!(tasks >> i & 1))
            continue;
        if (w.len > 0)
            mssl_put_char(&w, ',');
        if (name[0] == '?')
            mssl_put_number(&w, i);
        else
            mssl_put(&w, name);
    }
    return mssl_writer_end(&w, len);
}
