/* SPDX-License-Identifier: ISC */
/* Options and words of a subcommand: see mssl_options.h. */
#include "mssl_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mssl_json.h"
#include "mssl_names_parse.h"

/* A flag, a text or a number, whichever has a place. */
struct option {
    const char *name, *other;
    unsigned group;
    bool *flag;
    const char **text;
    unsigned *number;
    unsigned long max;          /* of the number, from 1 */
    const char *wrong, *remedy;
};

#define OPTIONS_MAX 20

/* Ends with one without a name. */
static void options_of(struct option list[OPTIONS_MAX], struct mssl_options *o)
{
    const struct option all[] = {
        { "--verbose", "-v", MSSL_TAKES_VERBOSE, .flag = &o->verbose },
        { "--wait", NULL, MSSL_TAKES_SESSION, .flag = &o->wait },
        { "--json", NULL, MSSL_TAKES_JSON, .flag = &o->json },
        { "--batch", NULL, MSSL_TAKES_BATCH, .flag = &o->batch },
        { "--keep-going", NULL, MSSL_TAKES_BATCH, .flag = &o->keep_going },
        { "--count", "-c", MSSL_TAKES_COUNT, .number = &o->count_max, .max = 1000000000,
          .wrong = "no count", .remedy = "give 1 to 1000000000" },
        { "--interval", "-i", MSSL_TAKES_INTERVAL, .number = &o->interval_s, .max = 86400,
          .wrong = "no interval", .remedy = "give 1 to 86400 seconds" },
        { "--authority", NULL, MSSL_TAKES_AUTHORITY, .text = &o->authority },
        { "--keylog", NULL, MSSL_TAKES_SESSION, .text = &o->keylog },
        { "--timeout", NULL, MSSL_TAKES_SESSION, .number = &o->timeout_s, .max = MSSL_TIMEOUT_MAX_S,
          .wrong = "no time-out", .remedy = "give 1 to 86400 seconds" },
        { "-o", NULL, MSSL_TAKES_RESTRICT, .text = &o->out },
        { "--tasks", NULL, MSSL_TAKES_RESTRICT, .text = &o->tasks },
        { "--address", NULL, MSSL_TAKES_RESTRICT, .text = &o->address },
        { "--mac", NULL, MSSL_TAKES_RESTRICT, .text = &o->mac },
        { "--host", NULL, MSSL_TAKES_RESTRICT, .text = &o->host },
        { .name = NULL },
    };

    memcpy(list, all, sizeof all);
}

static const struct option *option_find(const struct option *list, const char *word)
{
    for (; list->name != NULL; list++)
        if (strcmp(word, list->name) == 0 || (list->other != NULL && strcmp(word, list->other) == 0))
            return list;
    return NULL;
}

static int take_number(const struct option *option, const char *text)
{
    char *end;
    unsigned long n = strtoul(text, &end, 10);

    if (text[0] < '0' || text[0] > '9' || *end != '\0' || n < 1 || n > option->max)
        return mssl_report(MSSL_EXIT_USAGE, text, option->wrong, option->remedy);
    *option->number = (unsigned)n;
    return MSSL_EXIT_DONE;
}

/* Takes the option argv[0]; *used: how many of argv it was. */
static int take_option(const struct option *list, unsigned takes, char **argv, int *used)
{
    const struct option *option = option_find(list, argv[0]);

    if (option == NULL)
        return mssl_report(MSSL_EXIT_USAGE, argv[0], "no such option", "see mssl --help");
    if ((option->group & takes) == 0)
        return mssl_report(MSSL_EXIT_USAGE, argv[0], "not an option of this command", "see its --help");
    *used = 1;
    if (option->flag != NULL) {
        *option->flag = true;
        if (option->group == MSSL_TAKES_JSON)
            mssl_json_use();        /* of errors in the words after it, too */
        return MSSL_EXIT_DONE;
    }
    if (argv[1] == NULL)
        return mssl_report(MSSL_EXIT_USAGE, argv[0], "its value is missing", "see mssl --help");
    *used = 2;
    if (option->number != NULL)
        return take_number(option, argv[1]);
    *option->text = argv[1];
    return MSSL_EXIT_DONE;
}

bool mssl_options_target_whole(const struct mssl_options *o, const struct mssl_syntax *s)
{
    return s->target == MSSL_TARGET_NONE
        || (o->grant != NULL && (s->target == MSSL_TARGET_GRANT || o->place != NULL));
}

/* A word of the target: a name is all of it; else it is GRANT, then HOST[:PORT]. */
static int take_target(struct mssl_options *o, const struct mssl_syntax *s, const char *word)
{
    bool found;
    int code;

    if (s->named && mssl_command_name(word))
        return mssl_report(MSSL_EXIT_USAGE, word, "a command behind options", "give the command first, then its options");
    if (o->grant != NULL) {
        o->place = o->target = word;
        return MSSL_EXIT_DONE;
    }
    code = mssl_name_find(&o->device, word, &found);
    if (code != MSSL_EXIT_DONE)
        return code;
    if (!found && s->named)
        return mssl_report(MSSL_EXIT_USAGE, word, "neither a command nor the name of a device",
                           "see mssl --help and mssl list");
    o->grant = found ? o->device.grant : word;
    o->place = found ? o->device.place : NULL;
    o->target = word;
    return MSSL_EXIT_DONE;
}

static int take_word(struct mssl_options *o, const struct mssl_syntax *s, const char *word)
{
    if (!mssl_options_target_whole(o, s))
        return take_target(o, s, word);
    if (o->count == MSSL_WORDS_MAX)
        return mssl_report(MSSL_EXIT_USAGE, word, "too many words", "a command has at most 127 bytes");
    o->words[o->count++] = word;
    return MSSL_EXIT_DONE;
}

/* The device's own settings come after what the command line says. */
static void settle(struct mssl_options *o)
{
    if (o->authority == NULL && o->device.authority[0] != '\0')
        o->authority = o->device.authority;
    if (o->timeout_s == 0)
        o->timeout_s = o->device.timeout_s != 0 ? o->device.timeout_s : MSSL_TIMEOUT_DEFAULT_S;
}

int mssl_options_read(struct mssl_options *o, const struct mssl_syntax *s, char **argv)
{
    struct option list[OPTIONS_MAX];
    bool options = true;
    int code = MSSL_EXIT_DONE;

    options_of(list, o);
    while (*argv != NULL && code == MSSL_EXIT_DONE) {
        int used = 1;
        if (s->command && mssl_options_target_whole(o, s))
            options = false;
        if (options && strcmp(*argv, "--") == 0)
            options = false;
        else if (options && argv[0][0] == '-' && argv[0][1] != '\0')
            code = take_option(list, s->takes, argv, &used);
        else
            code = take_word(o, s, *argv);
        argv += used;
    }
    settle(o);
    return code;
}

bool mssl_options_help(const struct mssl_syntax *s, char **argv)
{
    struct mssl_options none = { .count = 0 };
    struct option list[OPTIONS_MAX];
    int words = 0;

    options_of(list, &none);
    for (; *argv != NULL && !(s->command && words == 2) && strcmp(*argv, "--") != 0; argv++) {
        const struct option *option = option_find(list, *argv);
        if (strcmp(*argv, "--help") == 0 || strcmp(*argv, "-h") == 0)
            return true;
        words += argv[0][0] != '-';
        if (option != NULL && option->flag == NULL && argv[1] != NULL)
            argv++;
    }
    return false;
}
