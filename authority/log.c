/* SPDX-License-Identifier: ISC */
/* The log: every change, chained by SHA-256, so that a changed, lost or inserted entry
 * shows. It is not signed: the grants' key signs grants and nothing else, so what guards
 * the log's end is its last hash, kept elsewhere by a person. docs/FORMATS.md */
#include "inside.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* What is hashed behind the former hash: every field ends with a line's end. */
#define CANONICAL_MAX (MSSL_AUTH_DETAIL_MAX + 300)

static int canonical(char out[CANONICAL_MAX], const struct mssl_auth_entry *e)
{
    return snprintf(out, CANONICAL_MAX, "%lu\n%lld\n%s\n%s\n%s\n%s\n%s\n", (unsigned long)e->n,
                    (long long)e->at, e->action, e->device, e->host, e->signer, e->detail);
}

static mssl_auth_err chain(struct mssl_auth *a, uint8_t out[AUTH_HASH_LEN],
                           const uint8_t former[AUTH_HASH_LEN], const struct mssl_auth_entry *e)
{
    char text[CANONICAL_MAX];
    int len = canonical(text, e);

    if (!auth_sha256(out, former, AUTH_HASH_LEN, text, (size_t)len))
        return auth_fail(a, MSSL_AUTH_FILE, "the log's hash cannot be computed: no memory");
    return 0;
}

void auth_signer_note(struct mssl_auth *a, const char *pem, size_t len)
{
    (void)mssl_authority_fingerprint(a->signer, pem, len);
}

/* -- Appending -- */

static mssl_auth_err last_entry(struct mssl_auth *a, uint32_t *n, uint8_t hash[AUTH_HASH_LEN])
{
    sqlite3_stmt *st;
    int row = 0;
    mssl_auth_err err = auth_ask(a, &st, "SELECT n,hash FROM log WHERE n<? ORDER BY n DESC"
                                         " LIMIT 1", "i", (sqlite3_int64)UINT32_MAX);

    if (err)
        return err;
    *n = 0;
    memset(hash, 0, AUTH_HASH_LEN);     /* before the first */
    err = auth_next(a, st, &row);
    if (!err && row) {
        *n = (uint32_t)sqlite3_column_int64(st, 0);
        err = auth_blob(a, st, 1, hash, AUTH_HASH_LEN);
    }
    sqlite3_finalize(st);
    return err;
}

static mssl_auth_err append(struct mssl_auth *a, struct mssl_auth_entry *e)
{
    uint8_t former[AUTH_HASH_LEN];
    mssl_auth_err err = last_entry(a, &e->n, former);

    e->n++;
    e->at = (int64_t)time(NULL);
    if (!err)
        err = chain(a, e->hash, former, e);
    return err ? err : auth_run(a, "INSERT INTO log VALUES(?,?,?,?,?,?,?,?)", "iisssssb",
                                (sqlite3_int64)e->n, (sqlite3_int64)e->at, e->action, e->device,
                                e->host, e->signer, e->detail, e->hash, AUTH_HASH_LEN);
}

mssl_auth_err auth_log(struct mssl_auth *a, const char *action, const char *device,
                       const char *host, const char *format, ...)
{
    struct mssl_auth_entry e;
    va_list ap;

    memset(&e, 0, sizeof e);
    snprintf(e.action, sizeof e.action, "%s", action);
    snprintf(e.device, sizeof e.device, "%s", device ? device : "");
    snprintf(e.host, sizeof e.host, "%s", host ? host : "");
    memcpy(e.signer, a->signer, sizeof e.signer);
    va_start(ap, format);
    vsnprintf(e.detail, sizeof e.detail, format, ap);
    va_end(ap);
    return append(a, &e);
}

mssl_auth_err auth_log_grant(struct mssl_auth *a, const char *action, const char *device,
                             const uint8_t block[MSSL_GRANT_LEN], const char *table_text)
{
    char tasks[MSSL_TASKS * (MSSL_TASK_NAME_MAX + 1)] = "?", address[MSSL_ADDRESS_TEXT_SIZE];
    size_t len = sizeof tasks;
    struct mssl_task_table table;
    struct mssl_grant g;
    struct mssl_why why;

    if (mssl_grant_decode(&g, block))
        return auth_fail(a, MSSL_AUTH_LEDGER, "ledger.db is damaged (a grant is none): restore a "
                                              "backup");
    (void)mssl_task_table_parse(&table, table_text, strlen(table_text), &why);
    (void)mssl_task_set_format(g.tasks, &table, tasks, &len);
    mssl_address_format(address, &g.address);
    return auth_log(a, action, device, g.host, "slot %u generation %u epoch %u tasks %s from %s "
                    "param %02x%02x%02x", g.slot, g.generation, g.epoch, tasks, address,
                    g.param[0], g.param[1], g.param[2]);
}

/* -- An older ledger -- */

