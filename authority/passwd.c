/* SPDX-License-Identifier: ISC */
/* Another passphrase, for the signing key and for all that the ledger seals. */
#include "inside.h"

#include <string.h>

/* The key's file follows with the commit: pending.c. */
static mssl_auth_err key_again(struct mssl_auth *a, const char *passphrase)
{
    struct auth_pem key, again;
    mssl_auth_err err = auth_key_read(a, &key);
    int ok;

    if (err)
        return err;
    if (!auth_key_in_token(&key)) {
        ok = auth_rsa_rewrap(&again, key.text, key.len, a->sealed ? a->pass : NULL, passphrase);
        err = ok > 0 ? auth_file_later(a, "authority.key", 0600, again.text, again.len)
                     : auth_key_fail(a, ok);
        auth_pem_free(&again);
    }
    auth_key_drop(&key);
    return err;
}

static mssl_auth_err change(struct mssl_auth *a, const char *passphrase)
{
    mssl_auth_err err = key_again(a, passphrase);

    if (!err)
        err = auth_lock_change(a, passphrase);
    if (!err)
        err = auth_log(a, "passwd", NULL, NULL, "%s",
                       passphrase ? "another passphrase" : "no passphrase any more");
    return err;
}

mssl_auth_err mssl_auth_passwd(struct mssl_auth *a, const char *passphrase)
{
    mssl_auth_err err = auth_need_key(a);

    if (!err && passphrase && (!passphrase[0] || strlen(passphrase) > MSSL_AUTH_PASS_MAX))
        err = auth_fail(a, MSSL_AUTH_PASSPHRASE, "the passphrase must have 1 to %d bytes",
                        MSSL_AUTH_PASS_MAX);
    if (!err)
        err = auth_begin(a);
    if (!err)
        err = auth_end(a, change(a, passphrase));
    if (err)
        return err;
    mssl_wipe(a->key, sizeof a->key);
    mssl_wipe(a->pass, sizeof a->pass);
    a->unlocked = 0;
    err = auth_lock_read(a);
    if (!err)
        err = auth_files_settle(a);
    if (err) {
        char reason[MSSL_AUTH_WHY_LEN];

        memcpy(reason, a->why, sizeof reason);
        auth_fail(a, err, "the passphrase is the new one, but %.300s", reason);
    }
    auth_scrub(a);
    return err;
}
