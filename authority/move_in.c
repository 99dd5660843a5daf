/* SPDX-License-Identifier: ISC */
/* Importing a device that another authority exported, or this one before. */
#include "move.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* -- The sealed file -- */

static mssl_auth_err no_export(struct mssl_auth *a, const char *path)
{
    return auth_fail(a, MSSL_AUTH_FILE, "%s is no exported device, or damaged: take another copy", path);
}

/* *text is malloc'ed and zero-ended. */
static mssl_auth_err open_sealed(struct mssl_auth *a, const char *path, const char *passphrase,
                                 char **text, size_t *len)
{
    uint8_t salt[AUTH_SALT_LEN], key[AUTH_STORE_KEY], *sealed = NULL;
    const size_t at = sizeof MOVE_HEAD - 1 + 2 * AUTH_SALT_LEN, body = at + sizeof MOVE_BODY - 1;
    size_t n, file_len;
    char *file;
    mssl_auth_err err = auth_check_named(a, path);

    *text = NULL;
    if (!err)
        err = auth_read(a, path, MOVE_TEXT_MAX, &file, &file_len);
    if (err)
        return err;
    n = file_len > body ? (file_len - body - 1) / 2 : 0;
    if (n <= AUTH_SEAL_EXTRA || memcmp(file, MOVE_HEAD, sizeof MOVE_HEAD - 1) ||
        memcmp(file + at, MOVE_BODY, sizeof MOVE_BODY - 1) || file[file_len - 1] != '\n' ||
        mssl_from_hex(salt, sizeof salt, file + sizeof MOVE_HEAD - 1, 2 * sizeof salt)) {
        free(file);
        return no_export(a, path);
    }
    sealed = malloc(n);
    *len = n - AUTH_SEAL_EXTRA;
    *text = calloc(1, *len + 1);
    if (!sealed || !*text || !auth_kdf(key, passphrase, salt))
        err = auth_fail(a, MSSL_AUTH_FILE, "out of memory");
    else if (mssl_from_hex(sealed, n, file + body, file_len - body - 1))
        err = no_export(a, path);
    else if (!auth_unseal((uint8_t *)*text, key, (const uint8_t *)MOVE_LABEL, sizeof MOVE_LABEL - 1,
                          sealed, n))
        err = auth_fail(a, MSSL_AUTH_PASSPHRASE, "wrong passphrase for %s, or the file is damaged", path);
    mssl_wipe(key, sizeof key);
    free(sealed);
    free(file);
    return err;
}

/* -- The text: what the seal vouches for is checked by the tables -- */

struct arrival {
    struct mssl_auth_device d;
    char signer[MSSL_FINGERPRINT_SIZE];
    int before[MSSL_SLOTS];             /* generations that were known here, or 0 */
    int lowest[MSSL_SLOTS];             /* and where its slots go on after a restore */
    char *public_half;                  /* ours, and whether another key signed a living grant */
    size_t public_len;
    int foreign;
    int stale_key;                      /* its fresh key may be on the chip since, with lost grants */
};

static int take_head(struct arrival *v, const char *text)
{
    char network[37], table[2 * MSSL_TABLE_TEXT_MAX + 1];
    uint8_t bytes[18];
    unsigned id, epoch, torn, fresh, restored;

    memset(v, 0, sizeof *v);
    if (sscanf(text, "device %32s %8x %u %u %u %u\nsigner %64s\nnetwork %36s\ntable %8192s", v->d.name,
               &id, &epoch, &torn, &fresh, &restored, v->signer, network, table) != 9 ||
        !mssl_device_name_ok(v->d.name) ||
        strlen(v->signer) != 64 || strspn(v->signer, "0123456789abcdef") != 64 ||
        mssl_from_hex(bytes, sizeof bytes, network, strlen(network)) ||
        mssl_from_hex((uint8_t *)v->d.table_text, strlen(table) / 2, table, strlen(table)))
        return 0;
    v->d.id = id;
    v->d.epoch = epoch;
    v->d.torn = torn != 0;
    v->d.fresh_key = fresh != 0;
    v->d.restored = restored != 0;
    memcpy(v->d.mac, bytes, 6);
    memcpy(v->d.ip, bytes + 6, 4);
    memcpy(v->d.netmask, bytes + 10, 4);
    memcpy(v->d.gateway, bytes + 14, 4);
    return 1;
}

