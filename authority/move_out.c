/* SPDX-License-Identifier: ISC */
/* Exporting a device: all that the ledger knows of it, sealed under a passphrase of its own. */
#include "move.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* -- Text -- */

void move_drop(struct move_text *t)
{
    if (t->text)
        mssl_wipe(t->text, t->len);
    free(t->text);
    memset(t, 0, sizeof *t);
}

static int room_for(struct move_text *t, size_t len)
{
    size_t room = 2 * (t->len + len) + 1024;
    char *more;

    if (t->len + len < t->room)
        return 1;
    more = calloc(1, room);
    if (!more) {
        t->failed = 1;
        return 0;
    }
    if (t->text) {
        memcpy(more, t->text, t->len);
        mssl_wipe(t->text, t->len);
        free(t->text);
    }
    t->text = more;
    t->room = room;
    return 1;
}

void move_say(struct move_text *t, const char *format, ...)
{
    char line[200];
    va_list ap;
    int n;

    va_start(ap, format);
    n = vsnprintf(line, sizeof line, format, ap);
    va_end(ap);
    if (n < 0 || n >= (int)sizeof line || !room_for(t, (size_t)n + 1)) {
        t->failed = 1;
        return;
    }
    memcpy(t->text + t->len, line, (size_t)n + 1);
    t->len += (size_t)n;
}

void move_hex(struct move_text *t, const void *bytes, size_t len)
{
    if (!room_for(t, 2 * len + 1))
        return;
    mssl_to_hex(t->text + t->len, bytes, len);
    t->len += 2 * len;
}

/* -- What the ledger knows -- */

static void say_device(struct mssl_auth *a, struct move_text *t, const struct mssl_auth_device *d)
{
    move_say(t, "device %s %08lx %lu %u %u %u\nsigner %s\nnetwork ", d->name, (unsigned long)d->id,
             (unsigned long)d->epoch, d->torn, d->fresh_key, d->restored, a->signer);
    move_hex(t, d->mac, 6);
    move_hex(t, d->ip, 4);
    move_hex(t, d->netmask, 4);
    move_hex(t, d->gateway, 4);
    move_say(t, "\ntable ");
    move_hex(t, d->table_text, strlen(d->table_text));
    move_say(t, "\n");
}

static mssl_auth_err say_keys(struct mssl_auth *a, struct move_text *t, uint32_t device)
{
    uint8_t kd[MSSL_KEY_LEN];
    sqlite3_stmt *st;
    int row = 0;
    mssl_auth_err err = auth_ask(a, &st, "SELECT epoch FROM device_key WHERE device=? ORDER BY epoch",
                                 "i", (sqlite3_int64)device);

    if (err)
        return err;
    err = auth_next(a, st, &row);
    while (!err && row) {
        uint32_t epoch = (uint32_t)sqlite3_column_int(st, 0);

        err = auth_kd_load(a, device, epoch, kd);
        move_say(t, "key %lu ", (unsigned long)epoch);
        move_hex(t, kd, sizeof kd);
        move_say(t, "\n");
        mssl_wipe(kd, sizeof kd);
        if (!err)
            err = auth_next(a, st, &row);
    }
    sqlite3_finalize(st);
    return err;
}

static mssl_auth_err say_slots(struct mssl_auth *a, struct move_text *t, uint32_t device)
{
    const char *host;
    sqlite3_stmt *st;
    int row = 0;
    mssl_auth_err err = auth_ask(a, &st, "SELECT slot,generation,delivered,floor,host FROM slot"
                                         " WHERE device=? ORDER BY slot", "i", (sqlite3_int64)device);

    if (err)
        return err;
    err = auth_next(a, st, &row);
    while (!err && row) {
        host = (const char *)sqlite3_column_text(st, 4);
        move_say(t, "slot %d %d %d %d %s\n", sqlite3_column_int(st, 0), sqlite3_column_int(st, 1),
                 sqlite3_column_int(st, 2), sqlite3_column_int(st, 3), host ? host : "*");
        err = auth_next(a, st, &row);
    }
    sqlite3_finalize(st);
    return err;
}

