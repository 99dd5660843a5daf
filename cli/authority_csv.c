/* SPDX-License-Identifier: ISC */
/* mssl-authority grant --csv: many grants at once, all or nothing. By libcsv. */
#include "authority_cli.h"

#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control.h"

#define TEXT_MAX ((size_t)1 << 20)
#define ROWS_MAX 4096
#define CELL_MAX 200

enum column { DEVICE, HOST, TASKS, ADDRESS, MAC, PARAM, SLOT, ADMIN, COLUMNS };
static const char *const names[COLUMNS] = { "device", "host", "tasks", "address", "mac", "param",
                                            "slot", "admin" };

struct row {
    char cells[COLUMNS][CELL_MAX + 1];
    unsigned line;
};

struct sheet {
    const char *path;
    struct row *rows;
    size_t n;
    enum column order[COLUMNS];         /* which column a place in the line is */
    int places;                         /* 0: the first line is still to come */
    int at;                             /* the place of the next cell in this line */
    unsigned line;
    int err;
    struct row now;
};

static int fault(struct sheet *s, const char *what)
{
    if (!s->err)
        s->err = cli_fail(MSSL_AUTH_USAGE, "%s, line %u: %s", s->path, s->line, what);
    return s->err;
}

static void take_name(struct sheet *s, const char *text, size_t len)
{
    int c, i;

    for (c = 0; c < COLUMNS; c++) {
        if (strlen(names[c]) == len && !memcmp(names[c], text, len))
            break;
    }
    if (c == COLUMNS) {
        fault(s, "a column is none of device, host, tasks, address, mac, param, slot, admin");
        return;
    }
    for (i = 0; i < s->at; i++) {
        if (s->order[i] == (enum column)c)
            fault(s, "a column stands twice");
    }
    if (!s->err)
        s->order[s->at++] = (enum column)c;
}

static int has_control(const char *text, size_t len)
{
    size_t i;

    for (i = 0; i < len; i++) {
        if (cli_is_control(text[i]))
            return 1;
    }
    return 0;
}

static void on_cell(void *text, size_t len, void *arg)
{
    struct sheet *s = arg;

    if (s->err)
        return;
    if (!s->places)
        take_name(s, text, len);
    else if (s->at == s->places)
        fault(s, "it has more cells than the first line");
    else if (len > CELL_MAX || has_control(text, len))
        fault(s, "a cell is too long, or holds a control byte or a line's end");
    else
        memcpy(s->now.cells[s->order[s->at++]], text, len);
}

static void end_names(struct sheet *s)
{
    int i, has = 0;

    for (i = 0; i < s->at; i++)
        has |= 1 << s->order[i];
    if (!(has & 1 << DEVICE) || !(has & 1 << HOST))
        fault(s, "the first line must name the columns, device and host among them");
    s->places = s->at;
}

static void end_row(struct sheet *s)
{
    if (s->at != s->places)
        fault(s, "it has fewer cells than the first line");
    else if (s->n == ROWS_MAX)
        fault(s, "too many lines: at most 4096 at once");
    if (s->err)
        return;
    s->now.line = s->line;
    s->rows[s->n++] = s->now;
}

static void on_line(int end, void *arg)
{
    struct sheet *s = arg;
    int blank = s->at == 0 || (s->places > 1 && s->at == 1 && !s->now.cells[s->order[0]][0]);

    if (!s->err && !blank) {
        if (!s->places)
            end_names(s);
        else
            end_row(s);
    }
    s->at = 0;
    memset(&s->now, 0, sizeof s->now);
    if (end != '\r')
        s->line++;
}

