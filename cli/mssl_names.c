/* SPDX-License-Identifier: ISC */
/* The file of names: found, read whole, and checked: see mssl_names.h. */
#include "mssl_names.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mssl_cli.h"
#include "mssl_names_parse.h"

#define TEXT_MAX 65536

bool mssl_config_path(char path[MSSL_PATH_SIZE], const char *file)
{
    const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    int n = -1;

    if (xdg != NULL && xdg[0] == '/')       /* its specification: a relative one is ignored */
        n = snprintf(path, MSSL_PATH_SIZE, "%s/mssl/%s", xdg, file);
    else if (home != NULL)
        n = snprintf(path, MSSL_PATH_SIZE, "%s/.config/mssl/%s", home, file);
    return n >= 0 && n < MSSL_PATH_SIZE;
}

bool mssl_name_ok(const char *word)
{
    size_t n = strlen(word);

    return n >= 1 && n <= MSSL_NAME_MAX && word[0] != '-'
        && strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789_-") == n;
}

/* Who could write the file could send commands elsewhere, or pin another authority. */
static const char *file_wrong(const struct stat *st)
{
    if (!S_ISREG(st->st_mode))
        return "no ordinary file";
    if (st->st_uid != geteuid() && st->st_uid != 0)
        return "it belongs to another user, who could lead commands to another device";
    if ((st->st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return "other users may write it";
    return NULL;
}

static int read_checked(int fd, const char *path, char *text, size_t *len)
{
    const char *wrong = NULL;
    struct stat st;
    ssize_t got = 0;

    if (fstat(fd, &st) == 0)
        wrong = file_wrong(&st);
    else
        wrong = strerror(errno);
    if (wrong != NULL)
        return mssl_report(MSSL_EXIT_USAGE, path, wrong, "make it yours alone: chmod 600, chown");
    for (*len = 0; *len <= TEXT_MAX; *len += (size_t)got) {
        got = read(fd, text + *len, TEXT_MAX + 1 - *len);
        if (got < 0)
            return mssl_report(MSSL_EXIT_USAGE, path, strerror(errno), "check the path and its rights");
        if (got == 0)
            return MSSL_EXIT_DONE;
    }
    return mssl_report(MSSL_EXIT_USAGE, path, "longer than 64 KiB", "this is no file of names");
}

static int load(const char *path, char *text, size_t *len, bool *there)
{
    int code, fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

    *there = fd >= 0;
    *len = 0;
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
        return MSSL_EXIT_DONE;
    if (fd < 0)
        return mssl_report(MSSL_EXIT_USAGE, path, strerror(errno), "check the path and its rights");
    code = read_checked(fd, path, text, len);
    close(fd);
    return code;
}

int mssl_names_read(mssl_name_take *take, void *ctx, bool *there)
{
    static char text[TEXT_MAX + 1];
    char path[MSSL_PATH_SIZE], thing[MSSL_PATH_SIZE + 32];
    struct mssl_why why;
    size_t len;
    int code;

    *there = false;
    if (!mssl_config_path(path, "config"))
        return MSSL_EXIT_DONE;
    code = load(path, text, &len, there);
    if (code != MSSL_EXIT_DONE || !*there)
        return code;
    /* Twice: nothing is taken of a file that is wrong further down. */
    if (!mssl_names_parse(text, len, path, NULL, NULL, &why)) {
        snprintf(thing, sizeof thing, "%s: line %u", path, why.line);
        return mssl_report(MSSL_EXIT_USAGE, thing, why.reason, "see mssl-config(5)");
    }
    mssl_names_parse(text, len, path, take, ctx, &why);
    return MSSL_EXIT_DONE;
}

struct search {
    const char *word;
    struct mssl_name *to;
    bool found;
};

static void compare(void *ctx, const struct mssl_name *n)
{
    struct search *s = ctx;

    if (strcmp(n->name, s->word) != 0)
        return;
    *s->to = *n;
    s->found = true;
}

int mssl_name_find(struct mssl_name *n, const char *word, bool *found)
{
    struct search s = { word, n, false };
    bool there;
    int code;

    *found = false;
    if (!mssl_name_ok(word))
        return MSSL_EXIT_DONE;
    code = mssl_names_read(compare, &s, &there);
    *found = code == MSSL_EXIT_DONE && s.found;
    return code;
}
