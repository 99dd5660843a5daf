/* SPDX-License-Identifier: ISC */
/* Killed at every call that changes a file: all of it happened, or nothing. */
#include "fixture.h"

#include <stdlib.h>
#include <unistd.h>

#include "kill_at.h"

static char why[MSSL_AUTH_WHY_LEN];

static const char *inside(const char *name)
{
    static char path[160];

    snprintf(path, sizeof path, "%s/%s", dir, name);
    return path;
}

/* -- passwd -- */

static uint8_t kd[MSSL_KEY_LEN];
static int as_before, as_after;

static int set_passphrase(void)
{
    struct mssl_auth *b;
    mssl_auth_err failed;

    if (mssl_auth_open(&b, dir, why))
        return 2;
    failed = mssl_auth_passwd(b, "hush");
    mssl_auth_close(b);
    return failed;
}

/* Whichever passphrase it has now opens the key and every secret of the ledger. */
static void one_passphrase_opens_everything(void)
{
    uint8_t image[MSSL_EE_LEN];

    open_again();
    if (mssl_auth_is_locked(a)) {
        as_after++;
        assert_int_equal(mssl_auth_unlock(a, "hush"), 0);
    } else {
        as_before++;
    }
    grant(as_before % 2 ? "alice" : "bob", "sealed", LED);
    image_of("sealed", image);
    assert_memory_equal(image + MSSL_EE_KD, kd, MSSL_KEY_LEN);
    assert_int_not_equal(access(inside("authority.key.new"), F_OK), 0);
    log_is_whole();
    assert_int_equal(mssl_auth_passwd(a, NULL), 0);
    assert_false(mssl_auth_is_locked(a));
}

static void passphrase_change_is_all_or_nothing(void **state)
{
    uint8_t image[MSSL_EE_LEN];

    (void)state;
    add_device("sealed");
    image_of("sealed", image);
    memcpy(kd, image + MSSL_EE_KD, MSSL_KEY_LEN);
    mssl_auth_close(a);
    a = NULL;
    /* Every third call: scrypt takes its time. */
    assert_true(kill_everywhere(KILL_SYNC, 3, set_passphrase, one_passphrase_opens_everything) > 6);
    assert_true(as_before > 0);
    assert_true(as_after > 1);          /* one of them was killed after the commit */
}

/* -- backup and restore -- */

static char copy[128], other[128];
static int copies;

static int back_up(void)
{
    struct mssl_auth *b;
    mssl_auth_err failed;

    if (mssl_auth_open(&b, dir, why))
        return 2;
    failed = mssl_auth_backup(b, copy);
    mssl_auth_close(b);
    return failed;
}

static int bring_back(void)
{
    return mssl_auth_restore(other, copy, 16, why);
}

/* The restored authority in other, whole; gone again afterwards. */
static void other_is_whole(void)
{
    struct mssl_auth_device d;
    struct mssl_auth *mine = a;
    char cmd[256];

    if (mssl_auth_open(&a, other, why))
        fail_msg("%s", why);
    log_is_whole();
    assert_int_equal(mssl_auth_device_get(a, "kept", &d), 0);
    assert_true(d.restored);
    mssl_auth_close(a);
    a = mine;
    snprintf(cmd, sizeof cmd, "rm -r '%s'", other);
    assert_int_equal(system(cmd), 0);
}

static void no_half_backup_has_the_name(void)
{
    open_again();
    log_is_whole();
    if (access(copy, F_OK))
        return;
    copies++;
    if (bring_back())
        fail_msg("%s", why);
    other_is_whole();
    assert_int_equal(unlink(copy), 0);
}

static void no_half_directory_has_the_name(void)
{
    if (!access(other, F_OK))
        other_is_whole();
}

static void backup_and_restore_are_all_or_nothing(void **state)
{
    (void)state;
    snprintf(copy, sizeof copy, "%s/copy.tar", work);
    snprintf(other, sizeof other, "%s/other", work);
    add_device("kept");
    grant("alice", "kept", LED);
    mssl_auth_close(a);
    a = NULL;
    assert_true(kill_everywhere(KILL_SYNC | KILL_WRITE, 1, back_up, no_half_backup_has_the_name) > 8);
    assert_true(copies > 1);            /* one was killed with the name taken */
    assert_int_equal(back_up(), 0);
    assert_true(kill_everywhere(KILL_SYNC | KILL_WRITE, 1, bring_back, no_half_directory_has_the_name) >
                15);
}

