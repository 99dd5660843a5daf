/* SPDX-License-Identifier: ISC */
/* libcrypto and the file system fail, at each call in turn: the library says so,
 * keeps and shows nothing, and leaves no file and no error of libcrypto behind. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "mssl_crypto.h"
#include "signed.h"

/* The call, from 0, that fails; -1: none does. How many there were. Shorts: a
 * call that does less instead of failing, or is interrupted first. */
static int fail_at = -1, calls, gentle;

static int fails(void)
{
    return fail_at >= 0 && calls++ == fail_at && (ERR_raise(ERR_LIB_USER, ERR_R_INTERNAL_ERROR), 1);
}

/* A function of libcrypto: real, and the one in its place, which returns `none`. */
#define FAULT(type, name, none, params, args) \
    type __real_##name params; \
    type __wrap_##name params; \
    type __wrap_##name params { return fails() ? (none) : __real_##name args; }

FAULT(EVP_CIPHER_CTX *, EVP_CIPHER_CTX_new, NULL, (void), ())
FAULT(int, EVP_EncryptInit_ex, 0, (EVP_CIPHER_CTX *c, const EVP_CIPHER *t, ENGINE *e, const unsigned char *k,
      const unsigned char *i), (c, t, e, k, i))
FAULT(int, EVP_DecryptInit_ex, 0, (EVP_CIPHER_CTX *c, const EVP_CIPHER *t, ENGINE *e, const unsigned char *k,
      const unsigned char *i), (c, t, e, k, i))
FAULT(int, EVP_EncryptUpdate, 0, (EVP_CIPHER_CTX *c, unsigned char *o, int *n, const unsigned char *i, int l),
      (c, o, n, i, l))
FAULT(int, EVP_CIPHER_CTX_ctrl, 0, (EVP_CIPHER_CTX *c, int t, int a, void *p), (c, t, a, p))
FAULT(int, EVP_EncryptFinal_ex, 0, (EVP_CIPHER_CTX *c, unsigned char *o, int *n), (c, o, n))
FAULT(void *, CRYPTO_zalloc, NULL, (size_t n, const char *f, int l), (n, f, l))
FAULT(int, pthread_setspecific, ENOMEM, (pthread_key_t k, const void *p), (k, p))
FAULT(int, RAND_priv_bytes_ex, 0, (OSSL_LIB_CTX *l, unsigned char *o, size_t n, unsigned int s), (l, o, n, s))
FAULT(EVP_MD_CTX *, EVP_MD_CTX_new, NULL, (void), ())
FAULT(int, EVP_PKEY_CTX_set_rsa_padding, 0, (EVP_PKEY_CTX *c, int p), (c, p))
FAULT(BN_CTX *, BN_CTX_new, NULL, (void), ())
FAULT(int, EVP_PKEY_get_bn_param, 0, (const EVP_PKEY *k, const char *p, BIGNUM **n), (k, p, n))
FAULT(BIGNUM *, BN_bin2bn, NULL, (const unsigned char *s, int n, BIGNUM *to), (s, n, to))
FAULT(int, BN_lshift, 0, (BIGNUM *r, const BIGNUM *a, int n), (r, a, n))
FAULT(int, BN_nnmod, 0, (BIGNUM *r, const BIGNUM *a, const BIGNUM *n, BN_CTX *c), (r, a, n, c))
FAULT(int, BN_bn2binpad, -1, (const BIGNUM *a, unsigned char *to, int n), (a, to, n))

/* A libcrypto whose signatures are PSS unless it is told otherwise. */
static bool pss;

int __real_EVP_DigestVerifyInit(EVP_MD_CTX *c, EVP_PKEY_CTX **p, const EVP_MD *t, ENGINE *e, EVP_PKEY *k);
int __wrap_EVP_DigestVerifyInit(EVP_MD_CTX *c, EVP_PKEY_CTX **p, const EVP_MD *t, ENGINE *e, EVP_PKEY *k);

int __wrap_EVP_DigestVerifyInit(EVP_MD_CTX *c, EVP_PKEY_CTX **p, const EVP_MD *t, ENGINE *e, EVP_PKEY *k)
{
    int good = fails() ? 0 : __real_EVP_DigestVerifyInit(c, p, t, e, k);

    if (good == 1 && pss)
        assert_int_equal(__real_EVP_PKEY_CTX_set_rsa_padding(*p, RSA_PKCS1_PSS_PADDING), 1);
    return good;
}

FAULT(int, fsync, (errno = EIO, -1), (int fd), (fd))
FAULT(int, fstat, (errno = EIO, -1), (int fd, struct stat *s), (fd, s))

ssize_t __real_read(int fd, void *out, size_t n);
ssize_t __wrap_read(int fd, void *out, size_t n);

ssize_t __wrap_read(int fd, void *out, size_t n)
{
    if (!fails())
        return __real_read(fd, out, n);
    errno = gentle ? EINTR : EIO;
    return -1;
}