static mssl_auth_err take_key(struct mssl_auth *a, uint32_t device, const char *line)
{
    uint8_t kd[MSSL_KEY_LEN];
    char hex[33];
    unsigned epoch;
    mssl_auth_err err;

    if (sscanf(line, "key %u %32s", &epoch, hex) != 2 || mssl_from_hex(kd, sizeof kd, hex, strlen(hex)))
        return MSSL_AUTH_LEDGER;
    err = auth_kd_store(a, device, epoch, kd);
    mssl_wipe(kd, sizeof kd);
    mssl_wipe(hex, sizeof hex);
    return err;
}

static mssl_auth_err take_slot(struct mssl_auth *a, uint32_t device, const char *line)
{
    int slot, generation, delivered, lowest;
    char host[MSSL_HOST_SIZE];

    if (sscanf(line, "slot %d %d %d %d %7s", &slot, &generation, &delivered, &lowest, host) != 5 ||
        (strcmp(host, "*") && !mssl_host_name_ok(host)))
        return MSSL_AUTH_LEDGER;
    return auth_run(a, "INSERT INTO slot(device,slot,generation,delivered,floor,host)"
                       " VALUES(?,?,?,?,?,?)", "iiiiis", (sqlite3_int64)device, (sqlite3_int64)slot,
                    (sqlite3_int64)generation, (sqlite3_int64)delivered, (sqlite3_int64)lowest,
                    strcmp(host, "*") ? host : NULL);
}

static mssl_auth_err take_grant(struct mssl_auth *a, const struct mssl_auth_device *d, const char *line)
{
    char host[MSSL_HOST_SIZE], g_hex[65], sig_hex[2 * MSSL_SIGNATURE_MAX + 1];
    uint8_t g[MSSL_GRANT_LEN], sig[MSSL_SIGNATURE_MAX];
    int epoch, slot, generation;
    int64_t created;
    struct mssl_grant block;
    size_t n;
    mssl_auth_err err;

    if (sscanf(line, "grant %d %d %d %7s %" SCNd64 " %64s %1024s", &epoch, &slot, &generation, host,
               &created, g_hex, sig_hex) != 7)
        return MSSL_AUTH_LEDGER;
    n = strlen(sig_hex) / 2;
    if (mssl_from_hex(g, sizeof g, g_hex, strlen(g_hex)) || mssl_from_hex(sig, n, sig_hex, 2 * n))
        return MSSL_AUTH_LEDGER;
    /* It may be signed here: for this device only, and what the line says it is. */
    if (mssl_grant_decode(&block, g) || block.type != MSSL_TYPE_GRANT || block.device != d->id ||
        block.table != d->table || block.epoch != epoch || block.slot != slot ||
        block.generation != generation || strcmp(block.host, host))
        return MSSL_AUTH_LEDGER;
    err = auth_run(a, "INSERT INTO host_grant VALUES(?,?,?,?,?,?,?,?)", "iiiisbbi",
                   (sqlite3_int64)d->id, (sqlite3_int64)epoch, (sqlite3_int64)slot,
                   (sqlite3_int64)generation, host, g, MSSL_GRANT_LEN, sig, (int)n,
                   (sqlite3_int64)created);
    return err ? err : auth_log_grant(a, "known", d->name, g, d->table_text);
}

static mssl_auth_err take_lines(struct mssl_auth *a, const struct mssl_auth_device *d, const char *text)
{
    mssl_auth_err err = 0;
    const char *p;

    for (p = text; !err && p && *p; p = strchr(p, '\n')) {
        p += *p == '\n';
        if (!strncmp(p, "key ", 4))
            err = take_key(a, d->id, p);
        else if (!strncmp(p, "slot ", 5))
            err = take_slot(a, d->id, p);
        else if (!strncmp(p, "grant ", 6))
            err = take_grant(a, d, p);
    }
    if (err)
        return auth_fail(a, MSSL_AUTH_FILE, "the exported device contradicts itself: export it again");
    return 0;
}

/* -- Into the ledger -- */

static mssl_auth_err too_old(struct mssl_auth *a, const struct arrival *v)
{
    return auth_fail(a, MSSL_AUTH_REFUSED, "this export of %s is older than what is known here: take "
                     "the last one", v->d.name);
}

static mssl_auth_err note_generations(struct mssl_auth *a, struct arrival *v)
{
    sqlite3_stmt *st;
    int row = 0;
    mssl_auth_err err = auth_ask(a, &st, "SELECT slot,generation,floor FROM slot WHERE device=?", "i",
                                 (sqlite3_int64)v->d.id);

    if (err)
        return err;
    err = auth_next(a, st, &row);
    while (!err && row) {
        v->lowest[sqlite3_column_int(st, 0) % MSSL_SLOTS] = sqlite3_column_int(st, 2);
        v->before[sqlite3_column_int(st, 0) % MSSL_SLOTS] = sqlite3_column_int(st, 1);
        err = auth_next(a, st, &row);
    }
    sqlite3_finalize(st);
    return err;
}

