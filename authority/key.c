/* SPDX-License-Identifier: ISC */
/* The key of a new authority: made here, or found in a token. */
#include "inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The URI is all that the authority's directory knows of the key. */
static mssl_auth_err name_key(struct mssl_auth *a, const char *uri, struct auth_pem *secret)
{
    size_t size = strlen(uri) + 2;

    if (!auth_pem_alloc(secret, size))
        return auth_fail(a, MSSL_AUTH_FILE, "out of memory");
    secret->len = (size_t)snprintf(secret->text, size, "%s\n", uri);
    return 0;
}

static int serves(const struct auth_pem *public_half)
{
    uint8_t n[AUTH_RSA_MAX];
    size_t len;
    uint32_t e;

    return auth_rsa_numbers(public_half->text, public_half->len, n, &len, &e) &&
           (len == 256 || len == 384 || len == 512) && (n[0] & 0x80) && (e == 3 || e == 65537);
}

/* A key that cannot sign grants is better found now than later. */
static mssl_auth_err try_key(struct mssl_auth *a, const struct mssl_auth_init_options *o,
                             const struct auth_pem *public_half)
{
    static const uint8_t trial[MSSL_GRANT_LEN];
    uint8_t sig[MSSL_SIGNATURE_MAX];
    size_t sig_len;
    int failed = auth_token_sign(o->token, o->pin, trial, sizeof trial, sig, &sig_len);

    if (!failed && mssl_signature_verify(trial, sig, sig_len, public_half->text, public_half->len))
        failed = AUTH_TOKEN_FAILED;
    return failed ? auth_token_fail(a, failed, o->token) : 0;
}

static mssl_auth_err from_token(struct mssl_auth *a, const struct mssl_auth_init_options *o,
                                struct auth_pem *secret, struct auth_pem *public_half)
{
    const char *fault = auth_token_uri_fault(o->token);
    mssl_auth_err err;
    int failed;

    if (fault)
        return auth_fail(a, MSSL_AUTH_USAGE, "the key's URI %s", fault);
    if (!o->pin || !*o->pin)
        return auth_fail(a, MSSL_AUTH_PASSPHRASE, "the token wants its PIN");
    failed = auth_token_public(o->token, o->pin, public_half);
    if (!failed && !serves(public_half))
        failed = AUTH_TOKEN_NOT_RSA;
    if (failed)
        return auth_token_fail(a, failed, o->token);
    err = try_key(a, o, public_half);
    return err ? err : name_key(a, o->token, secret);
}

mssl_auth_err auth_key_make(struct mssl_auth *a, const struct mssl_auth_init_options *o,
                            struct auth_pem *secret, struct auth_pem *public_half)
{
    mssl_auth_err err = 0;

    memset(secret, 0, sizeof *secret);
    memset(public_half, 0, sizeof *public_half);
    if (o->token)
        err = from_token(a, o, secret, public_half);
    else if (!auth_rsa_make(o->bits, o->exponent, o->passphrase, secret, public_half))
        err = auth_fail(a, MSSL_AUTH_FILE, "the RSA key cannot be made: no memory or no "
                                           "randomness");
    if (err) {
        auth_pem_free(secret);
        auth_pem_free(public_half);
    }
    return err;
}
