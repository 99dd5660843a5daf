/* SPDX-License-Identifier: ISC */
/* The RSA check accepts what outsiders accept: NIST's CAVP vectors and
 * signatures made by OpenSSL. PROTOCOL 10, docs/RSA.md. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "check.h"
#include "model.h"
#include "subject.h"

#define CHUNK 124

int check_signature(const struct rsa_key *k, const uint8_t *s, const uint8_t digest[32])
{
    uint8_t u[SUBJECT_LEN], modulus[SUBJECT_MODULUS];

    rsa_key_montgomery(k, s, u);
    rsa_key_modulus(k, modulus);
    return subject_check(modulus, u, CHUNK, digest);
}

/* M-2.7: of NIST's three exponents, 17 is neither ours: its signatures are
 * refused, right or wrong. */
static void nist_case_is_judged(char **field, size_t count)
{
    uint8_t n[512], message[512], s[512], digest[32];
    unsigned long e = strtoul(field[2], NULL, 16);
    int good = field[5][0] == 'P' && (e == 3 || e == 65537);
    struct rsa_key k;
    size_t len;

    assert_int_equal(count, 6);
    if (strtoul(field[0], NULL, 10) != 8 * SUBJECT_LEN)
        return;
    assert_int_equal(subject_bytes(field[1], n, sizeof n), SUBJECT_LEN);
    len = subject_bytes(field[3], message, sizeof message);
    assert_int_equal(subject_bytes(field[4], s, sizeof s), SUBJECT_LEN);
    rsa_key_public(&k, n, SUBJECT_LEN, e);
    check_sha256(digest, message, len);
    assert_int_equal(check_signature(&k, s, digest), good);
    rsa_key_free(&k);
}

void nist_signatures_are_judged_right(void **state)
{
    (void)state;
    subject_lines("rsa", nist_case_is_judged);
}

static void sign_and_check(const struct rsa_key *k, unsigned messages)
{
    uint8_t message[32], s[SUBJECT_LEN], digest[32];

    while (messages--) {
        model_random_bytes(message, sizeof message);
        rsa_key_openssl(s, message, sizeof message, k);
        memcpy(digest, message, sizeof digest);
        subject_sha_replace(digest);
        assert_true(check_signature(k, s, digest));
        digest[model_random() % 32] ^= (uint8_t)(1 << model_random() % 8);
        if (messages % 4 == 0)
            assert_false(check_signature(k, s, digest));
    }
}

/* 50 keys, 1,000 signatures natively; 5 keys, 100 signatures on the chip. M-10.10. */
void openssl_signatures_are_accepted(void **state)
{
    unsigned i, keys = subject_effort == 1 ? 5 : 50;
    struct rsa_key k;

    (void)state;
    for (i = 0; i < keys; i++) {
        unsigned long e = i % 5 == 4 ? 65537 : 3;

        rsa_key_make(&k, 8 * SUBJECT_LEN, e);
        sign_and_check(&k, subject_effort == 1 && e != 3 ? 8 : subject_effort == 1 ? 23 : 20);
        rsa_key_free(&k);
    }
}

void signature_comes_in_chunks_of_any_size(void **state)
{
    static const uint8_t sizes[] = { 124, 123, 100, 64, 63, 1 };
    uint8_t digest[32] = "chunks", block[SUBJECT_LEN], s[SUBJECT_LEN], u[SUBJECT_LEN];
    uint8_t modulus[SUBJECT_MODULUS];
    struct rsa_key k;
    size_t i;

    (void)state;
    rsa_key_make(&k, 8 * SUBJECT_LEN, 3);
    check_block(block, digest);
    rsa_key_sign(&k, block, s);
    rsa_key_montgomery(&k, s, u);
    rsa_key_modulus(&k, modulus);
    for (i = 0; i < sizeof sizes; i++)
        assert_true(subject_check(modulus, u, sizes[i], digest));
    rsa_key_free(&k);
}

/* Every number of squarings but 1 and 16, with a signature that is right for it. M-2.7. */
void other_exponents_are_refused(void **state)
{
    static const unsigned long exponents[] = { 5, 17, 257 };
    uint8_t digest[32] = "exponents", block[SUBJECT_LEN], s[SUBJECT_LEN], u[SUBJECT_LEN];
    uint8_t modulus[SUBJECT_MODULUS];
    struct rsa_key k;
    unsigned i;

    (void)state;
    for (i = 0; i < 3; i++) {
        rsa_key_make(&k, 8 * SUBJECT_LEN, exponents[i]);
        check_block(block, digest);
        rsa_key_sign(&k, block, s);
        assert_false(check_signature(&k, s, digest));
        rsa_key_free(&k);
    }
    rsa_key_make(&k, 8 * SUBJECT_LEN, 3);
    rsa_key_sign(&k, block, s);
    rsa_key_montgomery(&k, s, u);
    rsa_key_modulus(&k, modulus);
    assert_true(subject_check(modulus, u, CHUNK, digest));
    for (i = 0; i < 256; i++) {
        modulus[1] = (uint8_t)i;
        if (i != 1)
            assert_false(i != 16 && subject_check(modulus, u, CHUNK, digest));
    }
    rsa_key_free(&k);
}

/* Erased flash, whatever is sent: M-10.10. */
void nothing_verifies_without_a_modulus(void **state)
{
    uint8_t modulus[SUBJECT_MODULUS], u[SUBJECT_LEN], digest[32] = "nobody";

    (void)state;
    memset(modulus, 0xff, sizeof modulus);
    check_block(u, digest);
    assert_false(subject_check(modulus, u, CHUNK, digest));
    memset(u, 0, sizeof u);
    assert_false(subject_check(modulus, u, CHUNK, digest));
}
