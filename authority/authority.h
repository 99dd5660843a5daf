/* SPDX-License-Identifier: ISC */
/* The authority: its keys, its ledger, grants and provisioning images.
 *
 * 1 What it is
 * The authority is the third party of PROTOCOL 1: it owns an RSA key, a secret
 * K_D for every device and the ledger of all grants. Everything lives in one
 * directory (docs/FORMATS.md): authority.key, authority.pub, ledger.db. This
 * library is the only code that touches the signing key. Callers give paths
 * and passphrases and get grants and images; they never get the RSA key.
 *
 * 2 How to call it
 * mssl_auth_init() makes the directory once. Afterwards: mssl_auth_open(), any
 * calls, mssl_auth_close(). Every call that changes the ledger is one
 * transaction: after an error, or a power cut, nothing has changed. Calls from
 * several processes at once are safe; one waits for the other.
 *
 * 3 Errors
 * Every function returns 0 or one of the codes below, which are also the exit
 * codes of mssl-authority, and leaves in `why` one line that names the thing
 * and the remedy. Nothing here prints, and nothing exits.
 *
 * 4 What is pending
 * The ledger knows what the devices were asked to be, and what they have
 * confirmed. A slot's `generation` is the one new grants are made for; its
 * `delivered` is the last one the device confirmed. While delivered is below
 * generation the difference must be told to the device, by `mssl admin` or by
 * a new image, and then confirmed here.
 * K_D values are numbered by epoch. A row for epoch + 1 means that an epoch
 * step is pending. Every value of K_D ever found in a device, a torn one
 * included, has its own epoch number, so one (device, epoch, slot, generation)
 * never stands for two grants. PROTOCOL 9, 11. */
#ifndef MSSL_AUTHORITY_H
#define MSSL_AUTHORITY_H

#include <stddef.h>
#include <stdint.h>

#include "mssl.h"

/* -- Errors: what the caller does about it -- */
typedef uint8_t mssl_auth_err;
#define MSSL_AUTH_OK          0
#define MSSL_AUTH_USAGE       1  /* fix the call: a value is out of its range */
#define MSSL_AUTH_FILE        2  /* fix the file or directory named in why */
#define MSSL_AUTH_UNKNOWN     3  /* no such device, host or grant; or the name is taken */
#define MSSL_AUTH_PASSPHRASE  4  /* ask for the passphrase (again) */
#define MSSL_AUTH_REFUSED     5  /* it would break a rule of the protocol */
#define MSSL_AUTH_NOT_SIGNED  6  /* the signature is not the authority's */
#define MSSL_AUTH_LEDGER      7  /* another version, or damaged: restore a backup */

#define MSSL_AUTH_WHY_LEN     400
#define MSSL_AUTH_EPOCH_MAX   65535 /* two bytes of the grant */
#define MSSL_AUTH_PASS_MAX    1023

struct mssl_auth;                   /* an open authority */

/* -- The directory and its keys -- */

struct mssl_auth_init_options {
    int bits;                       /* 2048, 3072 or 4096 */
    uint32_t exponent;              /* 65537 or 3 */
    const char *passphrase;         /* NULL: nothing is encrypted; "" is refused */
    const char *token;              /* NULL: a new key; else the PKCS#11 URI of the key in a
                                     * token, and bits and exponent are what that key has */
    const char *pin;                /* of the token */
};

/* Makes dir with a new RSA key (or the name of the token's) and an empty ledger. Either all of it exists
 * afterwards or none: it is built beside dir and renamed.
 * FILE: dir holds anything at all, or its parent cannot be written; or the token,
 * its module or its key is not as it should be. PASSPHRASE: the token refuses the PIN. */
mssl_auth_err mssl_auth_init(const char *dir, const struct mssl_auth_init_options *options,
                             char why[MSSL_AUTH_WHY_LEN]);

/* Opens the ledger of dir and brings an older ledger up to date.
 * *a is NULL after an error. FILE: no authority there, or modes looser than
 * FORMATS says. LEDGER: newer, damaged, or no ledger of an authority. */