/* A device that left from here may come back, but not as it was before it left. */
static mssl_auth_err make_way(struct mssl_auth *a, struct arrival *v)
{
    struct mssl_auth_device mine;
    sqlite3_stmt *st;
    int row = 0;
    mssl_auth_err err = auth_ask(a, &st, "SELECT name FROM device WHERE id=?1 OR name=?2 OR mac=?3"
                                         " ORDER BY id<>?1", "isb", (sqlite3_int64)v->d.id,
                                 v->d.name, v->d.mac, 6);

    if (err)
        return err;
    err = auth_next(a, st, &row);
    if (!err && row)
        err = mssl_auth_device_get(a, (const char *)sqlite3_column_text(st, 0), &mine);
    sqlite3_finalize(st);
    if (err || !row)
        return err;
    if (mine.id != v->d.id || !mine.moved)
        return auth_fail(a, MSSL_AUTH_UNKNOWN, "device %s is here already, with this name, id or MAC: "
                         "remove it first", mine.name);
    if (v->d.epoch < mine.epoch)
        return too_old(a, v);
    v->stale_key = mine.restored && v->d.fresh_key;
    v->d.fresh_key = v->d.fresh_key && !mine.restored;
    v->d.restored |= mine.restored;
    err = note_generations(a, v);
    if (!err)
        err = auth_run(a, "INSERT INTO temp.known SELECT epoch,slot,generation,g FROM host_grant"
                          " WHERE device=?", "i", (sqlite3_int64)mine.id);
    return err ? err : auth_run(a, "DELETE FROM device WHERE id=?", "i", (sqlite3_int64)mine.id);
}

/* All its slots and its present key came, and no generation fell on the way. */
static mssl_auth_err check_whole(struct mssl_auth *a, const struct arrival *v)
{
    uint8_t kd[MSSL_KEY_LEN];
    sqlite3_stmt *st;
    int row = 0, n = 0, fell = 0;
    mssl_auth_err err = auth_ask(a, &st, "SELECT slot,generation FROM slot WHERE device=?", "i",
                                 (sqlite3_int64)v->d.id);

    if (err)
        return err;
    err = auth_next(a, st, &row);
    while (!err && row) {
        n++;
        fell |= sqlite3_column_int(st, 1) < v->before[sqlite3_column_int(st, 0) % MSSL_SLOTS];
        err = auth_next(a, st, &row);
    }
    sqlite3_finalize(st);
    if (!err && !fell) {
        err = auth_ask(a, &st, "SELECT 1 FROM temp.known k WHERE NOT EXISTS (SELECT 1 FROM host_grant h"
                               " WHERE h.device=? AND h.epoch=k.epoch AND h.slot=k.slot AND"
                               " h.generation=k.generation AND h.g=k.g)", "i", (sqlite3_int64)v->d.id);
        if (!err)
            err = auth_next(a, st, &fell);
        sqlite3_finalize(st);
    }
    for (row = 0; !err && row < MSSL_SLOTS; row++)
        err = auth_run(a, "UPDATE slot SET floor=max(floor,?) WHERE device=? AND slot=?", "iii",
                       (sqlite3_int64)v->lowest[row], (sqlite3_int64)v->d.id, (sqlite3_int64)row);
    if (!err && fell)
        return too_old(a, v);
    if (!err && (n != MSSL_SLOTS || auth_kd_load(a, v->d.id, v->d.epoch, kd)))
        err = auth_fail(a, MSSL_AUTH_FILE, "the exported device lacks a slot or its key: export it "
                                           "again");
    mssl_wipe(kd, sizeof kd);
    return err;
}

static mssl_auth_err insert(struct mssl_auth *a, const struct mssl_auth_device *d, const char *text)
{
    mssl_auth_err err;

    err = auth_run(a, "INSERT INTO device(id,name,mac,ip,netmask,gateway,task_table,table_number,"
                      "epoch,torn,fresh_key,restored,created) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,"
                      "unixepoch())", "isbbbbsiiiii", (sqlite3_int64)d->id, d->name, d->mac, 6, d->ip,
                   4, d->netmask, 4, d->gateway, 4, d->table_text, (sqlite3_int64)d->table,
                   (sqlite3_int64)d->epoch, (sqlite3_int64)d->torn, (sqlite3_int64)d->fresh_key,
                   (sqlite3_int64)d->restored);
    return err ? err : take_lines(a, d, text);
}

