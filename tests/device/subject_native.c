/* SPDX-License-Identifier: ISC */
/* The C twins on this machine as a subject: tests/support/subject.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "device_modulus.h"
#include "mssl_dev_rsa.h"
#include "subject.h"
#include "subject_native.h"

static unsigned alive;

void mssl_port_alive(void)
{
    alive++;
}

void subject_sha_block(uint8_t hash[32], const uint8_t block[64], int first)
{
    memcpy(mssl_dev_check.sha256.hash, hash, 32);
    memcpy(mssl_dev_check.sha256.block, block, 64);
    if (first)
        mssl_dev_sha256_first(&mssl_dev_check.sha256);
    else
        mssl_dev_sha256_block(&mssl_dev_check.sha256);
    memcpy(hash, mssl_dev_check.sha256.hash, 32);
}

void subject_sha_replace(uint8_t x[32])
{
    mssl_dev_sha256_replace(&mssl_dev_check.sha256, x);
}

int subject_check(const uint8_t modulus[SUBJECT_MODULUS], const uint8_t u[SUBJECT_LEN], size_t n,
                  const uint8_t digest[32])
{
    size_t at;

    device_modulus_set(modulus);
    for (at = 0; at < SUBJECT_LEN; at += n)
        mssl_dev_rsa_put((uint16_t)at, u + at,
                         (uint8_t)(SUBJECT_LEN - at < n ? SUBJECT_LEN - at : n));
    return mssl_dev_rsa_check(digest) == 0;
}

/* 17 multiplications for 65537 and one out of Montgomery form; 2 and one for 3. */
void port_is_called_before_each_multiplication(void **state)
{
    uint8_t modulus[SUBJECT_MODULUS] = { 0 }, u[SUBJECT_LEN] = { 0 }, digest[32] = { 0 };

    (void)state;
    modulus[1] = 16;
    alive = 0;
    subject_check(modulus, u, 64, digest);
    assert_int_equal(alive, 18);
    modulus[1] = 1;
    alive = 0;
    subject_check(modulus, u, 64, digest);
    assert_int_equal(alive, 3);
}

/* What lies behind the grant is not of it: the digest is the same, and it stays. So
 * does what lies behind the work area. */
void sha256_stays_within_what_it_is_given(void **state)
{
    struct {
        uint8_t x[32], behind[4];
    } a = { "a grant", "one" }, b = { "a grant", "two" };
    struct {
        struct mssl_dev_sha256 w;
        uint8_t behind[4];
    } work;

    (void)state;
    memset(&work, 0x55, sizeof work);
    mssl_dev_sha256_replace(&work.w, a.x);
    mssl_dev_sha256_replace(&work.w, b.x);
    assert_memory_equal(a.x, b.x, 32);
    assert_memory_equal(a.behind, "one", 4);
    assert_memory_equal(work.behind, "UUUU", 4);
}
