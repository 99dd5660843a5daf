/* SPDX-License-Identifier: ISC */
/* The ledger's file: opening, migrating, transactions, statements. */
#include "inside.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "schema.h"

#define BUSY_MS 20000

mssl_auth_err auth_fail(struct mssl_auth *a, mssl_auth_err code, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    vsnprintf(a->why, sizeof a->why, format, ap);
    va_end(ap);
    return code;
}

/* SQLite's error in this room's words. */
static mssl_auth_err sql_fail(struct mssl_auth *a, const char *doing)
{
    int code = a->db ? sqlite3_errcode(a->db) : SQLITE_NOMEM;
    const char *text = a->db ? sqlite3_errmsg(a->db) : "out of memory";

    switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR:
    case SQLITE_SCHEMA:
    case SQLITE_MISMATCH:
    case SQLITE_FORMAT:
        return auth_fail(a, MSSL_AUTH_LEDGER, "ledger.db is damaged (%s, %s): restore a backup",
                         doing, text);
    case SQLITE_CONSTRAINT:
        return auth_fail(a, MSSL_AUTH_REFUSED, "the ledger refuses: %s", text);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return auth_fail(a, MSSL_AUTH_FILE,
                         "ledger.db is in use by another program (%s): try again", doing);
    default:
        return auth_fail(a, MSSL_AUTH_FILE,
                         "ledger.db cannot be used (%s: %s): make it and its directory writable",
                         doing, text);
    }
}