static mssl_auth_err sign_row(struct mssl_auth *a, void *arg, struct auth_living *l)
{
    return auth_sign_again(a, arg, l);
}

static mssl_auth_err check_row(struct mssl_auth *a, void *arg, struct auth_living *l)
{
    struct arrival *v = arg;

    (void)a;
    v->foreign |= mssl_signature_verify(l->g, l->sig, l->sig_len, v->public_half, v->public_len) != 0;
    return 0;
}

/* The file names the key of its making; the grants in it may be older than that. */
static mssl_auth_err check_signatures(struct mssl_auth *a, struct arrival *v)
{
    mssl_auth_err err = auth_public(a, &v->public_half, &v->public_len);

    if (!err)
        err = auth_living_each(a, v->d.name, NULL, check_row, v);
    free(v->public_half);
    v->public_half = NULL;
    return err;
}

/* Hosts here pin our key: grants of another signer are signed by ours. */
static mssl_auth_err sign_ours(struct mssl_auth *a, const char *device, struct auth_papers *papers)
{
    struct auth_pem key = { NULL, 0 }, public_half = { NULL, 0 };
    struct auth_signing s = { &key, &public_half, papers };
    mssl_auth_err err = auth_public(a, &public_half.text, &public_half.len);

    if (!err)
        err = auth_key_read(a, &key);
    if (!err)
        err = auth_living_each(a, device, NULL, sign_row, &s);
    auth_key_drop(&key);
    free(public_half.text);
    return err;
}

static mssl_auth_err arrive(struct mssl_auth *a, struct arrival *v, const char *text,
                            struct auth_papers *papers)
{
    struct mssl_task_table table;
    struct mssl_why why;
    mssl_auth_err err = 0;

    if (mssl_task_table_parse(&table, v->d.table_text, strlen(v->d.table_text), &why))
        return auth_fail(a, MSSL_AUTH_FILE, "the exported device has no task table: export it again");
    v->d.table = table.number;
    err = auth_exec(a, "DROP TABLE IF EXISTS temp.known; CREATE TEMP TABLE known(epoch,slot,generation,g)",
                    "importing");
    if (!err)
        err = make_way(a, v);
    if (!err)
        err = insert(a, &v->d, text);
    if (!err && v->stale_key)
        err = auth_kd_forget_after(a, v->d.id, v->d.epoch);
    if (!err)
        err = check_whole(a, v);
    if (!err)
        err = auth_log(a, "device import", v->d.name, NULL, "id %08lx, signed by %.16s before",
                       (unsigned long)v->d.id, v->signer);
    if (!err)
        err = check_signatures(a, v);
    if (!err && v->foreign && !papers)
        err = auth_fail(a, MSSL_AUTH_USAGE, "the signing key is another since: name a folder with --out");
    if (!err && v->foreign)
        err = sign_ours(a, v->d.name, papers);
    return err ? err : mssl_auth_device_get(a, v->d.name, &v->d);
}

mssl_auth_err mssl_auth_device_import(struct mssl_auth *a, const char *path, const char *passphrase,
                                      const char *out, struct mssl_auth_device *d, unsigned *count)
{
    struct auth_papers papers = { .count = 0 };
    struct arrival v;
    char *text = NULL;
    size_t len = 0;
    mssl_auth_err err = auth_need_key(a);

    memset(&v, 0, sizeof v);
    *count = 0;
    if (!err)
        err = open_sealed(a, path, passphrase, &text, &len);
    if (!err && (strlen(text) != len || !take_head(&v, text)))
        err = no_export(a, path);
    if (!err && strcmp(v.signer, a->signer) && !out)
        err = auth_fail(a, MSSL_AUTH_USAGE, "%s comes from another authority, so its grants are signed "
                        "anew: name their folder with --out", v.d.name);
    if (!err && out)
        err = auth_papers_begin(a, &papers, out);
    if (!err)
        err = auth_begin(a);
    if (!err)
        err = auth_end(a, arrive(a, &v, text, out ? &papers : NULL));
    if (!err)
        err = auth_papers_write(a, &papers);
    if (!err)
        *d = v.d;
    *count = (unsigned)papers.count;
    auth_papers_drop(&papers);
    if (text)
        mssl_wipe(text, len);
    free(text);
    return err;
}
