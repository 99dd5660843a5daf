/* SPDX-License-Identifier: ISC */
/* Making grants: which slot, which generation, the same one again. */
#include "inside.h"

#include <string.h>

#define ADMIN_BIT ((uint32_t)1 << MSSL_TASK_ADMIN)

struct place {
    int slot, generation, delivered, floor;
};

struct making {
    const struct mssl_auth_request *r;
    struct mssl_auth_device device;
    struct mssl_task_table table;
    struct place place;
    struct mssl_grant_file file;
};

/* -- The request -- */

static mssl_auth_err check_tasks(struct mssl_auth *a, const struct making *m)
{
    int t;

    if (!m->r->tasks)
        return auth_fail(a, MSSL_AUTH_USAGE, "a grant without tasks: name some with --tasks");
    for (t = 0; t < MSSL_TASK_ADMIN; t++) {
        if (!(m->r->tasks >> t & 1))
            continue;
        if (t > MSSL_TASK_APP_MAX || !m->table.tasks[t].present)
            return auth_fail(a, MSSL_AUTH_USAGE, "task %d is not in the task table of %s", t,
                             m->device.name);
    }
    return 0;
}

static mssl_auth_err load_device(struct mssl_auth *a, struct making *m)
{
    struct mssl_why why;
    mssl_auth_err err = auth_device_ours(a, m->r->device, &m->device);

    if (err)
        return err;
    if (mssl_task_table_parse(&m->table, m->device.table_text, strlen(m->device.table_text),
                              &why))
        return auth_fail(a, MSSL_AUTH_LEDGER, "ledger.db is damaged (the task table of %s, line "
                         "%u: %s): restore a backup", m->device.name, why.line, why.reason);
    if (m->device.fresh_key)
        return auth_fail(a, MSSL_AUTH_REFUSED, "%s waits for its fresh key: write its image and "
                         "confirm it first", m->device.name);
    if (m->device.epoch_pending && !(m->r->tasks & ADMIN_BIT))
        return auth_fail(a, MSSL_AUTH_REFUSED, "an epoch step of %s is pending and would kill "
                         "this grant: deliver and confirm it first (until then only admin "
                         "grants are made)", m->device.name);
    return check_tasks(a, m);
}

/* -- The slot -- */

/* The slot is another host's, or the host has another one. */
static mssl_auth_err misplaced(struct mssl_auth *a, const struct making *m, int own,
                               const char *owner)
{
    if (own >= 0)
        return auth_fail(a, MSSL_AUTH_REFUSED, "%s keeps slot %d of %s: leave --slot out, or "
                         "revoke it first", m->r->host, own, m->r->device);
    return auth_fail(a, MSSL_AUTH_REFUSED, "slot %d of %s is %s's: choose another, or revoke "
                     "that host first", m->r->slot, m->r->device, owner);
}

/* The host's own slot, else the asked one, else the free one that was revoked
 * least: a slot never used needs nothing told to the device. */
static const char place_sql[] =
    "SELECT slot,generation,delivered,host,floor FROM slot"
    " WHERE device=?1 AND (host=?2 OR slot=?3 OR (?3<0 AND host IS NULL))"
    " ORDER BY host IS NOT ?2, generation, slot LIMIT 1";

static mssl_auth_err find_place(struct mssl_auth *a, struct making *m)
{
    const char *owner;
    sqlite3_stmt *st;
    mssl_auth_err err = auth_ask(a, &st, place_sql, "isi", (sqlite3_int64)m->device.id,
                                 m->r->host, (sqlite3_int64)m->r->slot);
    int row = 0;

    if (err)
        return err;
    err = auth_next(a, st, &row);
    if (!err && !row)
        err = auth_fail(a, MSSL_AUTH_REFUSED, "all %d slots of %s are taken: revoke a host first",
                        MSSL_SLOTS, m->r->device);
    if (!err) {
        m->place.slot = sqlite3_column_int(st, 0);
        m->place.generation = sqlite3_column_int(st, 1);
        m->place.delivered = sqlite3_column_int(st, 2);
        m->place.floor = sqlite3_column_int(st, 4);
        owner = (const char *)sqlite3_column_text(st, 3);
        if (owner && strcmp(owner, m->r->host))
            err = misplaced(a, m, -1, owner);
        else if (m->r->slot >= 0 && m->place.slot != m->r->slot)
            err = misplaced(a, m, m->place.slot, owner);
    }
    sqlite3_finalize(st);
    return err;
}

/* -- The block -- */

static mssl_auth_err encode(struct mssl_auth *a, struct making *m)
{
    struct mssl_grant g;

    memset(&g, 0, sizeof g);
    g.type = MSSL_TYPE_GRANT;
    g.table = m->table.number;
    g.device = m->device.id;
    g.slot = (uint8_t)m->place.slot;
    g.generation = (uint8_t)m->place.generation;
    g.address = m->r->address;
    g.epoch = (uint16_t)m->device.epoch;
    g.tasks = m->r->tasks;
    memcpy(g.param, m->r->param, sizeof g.param);
    memcpy(g.host, m->r->host, strlen(m->r->host) + 1);
    if (mssl_grant_encode(m->file.blocks[0], &g))
        return auth_fail(a, MSSL_AUTH_USAGE, "a field of the grant is out of range");
    return 0;
}

