/* SPDX-License-Identifier: ISC */
/* The grant of a session: its file, and its signature before anything is sent. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mssl_cli.h"

#define PEM_MAX   8192
#define PATH_SIZE 4096

int mssl_load_grant_unchecked(struct mssl_grant_file *g, const char *path)
{
    struct mssl_why why = { 0, "" };
    mssl_err e = mssl_grant_file_read(g, path, &why);

    return e == MSSL_OK ? MSSL_EXIT_DONE : mssl_report_file(e, path, &why);
}

/* Option, environment, default: docs/FORMATS.md. NULL: there is no home. */
static const char *authority_path(const struct mssl_options *o, char path[PATH_SIZE])
{
    const char *env = getenv("MSSL_AUTHORITY"), *home = getenv("HOME");
    int n;

    if (o->authority != NULL)
        return o->authority;
    if (env != NULL && env[0] != '\0')
        return env;
    if (home == NULL)
        return NULL;
    n = snprintf(path, PATH_SIZE, "%s/.config/mssl/authority.pub", home);
    return n < PATH_SIZE ? path : NULL;
}

int mssl_load_authority(const char **pem, size_t *len, const struct mssl_options *o)
{
    static char pinned[PEM_MAX];
    static size_t pinned_len;
    char room[PATH_SIZE];
    const char *path = authority_path(o, room);
    mssl_err e = MSSL_OK;

    if (path == NULL)
        return mssl_report(MSSL_EXIT_USAGE, "authority.pub", "no place to look for it: HOME is not set",
                           "give the authority's public key with --authority FILE");
    if (pinned_len == 0) {
        pinned_len = sizeof pinned;
        e = mssl_file_read(pinned, &pinned_len, path);
    }
    if (e != MSSL_OK)
        return mssl_report(MSSL_EXIT_USAGE, path, e == MSSL_E_FILE ? strerror(errno) : mssl_err_text(e),
                           "give the authority's public key with --authority FILE");
    *pem = pinned;
    *len = pinned_len;
    return MSSL_EXIT_DONE;
}

static int check_signature(const struct mssl_grant_file *g, const struct mssl_options *o)
{
    char room[PATH_SIZE];
    const char *pem, *path = authority_path(o, room);
    size_t len;
    int code = mssl_load_authority(&pem, &len, o);
    mssl_err e;

    if (code != MSSL_EXIT_DONE)
        return code;
    e = mssl_signature_verify(g->blocks[0], g->signature, g->signature_len, pem, len);
    if (e == MSSL_OK)
        return MSSL_EXIT_DONE;
    if (e == MSSL_E_FORMAT)
        return mssl_report(MSSL_EXIT_USAGE, path, "no RSA public key of 2048 bits or more in PEM",
                           "take the authority's authority.pub");
    if (e == MSSL_E_SIGNATURE)
        return mssl_report(MSSL_EXIT_FORGED, o->words[0], "not signed by the pinned authority",
                           "don't use it, or pin the right key with --authority FILE");
    return mssl_report(MSSL_EXIT_USAGE, path, mssl_err_text(e), NULL);
}

int mssl_load_grant(struct mssl_grant_file *g, const struct mssl_options *o)
{
    int code = mssl_load_grant_unchecked(g, o->words[0]);

    if (code != MSSL_EXIT_DONE)
        return code;
    code = check_signature(g, o);
    if (code != MSSL_EXIT_DONE)
        mssl_grant_file_wipe(g);
    return code;
}