mssl_auth_err mssl_auth_open(struct mssl_auth **a, const char *dir,
                             char why[MSSL_AUTH_WHY_LEN]);

/* Wipes what the passphrase unlocked. NULL is allowed. */
void mssl_auth_close(struct mssl_auth *a);

/* The line about the last error of this authority. */
const char *mssl_auth_why(const struct mssl_auth *a);

/* Whether calls marked "secret" need mssl_auth_unlock() first. */
int mssl_auth_is_locked(const struct mssl_auth *a);

/* Derives the key of the ledger's secrets. PASSPHRASE: it is not this one.
 * Takes a quarter of a second on purpose (scrypt). */
mssl_auth_err mssl_auth_unlock(struct mssl_auth *a, const char *passphrase);

/* Whether the signing key is in a PKCS#11 token, so that mssl_auth_grant() needs
 * mssl_auth_pin() first. */
int mssl_auth_wants_pin(struct mssl_auth *a);

/* Keeps the token's PIN until mssl_auth_close(). Whether it is right shows at the next
 * signature: a token locks itself after a few wrong ones, so none is tried before. */
mssl_auth_err mssl_auth_pin(struct mssl_auth *a, const char *pin);

/* Changes the passphrase of the key and of the ledger's secrets; NULL: there is none any
 * more. Secret; afterwards mssl_auth_unlock() wants the new one. Killed at any moment,
 * either the old or the new one opens everything. */
mssl_auth_err mssl_auth_passwd(struct mssl_auth *a, const char *passphrase);

/* Writes a copy of the whole directory to path, which must not exist, mode 0600: a tar
 * file with a SHA256SUMS. What the passphrase seals stays sealed. docs/FORMATS.md */
mssl_auth_err mssl_auth_backup(struct mssl_auth *a, const char *path);

/* Makes dir of a backup. What was granted since is not in it, so afterwards every slot
 * goes on `skip` generations (1 to 254) higher, and every device's next image brings a
 * fresh K_D and, so, the end of all that this ledger does not know. PROTOCOL 11.
 * FILE: path is no backup or damaged; dir is not free. */
#define MSSL_AUTH_SKIP_DEFAULT 16
mssl_auth_err mssl_auth_restore(const char *dir, const char *path, int skip,
                                char why[MSSL_AUTH_WHY_LEN]);

/* -- The log: every change, when, and under which signing key. docs/FORMATS.md -- */
#define MSSL_AUTH_HASH_LEN   32
#define MSSL_AUTH_DETAIL_MAX 800

struct mssl_auth_entry {
    uint32_t n;                     /* from 1, without a gap */
    int64_t at;                     /* seconds since 1970 */
    char action[24];
    char device[MSSL_DEVICE_NAME_MAX + 1], host[MSSL_HOST_SIZE];    /* "" if none */
    char signer[65];                /* the fingerprint of authority.pub then */
    char detail[MSSL_AUTH_DETAIL_MAX + 1];
    uint8_t hash[MSSL_AUTH_HASH_LEN];   /* of this entry and, through the last, of all before */
};

/* Calls row for every entry about device and host (NULL: of all), the oldest first. */
mssl_auth_err mssl_auth_log_each(struct mssl_auth *a, const char *device, const char *host,
                                 int (*row)(void *arg, const struct mssl_auth_entry *e),
                                 void *arg);

/* Computes the chain again. anchor: a hash that was kept elsewhere and must be in it;
 * NULL: none. *last is the newest entry's hash, the anchor to keep; *count the entries.
 * LEDGER: an entry was changed, taken out or put in: why names the first; or the anchor
 * is missing: the end was cut off, or all was written anew. */
mssl_auth_err mssl_auth_log_check(struct mssl_auth *a, const uint8_t *anchor,
                                  uint8_t last[MSSL_AUTH_HASH_LEN], uint32_t *count);

/* -- Devices -- */