static mssl_auth_err say_grants(struct mssl_auth *a, struct move_text *t, uint32_t device)
{
    sqlite3_stmt *st;
    int row = 0;
    mssl_auth_err err = auth_ask(a, &st, "SELECT epoch,slot,generation,host,created,g,signature FROM"
                                         " host_grant WHERE device=? ORDER BY rowid", "i",
                                 (sqlite3_int64)device);

    if (err)
        return err;
    err = auth_next(a, st, &row);
    while (!err && row) {
        move_say(t, "grant %d %d %d %s %lld ", sqlite3_column_int(st, 0), sqlite3_column_int(st, 1),
                 sqlite3_column_int(st, 2), (const char *)sqlite3_column_text(st, 3),
                 (long long)sqlite3_column_int64(st, 4));
        move_hex(t, sqlite3_column_blob(st, 5), (size_t)sqlite3_column_bytes(st, 5));
        move_say(t, " ");
        move_hex(t, sqlite3_column_blob(st, 6), (size_t)sqlite3_column_bytes(st, 6));
        move_say(t, "\n");
        err = auth_next(a, st, &row);
    }
    sqlite3_finalize(st);
    return err;
}

/* -- Sealed -- */

static mssl_auth_err seal(struct mssl_auth *a, struct move_text *out, const struct move_text *in,
                          const char *passphrase)
{
    uint8_t salt[AUTH_SALT_LEN], key[AUTH_STORE_KEY], *sealed = malloc(in->len + AUTH_SEAL_EXTRA);
    int ok = sealed && !mssl_random(salt, sizeof salt) && auth_kdf(key, passphrase, salt) &&
             auth_seal(sealed, key, (const uint8_t *)MOVE_LABEL, sizeof MOVE_LABEL - 1,
                       (const uint8_t *)in->text, in->len);

    if (ok) {
        move_say(out, "%s", MOVE_HEAD);
        move_hex(out, salt, sizeof salt);
        move_say(out, "%s", MOVE_BODY);
        move_hex(out, sealed, in->len + AUTH_SEAL_EXTRA);
        move_say(out, "\n");
    }
    mssl_wipe(key, sizeof key);
    free(sealed);
    return ok && !out->failed ? 0 : auth_fail(a, MSSL_AUTH_FILE, "the export cannot be sealed: no "
                                              "memory or no randomness");
}

static mssl_auth_err leave(struct mssl_auth *a, const char *name, const char *passphrase, int again,
                           struct move_text *out)
{
    struct move_text text = { .failed = 0 };
    struct mssl_auth_device d;
    mssl_auth_err err = again ? mssl_auth_device_get(a, name, &d) : auth_device_ours(a, name, &d);

    if (!err) {
        say_device(a, &text, &d);
        err = say_keys(a, &text, d.id);
    }
    if (!err)
        err = say_slots(a, &text, d.id);
    if (!err)
        err = say_grants(a, &text, d.id);
    if (!err && text.failed)
        err = auth_fail(a, MSSL_AUTH_FILE, "out of memory");
    if (!err && text.len > MOVE_TEXT_MAX / 2 - 256)
        err = auth_fail(a, MSSL_AUTH_REFUSED, "%s has too many grants to be exported", name);
    if (!err)
        err = seal(a, out, &text, passphrase);
    if (!err)
        err = auth_run(a, "UPDATE device SET moved=1,image_epoch=NULL,image_generations=NULL"
                          " WHERE id=?", "i", (sqlite3_int64)d.id);
    if (!err)
        err = auth_log(a, "device export", name, NULL, "id %08lx%s", (unsigned long)d.id,
                       d.moved ? ", once more" : "");
    move_drop(&text);
    return err;
}

/* The file's name is taken first and its content written last: a cut between leaves a
 * device that nobody grants for until it is exported again, never one for which two do. */
mssl_auth_err mssl_auth_device_export(struct mssl_auth *a, const char *name, const char *passphrase,
                                      int again, const char *path)
{
    struct move_text out = { .failed = 0 };
    char reason[MSSL_AUTH_WHY_LEN];
    mssl_auth_err err = auth_need_key(a);
    int fd;

    if (!err && (!passphrase[0] || strlen(passphrase) > MSSL_AUTH_PASS_MAX))
        err = auth_fail(a, MSSL_AUTH_PASSPHRASE, "the file's passphrase must have 1 to %d bytes",
                        MSSL_AUTH_PASS_MAX);
    if (!err)
        err = auth_create(a, path, 0600, &fd);
    if (err)
        return err;
    err = auth_begin(a);
    if (!err)
        err = auth_end(a, leave(a, name, passphrase, again, &out));
    if (err) {
        auth_discard(path, fd);
    } else {
        err = auth_fill(a, path, fd, out.text, out.len);
        memcpy(reason, a->why, sizeof reason);
        if (!err)
            auth_sync_parent(path);
        if (err)
            auth_fail(a, err, "%.250s, with --force: %s counts as exported already", reason, name);
    }
    move_drop(&out);
    return err;
}
