/* SPDX-License-Identifier: ISC */
/* The program mssl: its command line. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mssl_cli.h"
#include "std_fds.h"

#define TIMEOUT_MAX_S 86400

/* tail: from this word on all belongs to the device's command. A command that has
 * run_own reads its options itself. */
struct command {
    const char *name;
    int (*run)(const struct mssl_options *o);
    int min, max, tail;
    int (*run_own)(char **argv);
};

static const struct command commands[] = {
    { "connect",  mssl_run_connect,  2, 2, MSSL_WORDS_MAX, NULL },
    { "exec",     mssl_run_exec,     3, MSSL_WORDS_MAX, 2, NULL },
    { "info",     mssl_run_info,     2, 2, MSSL_WORDS_MAX, NULL },
    { "admin",    mssl_run_admin,    3, 5, MSSL_WORDS_MAX, NULL },
    { "restrict", mssl_run_restrict, 1, 1, MSSL_WORDS_MAX, NULL },
};

static const struct command *command_find(const char *name)
{
    size_t i;

    for (i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(name, commands[i].name) == 0)
            return &commands[i];
    return NULL;
}

/* Where an option's value goes; NULL: this option has none. */
static const char **value_of(struct mssl_options *o, const char *option)
{
    const struct { const char *name; const char **to; } values[] = {
        { "--authority", &o->authority }, { "-o", &o->out }, { "--tasks", &o->tasks },
        { "--address", &o->address }, { "--mac", &o->mac }, { "--host", &o->host },
    };
    size_t i;

    for (i = 0; i < sizeof values / sizeof values[0]; i++)
        if (strcmp(option, values[i].name) == 0)
            return values[i].to;
    return NULL;
}

static int take_timeout(struct mssl_options *o, const char *text)
{
    char *end;
    unsigned long n = strtoul(text, &end, 10);

    if (text[0] < '0' || text[0] > '9' || *end != '\0' || n < 1 || n > TIMEOUT_MAX_S)
        return mssl_report(MSSL_EXIT_USAGE, text, "no time-out", "give 1 to 86400 seconds");
    o->timeout_s = (unsigned)n;
    return MSSL_EXIT_DONE;
}

/* Takes the option argv[0]; *used: how many of argv it was. */
static int take_option(struct mssl_options *o, char **argv, int *used)
{
    const char **to = value_of(o, argv[0]);
    bool timeout = strcmp(argv[0], "--timeout") == 0;

    *used = 1;
    if (strcmp(argv[0], "--verbose") == 0 || strcmp(argv[0], "-v") == 0)
        o->verbose = true;
    else if (strcmp(argv[0], "--wait") == 0)
        o->wait = true;
    else if (to == NULL && !timeout)
        return mssl_report(MSSL_EXIT_USAGE, argv[0], "no such option", "see mssl --help");
    if (to == NULL && !timeout)
        return MSSL_EXIT_DONE;
    if (argv[1] == NULL)
        return mssl_report(MSSL_EXIT_USAGE, argv[0], "its value is missing", "see mssl --help");
    *used = 2;
    if (timeout)
        return take_timeout(o, argv[1]);
    *to = argv[1];
    return MSSL_EXIT_DONE;
}

static int take_words(struct mssl_options *o, char **argv, int tail)
{
    bool options = true;

    while (*argv != NULL) {
        int used = 1, code;
        options = options && o->count < tail;
        if (options && strcmp(*argv, "--") == 0) {
            options = false;
        } else if (options && argv[0][0] == '-' && argv[0][1] != '\0') {
            code = take_option(o, argv, &used);
            if (code != MSSL_EXIT_DONE)
                return code;
        } else if (o->count == MSSL_WORDS_MAX) {
            return mssl_report(MSSL_EXIT_USAGE, *argv, "too many words", "a command has at most 127 bytes");
        } else {
            o->words[o->count++] = *argv;
        }
        argv += used;
    }
    return MSSL_EXIT_DONE;
}

/* --help anywhere before the device's command. */
static bool wants_help(char **argv, int tail)
{
    int words = 0;

    for (; *argv != NULL && words < tail && strcmp(*argv, "--") != 0; argv++) {
        if (strcmp(*argv, "--help") == 0 || strcmp(*argv, "-h") == 0)
            return true;
        words += argv[0][0] != '-';
    }
    return false;
}

static int run(const struct command *c, char **argv)
{
    struct mssl_options o = { .timeout_s = MSSL_TIMEOUT_DEFAULT_S };
    int code;

    if (wants_help(argv, c->tail)) {
        fputs(mssl_help(c->name), stdout);
        return MSSL_EXIT_DONE;
    }
    if (c->run_own != NULL)
        return c->run_own(argv);
    code = take_words(&o, argv, c->tail);
    if (code != MSSL_EXIT_DONE)
        return code;
    if (o.count < c->min || o.count > c->max) {
        fputs(mssl_help(c->name), stderr);
        return MSSL_EXIT_USAGE;
    }
    return c->run(&o);
}

/* What was done but could not be told is not success. */
static int finish(int code)
{
    if ((fflush(stdout) != 0 || ferror(stdout)) && code == MSSL_EXIT_DONE)
        return mssl_report(MSSL_EXIT_UNWRITTEN, "standard output", "can't be written",
                           "what was asked is done: don't repeat it for its answer's sake");
    return code;
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
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
        const char *text = argc > 2 ? mssl_help(argv[2]) : mssl_help(NULL);
        if (text == NULL)
            return mssl_report(MSSL_EXIT_USAGE, argv[2], "no such command", "see mssl --help");
        fputs(text, stdout);
        return finish(MSSL_EXIT_DONE);
    }
    c = command_find(argv[1]);
    if (c == NULL)
        return mssl_report(MSSL_EXIT_USAGE, argv[1], "no such command", "see mssl --help");
    return finish(run(c, argv + 2));
}
