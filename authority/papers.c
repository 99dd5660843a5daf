/* SPDX-License-Identifier: ISC */
/* Grant files that are made together and written as one folder, after the commit. */
#include "inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void auth_papers_drop(struct auth_papers *p)
{
    size_t i;

    for (i = 0; i < p->count; i++) {
        mssl_wipe(p->list[i].text, p->list[i].len);
        free(p->list[i].text);
    }
    free(p->list);
    auth_dir_drop(p->made);
    memset(p, 0, sizeof *p);
}

mssl_auth_err auth_papers_begin(struct mssl_auth *a, struct auth_papers *p, const char *out)
{
    p->out = out;
    return auth_dir_begin(a, out, &p->made);
}

static int room_for_one(struct auth_papers *p)
{
    struct auth_paper *more;

    if (p->count < p->room)
        return 1;
    more = realloc(p->list, (2 * p->room + 16) * sizeof *more);
    if (!more)
        return 0;
    p->list = more;
    p->room = 2 * p->room + 16;
    return 1;
}

static mssl_auth_err keep(struct mssl_auth *a, struct auth_papers *p,
                          const struct mssl_grant_file *file)
{
    struct auth_paper *paper;
    char *text = malloc(MSSL_GRANT_TEXT_MAX);
    size_t len = MSSL_GRANT_TEXT_MAX, i;
    char name[sizeof paper->name];

    snprintf(name, sizeof name, "%s-%s.grant", file->host_name, file->device_name);
    for (i = 0; i < p->count; i++) {
        if (!strcmp(p->list[i].name, name)) {   /* a-b of c and a of b-c */
            snprintf(name, sizeof name, "%s-%s+%u.grant", file->host_name, file->device_name,
                     (unsigned)p->count);
            break;
        }
    }
    if (!text || !room_for_one(p)) {
        free(text);
        return auth_fail(a, MSSL_AUTH_FILE, "out of memory");
    }
    if (mssl_grant_file_format(file, text, &len)) {
        free(text);
        return auth_fail(a, MSSL_AUTH_FILE, "the grant of %s does not fit its file's format",
                         file->host_name);
    }
    paper = &p->list[p->count++];
    paper->text = text;
    paper->len = len;
    memcpy(paper->name, name, sizeof name);
    return 0;
}

mssl_auth_err auth_papers_add(struct mssl_auth *a, struct auth_papers *p,
                              const struct mssl_auth_device *d, const uint8_t g[MSSL_GRANT_LEN],
                              const uint8_t *sig, size_t sig_len)
{
    struct mssl_grant_file file;
    uint8_t kd[MSSL_KEY_LEN];
    struct mssl_grant block;
    struct mssl_why why;
    mssl_auth_err err = 0;

    memset(&file, 0, sizeof file);
    if (mssl_grant_decode(&block, g) || sig_len > MSSL_SIGNATURE_MAX ||
        mssl_task_table_parse(&file.table, d->table_text, strlen(d->table_text), &why))
        return auth_fail(a, MSSL_AUTH_LEDGER, "ledger.db is damaged (a grant of %s): restore a backup",
                         d->name);
    memcpy(file.device_name, d->name, sizeof file.device_name);
    memcpy(file.host_name, block.host, sizeof file.host_name);
    file.count = 1;
    memcpy(file.blocks[0], g, MSSL_GRANT_LEN);
    memcpy(file.signature, sig, sig_len);
    file.signature_len = (uint16_t)sig_len;
    err = auth_kd_load(a, d->id, block.epoch, kd);
    if (!err && mssl_f(file.key, kd, g))
        err = auth_fail(a, MSSL_AUTH_FILE, "the grant's key cannot be computed: no memory");
    if (!err)
        err = keep(a, p, &file);
    mssl_wipe(kd, sizeof kd);
    mssl_grant_file_wipe(&file);
    return err;
}

