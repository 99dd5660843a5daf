/* SPDX-License-Identifier: ISC */
/* The grant of a session: its file, and its signature before anything is sent. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mssl_cli.h"

#define PEM_MAX 8192

int mssl_load_grant_unchecked(struct mssl_grant_file *g, const char *path)
{
    struct mssl_why why = { 0, "" };
    mssl_err e = mssl_grant_file_read(g, path, &why);

    if (e == MSSL_E_FILE && errno == ENOENT && mssl_name_ok(path))
        return mssl_report(MSSL_EXIT_USAGE, path, "no grant file, and no name of a device",
                           "see mssl list and mssl-config(5)");
    return e == MSSL_OK ? MSSL_EXIT_DONE : mssl_report_file(e, path, &why);
}

const char *mssl_authority_path(const struct mssl_options *o, char room[MSSL_PATH_SIZE])
{
    const char *env = getenv("MSSL_AUTHORITY");

    if (o->authority != NULL)
        return o->authority;
    if (env != NULL && env[0] != '\0')
        return env;
    return mssl_config_path(room, "authority.pub") ? room : NULL;
}

int mssl_load_authority(const char **pem, size_t *len, const struct mssl_options *o)
{
    static char pinned[PEM_MAX];
    static size_t pinned_len;
    char room[MSSL_PATH_SIZE];
    const char *path = mssl_authority_path(o, room);
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

int mssl_report_authority(mssl_err e, const char *path)
{
    if (e == MSSL_E_FORMAT)
        return mssl_report(MSSL_EXIT_USAGE, path, "no RSA public key of 2048 bits or more in PEM",
                           "take the authority's authority.pub");
    return mssl_report(MSSL_EXIT_USAGE, path, mssl_err_text(e), NULL);
}

/* As ssh does for a host key that has changed: which key is pinned, and where, so that
 * a person can compare it with the authority's. */
static int report_other_authority(const char *grant, const char *path, const char *pem, size_t len)
{
    char print[MSSL_FINGERPRINT_SIZE], reason[MSSL_PATH_SIZE + 128];

    if (mssl_authority_fingerprint(print, pem, len) != MSSL_OK)
        print[0] = '\0';
    snprintf(reason, sizeof reason, "not signed by the pinned authority (sha256:%s in %s)", print, path);
    return mssl_report(MSSL_EXIT_FORGED, grant, reason,
                       "it is forged, or of another authority, or the authority has a new key: ask for its "
                       "fingerprint, and pin a key only when that is the same");
}

static int check_signature(const struct mssl_grant_file *g, const struct mssl_options *o)
{
    char room[MSSL_PATH_SIZE];
    const char *pem, *path = mssl_authority_path(o, room);
    size_t len;
    int code = mssl_load_authority(&pem, &len, o);
    mssl_err e;

    if (code != MSSL_EXIT_DONE)
        return code;
    e = mssl_signature_verify(g->blocks[0], g->signature, g->signature_len, pem, len);
    if (e == MSSL_OK)
        return MSSL_EXIT_DONE;
    if (e == MSSL_E_SIGNATURE)
        return report_other_authority(o->grant, path, pem, len);
    return mssl_report_authority(e, path);
}

int mssl_load_grant(struct mssl_grant_file *g, const struct mssl_options *o)
{
    int code = mssl_load_grant_unchecked(g, o->grant);

    if (code != MSSL_EXIT_DONE)
        return code;
    code = check_signature(g, o);
    if (code != MSSL_EXIT_DONE)
        mssl_grant_file_wipe(g);
    return code;
}
