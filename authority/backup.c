/* SPDX-License-Identifier: ISC */
/* A copy of the whole authority in one file, and the way back. PROTOCOL 11 */
#include "inside.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX_LEN 16384

/* -- There -- */

static mssl_auth_err add_file(struct mssl_auth *a, struct auth_bundle *b, const char *name,
                              unsigned mode)
{
    char *path = auth_path(a->dir, name), *data = NULL;
    size_t len = 0;
    mssl_auth_err err;

    if (!path)
        return auth_fail(a, MSSL_AUTH_FILE, "out of memory");
    err = auth_read(a, path, FILE_MAX_LEN, &data, &len);
    free(path);
    return err ? err : auth_bundle_add(a, b, name, mode, data, len);
}

/* authority.pub.1 and so on: the keys before rollovers. */
static mssl_auth_err add_former(struct mssl_auth *a, struct auth_bundle *b)
{
    mssl_auth_err err = 0;
    struct dirent *entry;
    DIR *d = opendir(a->dir);

    while (!err && d && (entry = readdir(d))) {
        const char *rest = entry->d_name + 14;

        if (!strncmp(entry->d_name, "authority.pub.", 14) && *rest &&
            strspn(rest, "0123456789") == strlen(rest))
            err = add_file(a, b, entry->d_name, 0644);
    }
    if (d)
        closedir(d);
    return err;
}

/* SQLite's own copy of its pages; the lock of the transaction holds the files, too. */
static mssl_auth_err add_ledger(struct mssl_auth *a, struct auth_bundle *b)
{
    sqlite3_int64 size = 0;
    unsigned char *pages = sqlite3_serialize(a->db, "main", &size, 0);
    char *data = pages ? malloc((size_t)size + 1) : NULL;

    if (data)
        memcpy(data, pages, (size_t)size);
    if (pages)
        mssl_wipe(pages, (size_t)size);
    sqlite3_free(pages);
    return auth_bundle_add(a, b, "ledger.db", 0600, data, (size_t)size);
}

static mssl_auth_err collect(struct mssl_auth *a, struct auth_bundle *b)
{
    /* First, so that it is in the copy; and none of it is anywhere without an entry. */
    mssl_auth_err err = auth_log(a, "backup", NULL, NULL, "begun");

    if (!err)
        err = add_ledger(a, b);
    if (!err)
        err = add_file(a, b, "authority.key", 0600);
    if (!err)
        err = add_file(a, b, "authority.pub", 0644);
    return err ? err : add_former(a, b);
}

mssl_auth_err mssl_auth_backup(struct mssl_auth *a, const char *path)
{
    struct auth_bundle b = { .count = 0 };
    mssl_auth_err err = auth_bundle_begin(a, &b, path);

    if (!err)
        err = auth_begin(a);
    if (!err)
        err = auth_end(a, collect(a, &b));
    if (!err)
        err = auth_bundle_write(a, &b, path);
    auth_bundle_drop(&b);
    return err;
}

/* -- And back -- */

struct restoring {
    struct auth_bundle b;
    int skip;
};

/* What was granted after the backup is in no ledger any more: no slot's next grant may
 * meet one of those, and an image made before is of another time. A slot that was to go on
 * at its floor may have been used from there. */
static mssl_auth_err mark(struct mssl_auth *a, int skip)
{
    mssl_auth_err err = auth_run(a, "UPDATE slot SET floor=min(max(generation,floor)+1+?,254)", "i",
                                 (sqlite3_int64)skip);

    if (!err)       /* a fresh key of before may be on the chip, with lost grants under it */
        err = auth_run(a, "DELETE FROM device_key WHERE (device,epoch) IN (SELECT id,epoch+1 FROM"
                          " device WHERE fresh_key=1)", "");
    if (!err)
        err = auth_run(a, "UPDATE device SET restored=1,fresh_key=0,image_epoch=NULL,"
                          "image_generations=NULL", "");
    return err ? err : auth_log(a, "restore", NULL, NULL, "slots go on %d generations higher", skip);
}

static const struct auth_member *member(const struct auth_bundle *b, const char *name)
{
    int i;

    for (i = 0; i < b->count; i++) {
        if (!strcmp(b->members[i].name, name))
            return &b->members[i];
    }
    return NULL;
}

static mssl_auth_err mark_ledger(struct mssl_auth *a, const char *made, int skip)
{
    char *path = auth_path(made, "ledger.db");
    mssl_auth_err err;

    if (!path)
        return auth_fail(a, MSSL_AUTH_FILE, "out of memory");
    err = auth_ledger_open(a, path);
    if (!err)
        err = auth_begin(a);
    if (!err)
        err = auth_end(a, mark(a, skip));
    sqlite3_close(a->db);
    a->db = NULL;
    free(path);
    return err;
}

static mssl_auth_err fill(struct mssl_auth *a, const char *made, void *arg)
{
    const struct restoring *r = arg;
    const struct auth_member *m = member(&r->b, "authority.pub");
    mssl_auth_err err = 0;
    int i;

    if (!m || !member(&r->b, "authority.key") || !member(&r->b, "ledger.db"))
        return auth_fail(a, MSSL_AUTH_FILE, "the backup lacks a file: take another");
    auth_signer_note(a, m->data, m->len);
    for (i = 0; !err && i < r->b.count; i++) {
        m = &r->b.members[i];
        err = auth_dir_put(a, made, m->name, m->mode, m->data, m->len);
    }
    return err ? err : mark_ledger(a, made, r->skip);
}

mssl_auth_err mssl_auth_restore(const char *dir, const char *path, int skip,
                                char why[MSSL_AUTH_WHY_LEN])
{
    struct restoring r = { .b = { .count = 0 }, .skip = skip };
    struct mssl_auth a;
    mssl_auth_err err = 0;

    memset(&a, 0, sizeof a);
    if (skip < 1 || skip > MSSL_GENERATION_MAX)
        err = auth_fail(&a, MSSL_AUTH_USAGE, "%d generations: choose 1 to %d", skip,
                        MSSL_GENERATION_MAX);
    if (!err)
        err = auth_bundle_read(&a, &r.b, path);
    if (!err)
        err = auth_dir_make(&a, dir, fill, &r);
    auth_bundle_drop(&r.b);
    memcpy(why, a.why, sizeof a.why);
    mssl_wipe(&a, sizeof a);
    return err;
}