struct mssl_auth_device {
    char name[MSSL_DEVICE_NAME_MAX + 1];
    uint32_t id;                    /* chosen by mssl_auth_device_add */
    uint8_t mac[6], ip[4], netmask[4], gateway[4];
    uint8_t table;                  /* the task table's number: from table_text */
    uint32_t epoch;
    uint8_t epoch_pending;          /* a step was asked for and is not confirmed */
    uint8_t torn;                   /* K_D came from recover: step at once */
    uint8_t image_waiting;          /* an image was made and is not confirmed */
    uint8_t moved;                  /* exported: another authority grants for it */
    uint8_t fresh_key;              /* what is pending is a fresh K_D: only an image brings it */
    uint8_t restored;               /* from a backup: grants may exist that this ledger lacks */
    char table_text[MSSL_TABLE_TEXT_MAX + 1];
};

/* Adds d with a fresh id and a fresh K_D; sets d->id. Secret.
 * In: name, addresses, table_text. An all-zero mac is replaced by a random,
 * locally administered one (02:...). USAGE: a bad name, address or table.
 * UNKNOWN: name or MAC is another device's. */
mssl_auth_err mssl_auth_device_add(struct mssl_auth *a, struct mssl_auth_device *d);

mssl_auth_err mssl_auth_device_get(struct mssl_auth *a, const char *name,
                                   struct mssl_auth_device *d);

/* Calls row for every device, by name. A row that returns non-zero ends it. */
mssl_auth_err mssl_auth_device_each(struct mssl_auth *a,
                                    int (*row)(void *arg, const struct mssl_auth_device *d),
                                    void *arg);

/* Forgets the device, its keys and grants. REFUSED: it has grants that still
 * open it and force is 0. */
mssl_auth_err mssl_auth_device_remove(struct mssl_auth *a, const char *name, int force);

/* New hardware under the device's name: a fresh id and K_D; its image is written to the
 * path image as by mssl_auth_image(), and the living grants are made anew for it and
 * written to the folder out. The former id and its K_D are forgotten. Secret. FILE: image
 * or out cannot be written: nothing has changed, unless why says that all is in the ledger. */
mssl_auth_err mssl_auth_device_replace(struct mssl_auth *a, const char *name, const char *image,
                                       const char *out, struct mssl_auth_device *d, unsigned *count);

/* Writes all of the device to path, which must not exist, sealed under a passphrase of the
 * file's own, for another authority. From then on nothing is granted for it here; again:
 * although it left before, because the file was lost. Secret. */
mssl_auth_err mssl_auth_device_export(struct mssl_auth *a, const char *name, const char *passphrase,
                                      int again, const char *path);

/* Takes an exported device in. The living grants of one that comes from another authority
 * are signed anew and written to the folder out. Secret. PASSPHRASE: it is not the file's.
 * UNKNOWN: name, id or MAC is here already. REFUSED: it is older than what is known here. */
mssl_auth_err mssl_auth_device_import(struct mssl_auth *a, const char *path, const char *passphrase,
                                      const char *out, struct mssl_auth_device *d, unsigned *count);

/* Writes a provisioning image to path, which must not exist, mode 0600. Secret.
 * The image holds everything pending: the raised generations, and the K_D of a
 * pending epoch step. Its seed is fresh and kept nowhere. Remembers what is in
 * it for mssl_auth_confirm_image. PROTOCOL 11. */
mssl_auth_err mssl_auth_image(struct mssl_auth *a, const char *name, const char *path);

/* The image's bytes and their Intel HEX text; text holds MSSL_AUTH_HEX_MAX. */
#define MSSL_AUTH_HEX_MAX 1200
struct mssl_auth_image_parts {
    uint8_t kd[MSSL_KEY_LEN], seed[MSSL_SEED_LEN], generations[MSSL_SLOTS];
};
void mssl_auth_image_bytes(uint8_t image[MSSL_EE_LEN], const struct mssl_auth_device *d,
                           const struct mssl_auth_image_parts *parts);
size_t mssl_auth_image_hex(char text[MSSL_AUTH_HEX_MAX], const uint8_t image[MSSL_EE_LEN]);

