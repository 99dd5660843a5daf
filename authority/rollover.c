/* SPDX-License-Identifier: ISC */
/* A new signing key: every living grant signed anew, the former public key kept. */
#include "inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

mssl_auth_err auth_sign_again(struct mssl_auth *a, struct auth_signing *s, struct auth_living *l)
{
    mssl_auth_err err = auth_sign_by(a, s->key, s->public_half, l->g, l->sig, &l->sig_len);

    if (!err)
        err = auth_run(a, "UPDATE host_grant SET signature=? WHERE rowid=?", "bi", l->sig,
                       (int)l->sig_len, l->rowid);
    return err ? err : auth_papers_add(a, s->papers, &l->device, l->g, l->sig, l->sig_len);
}

static mssl_auth_err sign_row(struct mssl_auth *a, void *arg, struct auth_living *l)
{
    return auth_sign_again(a, arg, l);
}

/* The new key's files, and the former public key as authority.pub.N. */
static mssl_auth_err change_files(struct mssl_auth *a, const struct auth_pem *key,
                                  const struct auth_pem *public_half, int number)
{
    char name[32], *former = NULL;
    size_t len;
    mssl_auth_err err = auth_public(a, &former, &len);

    snprintf(name, sizeof name, "authority.pub.%d", number);
    if (!err)
        err = auth_file_later(a, name, 0644, former, len);
    free(former);
    if (!err)
        err = auth_file_later(a, "authority.key", 0600, key->text, key->len);
    return err ? err : auth_file_later(a, "authority.pub", 0644, public_half->text,
                                       public_half->len);
}

static mssl_auth_err roll(struct mssl_auth *a, struct auth_signing *s, int *number)
{
    char former[MSSL_FINGERPRINT_SIZE];
    sqlite3_int64 n = 0;
    mssl_auth_err err = auth_number(a, "SELECT count(*) FROM log WHERE action='rollover'", &n);

    *number = (int)n + 1;
    if (!err)
        err = auth_living_each(a, NULL, NULL, sign_row, s);
    if (!err)
        err = change_files(a, s->key, s->public_half, *number);
    if (err)
        return err;
    memcpy(former, a->signer, sizeof former);
    auth_signer_note(a, s->public_half->text, s->public_half->len);
    err = auth_log(a, "rollover", NULL, NULL, "%u grants signed anew, the former key %.16s is "
                   "authority.pub.%d", (unsigned)s->papers->count, former, *number);
    if (err)
        memcpy(a->signer, former, sizeof former);
    return err;
}

static mssl_auth_err settle(struct mssl_auth *a)
{
    char reason[MSSL_AUTH_WHY_LEN];
    mssl_auth_err err = auth_files_settle(a);

    memcpy(reason, a->why, sizeof reason);
    return err ? auth_fail(a, err, "%.220s; a new signing key is in force once that is done: then "
                           "`mssl-authority reissue --out DIR` writes what it signed", reason) : 0;
}

mssl_auth_err mssl_auth_rollover(struct mssl_auth *a, const struct mssl_auth_init_options *o,
                                 const char *out, unsigned *count, int *number)
{
    struct mssl_auth_init_options mine = *o;
    struct auth_papers papers = { .count = 0 };
    struct auth_pem key = { NULL, 0 }, public_half = { NULL, 0 };
    struct auth_signing s = { &key, &public_half, &papers };
    mssl_auth_err err = auth_need_key(a);

    mine.passphrase = a->sealed ? a->pass : NULL;
    if (!err)
        err = auth_dir_options(a, &mine);
    if (!err && o->token)
        err = mssl_auth_pin(a, o->pin ? o->pin : "");
    if (!err)
        err = auth_papers_begin(a, &papers, out);
    if (!err)
        err = auth_key_make(a, &mine, &key, &public_half);
    if (!err)
        err = auth_begin(a);
    if (!err)
        err = auth_end(a, roll(a, &s, number));
    if (!err)
        err = settle(a);
    if (!err)
        err = auth_papers_write(a, &papers);
    *count = (unsigned)papers.count;
    auth_papers_drop(&papers);
    auth_pem_free(&key);
    auth_pem_free(&public_half);
    return err;
}