mssl_auth_err auth_papers_write(struct mssl_auth *a, struct auth_papers *p)
{
    char reason[MSSL_AUTH_WHY_LEN];
    mssl_auth_err err = 0;
    size_t i;

    if (!p->count)
        return 0;
    for (i = 0; !err && i < p->count; i++)
        err = auth_dir_put(a, p->made, p->list[i].name, 0600, p->list[i].text, p->list[i].len);
    if (!err)
        err = auth_dir_settle(a, p->made, p->out);
    if (!err) {
        free(p->made);
        p->made = NULL;
        return 0;
    }
    memcpy(reason, a->why, sizeof reason);
    return auth_fail(a, err, "all is in the ledger, but its files are not written (%.250s): "
                     "`mssl-authority reissue --out DIR` writes them", reason);
}

/* -- Living grants -- */

#define LIVING_SQL                                                                        \
    "SELECT d.name,g.g,g.signature,g.rowid FROM host_grant g JOIN device d ON d.id=g.device" \
    " AND d.epoch=g.epoch JOIN slot s ON s.device=g.device AND s.slot=g.slot"             \
    " AND s.generation=g.generation AND s.host=g.host"                                    \
    " WHERE d.moved=0 AND (?1 IS NULL OR d.name=?1) AND (?2 IS NULL OR g.host=?2)"        \
    " ORDER BY d.name,g.slot"

static mssl_auth_err take_living(struct mssl_auth *a, sqlite3_stmt *st, struct auth_living *l)
{
    int len = sqlite3_column_bytes(st, 2);
    mssl_auth_err err = auth_blob(a, st, 1, l->g, MSSL_GRANT_LEN);

    if (!err && len > MSSL_SIGNATURE_MAX)
        len = 0;
    if (!err)
        err = auth_blob(a, st, 2, l->sig, len);
    l->sig_len = (size_t)len;
    l->rowid = sqlite3_column_int64(st, 3);
    return err ? err : mssl_auth_device_get(a, (const char *)sqlite3_column_text(st, 0), &l->device);
}

mssl_auth_err auth_living_each(struct mssl_auth *a, const char *device, const char *host,
                               mssl_auth_err (*row)(struct mssl_auth *a, void *arg,
                                                    struct auth_living *l), void *arg)
{
    struct auth_living l;
    sqlite3_stmt *st;
    int more = 0;
    mssl_auth_err err = auth_ask(a, &st, LIVING_SQL, "ss", device, host);

    if (err)
        return err;
    err = auth_next(a, st, &more);
    while (!err && more) {
        err = take_living(a, st, &l);
        if (!err)
            err = row(a, arg, &l);
        if (!err)
            err = auth_next(a, st, &more);
    }
    sqlite3_finalize(st);
    return err;
}

/* -- Written again -- */

static mssl_auth_err again(struct mssl_auth *a, void *arg, struct auth_living *l)
{
    mssl_auth_err err = auth_papers_add(a, arg, &l->device, l->g, l->sig, l->sig_len);

    return err ? err : auth_log_grant(a, "grant again", l->device.name, l->g, l->device.table_text);
}

mssl_auth_err mssl_auth_reissue(struct mssl_auth *a, const char *device, const char *host,
                                const char *out, unsigned *count)
{
    struct auth_papers papers = { .count = 0 };
    mssl_auth_err err = auth_need_key(a);

    if (!err)
        err = auth_papers_begin(a, &papers, out);
    if (!err)
        err = auth_begin(a);
    if (!err) {
        err = auth_living_each(a, device, host, again, &papers);
        if (!err && !papers.count)
            err = auth_fail(a, MSSL_AUTH_UNKNOWN, "there is no living grant to write: "
                                                  "`mssl-authority list` shows them");
        err = auth_end(a, err);
    }
    if (!err)
        err = auth_papers_write(a, &papers);
    *count = (unsigned)papers.count;
    auth_papers_drop(&papers);
    return err;
}
