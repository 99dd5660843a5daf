/* SPDX-License-Identifier: ISC */
/* The only use of the signing key: a PEM file, or a token that the file names. */
#include "inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

mssl_auth_err auth_key_read(struct mssl_auth *a, struct auth_pem *key)
{
    return read_pem(a, "authority.key", &key->text, &key->len);
}

void auth_key_drop(struct auth_pem *key)
{
    if (key->text)
        mssl_wipe(key->text, key->len);
    free(key->text);
    key->text = NULL;
}

/* -- In a token -- */

int auth_key_in_token(const struct auth_pem *key)
{
    return !strncmp(key->text, "pkcs11:", 7);
}

int mssl_auth_wants_pin(struct mssl_auth *a)
{
    struct auth_pem key;
    int yes;

    if (auth_key_read(a, &key))
        return 0;
    yes = auth_key_in_token(&key);
    auth_key_drop(&key);
    return yes;
}

mssl_auth_err mssl_auth_pin(struct mssl_auth *a, const char *pin)
{
    if (!*pin || strlen(pin) > MSSL_AUTH_PASS_MAX)
        return auth_fail(a, MSSL_AUTH_PASSPHRASE, "the PIN must have 1 to %d bytes", MSSL_AUTH_PASS_MAX);
    memcpy(a->pin, pin, strlen(pin) + 1);
    return 0;
}

mssl_auth_err auth_token_fail(struct mssl_auth *a, int err, const char *uri)
{
    switch (err) {
    case AUTH_TOKEN_ENGINE:
        return auth_fail(a, MSSL_AUTH_FILE, "OpenSSL's engine for tokens is missing: install "
                                            "libengine-pkcs11-openssl");
    case AUTH_TOKEN_MODULE:
        return auth_fail(a, MSSL_AUTH_FILE, "the token's PKCS#11 module cannot be loaded: install it, or "
                         "name it by ?module-path=FILE at the URI's end (%s)", uri);
    case AUTH_TOKEN_URI:
        return auth_fail(a, MSSL_AUTH_USAGE, "%s names no key in a token: like "
                         "pkcs11:token=LABEL;object=LABEL", uri);
    case AUTH_TOKEN_ABSENT:
        return auth_fail(a, MSSL_AUTH_FILE, "no token with such a key is present: plug it in, and compare "
                         "%s with what `pkcs11-tool --list-objects` shows", uri);
    case AUTH_TOKEN_PIN:
        return auth_fail(a, MSSL_AUTH_PASSPHRASE, "the token refuses the PIN: too many wrong ones lock "
                                                  "it (%s)", uri);
    case AUTH_TOKEN_LOCKED:
        return auth_fail(a, MSSL_AUTH_PASSPHRASE, "the token's PIN is locked after too many wrong ones: "
                         "unlock it with its SO PIN (%s)", uri);
    case AUTH_TOKEN_NOT_RSA:
        return auth_fail(a, MSSL_AUTH_FILE, "the key in the token is no RSA key of 2048, 3072 or 4096 "
                         "bits with exponent 65537 or 3: make one there (%s)", uri);
    default:
        return auth_fail(a, MSSL_AUTH_FILE, "the token does not sign: may its key sign at all? (%s)", uri);
    }
}

/* The file's one line is the URI. */
static mssl_auth_err sign_in_token(struct mssl_auth *a, const char *line, const uint8_t g[MSSL_GRANT_LEN],
                                   uint8_t sig[MSSL_SIGNATURE_MAX], size_t *sig_len)
{
    char uri[AUTH_URI_MAX + 2];
    int err;

    snprintf(uri, sizeof uri, "%.*s", (int)strcspn(line, "\n"), line);
    if (!a->pin[0])
        return auth_fail(a, MSSL_AUTH_PASSPHRASE, "the authority's key is in a token that wants its PIN");
    err = auth_token_uri_fault(uri) ? AUTH_TOKEN_URI
                                    : auth_token_sign(uri, a->pin, g, MSSL_GRANT_LEN, sig, sig_len);
    return err ? auth_token_fail(a, err, uri) : 0;
}

/* -- In the file -- */

mssl_auth_err auth_key_fail(struct mssl_auth *a, int ok)
{
    if (ok < 0)
        return auth_fail(a, MSSL_AUTH_PASSPHRASE,
                         "%s/authority.key is encrypted under another passphrase than the "
                         "ledger: bring back the key file made by `init` or `passwd`", a->dir);
    return auth_fail(a, MSSL_AUTH_FILE, "%s/authority.key is no RSA private key in PEM: "
                                        "restore a backup", a->dir);
}

static mssl_auth_err sign_in_file(struct mssl_auth *a, const char *pem, size_t len,
                                  const uint8_t g[MSSL_GRANT_LEN], uint8_t sig[MSSL_SIGNATURE_MAX],
                                  size_t *sig_len)
{
    int ok = auth_rsa_sign(pem, len, a->unlocked ? a->pass : NULL, g, MSSL_GRANT_LEN, sig, sig_len);

    return ok > 0 ? 0 : auth_key_fail(a, ok);
}

mssl_auth_err auth_public(struct mssl_auth *a, char **pem, size_t *len)
{
    return read_pem(a, "authority.pub", pem, len);
}

mssl_auth_err auth_sign_by(struct mssl_auth *a, const struct auth_pem *key,
                           const struct auth_pem *public_half, const uint8_t g[MSSL_GRANT_LEN],
                           uint8_t sig[MSSL_SIGNATURE_MAX], size_t *sig_len)
{
    mssl_auth_err err = auth_key_in_token(key)
                            ? sign_in_token(a, key->text, g, sig, sig_len)
                            : sign_in_file(a, key->text, key->len, g, sig, sig_len);

    /* A signature that was computed wrongly can give the key away, and one by
     * another key helps nobody: none leaves unchecked. */
    if (!err && mssl_signature_verify(g, sig, *sig_len, public_half->text, public_half->len))
        err = auth_fail(a, MSSL_AUTH_FILE, "%s/authority.key and authority.pub are not one "
                                           "pair: restore a backup", a->dir);
    if (err)
        mssl_wipe(sig, MSSL_SIGNATURE_MAX);
    return err;
}

mssl_auth_err auth_sign(struct mssl_auth *a, const uint8_t g[MSSL_GRANT_LEN],
                        uint8_t sig[MSSL_SIGNATURE_MAX], size_t *sig_len)
{
    struct auth_pem key = { NULL, 0 }, public_half = { NULL, 0 };
    mssl_auth_err err = auth_public(a, &public_half.text, &public_half.len);

    if (!err)
        err = auth_key_read(a, &key);
    if (!err)
        err = auth_sign_by(a, &key, &public_half, g, sig, sig_len);
    auth_key_drop(&key);
    free(public_half.text);
    return err;
}