/* The grant the ledger has for this place: *have, and *same as the request. */
static mssl_auth_err compare(struct mssl_auth *a, struct making *m, int *have, int *same)
{
    uint8_t g[MSSL_GRANT_LEN];
    sqlite3_stmt *st;
    int len;
    mssl_auth_err err = auth_ask(a, &st, "SELECT g,signature FROM host_grant WHERE device=? AND"
                                         " epoch=? AND slot=? AND generation=?", "iiii",
                                 (sqlite3_int64)m->device.id, (sqlite3_int64)m->device.epoch,
                                 (sqlite3_int64)m->place.slot,
                                 (sqlite3_int64)m->place.generation);

    *same = 0;
    if (err)
        return err;
    err = auth_next(a, st, have);
    if (!err && *have)
        err = auth_blob(a, st, 0, g, MSSL_GRANT_LEN);
    if (!err && *have && !memcmp(g, m->file.blocks[0], MSSL_GRANT_LEN)) {
        *same = 1;
        len = sqlite3_column_bytes(st, 1);
        if (len > MSSL_SIGNATURE_MAX)
            len = 0;
        err = auth_blob(a, st, 1, m->file.signature, len);
        m->file.signature_len = (uint16_t)len;
    }
    sqlite3_finalize(st);
    return err;
}

static mssl_auth_err insert(struct mssl_auth *a, struct making *m)
{
    size_t len;
    mssl_auth_err err = auth_sign(a, m->file.blocks[0], m->file.signature, &len);

    if (err)
        return err;
    m->file.signature_len = (uint16_t)len;
    err = auth_run(a, "UPDATE slot SET generation=?,host=? WHERE device=? AND slot=?", "isii",
                   (sqlite3_int64)m->place.generation, m->r->host, (sqlite3_int64)m->device.id,
                   (sqlite3_int64)m->place.slot);
    if (err)
        return err;
    err = auth_run(a, "INSERT INTO host_grant VALUES(?,?,?,?,?,?,?,unixepoch())", "iiiisbb",
                   (sqlite3_int64)m->device.id, (sqlite3_int64)m->device.epoch,
                   (sqlite3_int64)m->place.slot, (sqlite3_int64)m->place.generation,
                   m->r->host, m->file.blocks[0], MSSL_GRANT_LEN, m->file.signature, (int)len);
    return err ? err : auth_log_grant(a, "grant", m->device.name, m->file.blocks[0],
                                      m->device.table_text);
}

static mssl_auth_err record(struct mssl_auth *a, struct making *m)
{
    int have = 0, same = 0;
    mssl_auth_err err = find_place(a, m);

    if (!err)
        err = encode(a, m);
    if (!err)
        err = compare(a, m, &have, &same);
    if (!err && same)
        return auth_log_grant(a, "grant again", m->device.name, m->file.blocks[0],
                              m->device.table_text);
    if (err)
        return err;
    if (have && m->place.generation == MSSL_GENERATION_MAX)
        return auth_fail(a, MSSL_AUTH_REFUSED, "slot %d of %s has used its last generation, %d: "
                         "`mssl-authority epoch %s` ends all grants, then grant again",
                         m->place.slot, m->r->device, MSSL_GENERATION_MAX, m->r->device);
    if (have)
        m->place.generation++;
    if (m->place.floor == MSSL_GENERATION_MAX)
        return auth_fail(a, MSSL_AUTH_REFUSED, "slot %d of %s may have used its last generation since "
                         "the backup: write an image and confirm it, then grant again",
                         m->place.slot, m->r->device);
    /* Below it, a ledger that was lost may have granted. */
    if (m->place.generation < m->place.floor)
        m->place.generation = m->place.floor;
    err = encode(a, m);
    return err ? err : insert(a, m);
}

/* -- The file -- */

static mssl_auth_err compose(struct mssl_auth *a, struct making *m)
{
    uint8_t kd[MSSL_KEY_LEN];
    mssl_auth_err err = auth_kd_load(a, m->device.id, m->device.epoch, kd);

    if (!err && mssl_f(m->file.key, kd, m->file.blocks[0]))
        err = auth_fail(a, MSSL_AUTH_FILE, "the grant's key cannot be computed: no memory");
    mssl_wipe(kd, sizeof kd);
    m->file.count = 1;
    m->file.table = m->table;
    memcpy(m->file.device_name, m->device.name, sizeof m->file.device_name);
    memcpy(m->file.host_name, m->r->host, strlen(m->r->host) + 1);
    return err;
}

