/* SPDX-License-Identifier: ISC */
/* mssl import: a grant from lines that were typed or read by a camera. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "mssl_cli.h"
#include "mssl_typed.h"

#define LINE_MAX_LEN 400

const char mssl_help_import[] =
    "usage: mssl import -o FILE\n"
    "\n"
    "Reads the text form of a grant, as 'mssl-authority show' prints it, from standard input\n"
    "and writes the grant file, mode 0600. Each line has a check of its own: a mistyped one is\n"
    "named at once, and asked for again on a terminal. Small letters, O for 0, I and L for 1\n"
    "are as good. The QR code of a grant holds the same lines; zbarimg(1) reads it from a\n"
    "picture.\n"
    "\n"
    "  mssl import -o porch.grant\n"
    "  mssl import -o porch.grant < lines.txt\n";

static int take_words(const char **out, char **argv)
{
    for (*out = NULL; *argv != NULL; argv++) {
        if (strcmp(*argv, "-o") != 0 || *out != NULL)
            return mssl_report(MSSL_EXIT_USAGE, *argv, "not understood", "see mssl import --help");
        if (*++argv == NULL)
            return mssl_report(MSSL_EXIT_USAGE, "-o", "its value is missing", "see mssl import --help");
        *out = *argv;
    }
    if (*out != NULL)
        return MSSL_EXIT_DONE;
    return mssl_report_usage("import");
}

/* Before a person types it all: whether a file can be made there. */
static int try_place(const char *out)
{
    int fd = open(out, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

    if (fd < 0)
        return mssl_report_file(errno == EEXIST ? MSSL_E_EXISTS : MSSL_E_FILE, out, NULL);
    close(fd);
    unlink(out);
    return MSSL_EXIT_DONE;
}

/* A line, or a part of one up to '/', into line; its length, -1 at the end. */
static int read_line(char line[LINE_MAX_LEN])
{
    int n = 0, c;

    while ((c = getchar()) != EOF && c != '\n' && c != '/') {
        if (n < LINE_MAX_LEN)
            line[n++] = (char)c;        /* a longer one has too many symbols anyway */
    }
    return c == EOF && n == 0 ? -1 : n;
}

static void prompt(const struct mssl_typed *t)
{
    if (t->wanted > 0)
        fprintf(stderr, "line %u of %u: ", t->lines + 1, t->wanted);
    else
        fprintf(stderr, "line 1: ");
}

static int read_lines(struct mssl_typed *t, bool person)
{
    char line[LINE_MAX_LEN], thing[40];
    const char *reason;
    int n = 0, code = MSSL_EXIT_DONE;

    while (code == MSSL_EXIT_DONE && (t->wanted == 0 || t->lines < t->wanted)) {
        if (person)
            prompt(t);
        n = read_line(line);
        if (n < 0)
            break;
        if (mssl_typed_line(t, line, (size_t)n, &reason) == MSSL_OK)
            continue;
        snprintf(thing, sizeof thing, "line %u", t->lines + 1);
        code = mssl_report(MSSL_EXIT_USAGE, thing, reason, "type it again as it is printed");
        if (person)
            code = MSSL_EXIT_DONE;
    }
    mssl_wipe(line, sizeof line);
    return code;
}

static int write_grant(const struct mssl_typed *t, const char *out)
{
    struct mssl_grant_file g;
    mssl_err e = mssl_typed_end(t, &g);
    char thing[40];

    snprintf(thing, sizeof thing, "line %u", t->lines + 1);
    if (e == MSSL_E_STATE)
        return mssl_report(MSSL_EXIT_USAGE, thing, "is missing", "give all lines");
    if (e != MSSL_OK)
        return mssl_report(MSSL_EXIT_USAGE, "the lines", "are no grant", "ask for them again");
    e = mssl_grant_file_write(&g, out);
    if (e == MSSL_OK)
        printf("wrote the grant of %s for %s to %s\n", g.host_name, g.device_name, out);
    mssl_grant_file_wipe(&g);
    return e == MSSL_OK ? MSSL_EXIT_DONE : mssl_report_file(e, out, NULL);
}

int mssl_run_import(char **argv)
{
    struct mssl_typed t = { .lines = 0 };
    const char *out;
    int code = take_words(&out, argv);

    if (code == MSSL_EXIT_DONE)
        code = try_place(out);
    if (code == MSSL_EXIT_DONE)
        code = read_lines(&t, isatty(STDIN_FILENO) != 0);
    if (code == MSSL_EXIT_DONE)
        code = write_grant(&t, out);
    mssl_typed_wipe(&t);
    return code;
}
