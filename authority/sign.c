/* SPDX-License-Identifier: ISC */
/* The only use of the signing key. */
#include "inside.h"

#include <stdlib.h>

#define PEM_MAX 16384

static mssl_auth_err read_pem(struct mssl_auth *a, const char *name, char **pem, size_t *len)
{
    char *path = auth_path(a->dir, name);
    mssl_auth_err err;

    *pem = NULL;
    if (!path)
        return auth_fail(a, MSSL_AUTH_FILE, "out of memory");
    err = auth_read(a, path, PEM_MAX, pem, len);
    free(path);
    return err;
}

static mssl_auth_err sign(struct mssl_auth *a, const uint8_t g[MSSL_GRANT_LEN],
                          uint8_t sig[MSSL_SIGNATURE_MAX], size_t *sig_len)
{
    size_t len;
    char *pem;
    mssl_auth_err err = read_pem(a, "authority.key", &pem, &len);
    int ok;

    if (err)
        return err;
    ok = auth_rsa_sign(pem, len, a->unlocked ? a->pass : NULL, g, MSSL_GRANT_LEN, sig, sig_len);
    mssl_wipe(pem, len);
    free(pem);
    if (ok < 0)
        return auth_fail(a, MSSL_AUTH_PASSPHRASE,
                         "%s/authority.key is encrypted under another passphrase than the "
                         "ledger: bring back the key file made by `init`", a->dir);
    if (!ok)
        return auth_fail(a, MSSL_AUTH_FILE, "%s/authority.key is no RSA private key in PEM: "
                                            "restore a backup", a->dir);
    return 0;
}

mssl_auth_err auth_public(struct mssl_auth *a, char **pem, size_t *len)
{
    return read_pem(a, "authority.pub", pem, len);
}

mssl_auth_err auth_sign(struct mssl_auth *a, const uint8_t g[MSSL_GRANT_LEN],
                        uint8_t sig[MSSL_SIGNATURE_MAX], size_t *sig_len)
{
    size_t len;
    char *pem;
    mssl_auth_err err = auth_public(a, &pem, &len);

    if (!err)
        err = sign(a, g, sig, sig_len);
    /* A signature that was computed wrongly can give the key away, and one by
     * another key helps nobody: none leaves unchecked. */
    if (!err && mssl_signature_verify(g, sig, *sig_len, pem, len))
        err = auth_fail(a, MSSL_AUTH_FILE, "%s/authority.key and authority.pub are not one "
                                           "pair: restore a backup", a->dir);
    if (err)
        mssl_wipe(sig, MSSL_SIGNATURE_MAX);
    free(pem);
    return err;
}