mssl_auth_err auth_exec(struct mssl_auth *a, const char *sql, const char *doing)
{
    if (sqlite3_exec(a->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return sql_fail(a, doing);
    return 0;
}

mssl_auth_err auth_begin(struct mssl_auth *a)
{
    mssl_auth_err err = auth_exec(a, "BEGIN IMMEDIATE", "beginning a change");

    if (err || !a->ready)
        return err;
    err = auth_lock_same(a);
    if (!err)
        err = auth_files_put(a);
    if (!err)
        err = auth_signer_read(a);      /* a rollover may have come since the opening */
    return err ? auth_end(a, err) : 0;
}

mssl_auth_err auth_end(struct mssl_auth *a, mssl_auth_err err)
{
    if (!err) {
        err = auth_exec(a, "COMMIT", "storing a change");
        if (!err)
            return 0;
    }
    sqlite3_exec(a->db, "ROLLBACK", NULL, NULL, NULL);
    return err;
}

/* -- Statements -- */

static int bind_one(sqlite3_stmt *st, int at, char letter, va_list *ap)
{
    const void *p;

    switch (letter) {
    case 'i':
        return sqlite3_bind_int64(st, at, va_arg(*ap, sqlite3_int64));
    case 's':
        return sqlite3_bind_text(st, at, va_arg(*ap, const char *), -1, SQLITE_TRANSIENT);
    default:
        p = va_arg(*ap, const void *);
        return sqlite3_bind_blob(st, at, p, va_arg(*ap, int), SQLITE_TRANSIENT);
    }
}

static mssl_auth_err ask(struct mssl_auth *a, sqlite3_stmt **st, const char *sql,
                         const char *format, va_list *ap)
{
    int i;

    *st = NULL;
    if (sqlite3_prepare_v2(a->db, sql, -1, st, NULL) != SQLITE_OK)
        return sql_fail(a, "reading");
    for (i = 0; format[i]; i++) {
        if (bind_one(*st, i + 1, format[i], ap) != SQLITE_OK) {
            sqlite3_finalize(*st);
            *st = NULL;
            return sql_fail(a, "reading");
        }
    }
    return 0;
}

mssl_auth_err auth_ask(struct mssl_auth *a, sqlite3_stmt **st, const char *sql,
                       const char *format, ...)
{
    mssl_auth_err err;
    va_list ap;

    va_start(ap, format);
    err = ask(a, st, sql, format, &ap);
    va_end(ap);
    return err;
}

mssl_auth_err auth_next(struct mssl_auth *a, sqlite3_stmt *st, int *row)
{
    int code = sqlite3_step(st);

    *row = code == SQLITE_ROW;
    if (code == SQLITE_ROW || code == SQLITE_DONE)
        return 0;
    return sql_fail(a, "reading");
}

mssl_auth_err auth_run(struct mssl_auth *a, const char *sql, const char *format, ...)
{
    sqlite3_stmt *st;
    mssl_auth_err err;
    va_list ap;

    va_start(ap, format);
    err = ask(a, &st, sql, format, &ap);
    va_end(ap);
    if (err)
        return err;
    if (sqlite3_step(st) != SQLITE_DONE)
        err = sql_fail(a, "writing");
    sqlite3_finalize(st);
    return err;
}

mssl_auth_err auth_blob(struct mssl_auth *a, sqlite3_stmt *st, int column, void *out, int len)
{
    const void *p = sqlite3_column_blob(st, column);

    if (!p || sqlite3_column_bytes(st, column) != len)
        return auth_fail(a, MSSL_AUTH_LEDGER,
                         "ledger.db is damaged (a field has a wrong length): restore a backup");
    memcpy(out, p, (size_t)len);
    return 0;
}

void auth_scrub(struct mssl_auth *a)
{
    /* Another reader may hinder it; the last one to close does it then. */
    sqlite3_wal_checkpoint_v2(a->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
}

/* -- Opening -- */

mssl_auth_err auth_number(struct mssl_auth *a, const char *sql, sqlite3_int64 *n)
{
    sqlite3_stmt *st;
    mssl_auth_err err = auth_ask(a, &st, sql, "");
    int row = 0;

    if (err)
        return err;
    err = auth_next(a, st, &row);
    *n = row ? sqlite3_column_int64(st, 0) : 0;
    sqlite3_finalize(st);
    return err;
}

static mssl_auth_err step_up(struct mssl_auth *a, int version)
{
    char pragma[80];
    sqlite3_int64 now = version;
    mssl_auth_err err = auth_begin(a);

    if (err)
        return err;
    err = auth_number(a, "PRAGMA user_version", &now);
    if (err || now > version)           /* another process was here meanwhile */
        return auth_end(a, err);
    err = auth_exec(a, auth_schema_steps[version], "making the tables");
    snprintf(pragma, sizeof pragma, "PRAGMA user_version=%d; PRAGMA application_id=%d",
             version + 1, AUTH_APPLICATION_ID);
    if (!err)
        err = auth_exec(a, pragma, "making the tables");
    if (!err && version + 1 == AUTH_SCHEMA_LOG)
        err = auth_log_begin(a);
    return auth_end(a, err);
}

static mssl_auth_err migrate(struct mssl_auth *a)
{
    sqlite3_int64 version, id, tables;
    mssl_auth_err err = auth_number(a, "PRAGMA user_version", &version);

    if (!err)
        err = auth_number(a, "PRAGMA application_id", &id);
    if (!err)
        err = auth_number(a, "SELECT count(*) FROM sqlite_schema", &tables);
    if (err)
        return err;
    if (tables && (id != AUTH_APPLICATION_ID || version < 1))
        return auth_fail(a, MSSL_AUTH_LEDGER,
                         "ledger.db is another program's database: name the right directory");
    if (version > auth_schema_version)
        return auth_fail(a, MSSL_AUTH_LEDGER,
                         "ledger.db is of version %lld, this program knows up to %d: "
                         "use the newer mssl-authority", (long long)version,
                         auth_schema_version);
    for (; !err && version < auth_schema_version; version++)
        err = step_up(a, (int)version);
    return err;
}

static mssl_auth_err health(struct mssl_auth *a)
{
    sqlite3_stmt *st;
    mssl_auth_err err = auth_ask(a, &st, "PRAGMA quick_check(1)", "");
    int row = 0;

    if (err)
        return err;
    err = auth_next(a, st, &row);
    if (!err && (!row || strcmp((const char *)sqlite3_column_text(st, 0), "ok")))
        err = auth_fail(a, MSSL_AUTH_LEDGER,
                        "ledger.db is damaged (its pages do not fit): restore a backup");
    sqlite3_finalize(st);
    return err;
}

mssl_auth_err auth_ledger_open(struct mssl_auth *a, const char *path)
{
    mssl_auth_err err;

    if (sqlite3_open_v2(path, &a->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW, NULL) !=
        SQLITE_OK)
        return sql_fail(a, "opening");
    sqlite3_busy_timeout(a->db, BUSY_MS);
    sqlite3_extended_result_codes(a->db, 0);
    sqlite3_db_config(a->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(a->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    err = auth_exec(a, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                      "PRAGMA secure_delete=ON; PRAGMA foreign_keys=ON", "opening");
    if (!err)
        err = health(a);
    if (!err)
        err = migrate(a);
    return err;
}