/* Writes the modulus of authority.pub for the flash of a chip that checks signatures
 * itself, as Intel HEX, to path, which must not exist; mode 0644, as nothing in it is
 * secret. chip: "atmega88", "atmega168" or "atmega328p", else USAGE. docs/FORMATS.md,
 * PROTOCOL 10, 11. */
mssl_auth_err mssl_auth_modulus(struct mssl_auth *a, const char *chip, const char *path);

/* -- Grants -- */

struct mssl_auth_request {
    const char *host;               /* 1 to 7 of [a-z0-9._-] */
    const char *device;
    uint32_t tasks;                 /* bit t is task t; bit 31 is admin */
    struct mssl_address address;    /* len 0: any */
    uint8_t param[MSSL_G_PARAM_LEN];
    int slot;                       /* 0..15, or -1: the host's, else a free one */
};

struct mssl_auth_grant {
    char device[MSSL_DEVICE_NAME_MAX + 1], host[MSSL_HOST_SIZE];
    uint32_t epoch;
    uint8_t slot, generation, state, admin;
    uint8_t g[MSSL_GRANT_LEN];
};

/* What a grant of the ledger is worth now. */
#define MSSL_AUTH_VALID     0  /* opens the device */
#define MSSL_AUTH_WAITING   1  /* will, once the device is told the generation */
#define MSSL_AUTH_REVOKING  2  /* still opens it, until the device is told */
#define MSSL_AUTH_REVOKED   3  /* the device refuses its generation */
#define MSSL_AUTH_DEAD      4  /* of a past epoch: its key is worth nothing */

/* A step that the device must be told: `mssl admin ... revoke SLOT GENERATION`. */
struct mssl_auth_pending {
    uint8_t slot, generation, delivered;
};

/* Makes the grant r asks for, signs it and writes the grant file at path, which
 * must not exist. Secret. The same request again gives the same grant again; a
 * change takes the slot's next generation and leaves the former one pending
 * (*made says WAITING). REFUSED: no free slot, generation 254 used up, or an
 * epoch step is pending (admin grants only, they deliver it). */
mssl_auth_err mssl_auth_grant(struct mssl_auth *a, const struct mssl_auth_request *r,
                              const char *path, struct mssl_auth_grant *made);

/* The same for n requests, all or nothing; made has n. The files are written to the folder
 * out, which must not exist or be empty, as HOST-DEVICE.grant. After an error *bad is the
 * request's number, from 0; n when none is to blame. */
mssl_auth_err mssl_auth_grant_many(struct mssl_auth *a, const struct mssl_auth_request *r, size_t n,
                                   const char *out, struct mssl_auth_grant *made, size_t *bad);

/* Writes the files of living grants again, of this device and host (NULL: of all), to the
 * folder out. Secret. UNKNOWN: there is none. */
mssl_auth_err mssl_auth_reissue(struct mssl_auth *a, const char *device, const char *host,
                                const char *out, unsigned *count);

/* Makes a new signing key, signs every living grant with it and writes their files to the
 * folder out; slots, generations and keys stay. The former public key is authority.pub.
 * *number then. Secret. o as for init, its passphrase aside: the present one stays. */
mssl_auth_err mssl_auth_rollover(struct mssl_auth *a, const struct mssl_auth_init_options *o,
                                 const char *out, unsigned *count, int *number);

/* Calls row for every grant of the device (NULL: of all), by slot and age. */
mssl_auth_err mssl_auth_grant_each(struct mssl_auth *a, const char *device,
                                   int (*row)(void *arg, const struct mssl_auth_grant *g),
                                   void *arg);

/* A host of this device whose grant opens it now and carries admin; "" if none. */
mssl_auth_err mssl_auth_admin_host(struct mssl_auth *a, const char *device,
                                   char host[MSSL_HOST_SIZE]);

/* -- What devices must be told, and what they answered -- */

/* Raises the generation of the host's slot and frees the slot. UNKNOWN: the
 * host has no slot there. REFUSED: 254 is reached. */