/* -- The power goes -- */

static void names_that_were_taken_stay(void **state)
{
    char path[160];

    (void)state;
    open_again();
    snprintf(copy, sizeof copy, "%s/synced.tar", work);
    snprintf(other, sizeof other, "%s/synced", work);
    snprintf(path, sizeof path, "%s/exported", work);
    add_device("away");
    forget_syncs();
    assert_int_equal(mssl_auth_backup(a, copy), 0);
    assert_true(dir_was_synced(work));
    forget_syncs();
    assert_int_equal(bring_back(), 0);
    assert_true(dir_was_synced(other));
    assert_true(dir_was_synced(work));
    forget_syncs();
    assert_int_equal(mssl_auth_device_export(a, "away", "far", 0, path), 0);
    assert_true(dir_was_synced(work));
}

/* -- rollover -- */

static char folder[128];
static int old_signer, new_signer;
static char first_key[MSSL_GRANT_TEXT_MAX];

static int roll(void)
{
    struct mssl_auth_init_options o = { .bits = 2048, .exponent = 65537 };
    struct mssl_auth *b;
    mssl_auth_err failed;
    unsigned count;
    int number;

    if (mssl_auth_open(&b, dir, why))
        return 2;
    failed = mssl_auth_rollover(b, &o, folder, &count, &number);
    mssl_auth_close(b);
    return failed;
}

static int is_rollover(void *arg, const struct mssl_auth_entry *e)
{
    *(int *)arg |= !strcmp(e->action, "rollover");
    return 0;
}

/* Every living grant is signed by the key that signs now, be it the old or the new. */
static void one_key_signed_everything(void)
{
    char pem[MSSL_GRANT_TEXT_MAX], path[256], cmd[400];
    struct mssl_grant_file file;
    struct mssl_why reason;
    unsigned count = 0;
    size_t len;
    int rolled = 0;

    open_again();
    log_is_whole();
    read_all(inside("authority.pub"), pem, sizeof pem);     /* opening put it in place */
    assert_int_equal(mssl_auth_log_each(a, NULL, NULL, is_rollover, &rolled), 0);
    assert_int_equal(rolled, strcmp(pem, first_key) != 0);
    snprintf(cmd, sizeof cmd, "rm -rf '%s' '%s'.new-*", folder, folder);
    assert_int_equal(system(cmd), 0);
    assert_int_equal(mssl_auth_reissue(a, "kept", NULL, folder, &count), 0);
    snprintf(path, sizeof path, "%s/alice-kept.grant", folder);
    assert_int_equal(mssl_grant_file_read(&file, path, &reason), MSSL_OK);
    len = read_all(inside("authority.pub"), pem, sizeof pem);
    assert_int_equal(mssl_signature_verify(file.blocks[0], file.signature, file.signature_len, pem, len),
                     MSSL_OK);
    if (strcmp(pem, first_key))
        new_signer++;
    else
        old_signer++;
    assert_int_equal(!strcmp(pem, first_key), access(inside("authority.pub.1"), F_OK) != 0);
    grant(new_signer % 2 ? "carol" : "dave", "kept", LED);      /* key and public half fit */
    assert_int_equal(system(cmd), 0);
}

static void rollover_is_all_or_nothing(void **state)
{
    (void)state;
    open_again();
    snprintf(folder, sizeof folder, "%s/folder", work);
    read_all(inside("authority.pub"), first_key, sizeof first_key);
    mssl_auth_close(a);
    a = NULL;
    assert_true(kill_everywhere(KILL_SYNC, 2, roll, one_key_signed_everything) > 10);
    assert_true(old_signer > 0);
    assert_true(new_signer > 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(backup_and_restore_are_all_or_nothing),
        cmocka_unit_test(names_that_were_taken_stay),
        cmocka_unit_test(rollover_is_all_or_nothing),
        cmocka_unit_test(passphrase_change_is_all_or_nothing),
    };

    return cmocka_run_group_tests(tests, make_authority, remove_all);
}
