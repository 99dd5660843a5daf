/* SPDX-License-Identifier: ISC */
/* New hardware under an old name: a new id and a new K_D, and the hosts' rights as before. */
#include "inside.h"

#include <string.h>

struct heirs {
    struct auth_living list[MSSL_SLOTS];
    int count;
};

static mssl_auth_err keep(struct mssl_auth *a, void *arg, struct auth_living *l)
{
    struct heirs *h = arg;

    if (h->count == MSSL_SLOTS)
        return auth_fail(a, MSSL_AUTH_LEDGER, "ledger.db is damaged (too many grants): restore a "
                                              "backup");
    h->list[h->count++] = *l;
    return 0;
}

/* The same rights on the new device: its slots are at generation 0, its epoch is 0. */
static mssl_auth_err grant_again(struct mssl_auth *a, const struct mssl_auth_device *d,
                                 struct auth_living *l, struct auth_papers *papers)
{
    struct mssl_grant g;
    mssl_auth_err err;

    if (mssl_grant_decode(&g, l->g))
        return auth_fail(a, MSSL_AUTH_LEDGER, "ledger.db is damaged (a grant of %s): restore a backup",
                         d->name);
    g.device = d->id;
    g.generation = 0;
    g.epoch = 0;
    if (mssl_grant_encode(l->g, &g))
        return auth_fail(a, MSSL_AUTH_USAGE, "a field of the grant is out of range");
    err = auth_sign(a, l->g, l->sig, &l->sig_len);
    if (!err)
        err = auth_run(a, "UPDATE slot SET host=? WHERE device=? AND slot=?", "sii", g.host,
                       (sqlite3_int64)d->id, (sqlite3_int64)g.slot);
    if (!err)
        err = auth_run(a, "INSERT INTO host_grant VALUES(?,0,?,0,?,?,?,unixepoch())", "iisbb",
                       (sqlite3_int64)d->id, (sqlite3_int64)g.slot, g.host, l->g, MSSL_GRANT_LEN,
                       l->sig, (int)l->sig_len);
    if (!err)
        err = auth_log_grant(a, "grant", d->name, l->g, d->table_text);
    return err ? err : auth_papers_add(a, papers, d, l->g, l->sig, l->sig_len);
}

static mssl_auth_err replace(struct mssl_auth *a, const char *name, struct heirs *h,
                             struct auth_papers *papers, struct mssl_auth_device *d)
{
    uint32_t former;
    mssl_auth_err err = auth_device_ours(a, name, d);
    int i;

    if (!err)
        err = auth_living_each(a, name, NULL, keep, h);
    former = d->id;
    if (!err)
        err = auth_run(a, "DELETE FROM device WHERE id=?", "i", (sqlite3_int64)former);
    if (!err)
        err = auth_device_insert(a, d);
    if (!err)
        err = auth_log(a, "device replace", d->name, NULL, "id %08lx instead of %08lx",
                       (unsigned long)d->id, (unsigned long)former);
    for (i = 0; !err && i < h->count; i++)
        err = grant_again(a, d, &h->list[i], papers);
    return err ? err : mssl_auth_device_get(a, name, d);
}

/* The new id and its image, or neither: the former is forgotten. */
static mssl_auth_err change(struct mssl_auth *a, const char *name, const char *image,
                            struct auth_papers *papers, struct mssl_auth_device *d)
{
    struct heirs h = { .count = 0 };
    int fd;
    mssl_auth_err err = auth_create(a, image, 0600, &fd);

    if (err)
        return err;
    err = auth_papers_begin(a, papers, papers->out);
    if (!err)
        err = auth_begin(a);
    if (err) {
        auth_discard(image, fd);
        return err;
    }
    err = replace(a, name, &h, papers, d);
    if (!err)
        return auth_image_end(a, name, image, fd);
    auth_discard(image, fd);
    return auth_end(a, err);
}

mssl_auth_err mssl_auth_device_replace(struct mssl_auth *a, const char *name, const char *image,
                                       const char *out, struct mssl_auth_device *d, unsigned *count)
{
    struct auth_papers papers = { .out = out };
    mssl_auth_err err = auth_need_key(a);

    if (!err)
        err = change(a, name, image, &papers, d);
    if (!err)
        auth_scrub(a);
    if (!err)
        err = auth_papers_write(a, &papers);
    *count = (unsigned)papers.count;
    auth_papers_drop(&papers);
    return err;
}
