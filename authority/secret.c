/* SPDX-License-Identifier: ISC */
/* K_D in the ledger, under the passphrase's key when there is one. */
#include "inside.h"

#include <stdio.h>
#include <string.h>

#define SEALED_LEN (MSSL_KEY_LEN + AUTH_SEAL_EXTRA)

static const char lock_text[] = "mssl authority's ledger";
#define LOCK_LEN (sizeof lock_text - 1)

/* Says whose key it is and of which epoch, so that rows cannot be exchanged. */
struct label {
    char text[40];
    size_t len;
};

static struct label label_of(uint32_t device, uint32_t epoch)
{
    struct label l;

    l.len = (size_t)snprintf(l.text, sizeof l.text, "kd %08x %08x", (unsigned)device,
                             (unsigned)epoch);
    return l;
}

/* -- The lock: a known text sealed under the key tells a right passphrase -- */

#define LOCK_SQL "INSERT OR REPLACE INTO authority VALUES(1,"
#define MADE_SQL "coalesce((SELECT created FROM authority),unixepoch()))"

mssl_auth_err auth_lock_make(struct mssl_auth *a, const char *passphrase)
{
    uint8_t lock[LOCK_LEN + AUTH_SEAL_EXTRA];

    if (!passphrase)
        return auth_run(a, LOCK_SQL "NULL,NULL," MADE_SQL, "");
    if (mssl_random(a->salt, sizeof a->salt) || !auth_kdf(a->key, passphrase, a->salt) ||
        !auth_seal(lock, a->key, (const uint8_t *)"lock", 4, (const uint8_t *)lock_text,
                   LOCK_LEN))
        return auth_fail(a, MSSL_AUTH_FILE, "the passphrase's key cannot be made: no memory "
                                            "or no randomness");
    return auth_run(a, LOCK_SQL "?,?," MADE_SQL, "bb", a->salt, (int)sizeof a->salt, lock,
                    (int)sizeof lock);
}

mssl_auth_err auth_lock_read(struct mssl_auth *a)
{
    sqlite3_stmt *st;
    mssl_auth_err err = auth_ask(a, &st, "SELECT salt FROM authority", "");
    int row = 0;

    if (err)
        return err;
    err = auth_next(a, st, &row);
    if (!err && !row)
        err = auth_fail(a, MSSL_AUTH_LEDGER, "ledger.db has no authority: restore a backup");
    a->sealed = !err && sqlite3_column_type(st, 0) != SQLITE_NULL;
    if (a->sealed)
        err = auth_blob(a, st, 0, a->salt, sizeof a->salt);
    sqlite3_finalize(st);
    return err;
}

/* With another's key in hand, what is stored now would not open later. */
mssl_auth_err auth_lock_same(struct mssl_auth *a)
{
    sqlite3_int64 same = 0;
    sqlite3_stmt *st;
    int row = 0;
    mssl_auth_err err = auth_ask(a, &st, "SELECT salt IS ? FROM authority", a->sealed ? "b" : "s",
                                 a->sealed ? (const void *)a->salt : NULL, (int)sizeof a->salt);

    if (err)
        return err;
    err = auth_next(a, st, &row);
    same = row ? sqlite3_column_int64(st, 0) : 0;
    sqlite3_finalize(st);
    if (!err && !same)
        err = auth_fail(a, MSSL_AUTH_PASSPHRASE, "the passphrase of the authority in %s was changed "
                        "meanwhile: repeat the command", a->dir);
    return err;
}

/* -- Another passphrase -- */

static mssl_auth_err kd_seal_again(struct mssl_auth *a, struct mssl_auth *next, uint32_t device,
                                   uint32_t epoch)
{
    uint8_t kd[MSSL_KEY_LEN];
    mssl_auth_err err = auth_kd_load(a, device, epoch, kd);

    if (!err)
        err = auth_run(a, "DELETE FROM device_key WHERE device=? AND epoch=?", "ii",
                       (sqlite3_int64)device, (sqlite3_int64)epoch);
    if (!err) {
        err = auth_kd_store(next, device, epoch, kd);
        if (err)
            auth_fail(a, err, "%s", next->why);
    }
    mssl_wipe(kd, sizeof kd);
    return err;
}