ssize_t __real_write(int fd, const void *in, size_t n);
ssize_t __wrap_write(int fd, const void *in, size_t n);

/* Gently, it is interrupted, then writes nothing, then a byte. */
ssize_t __wrap_write(int fd, const void *in, size_t n)
{
    if (!fails())
        return __real_write(fd, in, n);
    errno = gentle ? EINTR : ENOSPC;
    if (gentle && fail_at < 3)
        fail_at++;
    return gentle && fail_at > 1 ? __real_write(fd, in, fail_at > 2 ? 1 : 0) : -1;
}

int __real_fcntl(int fd, int cmd, ...);
int __wrap_fcntl(int fd, int cmd, void *what);

int __wrap_fcntl(int fd, int cmd, void *what)   /* whatever else locks a file may */
{
    return cmd == F_SETFL && fails() ? (errno = EIO, -1) : __real_fcntl(fd, cmd, what);
}

/* Runs what once per call that it makes, that call failing, and once without. */
static void at_each_call(mssl_err (*what)(void), mssl_err wanted)
{
    int at;

    for (at = 0; ; at++) {
        mssl_err e;
        fail_at = at;
        calls = 0;
        ERR_clear_error();
        e = what();
        fail_at = -1;
        if (calls <= at) {
            assert_int_equal(e, MSSL_OK);
            assert_true(at > 0);
            return;
        }
        assert_int_equal(e, wanted);
        assert_true(wanted != MSSL_E_CRYPTO || ERR_peek_error() == 0);      /* the caller's own calls look there */
    }
}

static void is_zero(const void *p, size_t n)
{
    const uint8_t *byte = p;

    while (n--)
        assert_int_equal(*byte++, 0);
}

static mssl_err make_f(void)
{
    uint8_t key[16] = { 1 }, out[16] = { 2 }, x[32] = { 3 };
    mssl_err e = mssl_f(out, key, x);

    if (e != MSSL_OK)
        is_zero(out, sizeof out);
    return e;
}

static mssl_err make_random(void)
{
    uint8_t out[16];
    mssl_err e;

    memset(out, 1, sizeof out);
    e = mssl_random(out, sizeof out);
    if (e != MSSL_OK)
        is_zero(out, sizeof out);
    return e;
}

static void f_and_random_fail_with_zeros(void **state)
{
    (void)state;
    at_each_call(make_f, MSSL_E_CRYPTO);
    at_each_call(make_random, MSSL_E_CRYPTO);
}

static mssl_err seal(void)
{
    uint8_t out[MSSL_RECORD_LEN_MAX], len = 1, key[16] = { 1 };
    mssl_err e = mssl_record_seal(out, &len, (const uint8_t *)"secret", 6, key, 1, 7);

    if (e != MSSL_OK) {
        is_zero(out + 1, MSSL_RECORD_LEN_MAX - 1);
        assert_int_equal(len, 0);
    }
    return e;
}

static void a_record_that_cannot_be_sealed_is_not_shown(void **state)
{
    (void)state;
    at_each_call(seal, MSSL_E_CRYPTO);
}

static mssl_err open_it(void)
{
    uint8_t record[17], key[MSSL_KEY_LEN], out[8];
    mssl_err e;

    unhex(record, sizeof record, KNOWN_COMMAND);
    unhex(key, sizeof key, KNOWN_KS);
    memset(out, 1, sizeof out);
    e = mssl_ccm_open(out, record + 9, record + 1, 8, key, (const uint8_t[MSSL_CCM_NONCE_LEN]){ MSSL_DIR_HOST });
    if (e != MSSL_OK)
        is_zero(out, sizeof out);
    return e;
}

static void a_record_that_cannot_be_opened_is_not_shown(void **state)
{
    (void)state;
    at_each_call(open_it, MSSL_E_CRYPTO);
}

static mssl_err be_welcomed(void)
{
    struct mssl_client c;
    struct mssl_message m;
    mssl_err e;

    begin(&c);
    e = feed(&c, KNOWN_WELCOME, &m);
    if (e != MSSL_OK) {
        assert_int_equal(c.state, MSSL_CLOSED);
        is_zero(c.key, sizeof c.key);
        assert_int_equal(m.kind, MSSL_NOTHING);
    }
    return e;
}

static void a_welcome_that_cannot_be_checked_ends_the_session(void **state)
{
    (void)state;
    at_each_call(be_welcomed, MSSL_E_CRYPTO);
}

static struct mssl_client open_client;

static mssl_err send_command(void)
{
    uint8_t out[MSSL_RECORD_LEN_MAX], n;
    uint16_t sent = open_client.sent;
    mssl_err e = mssl_client_command(&open_client, 1, "on", 2, out, &n);

    if (e != MSSL_OK) {
        assert_int_equal(n, 0);
        assert_int_equal(open_client.sent, sent);
        assert_int_equal(open_client.waiting, 0);
    }
    return e;
}

