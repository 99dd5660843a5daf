/* SPDX-License-Identifier: ISC */
/* What the files of this room share; not for others. */
#ifndef MSSL_AUTH_INSIDE_H
#define MSSL_AUTH_INSIDE_H

#include <sqlite3.h>

#include "authority.h"
#include "crypto.h"

struct mssl_auth {
    sqlite3 *db;
    char *dir;
    uint8_t sealed;                       /* the ledger's secrets are encrypted */
    uint8_t unlocked;
    uint8_t salt[AUTH_SALT_LEN];
    uint8_t key[AUTH_STORE_KEY];
    char pass[MSSL_AUTH_PASS_MAX + 1];    /* the RSA key's file wants it again */
    char pin[MSSL_AUTH_PASS_MAX + 1];     /* of the token, "" if none was given */
    char why[MSSL_AUTH_WHY_LEN];
};

/* Notes the line and returns code. */
mssl_auth_err auth_fail(struct mssl_auth *a, mssl_auth_err code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* -- ledger.c -- */

/* Opens the file, which must exist; makes the tables it lacks. */
mssl_auth_err auth_ledger_open(struct mssl_auth *a, const char *path);

/* Begins a transaction that may write; every path ends it with auth_end. */
mssl_auth_err auth_begin(struct mssl_auth *a);

/* Commits when err is 0, else rolls back. Returns err, or why the commit failed. */
mssl_auth_err auth_end(struct mssl_auth *a, mssl_auth_err err);

/* Prepares sql and binds by format, a letter a value: i (sqlite3_int64), s (text
 * or NULL), b (const void *, int length). */
mssl_auth_err auth_ask(struct mssl_auth *a, sqlite3_stmt **st, const char *sql,
                       const char *format, ...);

/* The next row: *row is 1 while there is one. */
mssl_auth_err auth_next(struct mssl_auth *a, sqlite3_stmt *st, int *row);

/* Runs a statement without rows. */
mssl_auth_err auth_run(struct mssl_auth *a, const char *sql, const char *format, ...);

/* Copies a blob column of exactly len bytes, or reports damage. */
mssl_auth_err auth_blob(struct mssl_auth *a, sqlite3_stmt *st, int column, void *out, int len);

/* Empties the write-ahead log, so that a deleted secret does not linger there. */
void auth_scrub(struct mssl_auth *a);

/* -- files.c -- */

/* Creates path, mode, never through a link and never over anything. */
mssl_auth_err auth_create(struct mssl_auth *a, const char *path, unsigned mode, int *fd);

/* Writes, syncs and closes; removes the file after an error. */
mssl_auth_err auth_fill(struct mssl_auth *a, const char *path, int fd, const char *data,
                        size_t len);

/* Closes and removes a file made by auth_create. */
void auth_discard(const char *path, int fd);

/* Refuses what is missing, not `type` (S_IFREG, S_IFDIR), or has a bit of mask. */
mssl_auth_err auth_check_mode(struct mssl_auth *a, const char *path, unsigned type,
                              unsigned mask);

/* Reads a whole file of at most max bytes; *data is malloc'ed and zero-ended. */
mssl_auth_err auth_read(struct mssl_auth *a, const char *path, size_t max, char **data,
                        size_t *len);

/* dir and name in one malloc'ed path, or NULL. */
char *auth_path(const char *dir, const char *name);

/* -- secret.c: K_D in the ledger -- */

/* Stores salt and lock of a new ledger; passphrase may be NULL. */
mssl_auth_err auth_lock_make(struct mssl_auth *a, const char *passphrase);

/* Learns whether there is a passphrase. */
mssl_auth_err auth_lock_read(struct mssl_auth *a);

mssl_auth_err auth_need_key(struct mssl_auth *a);
mssl_auth_err auth_kd_new(struct mssl_auth *a, uint8_t kd[MSSL_KEY_LEN]);
mssl_auth_err auth_kd_store(struct mssl_auth *a, uint32_t device, uint32_t epoch,
                            const uint8_t kd[MSSL_KEY_LEN]);
mssl_auth_err auth_kd_load(struct mssl_auth *a, uint32_t device, uint32_t epoch,
                           uint8_t kd[MSSL_KEY_LEN]);
mssl_auth_err auth_kd_forget_before(struct mssl_auth *a, uint32_t device, uint32_t epoch);
mssl_auth_err auth_kd_forget_after(struct mssl_auth *a, uint32_t device, uint32_t epoch);

/* kd = lab(kd, 0x31). PROTOCOL 9 */
mssl_auth_err auth_kd_step(struct mssl_auth *a, uint8_t next[MSSL_KEY_LEN],
                           const uint8_t kd[MSSL_KEY_LEN]);

/* -- device.c -- */

/* What follows SELECT in a query of devices, as d; and how a row is read. */
#define AUTH_DEVICE_COLUMNS                                                             \
    "d.id,d.name,d.mac,d.ip,d.netmask,d.gateway,d.task_table,d.table_number,d.epoch,"   \
    "d.torn,d.image_epoch,EXISTS(SELECT 1 FROM device_key k WHERE k.device=d.id"        \
    " AND k.epoch>d.epoch) FROM device d "

/* -- epoch.c -- */

/* Inside a transaction: the step is done, the ledger follows to the next epoch.
 * That a step could be told proves a session of the present epoch, so keys before
 * it go. */
mssl_auth_err auth_epoch_advance(struct mssl_auth *a, const struct mssl_auth_device *d,
                                 int torn);

/* -- hex.c -- */

/* Writes Intel HEX of len bytes from address on, below 64 KiB, and a zero byte.
 * Returns the text's length; text holds AUTH_HEX_SIZE(len). */
#define AUTH_HEX_ROW 16
#define AUTH_HEX_SIZE(len) (((len) / AUTH_HEX_ROW + 1) * (2 * AUTH_HEX_ROW + 12) + 13)
size_t auth_hex(char *text, unsigned address, const uint8_t *data, size_t len);

/* -- key.c -- */

/* What goes into authority.key and authority.pub of a new authority: a new key, or
 * the token's after a trial signature. Both are empty after an error. */
mssl_auth_err auth_key_make(struct mssl_auth *a, const struct mssl_auth_init_options *o,
                            struct auth_pem *secret, struct auth_pem *public_half);

/* -- sign.c -- */

/* Reads authority.pub, malloc'ed and zero-ended. */
mssl_auth_err auth_public(struct mssl_auth *a, char **pem, size_t *len);

/* The line about a token that failed; err is AUTH_TOKEN_*. */
mssl_auth_err auth_token_fail(struct mssl_auth *a, int err, const char *uri);

/* Signs g with authority.key, or with the token it names, and checks the result against authority.pub. */
mssl_auth_err auth_sign(struct mssl_auth *a, const uint8_t g[MSSL_GRANT_LEN],
                        uint8_t sig[MSSL_SIGNATURE_MAX], size_t *sig_len);

#endif
