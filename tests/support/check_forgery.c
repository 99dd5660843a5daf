/* SPDX-License-Identifier: ISC */
/* The RSA check refuses what nobody signed, and what a lax one takes for
 * signed. PROTOCOL 10, docs/RSA.md. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "check.h"
#include "model.h"
#include "subject.h"

#define LEN SUBJECT_LEN

static const uint8_t info[19] = {
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
    0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20,
};

void check_block(uint8_t *block, const uint8_t digest[32])
{
    block[0] = 0;
    block[1] = 1;
    memset(block + 2, 0xff, LEN - 2);
    block[LEN - 52] = 0;
    memcpy(block + LEN - 51, info, sizeof info);
    memcpy(block + LEN - 32, digest, 32);
}

/* The test's key, and a right block and signature for it. */
static struct {
    struct rsa_key key;
    uint8_t digest[32], block[LEN], s[LEN];
} t;

static void key_take(unsigned long e)
{
    if (t.key.n)
        rsa_key_free(&t.key);
    rsa_key_make(&t.key, 8 * LEN, e);
    model_random_bytes(t.digest, sizeof t.digest);
    check_block(t.block, t.digest);
    rsa_key_sign(&t.key, t.block, t.s);
    assert_true(check_signature(&t.key, t.s, t.digest));
}

/* All of them natively, a sample on the chip. */
static unsigned stride(unsigned sample)
{
    return subject_effort == 1 ? sample : 1;
}

