/* SPDX-License-Identifier: ISC */
/* Devices in the ledger: add, get, each, remove. */
#include "inside.h"

#include <stdio.h>
#include <string.h>

#define OPENS_SQL                                                                     \
    "SELECT count(*) FROM host_grant g JOIN device d ON d.id=g.device"                \
    " JOIN slot s ON s.device=g.device AND s.slot=g.slot"                             \
    " WHERE d.name=? AND g.epoch=d.epoch AND g.generation>=s.delivered"

static uint32_t big_endian(const uint8_t b[4])
{
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* -- Checks -- */

static mssl_auth_err check_mac(struct mssl_auth *a, uint8_t mac[6])
{
    static const uint8_t none[6];

    if (!memcmp(mac, none, sizeof none)) {
        if (mssl_random(mac, 6))
            return auth_fail(a, MSSL_AUTH_FILE, "this machine gives no random bytes");
        mac[0] = 0x02;              /* unicast, locally administered */
    }
    if (mac[0] & 1)
        return auth_fail(a, MSSL_AUTH_USAGE, "MAC %02x:%02x:..: its first byte is odd, so it "
                         "names a group: choose one like 02:..", mac[0], mac[1]);
    return 0;
}

static mssl_auth_err check_ip(struct mssl_auth *a, const struct mssl_auth_device *d)
{
    uint32_t ip = big_endian(d->ip), mask = big_endian(d->netmask);
    uint32_t gateway = big_endian(d->gateway), rest = ~mask;

    if (!d->ip[0] || d->ip[0] == 127 || d->ip[0] >= 224)
        return auth_fail(a, MSSL_AUTH_USAGE, "--ip %u.%u.%u.%u is no host's address", d->ip[0],
                         d->ip[1], d->ip[2], d->ip[3]);
    if (!mask || (rest & (rest + 1)))
        return auth_fail(a, MSSL_AUTH_USAGE, "--netmask %u.%u.%u.%u is no netmask: one like "
                         "255.255.255.0", d->netmask[0], d->netmask[1], d->netmask[2],
                         d->netmask[3]);
    if (rest > 1 && (!(ip & rest) || (ip & rest) == rest))
        return auth_fail(a, MSSL_AUTH_USAGE, "--ip %u.%u.%u.%u names the network or everybody "
                         "in it: choose another", d->ip[0], d->ip[1], d->ip[2], d->ip[3]);
    if (gateway && ((gateway ^ ip) & mask))
        return auth_fail(a, MSSL_AUTH_USAGE, "--gateway %u.%u.%u.%u is not in the device's "
                         "network: correct it, or 0.0.0.0 for none", d->gateway[0],
                         d->gateway[1], d->gateway[2], d->gateway[3]);
    return 0;
}

static mssl_auth_err check_device(struct mssl_auth *a, struct mssl_auth_device *d)
{
    struct mssl_task_table table;
    struct mssl_why why;
    mssl_auth_err err;

    if (!mssl_device_name_ok(d->name))
        return auth_fail(a, MSSL_AUTH_USAGE, "device name \"%.40s\": use 1 to %d of a-z 0-9 . _ -",
                         d->name, MSSL_DEVICE_NAME_MAX);
    if (mssl_task_table_parse(&table, d->table_text, strlen(d->table_text), &why))
        return auth_fail(a, MSSL_AUTH_FILE, "the task table, line %u: %s", why.line, why.reason);
    d->table = table.number;
    err = check_mac(a, d->mac);
    return err ? err : check_ip(a, d);
}

/* -- Add -- */

static mssl_auth_err taken(struct mssl_auth *a, const char *column, const void *p, int len,
                           int *is)
{
    char sql[80];
    sqlite3_stmt *st;
    mssl_auth_err err;

    snprintf(sql, sizeof sql, "SELECT 1 FROM device WHERE %s=?", column);
    err = len ? auth_ask(a, &st, sql, "b", p, len) : auth_ask(a, &st, sql, "s", p);
    if (err)
        return err;
    err = auth_next(a, st, is);
    sqlite3_finalize(st);
    return err;
}

static mssl_auth_err fresh_id(struct mssl_auth *a, uint32_t *id)
{
    uint8_t b[4];
    int used = 1;

    while (used) {
        sqlite3_stmt *st;
        mssl_auth_err err;

        if (mssl_random(b, sizeof b))
            return auth_fail(a, MSSL_AUTH_FILE, "this machine gives no random bytes");
        *id = big_endian(b);
        if (!*id)
            continue;
        err = auth_ask(a, &st, "SELECT 1 FROM device WHERE id=?", "i", (sqlite3_int64)*id);
        if (err)
            return err;
        err = auth_next(a, st, &used);
        sqlite3_finalize(st);
        if (err)
            return err;
    }
    return 0;
}

static mssl_auth_err insert(struct mssl_auth *a, const struct mssl_auth_device *d)
{
    mssl_auth_err err;
    int slot;

    err = auth_run(a, "INSERT INTO device(id,name,mac,ip,netmask,gateway,task_table,"
                      "table_number,created) VALUES(?,?,?,?,?,?,?,?,unixepoch())", "isbbbbsi",
                   (sqlite3_int64)d->id, d->name, d->mac, 6, d->ip, 4, d->netmask, 4,
                   d->gateway, 4, d->table_text, (sqlite3_int64)d->table);
    for (slot = 0; !err && slot < MSSL_SLOTS; slot++)
        err = auth_run(a, "INSERT INTO slot(device,slot) VALUES(?,?)", "ii",
                       (sqlite3_int64)d->id, (sqlite3_int64)slot);
    return err;
}

mssl_auth_err auth_device_insert(struct mssl_auth *a, struct mssl_auth_device *d)
{
    uint8_t kd[MSSL_KEY_LEN];
    mssl_auth_err err = fresh_id(a, &d->id);

    if (!err)
        err = insert(a, d);
    if (!err)
        err = auth_kd_new(a, kd);
    if (!err)
        err = auth_kd_store(a, d->id, 0, kd);
    mssl_wipe(kd, sizeof kd);
    return err;
}

static mssl_auth_err add(struct mssl_auth *a, struct mssl_auth_device *d)
{
    int name_taken = 0, mac_taken = 0;
    mssl_auth_err err = taken(a, "name", d->name, 0, &name_taken);

    if (!err)
        err = taken(a, "mac", d->mac, 6, &mac_taken);
    if (!err && name_taken)
        err = auth_fail(a, MSSL_AUTH_UNKNOWN, "device %s exists already: choose another name",
                        d->name);
    if (!err && mac_taken)
        err = auth_fail(a, MSSL_AUTH_UNKNOWN, "another device has this MAC: choose another");
    if (!err)
        err = auth_device_insert(a, d);
    return err ? err : auth_log(a, "device add", d->name, NULL, "id %08lx", (unsigned long)d->id);
}

mssl_auth_err mssl_auth_device_add(struct mssl_auth *a, struct mssl_auth_device *d)
{
    mssl_auth_err err = auth_need_key(a);

    if (!err)
        err = check_device(a, d);
    if (!err)
        err = auth_begin(a);
    return err ? err : auth_end(a, add(a, d));
}

/* -- Get -- */

static mssl_auth_err row_to_device(struct mssl_auth *a, sqlite3_stmt *st,
                                   struct mssl_auth_device *d)
{
    mssl_auth_err err;

    memset(d, 0, sizeof *d);
    d->id = (uint32_t)sqlite3_column_int64(st, 0);
    snprintf(d->name, sizeof d->name, "%s", (const char *)sqlite3_column_text(st, 1));
    snprintf(d->table_text, sizeof d->table_text, "%s", (const char *)sqlite3_column_text(st, 6));
    d->table = (uint8_t)sqlite3_column_int(st, 7);
    d->epoch = (uint32_t)sqlite3_column_int(st, 8);
    d->torn = (uint8_t)sqlite3_column_int(st, 9);
    d->image_waiting = sqlite3_column_type(st, 10) != SQLITE_NULL;
    d->epoch_pending = (uint8_t)sqlite3_column_int(st, 11);
    d->moved = (uint8_t)sqlite3_column_int(st, 12);
    d->fresh_key = (uint8_t)sqlite3_column_int(st, 13);
    d->restored = (uint8_t)sqlite3_column_int(st, 14);
    err = auth_blob(a, st, 2, d->mac, 6);
    if (!err)
        err = auth_blob(a, st, 3, d->ip, 4);
    if (!err)
        err = auth_blob(a, st, 4, d->netmask, 4);
    if (!err)
        err = auth_blob(a, st, 5, d->gateway, 4);
    return err;
}

mssl_auth_err mssl_auth_device_get(struct mssl_auth *a, const char *name,
                                   struct mssl_auth_device *d)
{
    sqlite3_stmt *st;
    mssl_auth_err err = auth_ask(a, &st, "SELECT " AUTH_DEVICE_COLUMNS "WHERE d.name=?", "s",
                                 name);
    int row = 0;

    if (err)
        return err;
    err = auth_next(a, st, &row);
    if (!err && !row)
        err = auth_fail(a, MSSL_AUTH_UNKNOWN,
                        "no device %.40s: `mssl-authority device list` names them", name);
    if (!err)
        err = row_to_device(a, st, d);
    sqlite3_finalize(st);
    return err;
}

mssl_auth_err auth_device_ours(struct mssl_auth *a, const char *name,
                               struct mssl_auth_device *d)
{
    mssl_auth_err err = mssl_auth_device_get(a, name, d);

    if (!err && d->moved)
        err = auth_fail(a, MSSL_AUTH_REFUSED, "%s was exported to another authority, which grants "
                        "for it now: work there, or bring its export back with `device import`",
                        name);
    return err;
}

mssl_auth_err mssl_auth_device_each(struct mssl_auth *a,
                                    int (*row)(void *arg, const struct mssl_auth_device *d),
                                    void *arg)
{
    struct mssl_auth_device d;
    sqlite3_stmt *st;
    mssl_auth_err err = auth_ask(a, &st, "SELECT " AUTH_DEVICE_COLUMNS "ORDER BY d.name", "");
    int more = 0;

    if (err)
        return err;
    err = auth_next(a, st, &more);
    while (!err && more) {
        err = row_to_device(a, st, &d);
        if (err || row(arg, &d))
            break;
        err = auth_next(a, st, &more);
    }
    sqlite3_finalize(st);
    return err;
}

/* -- Remove -- */

static mssl_auth_err check_closed(struct mssl_auth *a, const char *name)
{
    sqlite3_stmt *st;
    mssl_auth_err err = auth_ask(a, &st, OPENS_SQL, "s", name);
    int row = 0, n = 0;

    if (err)
        return err;
    err = auth_next(a, st, &row);
    if (!err && row)
        n = sqlite3_column_int(st, 0);
    sqlite3_finalize(st);
    if (!err && n)
        err = auth_fail(a, MSSL_AUTH_REFUSED, "%d grant%s still open%s device %s: revoke first, "
                        "or say --force when the chip is gone or erased", n, n == 1 ? "" : "s",
                        n == 1 ? "s" : "", name);
    return err;
}

static mssl_auth_err removal(struct mssl_auth *a, const char *name, int force)
{
    struct mssl_auth_device d;
    mssl_auth_err err = mssl_auth_device_get(a, name, &d);

    if (!err && !force && !d.moved)
        err = check_closed(a, name);
    if (!err)
        err = auth_run(a, "DELETE FROM device WHERE id=?", "i", (sqlite3_int64)d.id);
    if (!err)
        err = auth_log(a, "device remove", name, NULL, "id %08lx%s", (unsigned long)d.id,
                       force ? ", forced" : "");
    return err;
}

mssl_auth_err mssl_auth_device_remove(struct mssl_auth *a, const char *name, int force)
{
    mssl_auth_err err = auth_begin(a);

    if (!err)
        err = auth_end(a, removal(a, name, force));
    if (!err)
        auth_scrub(a);
    return err;
}
