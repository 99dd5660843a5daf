/* SPDX-License-Identifier: ISC */
/* Files that change together with the ledger: their content is committed with it, and
 * then put in place by whoever comes first, the one who committed or the next to open. */
#include "inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

mssl_auth_err auth_file_later(struct mssl_auth *a, const char *name, unsigned mode,
                              const char *content, size_t len)
{
    return auth_run(a, "INSERT INTO pending_file VALUES(?,?,?)", "sib", name,
                    (sqlite3_int64)mode, content, (int)len);
}

/* The lock of the transaction is held: nobody else uses the name made of path. */
static mssl_auth_err put(struct mssl_auth *a, const char *path, const char *made, unsigned mode,
                         const char *content, size_t len)
{
    mssl_auth_err err;
    int fd;

    unlink(made);                       /* of one who was killed here */
    err = auth_create(a, made, mode, &fd);
    if (!err)
        err = auth_fill(a, made, fd, content, len);
    if (!err && rename(made, path)) {
        unlink(made);
        err = auth_fail(a, MSSL_AUTH_FILE, "%s cannot be replaced: make its directory writable and "
                        "repeat any command", path);
    }
    return err;
}

static mssl_auth_err put_row(struct mssl_auth *a, sqlite3_stmt *st)
{
    const char *name = (const char *)sqlite3_column_text(st, 0);
    size_t n = strlen(a->dir) + strlen(name) + sizeof "/.new";
    char *path = auth_path(a->dir, name), *made = malloc(n);
    mssl_auth_err err;

    if (made)
        snprintf(made, n, "%s/%s.new", a->dir, name);
    if (!path || !made || strchr(name, '/'))
        err = auth_fail(a, MSSL_AUTH_FILE, "out of memory");
    else
        err = put(a, path, made, (unsigned)sqlite3_column_int(st, 1), sqlite3_column_blob(st, 2),
                  (size_t)sqlite3_column_bytes(st, 2));
    free(made);
    free(path);
    return err;
}

mssl_auth_err auth_files_put(struct mssl_auth *a)
{
    sqlite3_stmt *st;
    mssl_auth_err err = auth_ask(a, &st, "SELECT name,mode,content FROM pending_file", "");
    int row = 0, any = 0;

    if (err)
        return err;
    err = auth_next(a, st, &row);
    while (!err && row) {
        any = 1;
        err = put_row(a, st);
        if (!err)
            err = auth_next(a, st, &row);
    }
    sqlite3_finalize(st);
    if (err || !any)
        return err;
    auth_sync_dir(a->dir);
    return auth_run(a, "DELETE FROM pending_file", "");
}

mssl_auth_err auth_files_settle(struct mssl_auth *a)
{
    sqlite3_int64 n = 0;
    mssl_auth_err err = auth_number(a, "SELECT count(*) FROM pending_file", &n);

    if (err || !n)
        return err;
    err = auth_exec(a, "BEGIN IMMEDIATE", "putting files in place");
    if (!err)
        err = auth_end(a, auth_files_put(a));
    if (!err)
        auth_scrub(a);
    return err;
}