void flipped_signature_bits_are_refused(void **state)
{
    unsigned bit;

    (void)state;
    key_take(3);
    for (bit = 0; bit < 8 * LEN; bit += stride(131)) {
        t.s[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_false(check_signature(&t.key, t.s, t.digest));
        t.s[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

void flipped_message_bits_are_refused(void **state)
{
    uint8_t message[32], digest[32];
    unsigned bit;

    (void)state;
    key_take(3);
    model_random_bytes(message, sizeof message);
    rsa_key_openssl(t.s, message, sizeof message, &t.key);
    for (bit = 0; bit < 256; bit += stride(37)) {
        memcpy(digest, message, 32);
        digest[bit / 8] ^= (uint8_t)(1 << bit % 8);
        subject_sha_replace(digest);
        assert_false(check_signature(&t.key, t.s, digest));
    }
}

/* A block, signed by the authority's own key, that is not the right one. */
static void block_is_refused(const char *what)
{
    rsa_key_sign(&t.key, t.block, t.s);
    if (check_signature(&t.key, t.s, t.digest))
        fail_msg("accepted: %s", what);
    check_block(t.block, t.digest);
}

/* Every byte of the block counts: each differs once, in one bit. */
static void every_byte_of_the_block_counts(void)
{
    unsigned i;

    for (i = 0; i < LEN; i += stride(17)) {
        t.block[i] = (uint8_t)(t.block[i] ^ (i ? 1 << i % 8 : 1));
        block_is_refused("one bit of the block");
    }
}

/* Moves the digest and what is before it towards the front, and fills up with
 * padding, so that `behind` bytes stand behind the digest. */
static void garbage_behind(unsigned behind)
{
    memmove(t.block + LEN - 52 - behind, t.block + LEN - 52, 52);
    model_random_bytes(t.block + LEN - behind, behind);
    block_is_refused("garbage behind the digest");
}

void wrong_blocks_are_refused(void **state)
{
    static const uint8_t sha512[19] = {
        0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
        0x65, 0x03, 0x04, 0x02, 0x03, 0x05, 0x00, 0x04, 0x40,
    };

    (void)state;
    key_take(3);
    memcpy(t.block + LEN - 51, sha512, sizeof sha512);
    block_is_refused("the identifier of SHA-512");
    t.block[LEN - 51 + 14] = 4;
    block_is_refused("the identifier of SHA-224");
    /* Without the NULL parameters, which some take: two bytes less. */
    memmove(t.block + LEN - 49, t.block + LEN - 51, 15);
    memset(t.block + LEN - 51, 0xff, 1);
    t.block[LEN - 50] = 0;
    t.block[LEN - 48] = 0x2f;
    t.block[LEN - 46] = 0x0b;
    block_is_refused("no parameters of the hash");
    t.block[LEN - 52] = 0xff;
    block_is_refused("no zero behind the padding");
    t.block[2] = 0;
    block_is_refused("no padding");
    t.block[100] = 0;
    block_is_refused("padding that ends early");
    t.block[1] = 2;
    block_is_refused("the block of an encryption");
    memmove(t.block + 1, t.block, LEN - 52);
    block_is_refused("padding that begins a byte later");
    memmove(t.block, t.block + 1, LEN - 53);
    block_is_refused("padding that begins a byte earlier");
    garbage_behind(1);
    garbage_behind(64);
    garbage_behind(LEN - 52 - 11);
    every_byte_of_the_block_counts();
    rsa_key_sign(&t.key, t.block, t.s);
    assert_true(check_signature(&t.key, t.s, t.digest));
}

static void number_is_refused(const BIGNUM *s, const char *what)
{
    uint8_t bytes[LEN], u[LEN], modulus[SUBJECT_MODULUS];

    BN_bn2binpad(s, bytes, LEN);
    if (check_signature(&t.key, bytes, t.digest))
        fail_msg("accepted: s = %s", what);
    /* And as it stands, for u. */
    rsa_key_modulus(&t.key, modulus);
    memcpy(u, bytes, LEN);
    if (subject_check(modulus, u, 124, t.digest))
        fail_msg("accepted: u = %s", what);
}

/* 0, 1, n - 1, n - s, n; with both exponents. */
void special_numbers_are_refused(void **state)
{
    static const unsigned long exponents[] = { 3, 65537 };
    BIGNUM *n = BN_new(), *s;
    int i;

    (void)state;
    for (i = 0; i < 2; i++) {
        key_take(exponents[i]);
        BN_zero(n);
        number_is_refused(n, "0");
        BN_one(n);
        number_is_refused(n, "1");
        BN_copy(n, t.key.n);
        number_is_refused(n, "n");
        BN_sub_word(n, 1);
        number_is_refused(n, "n - 1");
        s = BN_bin2bn(t.s, LEN, NULL);
        BN_sub(n, t.key.n, s);
        number_is_refused(n, "n - s");
        BN_free(s);
        BN_set_word(n, 0);
        BN_set_bit(n, 8 * LEN - 1);
        number_is_refused(n, "2^2047");
    }
    BN_free(n);
}

/* What too many implementations did: skip 0xff, then look at identifier and
 * digest, and at nothing behind them (CVE-2006-4339 and its heirs). */
static int lax_parser_accepts(const uint8_t *block, const uint8_t digest[32])
{
    size_t i = 2;

    if (block[0] != 0 || block[1] != 1)
        return 0;
    while (i < LEN && block[i] == 0xff)
        i++;
    return i >= 10 && i + 52 <= LEN && block[i] == 0 && memcmp(block + i + 1, info, 19) == 0
        && memcmp(block + i + 20, digest, 32) == 0;
}

/* The largest s with s^3 <= c, bit by bit. */
static BIGNUM *cube_root(const BIGNUM *c)
{
    BN_CTX *ctx = BN_CTX_new();
    BIGNUM *s = BN_new(), *cube = BN_new();
    int bit;

    BN_zero(s);
    for (bit = BN_num_bits(c) / 3 + 1; bit >= 0; bit--) {
        BN_set_bit(s, bit);
        BN_sqr(cube, s, ctx);
        BN_mul(cube, cube, s, ctx);
        if (BN_cmp(cube, c) > 0)
            BN_clear_bit(s, bit);
    }
    BN_free(cube);
    BN_CTX_free(ctx);
    return s;
}

/* Asks about a signature that gives this block for sure, though nobody made it: s^3 is
 * the block modulo s^3 - block, for the largest s whose cube has LEN bytes. */
static int block_is_accepted(const uint8_t *block, const uint8_t digest[32])
{
    struct rsa_key k = { BN_new(), BN_new(), NULL };
    BIGNUM *s, *m = BN_bin2bn(block, LEN, NULL);
    BN_CTX *ctx = BN_CTX_new();
    uint8_t bytes[LEN];
    int accepted;

    BN_set_word(k.e, 3);
    BN_set_bit(k.n, 8 * LEN);
    BN_sub_word(k.n, 1);
    s = cube_root(k.n);
    if (BN_is_odd(s) == BN_is_odd(m))       /* a modulus is odd */
        BN_sub_word(s, 1);
    BN_sqr(k.n, s, ctx);
    BN_mul(k.n, k.n, s, ctx);
    BN_sub(k.n, k.n, m);
    BN_bn2binpad(s, bytes, LEN);
    accepted = check_signature(&k, bytes, digest);
    rsa_key_free(&k);
    BN_free(s);
    BN_free(m);
    BN_CTX_free(ctx);
    return accepted;
}

/* Every byte of identifier and digest, of what frames them, and some of the padding. M-10.10. */
void wrong_blocks_are_refused_under_moduli_made_for_them(void **state)
{
    uint8_t digest[32], block[LEN];
    unsigned i;

    (void)state;
    model_random_bytes(digest, sizeof digest);
    check_block(block, digest);
    assert_true(block_is_accepted(block, digest));
    for (i = 0; i < LEN; i += i < 3 || i > LEN - 60 ? 1 : 41) {
        block[i] ^= (uint8_t)(i ? 1 << i % 8 : 1);
        if (block_is_accepted(block, digest))
            fail_msg("accepted: another byte %u of the block", i);
        check_block(block, digest);
    }
}

/* Bleichenbacher's forgery, 2006: without any private key, for e = 3. */
void cube_root_that_fools_lax_parsers_is_refused(void **state)
{
    uint8_t wish[LEN], cube[LEN], bytes[LEN];
    BIGNUM *s, *c;
    BN_CTX *ctx = BN_CTX_new();

    (void)state;
    key_take(3);
    /* The wish: short padding, then garbage of 0xff, so that the root is below it
     * in the garbage only. */
    memset(wish, 0xff, LEN);
    wish[0] = 0;
    wish[1] = 1;
    wish[10] = 0;
    memcpy(wish + 11, info, sizeof info);
    memcpy(wish + 30, t.digest, 32);
    c = BN_bin2bn(wish, LEN, NULL);
    s = cube_root(c);
    BN_bn2binpad(s, bytes, LEN);
    BN_sqr(c, s, ctx);
    BN_mul(c, c, s, ctx);
    assert_true(BN_cmp(c, t.key.n) < 0);
    BN_bn2binpad(c, cube, LEN);
    assert_true(lax_parser_accepts(cube, t.digest));
    assert_false(check_signature(&t.key, bytes, t.digest));
    BN_free(s);
    BN_free(c);
    BN_CTX_free(ctx);
}
