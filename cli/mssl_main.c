/* SPDX-License-Identifier: ISC */
/* The program mssl: its commands. */
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "mssl_keylog_file.h"
#include "mssl_names_parse.h"
#include "mssl_options.h"
#include "std_fds.h"
#include "tunnel_cli.h"

#define SESSION (MSSL_TAKES_AUTHORITY | MSSL_TAKES_SESSION | MSSL_TAKES_VERBOSE)
#define JSON (SESSION | MSSL_TAKES_JSON)

/* min, max: of the words after the target. A command that has run_own reads its
 * options itself. */
struct command {
    const char *name;
    int (*run)(const struct mssl_options *o);
    int min, max;
    struct mssl_syntax syntax;
    int (*run_own)(char **argv);
};

static const struct command commands[] = {
    { .name = "connect", .run = mssl_run_connect, .syntax = { SESSION, MSSL_TARGET_DEVICE } },
    { .name = "exec", .run = mssl_run_exec, .max = MSSL_WORDS_MAX,
      .syntax = { JSON | MSSL_TAKES_BATCH, MSSL_TARGET_DEVICE, .command = true } },
    { .name = "info", .run = mssl_run_info, .syntax = { JSON, MSSL_TARGET_DEVICE } },
    { .name = "ping", .run = mssl_run_ping,
      .syntax = { JSON | MSSL_TAKES_COUNT | MSSL_TAKES_INTERVAL, MSSL_TARGET_DEVICE } },
    { .name = "watch", .run = mssl_run_watch, .syntax = { JSON | MSSL_TAKES_COUNT, MSSL_TARGET_DEVICE } },
    { .name = "admin", .run = mssl_run_admin, .min = 1, .max = 3, .syntax = { JSON, MSSL_TARGET_DEVICE } },
    { .name = "restrict", .run = mssl_run_restrict, .syntax = { MSSL_TAKES_RESTRICT, MSSL_TARGET_GRANT } },
    { .name = "list", .run = mssl_run_list, .syntax = { MSSL_TAKES_JSON } },
    { .name = "fingerprint", .run = mssl_run_fingerprint, .max = 1, .syntax = { MSSL_TAKES_AUTHORITY | MSSL_TAKES_JSON } },
    { .name = "tunnel", .run_own = mssl_run_tunnel },
    { .name = "decode", .run_own = mssl_run_decode },
    { .name = "import", .run_own = mssl_run_import },
};

/* `mssl NAME TASK ...` */
static const struct command by_name = {
    .name = "exec", .run = mssl_run_exec, .max = MSSL_WORDS_MAX,
    .syntax = { JSON | MSSL_TAKES_BATCH, MSSL_TARGET_DEVICE, .command = true, .named = true },
};

static const struct command *command_find(const char *name)
{
    size_t i;

    for (i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(name, commands[i].name) == 0)
            return &commands[i];
    return NULL;
}

bool mssl_command_name(const char *word)
{
    return strcmp(word, "help") == 0 || command_find(word) != NULL;
}

static int run(const struct command *c, char **argv)
{
    struct mssl_options o = { .count = 0 };
    int code;

    if (mssl_options_help(&c->syntax, argv)) {
        fputs(mssl_help(c->name), stdout);
        return MSSL_EXIT_DONE;
    }
    if (c->run_own != NULL)
        return c->run_own(argv);
    code = mssl_options_read(&o, &c->syntax, argv);
    if (code != MSSL_EXIT_DONE)
        return code;
    if (c->syntax.named && o.grant != NULL && o.count == 0 && !o.batch)
        return mssl_report(MSSL_EXIT_USAGE, o.target, "no task is given", "see mssl info, or use mssl connect");
    if (!mssl_options_target_whole(&o, &c->syntax) || o.count < c->min || o.count > c->max)
        return mssl_report_usage(c->name);
    code = o.keylog != NULL ? mssl_keylog_open(o.keylog) : MSSL_EXIT_DONE;
    return code == MSSL_EXIT_DONE ? c->run(&o) : code;
}

/* What was done but could not be told is not success. */
static int finish(int code)
{
    if ((fflush(stdout) != 0 || ferror(stdout)) && code == MSSL_EXIT_DONE)
        return mssl_report(MSSL_EXIT_UNWRITTEN, "standard output", "can't be written",
                           "what was asked is done: don't repeat it for its answer's sake");
    return code;
}

static int help(const char *name)
{
    const char *text = mssl_help(name);

    if (text == NULL)
        return mssl_report(MSSL_EXIT_USAGE, name, "no such command", "see mssl --help");
    fputs(text, stdout);
    return MSSL_EXIT_DONE;
}

int main(int argc, char **argv)
{
    const struct command *c;

    if (!cli_std_fds())
        return MSSL_EXIT_USAGE;
    setlocale(LC_CTYPE, "");
    if (argc < 2) {
        fputs(mssl_help(NULL), stderr);
        return MSSL_EXIT_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("mssl " MSSL_VERSION);
        return finish(MSSL_EXIT_DONE);
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0)
        return finish(help(argc > 2 ? argv[2] : NULL));
    c = command_find(argv[1]);
    return finish(c != NULL ? run(c, argv + 2) : run(&by_name, argv + 1));
}