mssl_auth_err auth_log_begin(struct mssl_auth *a)
{
    uint8_t g[MSSL_GRANT_LEN];
    sqlite3_int64 old = 0;
    sqlite3_stmt *st;
    int row = 0;
    mssl_auth_err err = auth_number(a, "SELECT count(*) FROM authority", &old);

    if (err || !old)
        return err;
    err = auth_log(a, "log begins", NULL, NULL, "the ledger was made by an older mssl-authority");
    if (!err)
        err = auth_ask(a, &st, "SELECT d.name,g.g,d.task_table FROM host_grant g JOIN device d"
                               " ON d.id=g.device ORDER BY g.created,g.rowid", "");
    if (err)
        return err;
    err = auth_next(a, st, &row);
    while (!err && row) {
        err = auth_blob(a, st, 1, g, MSSL_GRANT_LEN);
        if (!err)
            err = auth_log_grant(a, "known", (const char *)sqlite3_column_text(st, 0), g,
                                 (const char *)sqlite3_column_text(st, 2));
        if (!err)
            err = auth_next(a, st, &row);
    }
    sqlite3_finalize(st);
    return err;
}

/* -- Reading -- */

/* The hash is of strings: what a NUL hides or a field cannot hold would not be in it. */
static int take_text(char *to, size_t size, sqlite3_stmt *st, int column)
{
    const char *s = (const char *)sqlite3_column_text(st, column);
    size_t len = (size_t)sqlite3_column_bytes(st, column);

    if (!s || len >= size || strlen(s) != len)
        return 0;
    memcpy(to, s, len + 1);
    return 1;
}

static mssl_auth_err take(struct mssl_auth *a, sqlite3_stmt *st, struct mssl_auth_entry *e)
{
    const struct { char *to; size_t size; } text[] = {
        { e->action, sizeof e->action }, { e->device, sizeof e->device },
        { e->host, sizeof e->host }, { e->signer, sizeof e->signer },
        { e->detail, sizeof e->detail },
    };
    sqlite3_int64 n = sqlite3_column_int64(st, 0);
    size_t i;

    memset(e, 0, sizeof *e);
    if (n < 1 || n > UINT32_MAX)
        return auth_fail(a, MSSL_AUTH_LEDGER, "the log was tampered with: entry %lld is none that was written",
                         (long long)n);
    e->n = (uint32_t)n;
    e->at = sqlite3_column_int64(st, 1);
    for (i = 0; i < sizeof text / sizeof text[0]; i++) {
        if (!take_text(text[i].to, text[i].size, st, 2 + (int)i))
            return auth_fail(a, MSSL_AUTH_LEDGER, "the log was tampered with: entry %lu is not what "
                             "was written", (unsigned long)e->n);
    }
    return auth_blob(a, st, 7, e->hash, AUTH_HASH_LEN);
}

#define LOG_SQL "SELECT n,at,action,device,host,signer,detail,hash FROM log "

mssl_auth_err mssl_auth_log_each(struct mssl_auth *a, const char *device, const char *host,
                                 int (*row)(void *arg, const struct mssl_auth_entry *e), void *arg)
{
    struct mssl_auth_entry e;
    sqlite3_stmt *st;
    int more = 0;
    mssl_auth_err err = auth_ask(a, &st, LOG_SQL "WHERE (?1 IS NULL OR device=?1) AND"
                                         " (?2 IS NULL OR host=?2) ORDER BY n", "ss", device, host);

    if (err)
        return err;
    err = auth_next(a, st, &more);
    while (!err && more) {
        err = take(a, st, &e);
        if (err || row(arg, &e))
            break;
        err = auth_next(a, st, &more);
    }
    sqlite3_finalize(st);
    return err;
}

static mssl_auth_err check_one(struct mssl_auth *a, const struct mssl_auth_entry *e, uint32_t want,
                               const uint8_t former[AUTH_HASH_LEN])
{
    uint8_t hash[AUTH_HASH_LEN];
    mssl_auth_err err;

    if (e->n != want)
        return auth_fail(a, MSSL_AUTH_LEDGER, "the log was tampered with: entry %lu is missing",
                         (unsigned long)want);
    err = chain(a, hash, former, e);
    if (!err && memcmp(hash, e->hash, AUTH_HASH_LEN))
        err = auth_fail(a, MSSL_AUTH_LEDGER, "the log was tampered with: entry %lu is not what was "
                        "written, or what was before it is not", (unsigned long)e->n);
    return err;
}

mssl_auth_err mssl_auth_log_check(struct mssl_auth *a, const uint8_t *anchor,
                                  uint8_t last[MSSL_AUTH_HASH_LEN], uint32_t *count)
{
    struct mssl_auth_entry e;
    sqlite3_stmt *st;
    int more = 0, seen = 0;
    mssl_auth_err err = auth_ask(a, &st, LOG_SQL "ORDER BY n", "");

    *count = 0;
    memset(last, 0, MSSL_AUTH_HASH_LEN);
    if (err)
        return err;
    err = auth_next(a, st, &more);
    while (!err && more) {
        err = take(a, st, &e);
        if (!err)
            err = check_one(a, &e, ++*count, last);
        if (err)
            break;
        memcpy(last, e.hash, sizeof e.hash);
        seen |= anchor && !memcmp(anchor, last, MSSL_AUTH_HASH_LEN);
        err = auth_next(a, st, &more);
    }
    sqlite3_finalize(st);
    if (!err && !*count)
        err = auth_fail(a, MSSL_AUTH_LEDGER, "the log was tampered with: it is empty");
    if (!err && anchor && !seen)
        err = auth_fail(a, MSSL_AUTH_LEDGER, "the log was tampered with, or an older backup was "
                        "restored: no entry has this anchor, so the end is missing or all was "
                        "written anew");
    return err;
}
