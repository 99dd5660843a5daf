/* SPDX-License-Identifier: ISC */
/* A signing key in a PKCS#11 token, through libp11's OpenSSL engine: see crypto.h.
 *
 * OpenSSL 3 calls engines deprecated in favour of providers, and warns at each
 * call. Debian 12 has no PKCS#11 provider and has libp11's engine, so this one file
 * goes on using them; when there is a provider, nothing but this file changes. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "crypto.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/engine.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "mssl.h"

#define SCHEME      "pkcs11:"
#define MODULE      "module-path="
#define ENV_MODULE  "PKCS11_MODULE_PATH"    /* the engine's own */

/* -- The URI -- */

const char *auth_token_uri_fault(const char *uri)
{
    const char *query = strchr(uri, '?'), *p;

    if (strncmp(uri, SCHEME, sizeof SCHEME - 1) || !uri[sizeof SCHEME - 1])
        return "is no PKCS#11 URI: like pkcs11:token=LABEL;object=LABEL";
    if (strlen(uri) > AUTH_URI_MAX)
        return "is too long";
    if (strstr(uri, "pin-value") || strstr(uri, "pin-source"))
        return "holds a PIN for everybody to see: leave it out and use --pin-file";
    for (p = uri; *p; p++) {
        if (*p <= ' ' || *p > '~')
            return "has a character that must be written as %XX";
    }
    if (query && (strncmp(query + 1, MODULE, sizeof MODULE - 1) || strchr(query, '&')))
        return "may have ?module-path=FILE at its end and nothing else";
    return NULL;
}

static int hex_value(char c)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *at = c ? strchr(digits, c) : NULL;

    return at ? (int)((at - digits) % 16) : -1;
}

/* The URI without its query, and the module's path, decoded; "" when it names none. */
struct place {
    char uri[AUTH_URI_MAX + 1];
    char module[AUTH_URI_MAX + 1];
};

static void split(struct place *p, const char *uri)
{
    size_t n = strcspn(uri, "?");
    const char *in = uri + n;
    char *out = p->module;

    memcpy(p->uri, uri, n);
    p->uri[n] = 0;
    if (*in)
        in += sizeof MODULE;
    while (*in) {
        if (in[0] == '%' && hex_value(in[1]) >= 0 && hex_value(in[2]) >= 0) {
            *out++ = (char)(hex_value(in[1]) << 4 | hex_value(in[2]));
            in += 3;
        } else {
            *out++ = *in++;
        }
    }
    *out = 0;
}

/* -- The engine -- */

/* libp11 complains on standard error about a module that does not load; a library
 * does not, so it is tried before. */
static int loads(const char *module)
{
    void *handle = dlopen(module, RTLD_LAZY | RTLD_LOCAL);

    if (handle)
        dlclose(handle);
    return handle != NULL;
}

static int is_from(unsigned long e, const char *library)
{
    const char *name = ERR_lib_error_string(e);

    return name && !strcmp(name, library);
}

/* What went wrong, from OpenSSL's queue: the codes of CKR_* and of libp11. */
static int cause(void)
{
    int err = AUTH_TOKEN_FAILED;
    unsigned long e;

    while ((e = ERR_get_error())) {
        int reason = ERR_GET_REASON(e);

        if (is_from(e, "PKCS#11 module") && reason == 0xa4)
            return AUTH_TOKEN_LOCKED;
        if (is_from(e, "PKCS#11 module") && reason >= 0xa0 && reason <= 0xa3)
            return AUTH_TOKEN_PIN;
        if (is_from(e, "libp11") && reason == 1025)
            return AUTH_TOKEN_MODULE;
        if (is_from(e, "pkcs11 engine") && reason == 100)
            err = AUTH_TOKEN_URI;
        if (is_from(e, "pkcs11 engine") && reason == 101)
            err = AUTH_TOKEN_ABSENT;
    }
    return err;
}

static int prepare(ENGINE *engine, const char *module, const char *pin)
{
    return ENGINE_ctrl_cmd_string(engine, "QUIET", NULL, 0) &&
           (!*module || ENGINE_ctrl_cmd_string(engine, "MODULE_PATH", module, 0)) &&
           ENGINE_ctrl_cmd_string(engine, "PIN", pin, 0);
}

typedef int use_key(void *arg, EVP_PKEY *key);

static int with_loaded(ENGINE *engine, const char *uri, use_key *use, void *arg)
{
    EVP_PKEY *key = ENGINE_load_private_key(engine, uri, NULL, NULL);
    int err;

    if (!key)
        return cause();
    err = EVP_PKEY_is_a(key, "RSA") && EVP_PKEY_get_size(key) <= AUTH_RSA_MAX
        ? use(arg, key) : AUTH_TOKEN_NOT_RSA;
    EVP_PKEY_free(key);
    return err;
}

/* Logs in, uses the key and logs out: the module is gone before the program ends,
 * as SoftHSM's own OpenSSL does not outlive ours. */
static int with_key(const char *uri, const char *pin, use_key *use, void *arg)
{
    const char *other = getenv(ENV_MODULE);
    struct place p;
    ENGINE *engine;
    int err = AUTH_TOKEN_FAILED;

    split(&p, uri);
    if (*p.module ? !loads(p.module) : other && *other && !loads(other))
        return AUTH_TOKEN_MODULE;
    ENGINE_load_dynamic();
    engine = ENGINE_by_id("pkcs11");
    if (!engine) {
        ERR_clear_error();
        return AUTH_TOKEN_ENGINE;
    }
    if (prepare(engine, p.module, pin) && ENGINE_init(engine)) {
        err = with_loaded(engine, p.uri, use, arg);
        ENGINE_finish(engine);
    }
    ENGINE_free(engine);
    ERR_clear_error();
    return err;
}

/* -- Uses -- */

struct signing {
    const uint8_t *msg;
    size_t len;
    uint8_t *sig;
    size_t *sig_len;
};

static int use_to_sign(void *arg, EVP_PKEY *key)
{
    struct signing *s = arg;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    int ok = ctx && EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) > 0 &&
             EVP_DigestSign(ctx, s->sig, s->sig_len, s->msg, s->len) > 0;

    EVP_MD_CTX_free(ctx);
    return ok ? AUTH_TOKEN_OK : AUTH_TOKEN_FAILED;
}

int auth_token_sign(const char *uri, const char *pin, const uint8_t *msg, size_t len,
                    uint8_t *sig, size_t *sig_len)
{
    struct signing s = { msg, len, sig, sig_len };
    int err;

    *sig_len = AUTH_RSA_MAX;
    err = with_key(uri, pin, use_to_sign, &s);
    if (err) {
        memset(sig, 0, AUTH_RSA_MAX);
        *sig_len = 0;
    }
    return err;
}

static int use_to_export(void *arg, EVP_PKEY *key)
{
    BIO *out = BIO_new(BIO_s_mem());
    int ok = out && PEM_write_bio_PUBKEY(out, key) && auth_pem_take(arg, out);

    BIO_free(out);
    return ok ? AUTH_TOKEN_OK : AUTH_TOKEN_FAILED;
}

int auth_token_public(const char *uri, const char *pin, struct auth_pem *public_half)
{
    return with_key(uri, pin, use_to_export, public_half);
}