static int read_sheet(struct sheet *s)
{
    char *text = malloc(TEXT_MAX);
    struct csv_parser parser;
    size_t len = TEXT_MAX;

    s->line = 1;
    s->rows = calloc(ROWS_MAX, sizeof *s->rows);
    if (!text || !s->rows || csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL)) {
        free(text);
        return cli_fail(MSSL_AUTH_FILE, "out of memory");
    }
    if (mssl_file_read(text, &len, s->path))
        s->err = cli_fail(MSSL_AUTH_FILE, "%s cannot be read, or is longer than 1 MiB: name a CSV file",
                          s->path);
    else if (csv_parse(&parser, text, len, on_cell, on_line, s) != len ||
             csv_fini(&parser, on_cell, on_line, s))
        fault(s, "its quotes are wrong");
    csv_free(&parser);
    free(text);
    if (!s->err && !s->n)
        s->err = cli_fail(MSSL_AUTH_USAGE, "%s grants nothing: a line with column names and then a "
                          "line a grant are wanted", s->path);
    return s->err;
}

static int parse_row(struct cli *cli, struct row *row, struct mssl_auth_request *r)
{
    struct grant_words w = {
        row->cells[HOST], row->cells[DEVICE], row->cells[TASKS], row->cells[ADDRESS],
        row->cells[MAC], row->cells[PARAM], row->cells[SLOT], 0,
    };
    struct mssl_auth_device d;
    mssl_auth_err failed;
    char *p;

    for (p = row->cells[TASKS]; *p; p++)
        *p = *p == ' ' || *p == ';' ? ',' : *p;     /* commas want quotes in this format */
    if (strcmp(row->cells[ADMIN], "") && strcmp(row->cells[ADMIN], "yes") &&
        strcmp(row->cells[ADMIN], "no"))
        return cli_fail(MSSL_AUTH_USAGE, "admin is yes, no or empty");
    w.admin = !strcmp(row->cells[ADMIN], "yes");
    failed = mssl_auth_device_get(cli->a, w.device, &d);
    return failed ? cli_error(cli, failed) : grant_parse(r, &w, &d);
}

static void report(const struct mssl_auth_grant *made, size_t n, const char *out)
{
    size_t i, waiting = 0;

    for (i = 0; i < n; i++) {
        printf("granted %s on %s: slot %u, generation %u, epoch %lu%s\n", made[i].host,
               made[i].device, made[i].slot, made[i].generation, (unsigned long)made[i].epoch,
               made[i].state == MSSL_AUTH_WAITING ? ", waiting" : "");
        waiting += made[i].state == MSSL_AUTH_WAITING;
    }
    printf("wrote %lu grant%s to %s (mode 0600: they hold the keys)\n", (unsigned long)n,
           n == 1 ? "" : "s", out);
    if (waiting)
        printf("%lu of them wait until their devices are told: `mssl-authority list` says what\n",
               (unsigned long)waiting);
}

static int grant_all(struct cli *cli, struct sheet *s, struct mssl_auth_request *r,
                     struct mssl_auth_grant *made)
{
    mssl_auth_err failed;
    size_t i, bad;
    int err = 0;

    for (i = 0; !err && i < s->n; i++) {
        cli_at("%s, line %u: ", s->path, s->rows[i].line);
        err = parse_row(cli, &s->rows[i], &r[i]);
    }
    cli_at("%s", "");
    if (!err)
        err = cli_unlock_token(cli);
    if (err)
        return err;
    failed = mssl_auth_grant_many(cli->a, r, s->n, cli->opt[OPT_OUT], made, &bad);
    if (failed && bad < s->n)
        cli_at("%s, line %u: ", s->path, s->rows[bad].line);
    if (failed)
        return cli_error(cli, failed);
    report(made, s->n, cli->opt[OPT_OUT]);
    return 0;
}

int grant_csv(struct cli *cli)
{
    struct sheet s = { .path = cli->opt[OPT_CSV] };
    struct mssl_auth_request *r = NULL;
    struct mssl_auth_grant *made = NULL;
    int err;

    if (!cli->opt[OPT_OUT])
        return cli_fail(MSSL_AUTH_USAGE, "name the folder for the grants with --out");
    err = read_sheet(&s);
    if (!err) {
        r = calloc(s.n, sizeof *r);
        made = calloc(s.n, sizeof *made);
        err = r && made ? cli_unlock(cli) : cli_fail(MSSL_AUTH_FILE, "out of memory");
    }
    if (!err)
        err = grant_all(cli, &s, r, made);
    free(r);
    free(made);
    free(s.rows);
    return err;
}