static mssl_auth_err write_out(struct mssl_auth *a, struct making *m, const char *path, int fd)
{
    char text[MSSL_GRANT_TEXT_MAX];
    size_t len = sizeof text;
    mssl_auth_err err;

    if (mssl_grant_file_format(&m->file, text, &len)) {
        auth_discard(path, fd);
        return auth_fail(a, MSSL_AUTH_FILE, "%s: the grant does not fit its file's format", path);
    }
    err = auth_fill(a, path, fd, text, len);
    mssl_wipe(text, len);
    return err;
}

/* The file's name is taken first and its content written last: a cut between
 * leaves an empty file and a grant that the same request gives again, never a
 * grant file that the ledger does not know. */
static mssl_auth_err make(struct mssl_auth *a, struct making *m, const char *path)
{
    int fd;
    mssl_auth_err err = auth_create(a, path, 0600, &fd);

    if (err)
        return err;
    err = auth_begin(a);
    if (!err) {
        /* Again: another process may have stepped the epoch meanwhile. */
        err = load_device(a, m);
        if (!err)
            err = record(a, m);
        if (!err)
            err = compose(a, m);
        err = auth_end(a, err);
    }
    if (err) {
        auth_discard(path, fd);
        return err;
    }
    return write_out(a, m, path, fd);
}

static void describe(struct mssl_auth_grant *made, const struct making *m)
{
    memset(made, 0, sizeof *made);
    memcpy(made->device, m->file.device_name, sizeof made->device);
    memcpy(made->host, m->file.host_name, sizeof made->host);
    memcpy(made->g, m->file.blocks[0], MSSL_GRANT_LEN);
    made->epoch = m->device.epoch;
    made->slot = (uint8_t)m->place.slot;
    made->generation = (uint8_t)m->place.generation;
    made->admin = (uint8_t)(m->r->tasks >> MSSL_TASK_ADMIN & 1);
    made->state = m->place.delivered < m->place.generation ? MSSL_AUTH_WAITING : MSSL_AUTH_VALID;
}

static mssl_auth_err check_request(struct mssl_auth *a, const struct mssl_auth_request *r)
{
    if (!mssl_host_name_ok(r->host))
        return auth_fail(a, MSSL_AUTH_USAGE, "host name \"%.40s\": use 1 to %d of a-z 0-9 . _ -",
                         r->host, MSSL_G_HOST_LEN);
    if (r->slot >= MSSL_SLOTS)
        return auth_fail(a, MSSL_AUTH_USAGE, "slot %d: choose 0 to %d", r->slot, MSSL_SLOTS - 1);
    return 0;
}

/* -- Many at once -- */

static mssl_auth_err one_of_many(struct mssl_auth *a, const struct mssl_auth_request *r,
                                 struct auth_papers *papers, struct mssl_auth_grant *made)
{
    struct making m;
    mssl_auth_err err = check_request(a, r);

    memset(&m, 0, sizeof m);
    m.r = r;
    if (!err)
        err = load_device(a, &m);
    if (!err)
        err = record(a, &m);
    if (!err)
        err = compose(a, &m);
    if (!err)
        err = auth_papers_add(a, papers, &m.device, m.file.blocks[0], m.file.signature,
                              m.file.signature_len);
    if (!err)
        describe(made, &m);
    mssl_wipe(&m, sizeof m);
    return err;
}

static int twice(const struct mssl_auth_request *r, size_t i)
{
    size_t j;

    for (j = 0; j < i; j++) {
        if (!strcmp(r[j].host, r[i].host) && !strcmp(r[j].device, r[i].device))
            return 1;
    }
    return 0;
}

mssl_auth_err mssl_auth_grant_many(struct mssl_auth *a, const struct mssl_auth_request *r, size_t n,
                                   const char *out, struct mssl_auth_grant *made, size_t *bad)
{
    struct auth_papers papers = { .count = 0 };
    mssl_auth_err err = auth_need_key(a);
    size_t i = n;

    if (!err)
        err = auth_papers_begin(a, &papers, out);
    if (!err)
        err = auth_begin(a);
    if (!err) {
        for (i = 0; !err && i < n; i++)
            err = twice(r, i) ? auth_fail(a, MSSL_AUTH_USAGE, "%s stands twice for %s", r[i].host,
                                          r[i].device) : one_of_many(a, &r[i], &papers, &made[i]);
        *bad = err ? i - 1 : n;
        err = auth_end(a, err);
    } else {
        *bad = n;
    }
    if (!err)
        err = auth_papers_write(a, &papers);
    auth_papers_drop(&papers);
    return err;
}

/* -- One -- */

mssl_auth_err mssl_auth_grant(struct mssl_auth *a, const struct mssl_auth_request *r,
                              const char *path, struct mssl_auth_grant *made)
{
    struct making m;
    mssl_auth_err err = auth_need_key(a);

    memset(&m, 0, sizeof m);
    m.r = r;
    if (!err)
        err = check_request(a, r);
    if (!err)
        err = load_device(a, &m);
    if (!err)
        err = make(a, &m, path);
    if (!err)
        describe(made, &m);
    mssl_wipe(&m, sizeof m);
    return err;
}
