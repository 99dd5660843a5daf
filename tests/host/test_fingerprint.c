/* SPDX-License-Identifier: ISC */
/* The fingerprint of an authority's key: mssl.h 4. */
#include "known.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "enrol_known.h"

static bool digest_fails, der_fails;

int __real_EVP_Digest(const void *p, size_t n, unsigned char *out, unsigned int *len, const EVP_MD *t, ENGINE *e);
int __wrap_EVP_Digest(const void *p, size_t n, unsigned char *out, unsigned int *len, const EVP_MD *t, ENGINE *e);

int __wrap_EVP_Digest(const void *p, size_t n, unsigned char *out, unsigned int *len, const EVP_MD *t, ENGINE *e)
{
    return digest_fails ? 0 : __real_EVP_Digest(p, n, out, len, t, e);
}

int __real_i2d_PUBKEY(const EVP_PKEY *key, unsigned char **out);
int __wrap_i2d_PUBKEY(const EVP_PKEY *key, unsigned char **out);

int __wrap_i2d_PUBKEY(const EVP_PKEY *key, unsigned char **out)
{
    return der_fails ? -1 : __real_i2d_PUBKEY(key, out);
}

static mssl_err print(char out[MSSL_FINGERPRINT_SIZE], const char *pem)
{
    mssl_err e;

    memset(out, 'x', MSSL_FINGERPRINT_SIZE);
    e = mssl_authority_fingerprint(out, pem, strlen(pem));
    assert_int_equal(ERR_peek_error(), 0);      /* nothing is left to the caller's own use of libcrypto */
    return e;
}

static void the_fingerprint_is_the_hash_of_the_keys_der(void **state)
{
    char out[MSSL_FINGERPRINT_SIZE];

    (void)state;
    assert_int_equal(print(out, known[0].pem), MSSL_OK);
    assert_string_equal(out, FIRST_FINGERPRINT);
}

static void what_is_no_key_has_none(void **state)
{
    char out[MSSL_FINGERPRINT_SIZE];

    (void)state;
    assert_int_equal(print(out, ""), MSSL_E_FORMAT);
    assert_string_equal(out, "");
    assert_int_equal(print(out, modulus_2048), MSSL_E_FORMAT);
    assert_int_equal(print(out, pem_1024), MSSL_E_FORMAT);
    assert_string_equal(out, "");
}

static void a_library_that_fails_gives_none(void **state)
{
    char out[MSSL_FINGERPRINT_SIZE];

    (void)state;
    digest_fails = true;
    assert_int_equal(print(out, known[0].pem), MSSL_E_CRYPTO);
    assert_string_equal(out, "");
    digest_fails = false;
    der_fails = true;
    assert_int_equal(print(out, known[0].pem), MSSL_E_CRYPTO);
    assert_string_equal(out, "");
    der_fails = false;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_fingerprint_is_the_hash_of_the_keys_der),
        cmocka_unit_test(what_is_no_key_has_none),
        cmocka_unit_test(a_library_that_fails_gives_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
