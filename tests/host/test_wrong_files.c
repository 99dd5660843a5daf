/* SPDX-License-Identifier: ISC */
/* Keys and files that are not what they should be. docs/FORMATS.md. */
#include <errno.h>
#include <sys/stat.h>

#include "signed.h"

static void only_a_long_rsa_key_and_its_signature_are_good(void **state)
{
    EVP_PKEY *keys[] = { EVP_EC_gen("P-256"), EVP_RSA_gen(1024) };
    char text[2048];
    size_t i;

    (void)state;
    assert_int_equal(verify(), MSSL_OK);
    for (i = 0; i < 2; i++) {
        BIO *bio = BIO_new(BIO_s_mem());
        assert_int_equal(PEM_write_bio_PUBKEY(bio, keys[i]), 1);
        memset(text, 0, sizeof text);
        assert_true(BIO_read(bio, text, sizeof text - 1) > 0);
        assert_int_equal(mssl_signature_verify(signed_block, signature, sizeof signature, text,
                                               strlen(text)), MSSL_E_FORMAT);
        BIO_free(bio);
        EVP_PKEY_free(keys[i]);
    }
    signature[7] ^= 1;
    assert_int_equal(verify(), MSSL_E_SIGNATURE);
}

static void put_file(const char *text, mode_t mode)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    fclose(f);
    assert_int_equal(chmod(path, mode), 0);
}

static void files_are_read_as_what_they_are_to_be(void **state)
{
    char text[64];
    struct mssl_task_table t;
    struct mssl_why why;
    size_t len = sizeof text;

    (void)state;
    assert_int_equal(mssl_task_table_read(&t, folder, &why), MSSL_E_FILE);
    assert_int_equal(errno, EISDIR);
    assert_int_equal(mssl_task_table_read(&t, path, &why), MSSL_E_FILE);
    assert_int_equal(errno, ENOENT);
    put_file("table 7\n", 0644);
    assert_int_equal(mssl_task_table_read(&t, path, &why), MSSL_OK);
    assert_int_equal(t.number, 7);
    assert_int_equal(mssl_file_read(text, &len, path), MSSL_OK);
    assert_int_equal(len, 8);
    assert_int_equal(mssl_file_read(text, &len, path), MSSL_OK);    /* just long enough */
    len = 7;
    assert_int_equal(mssl_file_read(text, &len, path), MSSL_E_ROOM);
    assert_int_equal(mssl_grant_file_read(&file, path, &why), MSSL_E_MODE);
    make_file();
    assert_int_equal(mssl_grant_file_write(&file, path), MSSL_E_EXISTS);
    file.count = 0;
    assert_int_equal(mssl_grant_file_write(&file, path), MSSL_E_ARGUMENT);
    make_file();
    unlink(path);
    rmdir(folder);
    assert_int_equal(mssl_grant_file_write(&file, path), MSSL_E_FILE);
    assert_int_equal(errno, ENOENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(only_a_long_rsa_key_and_its_signature_are_good, make_signature),
        cmocka_unit_test_setup_teardown(files_are_read_as_what_they_are_to_be, make_folder, remove_folder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
