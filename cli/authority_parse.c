/* SPDX-License-Identifier: ISC */
/* The arguments of mssl-authority: one table of options, each command takes some. */
#include "authority_cli.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control.h"

/* In the order of enum option_id. */
typedef char options_fit_the_mask[OPT_COUNT <= 64 ? 1 : -1];

static const struct option options[] = {
    { "dir", required_argument, NULL, OPT_DIR },
    { "passphrase-file", required_argument, NULL, OPT_PASSPHRASE_FILE },
    { "json", no_argument, NULL, OPT_JSON },
    { "help", no_argument, NULL, OPT_HELP },
    { "version", no_argument, NULL, OPT_VERSION },
    { "bits", required_argument, NULL, OPT_BITS },
    { "exponent", required_argument, NULL, OPT_EXPONENT },
    { "no-passphrase", no_argument, NULL, OPT_NO_PASSPHRASE },
    { "ip", required_argument, NULL, OPT_IP },
    { "netmask", required_argument, NULL, OPT_NETMASK },
    { "gateway", required_argument, NULL, OPT_GATEWAY },
    { "mac", required_argument, NULL, OPT_MAC },
    { "tasks-table", required_argument, NULL, OPT_TASKS_TABLE },
    { "force", no_argument, NULL, OPT_FORCE },
    { "output", required_argument, NULL, OPT_OUTPUT },
    { "device", required_argument, NULL, OPT_DEVICE },
    { "tasks", required_argument, NULL, OPT_TASKS },
    { "address", required_argument, NULL, OPT_ADDRESS },
    { "param", required_argument, NULL, OPT_PARAM },
    { "admin", no_argument, NULL, OPT_ADMIN },
    { "slot", required_argument, NULL, OPT_SLOT },
    { "secret", no_argument, NULL, OPT_SECRET },
    { "authority", required_argument, NULL, OPT_AUTHORITY },
    { "cancel", no_argument, NULL, OPT_CANCEL },
    { "hello", required_argument, NULL, OPT_HELLO },
    { "welcome", required_argument, NULL, OPT_WELCOME },
    { "from", required_argument, NULL, OPT_FROM },
    { "adopt", no_argument, NULL, OPT_ADOPT },
    { "modulus", required_argument, NULL, OPT_MODULUS },
    { "chip", required_argument, NULL, OPT_CHIP },
    { "key", required_argument, NULL, OPT_KEY },
    { "pin-file", required_argument, NULL, OPT_PIN_FILE },
    { "new-passphrase-file", required_argument, NULL, OPT_NEW_PASSPHRASE_FILE },
    { "check", no_argument, NULL, OPT_CHECK },
    { "anchor", required_argument, NULL, OPT_ANCHOR },
    { "host", required_argument, NULL, OPT_HOST },
    { "out", required_argument, NULL, OPT_OUT },
    { "csv", required_argument, NULL, OPT_CSV },
    { "text", no_argument, NULL, OPT_TEXT },
    { "qr", no_argument, NULL, OPT_QR },
    { "skip", required_argument, NULL, OPT_SKIP },
    { "file-passphrase-file", required_argument, NULL, OPT_FILE_PASSPHRASE_FILE },
    { NULL, 0, NULL, 0 }
};

static char where[300];

void cli_at(const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    vsnprintf(where, sizeof where, format, ap);
    va_end(ap);
}

/* Arguments, lines and names of files are repeated here, and may be a stranger's: none of
 * their bytes commands the terminal. */
int cli_fail(int code, const char *format, ...)
{
    char line[2400], *p;
    va_list ap;
    int n = snprintf(line, sizeof line, "mssl-authority: %s", where);

    va_start(ap, format);
    vsnprintf(line + n, sizeof line - (size_t)n, format, ap);
    va_end(ap);
    for (p = line; *p; p++) {
        if (cli_is_control(*p))
            *p = '?';
    }
    fprintf(stderr, "%s\n", line);
    return code;
}

int cli_number(long *out, const char *text, long lo, long hi, const char *what)
{
    char *end;

    errno = 0;
    *out = strtol(text, &end, 10);
    if (errno || *end || end == text || text[0] < '0' || text[0] > '9' || *out < lo || *out > hi) {
        cli_fail(MSSL_AUTH_USAGE, "%s \"%.40s\": a number from %ld to %ld is wanted", what, text,
                 lo, hi);
        return 0;
    }
    return 1;
}