/* One key after the other: the table changes while it is walked. */
static mssl_auth_err kd_seal_all(struct mssl_auth *a, struct mssl_auth *next)
{
    sqlite3_int64 device = 0, epoch = -1;
    sqlite3_stmt *st;
    int row = 1;
    mssl_auth_err err = 0;

    while (!err && row) {
        err = auth_ask(a, &st, "SELECT device,epoch FROM device_key WHERE (device,epoch)>(?,?)"
                               " ORDER BY device,epoch LIMIT 1", "ii", device, epoch);
        if (err)
            break;
        err = auth_next(a, st, &row);
        device = sqlite3_column_int64(st, 0);
        epoch = sqlite3_column_int64(st, 1);
        sqlite3_finalize(st);
        if (!err && row)
            err = kd_seal_again(a, next, (uint32_t)device, (uint32_t)epoch);
    }
    return err;
}

mssl_auth_err auth_lock_change(struct mssl_auth *a, const char *passphrase)
{
    struct mssl_auth next;              /* the same ledger, under the other passphrase */
    mssl_auth_err err;

    memset(&next, 0, sizeof next);
    next.db = a->db;
    next.sealed = passphrase != NULL;
    err = auth_lock_make(&next, passphrase);
    if (err)
        auth_fail(a, err, "%s", next.why);
    else
        err = kd_seal_all(a, &next);
    mssl_wipe(&next, sizeof next);
    return err;
}

int mssl_auth_is_locked(const struct mssl_auth *a)
{
    return a->sealed && !a->unlocked;
}

static mssl_auth_err lock_bytes(struct mssl_auth *a, uint8_t lock[LOCK_LEN + AUTH_SEAL_EXTRA])
{
    sqlite3_stmt *st;
    mssl_auth_err err = auth_ask(a, &st, "SELECT lock FROM authority", "");
    int row;

    if (err)
        return err;
    err = auth_next(a, st, &row);
    if (!err)
        err = auth_blob(a, st, 0, lock, (int)(LOCK_LEN + AUTH_SEAL_EXTRA));
    sqlite3_finalize(st);
    return err;
}

mssl_auth_err mssl_auth_unlock(struct mssl_auth *a, const char *passphrase)
{
    uint8_t lock[LOCK_LEN + AUTH_SEAL_EXTRA], text[LOCK_LEN];
    mssl_auth_err err;

    if (!a->sealed)
        return 0;
    if (strlen(passphrase) > MSSL_AUTH_PASS_MAX)
        return auth_fail(a, MSSL_AUTH_PASSPHRASE, "the passphrase is longer than %d bytes",
                         MSSL_AUTH_PASS_MAX);
    err = lock_bytes(a, lock);
    if (err)
        return err;
    if (!auth_kdf(a->key, passphrase, a->salt))
        return auth_fail(a, MSSL_AUTH_FILE, "the passphrase's key cannot be derived: no memory");
    if (!auth_unseal(text, a->key, (const uint8_t *)"lock", 4, lock, sizeof lock) ||
        memcmp(text, lock_text, LOCK_LEN)) {
        mssl_wipe(a->key, sizeof a->key);
        return auth_fail(a, MSSL_AUTH_PASSPHRASE,
                         "wrong passphrase for the authority in %s", a->dir);
    }
    memcpy(a->pass, passphrase, strlen(passphrase) + 1);
    a->unlocked = 1;
    return 0;
}

mssl_auth_err auth_need_key(struct mssl_auth *a)
{
    if (mssl_auth_is_locked(a))
        return auth_fail(a, MSSL_AUTH_PASSPHRASE,
                         "the authority in %s wants its passphrase", a->dir);
    return 0;
}

/* -- K_D -- */

/* PROTOCOL 11: all 0x00 or 0xFF means not provisioned. */
static int looks_erased(const uint8_t kd[MSSL_KEY_LEN])
{
    uint8_t all_or = 0, all_and = 0xff;
    int i;

    for (i = 0; i < MSSL_KEY_LEN; i++) {
        all_or |= kd[i];
        all_and &= kd[i];
    }
    return all_or == 0 || all_and == 0xff;
}

