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
    char signer[MSSL_FINGERPRINT_SIZE];         /* authority.pub's fingerprint, "" if it has none */
    uint8_t ready;                        /* open: changes may begin */
    char why[MSSL_AUTH_WHY_LEN];
};

/* Notes the line and returns code. */
mssl_auth_err auth_fail(struct mssl_auth *a, mssl_auth_err code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* -- ledger.c -- */

/* Opens the file, which must exist; makes the tables it lacks. */
mssl_auth_err auth_ledger_open(struct mssl_auth *a, const char *path);

/* Begins a transaction that may write; every path ends it with auth_end. Puts files in
 * place that a killed change left to be put. PASSPHRASE: it was changed meanwhile. */
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

/* The first column of the first row, 0 if there is none. */
mssl_auth_err auth_number(struct mssl_auth *a, const char *sql, sqlite3_int64 *n);

/* Runs SQL text without values; doing is for the message. */
mssl_auth_err auth_exec(struct mssl_auth *a, const char *sql, const char *doing);

/* Copies a blob column of exactly len bytes, or reports damage. */
mssl_auth_err auth_blob(struct mssl_auth *a, sqlite3_stmt *st, int column, void *out, int len);

/* Empties the write-ahead log, so that a deleted secret does not linger there. */
void auth_scrub(struct mssl_auth *a);

/* -- directory.c -- */

/* Refuses a directory that holds anything, and what is none. */
mssl_auth_err auth_dir_free(struct mssl_auth *a, const char *dir);

/* Refuses options of a new key that are out of range. */
mssl_auth_err auth_dir_options(struct mssl_auth *a, const struct mssl_auth_init_options *o);

/* Makes a folder beside dir, which must be free: *made, malloc'ed. Then files may be put
 * into it, and settle gives it dir's name; drop deletes it, and frees (NULL is allowed). */
mssl_auth_err auth_dir_begin(struct mssl_auth *a, const char *dir, char **made);
mssl_auth_err auth_dir_settle(struct mssl_auth *a, const char *made, const char *dir);
void auth_dir_drop(char *made);

/* All of this, by fill, which puts the files into made: all or nothing. */
typedef mssl_auth_err auth_dir_fill(struct mssl_auth *a, const char *made, void *arg);
mssl_auth_err auth_dir_make(struct mssl_auth *a, const char *dir, auth_dir_fill *fill, void *arg);

/* A file of this content in dir. */
mssl_auth_err auth_dir_put(struct mssl_auth *a, const char *dir, const char *name, unsigned mode,
                           const char *data, size_t len);

/* -- bundle.c: several files in one -- */

#define AUTH_MEMBERS_MAX 1024           /* a rollover a week for twenty years */
struct auth_member {
    char name[32];
    unsigned mode;
    char *data;                     /* malloc'ed */
    size_t len;
};
struct auth_bundle {
    struct auth_member members[AUTH_MEMBERS_MAX];
    int count;
    char *made;                     /* the file that is being written, or NULL */
    int fd;
};

/* Takes data over, also after an error. */
mssl_auth_err auth_bundle_add(struct mssl_auth *a, struct auth_bundle *b, const char *name,
                              unsigned mode, char *data, size_t len);

/* Before the members are known: whether path, which must not exist, can be written. */
mssl_auth_err auth_bundle_begin(struct mssl_auth *a, struct auth_bundle *b, const char *path);

/* Writes the members as a tar file (ustar, a SHA256SUMS of them first), mode 0600, to
 * path: whole or not at all. */
mssl_auth_err auth_bundle_write(struct mssl_auth *a, struct auth_bundle *b, const char *path);

/* Reads it back; FILE when a sum is wrong, or a name is no backup's. */
mssl_auth_err auth_bundle_read(struct mssl_auth *a, struct auth_bundle *b, const char *path);

/* Wipes and frees; what was begun and not written is deleted. */
void auth_bundle_drop(struct auth_bundle *b);

/* -- files.c -- */

/* Creates path, mode, never through a link and never over anything. */
mssl_auth_err auth_create(struct mssl_auth *a, const char *path, unsigned mode, int *fd);

/* Writes, syncs and closes; removes the file after an error. */
mssl_auth_err auth_fill(struct mssl_auth *a, const char *path, int fd, const char *data,
                        size_t len);

/* A name that was made or taken in it stays, also when the power goes. */
void auth_sync_dir(const char *dir);

/* The same for the directory that path is in. */
void auth_sync_parent(const char *path);

/* Closes and removes a file made by auth_create. */
void auth_discard(const char *path, int fd);

/* Refuses what the authority's directory lacks, what is not `type` (S_IFREG, S_IFDIR), or
 * has a bit of mask. */
mssl_auth_err auth_check_mode(struct mssl_auth *a, const char *path, unsigned type,
                              unsigned mask);

/* The same for a secret file that a person named. */
mssl_auth_err auth_check_named(struct mssl_auth *a, const char *path);

/* Reads a whole file of at most max bytes; *data is malloc'ed and zero-ended. */
mssl_auth_err auth_read(struct mssl_auth *a, const char *path, size_t max, char **data,
                        size_t *len);

/* dir and name in one malloc'ed path, or NULL. */
char *auth_path(const char *dir, const char *name);

/* -- pending.c: files that change together with the ledger -- */

/* Inside a transaction: with its commit, dir/name is to be a file of this content.
 * After the commit auth_files_settle(), or whoever opens the ledger next, puts it there. */
mssl_auth_err auth_file_later(struct mssl_auth *a, const char *name, unsigned mode,
                              const char *content, size_t len);

/* Puts the files in place. */
mssl_auth_err auth_files_settle(struct mssl_auth *a);

/* The same inside a transaction of the caller. */
mssl_auth_err auth_files_put(struct mssl_auth *a);

/* -- log.c -- */

/* Inside a transaction: appends an entry, chained to the last. device and host may be
 * NULL; the detail must be one line. */
mssl_auth_err auth_log(struct mssl_auth *a, const char *action, const char *device,
                       const char *host, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* The same for what is said of a grant: its slot, tasks and address. table_text names
 * the tasks. */
mssl_auth_err auth_log_grant(struct mssl_auth *a, const char *action, const char *device,
                             const uint8_t g[MSSL_GRANT_LEN], const char *table_text);

/* Inside the transaction that made the log: what an older ledger had before it. */
mssl_auth_err auth_log_begin(struct mssl_auth *a);

/* Notes the fingerprint of authority.pub for entries to come: of the file, or of text. */
mssl_auth_err auth_signer_read(struct mssl_auth *a);
void auth_signer_note(struct mssl_auth *a, const char *pem, size_t len);

/* -- secret.c: K_D in the ledger -- */

/* Stores salt and lock of a new ledger; passphrase may be NULL. */
mssl_auth_err auth_lock_make(struct mssl_auth *a, const char *passphrase);

/* Learns whether there is a passphrase. */
mssl_auth_err auth_lock_read(struct mssl_auth *a);

/* Inside a transaction: refuses when the passphrase is another than at the opening. */
mssl_auth_err auth_lock_same(struct mssl_auth *a);

/* Inside a transaction: seals all keys anew under passphrase, or none when it is NULL. */
mssl_auth_err auth_lock_change(struct mssl_auth *a, const char *passphrase);

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
    " AND k.epoch>d.epoch),d.moved,d.fresh_key,d.restored FROM device d "

/* mssl_auth_device_get for what may change: refuses a device that was exported. */
mssl_auth_err auth_device_ours(struct mssl_auth *a, const char *name,
                               struct mssl_auth_device *d);

/* Inside a transaction: a row for d with a fresh id and K_D; sets d->id. */
mssl_auth_err auth_device_insert(struct mssl_auth *a, struct mssl_auth_device *d);

/* -- image.c -- */

/* Ends the transaction with the device's image in path, which auth_create made: closed, or
 * gone after an error. */
mssl_auth_err auth_image_end(struct mssl_auth *a, const char *name, const char *path, int fd);

/* -- papers.c -- */

/* The files of grants, by name, in memory until they are written as one folder. */
struct auth_papers {
    struct auth_paper {
        char name[MSSL_HOST_SIZE + MSSL_DEVICE_NAME_MAX + 16];
        char *text;
        size_t len;
    } *list;
    size_t count, room;
    const char *out;                /* the folder; made: what becomes it, or NULL */
    char *made;
};

/* Before the change: whether the folder out, which must be free, can be made. */
mssl_auth_err auth_papers_begin(struct mssl_auth *a, struct auth_papers *p, const char *out);

/* Inside a transaction: adds the file of a grant, with its key. */
mssl_auth_err auth_papers_add(struct mssl_auth *a, struct auth_papers *p,
                              const struct mssl_auth_device *d, const uint8_t g[MSSL_GRANT_LEN],
                              const uint8_t *sig, size_t sig_len);

/* After the commit: makes the folder, unless there is no paper. */
mssl_auth_err auth_papers_write(struct mssl_auth *a, struct auth_papers *p);
void auth_papers_drop(struct auth_papers *p);

/* A grant that is its host's now, on a device that is ours. */
struct auth_living {
    struct mssl_auth_device device;
    uint8_t g[MSSL_GRANT_LEN], sig[MSSL_SIGNATURE_MAX];
    size_t sig_len;
    sqlite3_int64 rowid;
};
mssl_auth_err auth_living_each(struct mssl_auth *a, const char *device, const char *host,
                               mssl_auth_err (*row)(struct mssl_auth *a, void *arg,
                                                    struct auth_living *l), void *arg);

/* -- rollover.c -- */

/* Signs a living grant with another key and adds its file. */
struct auth_signing {
    const struct auth_pem *key, *public_half;
    struct auth_papers *papers;
};
mssl_auth_err auth_sign_again(struct mssl_auth *a, struct auth_signing *s, struct auth_living *l);

/* -- epoch.c -- */

/* Inside a transaction: a fresh K_D is pending as the next epoch's, in place of a step. */
mssl_auth_err auth_epoch_fresh(struct mssl_auth *a, struct mssl_auth_device *d);

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

/* Reads authority.key; whether it is the URI of a key in a token; wipes and frees it. */
mssl_auth_err auth_key_read(struct mssl_auth *a, struct auth_pem *key);
int auth_key_in_token(const struct auth_pem *key);
void auth_key_drop(struct auth_pem *key);

/* The line about a key file that cannot be read; ok as auth_rsa_sign returns it. */
mssl_auth_err auth_key_fail(struct mssl_auth *a, int ok);

/* Signs g with a key as authority.key has it, and checks the result. */
mssl_auth_err auth_sign_by(struct mssl_auth *a, const struct auth_pem *key,
                           const struct auth_pem *public_half, const uint8_t g[MSSL_GRANT_LEN],
                           uint8_t sig[MSSL_SIGNATURE_MAX], size_t *sig_len);

/* Signs g with authority.key, or with the token it names, and checks the result against authority.pub. */
mssl_auth_err auth_sign(struct mssl_auth *a, const uint8_t g[MSSL_GRANT_LEN],
                        uint8_t sig[MSSL_SIGNATURE_MAX], size_t *sig_len);

#endif