/* "device add" is two words, "grant" one. Returns how many matched. */
static int matches(const char *name, char *const *words, int n)
{
    const char *space = strchr(name, ' ');
    size_t first = space ? (size_t)(space - name) : strlen(name);

    if (n < 1 || strlen(words[0]) != first || memcmp(words[0], name, first))
        return 0;
    if (!space)
        return 1;
    return n > 1 && !strcmp(words[1], space + 1) ? 2 : 0;
}

static int find_command(struct cli *cli, char *const *words, int n)
{
    const struct command *c;
    int used = 0;

    for (c = authority_commands; c->name; c++) {
        used = matches(c->name, words, n);
        if (used)
            break;
    }
    if (!used && n == 1 && !strcmp(words[0], "device"))
        return cli_fail(MSSL_AUTH_USAGE, "device what? add, list, show, remove, image, export, import or replace: see "
                        "`mssl-authority --help`");
    if (!used)
        return cli_fail(MSSL_AUTH_USAGE, "unknown command \"%.40s%s%.40s\": see `mssl-authority "
                        "--help`", words[0], n > 1 && !strcmp(words[0], "device") ? " " : "",
                        n > 1 && !strcmp(words[0], "device") ? words[1] : "");
    cli->command = c;
    words += used;
    n -= used;
    if (n > WORDS_MAX || (n > c->max_words && !cli->opt[OPT_HELP]))
        return cli_fail(MSSL_AUTH_USAGE, "too many words: mssl-authority %s %s", c->name,
                        c->usage);
    if (n < c->min_words && !cli->opt[OPT_HELP])
        return cli_fail(MSSL_AUTH_USAGE, "something is missing: mssl-authority %s %s", c->name,
                        c->usage);
    memcpy(cli->words, words, (size_t)n * sizeof *words);
    cli->n_words = n;
    return 0;
}

static int check_options(const struct cli *cli)
{
    int i;

    for (i = 0; i < OPT_COUNT; i++) {
        if (cli->opt[i] && !((cli->command->options | OPT_EVERYWHERE) & OPT(i)))
            return cli_fail(MSSL_AUTH_USAGE, "--%s is not for `%s`: mssl-authority %s %s",
                            options[i].name, cli->command->name, cli->command->name,
                            cli->command->usage);
    }
    return 0;
}

static int set_dir(struct cli *cli)
{
    const char *dir = cli->opt[OPT_DIR] ? cli->opt[OPT_DIR] : getenv("MSSL_AUTHORITY_DIR");
    const char *home = getenv("HOME");
    int n;

    if (dir && *dir)
        n = snprintf(cli->dir, sizeof cli->dir, "%s", dir);
    else if (home && *home)
        n = snprintf(cli->dir, sizeof cli->dir, "%s/.local/share/mssl/authority", home);
    else
        return cli_fail(MSSL_AUTH_USAGE, "no directory: name it with --dir");
    if (n < 0 || (size_t)n >= sizeof cli->dir)
        return cli_fail(MSSL_AUTH_USAGE, "the directory's name is too long: name it with --dir");
    return 0;
}

int cli_parse(struct cli *cli, int argc, char **argv)
{
    int c, err;

    opterr = 0;
    while ((c = getopt_long(argc, argv, "o:h", options, NULL)) != -1) {
        if (c == 'o')
            c = OPT_OUTPUT;
        if (c == 'h')
            c = OPT_HELP;
        if (c == '?')
            return cli_fail(MSSL_AUTH_USAGE, "%s is no option, or lacks its value: see "
                            "`mssl-authority --help`", argv[optind - 1]);
        if (cli->opt[c])
            return cli_fail(MSSL_AUTH_USAGE, "--%s is given twice", options[c].name);
        cli->opt[c] = optarg ? optarg : "";
    }
    if (optind < argc && !strcmp(argv[optind], "help")) {       /* as --help */
        cli->opt[OPT_HELP] = "";
        optind++;
    }
    if (optind == argc) {
        if (cli->opt[OPT_HELP] || cli->opt[OPT_VERSION])
            return 0;
        return cli_fail(MSSL_AUTH_USAGE, "no command: see `mssl-authority --help`");
    }
    err = find_command(cli, argv + optind, argc - optind);
    if (!err)
        err = check_options(cli);
    return err ? err : set_dir(cli);
}