static mssl_err send_close(void)
{
    uint8_t out[MSSL_CLOSE_LEN], n;
    mssl_err e = mssl_client_close(&open_client, out, &n);

    if (e != MSSL_OK) {
        assert_int_equal(n, 0);
        assert_int_equal(open_client.state, MSSL_OPEN);
    }
    return e;
}

static void what_cannot_be_sealed_counts_as_not_sent(void **state)
{
    (void)state;
    open_session(&open_client);
    at_each_call(send_command, MSSL_E_CRYPTO);
    at_each_call(send_close, MSSL_E_CRYPTO);
    mssl_client_wipe(&open_client);
}

/* -- Signatures -- */

static void a_signature_that_cannot_be_checked_is_not_good(void **state)
{
    (void)state;
    at_each_call(verify, MSSL_E_CRYPTO);
}

/* M-2: PKCS#1 v1.5, whatever libcrypto begins with. */
static void signatures_are_pkcs1_whatever_the_library_prefers(void **state)
{
    (void)state;
    pss = true;
    assert_int_equal(verify(), MSSL_OK);
    pss = false;
}

static mssl_err to_montgomery(void)
{
    uint8_t u[MSSL_SIGNATURE_MAX];
    mssl_err e;

    memset(u, 1, sizeof u);
    e = mssl_signature_montgomery(u, signature, sizeof signature, pem, strlen(pem));
    if (e != MSSL_OK)
        is_zero(u, sizeof u);
    return e;
}

static void a_montgomery_form_that_cannot_be_made_is_not_shown(void **state)
{
    (void)state;
    at_each_call(to_montgomery, MSSL_E_CRYPTO);
}

/* Two gigabytes, of which the first page is there. */
static void a_pem_of_more_than_an_int_is_refused(void **state)
{
    size_t len = (size_t)INT_MAX + 1;
    char *text = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    (void)state;
    assert_true(text != MAP_FAILED);
    strcpy(text, pem);
    assert_int_equal(mssl_signature_verify(signed_block, signature, sizeof signature, text, len), MSSL_E_FORMAT);
    assert_int_equal(mssl_signature_verify(signed_block, signature, sizeof signature, text, len - 1), MSSL_OK);
    assert_int_equal(munmap(text, len), 0);
}

/* -- Grant files -- */

static mssl_err restrict_it(void)
{
    static struct mssl_grant_file before;
    mssl_err e;

    make_file();
    before = file;
    e = mssl_grant_file_restrict(&file, 2, NULL, "carol");
    if (e != MSSL_OK)
        assert_memory_equal(&file, &before, sizeof file);
    return e;
}

static void a_restriction_that_fails_changes_nothing(void **state)
{
    (void)state;
    at_each_call(restrict_it, MSSL_E_CRYPTO);
}

static mssl_err write_it(void)
{
    mssl_err e;

    make_file();
    e = mssl_grant_file_write(&file, path);
    if (e != MSSL_OK)
        assert_int_equal(errno, calls == 1 ? ENOSPC : EIO);
    if (e != MSSL_OK)
        assert_int_equal(access(path, F_OK), -1);
    return e;
}

static mssl_err read_it(void)
{
    struct mssl_why why;
    mssl_err e = mssl_grant_file_read(&file, path, &why);

    if (e != MSSL_OK) {
        is_zero(&file, sizeof file);
        assert_int_equal(errno, EIO);
    }
    return e;
}

static void files_that_fail_say_so_and_leave_nothing(void **state)
{
    (void)state;
    at_each_call(write_it, MSSL_E_FILE);
    at_each_call(read_it, MSSL_E_FILE);
}

static void interrupted_and_short_calls_go_on(void **state)
{
    (void)state;
    gentle = 1;
    make_file();
    fail_at = calls = 0;
    assert_int_equal(mssl_grant_file_write(&file, path), MSSL_OK);
    assert_true(calls > 3);
    fail_at = 2;        /* behind fstat and fcntl */
    calls = 0;
    assert_int_equal(read_it(), MSSL_OK);
    fail_at = -1;
    gentle = 0;
    assert_memory_equal(file.blocks[0], "\x11\x01", 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(f_and_random_fail_with_zeros),
        cmocka_unit_test(a_record_that_cannot_be_sealed_is_not_shown),
        cmocka_unit_test(a_record_that_cannot_be_opened_is_not_shown),
        cmocka_unit_test(a_welcome_that_cannot_be_checked_ends_the_session),
        cmocka_unit_test(what_cannot_be_sealed_counts_as_not_sent),
        cmocka_unit_test_setup(a_signature_that_cannot_be_checked_is_not_good, make_signature),
        cmocka_unit_test(signatures_are_pkcs1_whatever_the_library_prefers),
        cmocka_unit_test(a_montgomery_form_that_cannot_be_made_is_not_shown),
        cmocka_unit_test(a_pem_of_more_than_an_int_is_refused),
        cmocka_unit_test(a_restriction_that_fails_changes_nothing),
        cmocka_unit_test_setup_teardown(files_that_fail_say_so_and_leave_nothing, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(interrupted_and_short_calls_go_on, make_folder, remove_folder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