mssl_auth_err mssl_auth_revoke(struct mssl_auth *a, const char *host, const char *device,
                               struct mssl_auth_pending *p);

/* The same on all devices of the host. *list is malloc'ed; an entry is refused whose slot
 * has used its last generation: an epoch step ends it. UNKNOWN: it has no grant at all. */
struct mssl_auth_revoked {
    char device[MSSL_DEVICE_NAME_MAX + 1];
    uint8_t refused;
    struct mssl_auth_pending pending;
};
mssl_auth_err mssl_auth_revoke_everywhere(struct mssl_auth *a, const char *host,
                                          struct mssl_auth_revoked **list, size_t *count);

/* Calls row for every slot whose device lags behind the ledger. */
mssl_auth_err mssl_auth_pending_each(struct mssl_auth *a, const char *device,
                                     int (*row)(void *arg, const struct mssl_auth_pending *p),
                                     void *arg);

/* The device answered status 0 to `revoke slot generation`. REFUSED: this
 * ledger never asked for so high a generation; adopt takes it over. */
mssl_auth_err mssl_auth_confirm_revoke(struct mssl_auth *a, const char *device, uint8_t slot,
                                       uint8_t generation, int adopt);

/* Asks for an epoch step: the next K_D is stored beside the present one. Secret.
 * REFUSED: one is pending already. */
mssl_auth_err mssl_auth_epoch(struct mssl_auth *a, const char *device);

/* Takes the question back. REFUSED: none is pending, or K_D is torn. */
mssl_auth_err mssl_auth_epoch_cancel(struct mssl_auth *a, const char *device);

/* The device answered status 0 to `epoch`, asked with a grant of epoch from: the
 * next K_D is the present one. The former stays until a session under the new
 * one was reported. REFUSED: from is not the present epoch, so the line is an
 * old one said again, or no step is pending. */
mssl_auth_err mssl_auth_confirm_epoch(struct mssl_auth *a, const char *device, uint32_t from);

/* A session of the present epoch succeeded: forgets all former K_D. */
mssl_auth_err mssl_auth_confirm_session(struct mssl_auth *a, const char *device);

/* The last image was written to the chip: all that was in it is delivered. */
mssl_auth_err mssl_auth_confirm_image(struct mssl_auth *a, const char *device);

/* What recover found in the device. */
#define MSSL_AUTH_FOUND_PRESENT 0   /* the step has not begun: send it again */
#define MSSL_AUTH_FOUND_NEXT    1   /* the step is complete: the ledger follows */
#define MSSL_AUTH_FOUND_TORN    2   /* a mixture: it is the present key now; step at once */
#define MSSL_AUTH_FOUND_BEHIND  3   /* a whole key of an earlier epoch: steps confirmed since never
                                     * happened. Nothing changes: send them with its grants */

/* Finds K_D from one HELLO and its WELCOME, among the at most 4,097 states of a
 * cut step: new bytes, one arbitrary byte, old bytes. Secret. PROTOCOL 9.
 * After TORN the recovered key has an epoch of its own and the step to the next
 * is pending, so an admin grant can be made that delivers it.
 * epoch: the found key's; NULL if that is of no interest.
 * USAGE: not a HELLO or WELCOME. UNKNOWN: another device's. NOT_SIGNED: no
 * candidate fits. */
mssl_auth_err mssl_auth_recover(struct mssl_auth *a, const char *device, const uint8_t *hello,
                                size_t hello_len, const uint8_t welcome[MSSL_WELCOME_LEN],
                                uint8_t *found, uint32_t *epoch);

/* The search alone: from the key before a step, the 4,097 candidates. Returns 1
 * and kd when one fits; kd is all zero otherwise. */
int mssl_auth_recover_key(uint8_t kd[MSSL_KEY_LEN], const uint8_t old[MSSL_KEY_LEN],
                          const uint8_t *hello, size_t hello_len,
                          const uint8_t welcome[MSSL_WELCOME_LEN]);

#endif