mssl_auth_err auth_kd_new(struct mssl_auth *a, uint8_t kd[MSSL_KEY_LEN])
{
    do {
        if (mssl_random(kd, MSSL_KEY_LEN))
            return auth_fail(a, MSSL_AUTH_FILE, "this machine gives no random bytes");
    } while (looks_erased(kd));
    return 0;
}

mssl_auth_err auth_kd_store(struct mssl_auth *a, uint32_t device, uint32_t epoch,
                            const uint8_t kd[MSSL_KEY_LEN])
{
    static const char sql[] = "INSERT INTO device_key VALUES(?,?,?)";
    struct label label = label_of(device, epoch);
    uint8_t sealed[SEALED_LEN];

    if (!a->sealed)
        return auth_run(a, sql, "iib", (sqlite3_int64)device, (sqlite3_int64)epoch, kd,
                        MSSL_KEY_LEN);
    if (!auth_seal(sealed, a->key, (const uint8_t *)label.text, label.len, kd, MSSL_KEY_LEN))
        return auth_fail(a, MSSL_AUTH_FILE, "a key cannot be sealed: no memory or no randomness");
    return auth_run(a, sql, "iib", (sqlite3_int64)device, (sqlite3_int64)epoch, sealed,
                    (int)sizeof sealed);
}

static mssl_auth_err kd_column(struct mssl_auth *a, sqlite3_stmt *st, const struct label *label,
                               uint8_t kd[MSSL_KEY_LEN])
{
    uint8_t sealed[SEALED_LEN];
    mssl_auth_err err;

    if (!a->sealed)
        return auth_blob(a, st, 0, kd, MSSL_KEY_LEN);
    err = auth_blob(a, st, 0, sealed, (int)sizeof sealed);
    if (!err && !auth_unseal(kd, a->key, (const uint8_t *)label->text, label->len, sealed,
                             sizeof sealed))
        err = auth_fail(a, MSSL_AUTH_LEDGER,
                        "ledger.db is damaged (a device's key does not open): restore a backup");
    return err;
}

mssl_auth_err auth_kd_load(struct mssl_auth *a, uint32_t device, uint32_t epoch,
                           uint8_t kd[MSSL_KEY_LEN])
{
    struct label label = label_of(device, epoch);
    sqlite3_stmt *st;
    mssl_auth_err err = auth_need_key(a);
    int row = 0;

    memset(kd, 0, MSSL_KEY_LEN);
    if (!err)
        err = auth_ask(a, &st, "SELECT kd FROM device_key WHERE device=? AND epoch=?", "ii",
                       (sqlite3_int64)device, (sqlite3_int64)epoch);
    if (err)
        return err;
    err = auth_next(a, st, &row);
    if (!err && !row)
        err = auth_fail(a, MSSL_AUTH_LEDGER,
                        "ledger.db is damaged (a device has no key): restore a backup");
    if (!err)
        err = kd_column(a, st, &label, kd);
    sqlite3_finalize(st);
    return err;
}

mssl_auth_err auth_kd_step(struct mssl_auth *a, uint8_t next[MSSL_KEY_LEN],
                           const uint8_t kd[MSSL_KEY_LEN])
{
    if (mssl_lab(next, kd, MSSL_TYPE_EPOCH))
        return auth_fail(a, MSSL_AUTH_FILE, "the next key cannot be computed: no memory");
    return 0;
}

mssl_auth_err auth_kd_forget_before(struct mssl_auth *a, uint32_t device, uint32_t epoch)
{
    return auth_run(a, "DELETE FROM device_key WHERE device=? AND epoch<?", "ii",
                    (sqlite3_int64)device, (sqlite3_int64)epoch);
}

mssl_auth_err auth_kd_forget_after(struct mssl_auth *a, uint32_t device, uint32_t epoch)
{
    return auth_run(a, "DELETE FROM device_key WHERE device=? AND epoch>?", "ii",
                    (sqlite3_int64)device, (sqlite3_int64)epoch);
}
