/* SPDX-License-Identifier: ISC */
/* Files, passphrases, other versions, damage: nothing is lost or opened. */
#include "fixture.h"

#include <dirent.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

static char why[MSSL_AUTH_WHY_LEN];

static int entries(const char *path)
{
    DIR *d = opendir(path);
    int n = 0;

    while (d && readdir(d))
        n++;
    if (d)
        closedir(d);
    return n;
}

static void sql(const char *in, const char *text)
{
    char path[160];
    sqlite3 *db;

    snprintf(path, sizeof path, "%s/ledger.db", in);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(db));
    sqlite3_close(db);
}

/* Another authority, closed. */
static void another(char path[128], const char *name, const char *passphrase)
{
    struct mssl_auth_init_options o = { .bits = 2048, .exponent = 3, .passphrase = passphrase };

    snprintf(path, 128, "%s/%s", work, name);
    if (mssl_auth_init(path, &o, why))
        fail_msg("%s", why);
}

static mssl_auth_err reopen(const char *path)
{
    struct mssl_auth *b;
    mssl_auth_err err = mssl_auth_open(&b, path, why);

    if (err)
        assert_null(b);
    mssl_auth_close(b);
    return err;
}

static void init_refuses_a_used_directory_and_leaves_no_debris(void **state)
{
    struct mssl_auth_init_options o = { .bits = 2048, .exponent = 65537, .passphrase = NULL };
    int before = entries(work), inside = entries(dir);

    (void)state;
    assert_int_equal(mssl_auth_init(dir, &o, why), MSSL_AUTH_FILE);
    assert_non_null(strstr(why, dir));
    assert_int_equal(entries(work), before);
    assert_int_equal(entries(dir), inside);
}

/* M-2.7 */
static void init_refuses_weak_options(void **state)
{
    struct mssl_auth_init_options o = { .bits = 1024, .exponent = 65537, .passphrase = NULL };
    char path[128];

    (void)state;
    snprintf(path, sizeof path, "%s/weak", work);
    assert_int_equal(mssl_auth_init(path, &o, why), MSSL_AUTH_USAGE);
    o.bits = 2048;
    o.exponent = 5;
    assert_int_equal(mssl_auth_init(path, &o, why), MSSL_AUTH_USAGE);
    o.exponent = 3;
    o.passphrase = "";
    assert_int_equal(mssl_auth_init(path, &o, why), MSSL_AUTH_PASSPHRASE);
    assert_int_not_equal(access(path, F_OK), 0);
}

/* M-11.8 */
static void modes_are_as_the_formats_say_and_looser_ones_refused(void **state)
{
    static const struct { const char *name; mode_t mode, loose; } files[] = {
        { "", 0700, 0750 }, { "/authority.key", 0600, 0640 },
        { "/ledger.db", 0600, 0644 }, { "/authority.pub", 0644, 0666 },
    };
    char path[128], file[192];
    struct stat st;
    size_t i;

    (void)state;
    another(path, "modes", NULL);
    for (i = 0; i < sizeof files / sizeof files[0]; i++) {
        snprintf(file, sizeof file, "%s%s", path, files[i].name);
        assert_int_equal(stat(file, &st), 0);
        assert_int_equal(st.st_mode & 07777, files[i].mode);
        assert_int_equal(chmod(file, files[i].loose), 0);
        assert_int_equal(reopen(path), MSSL_AUTH_FILE);
        assert_non_null(strstr(why, "chmod"));
        assert_int_equal(chmod(file, files[i].mode), 0);
        assert_int_equal(reopen(path), 0);
    }
}

static void ledger_of_a_newer_version_is_refused_unchanged(void **state)
{
    char path[128];

    (void)state;
    another(path, "newer", NULL);
    sql(path, "PRAGMA user_version=99");
    assert_int_equal(reopen(path), MSSL_AUTH_LEDGER);
    assert_non_null(strstr(why, "99"));
    sql(path, "PRAGMA user_version=2");
    assert_int_equal(reopen(path), 0);
}

static void other_databases_and_damage_are_refused(void **state)
{
    char path[128], file[192];
    FILE *f;

    (void)state;
    another(path, "damage", NULL);
    sql(path, "PRAGMA application_id=7");
    assert_int_equal(reopen(path), MSSL_AUTH_LEDGER);
    sql(path, "PRAGMA application_id=1297306444");
    assert_int_equal(reopen(path), 0);
    snprintf(file, sizeof file, "%s/ledger.db", path);
    f = fopen(file, "r+b");
    assert_non_null(f);
    fputs("not a database at all", f);
    fclose(f);
    assert_int_equal(reopen(path), MSSL_AUTH_LEDGER);
}

static void truncated_ledger_is_refused(void **state)
{
    char path[128], file[192];

    (void)state;
    another(path, "short", NULL);
    snprintf(file, sizeof file, "%s/ledger.db", path);
    assert_int_equal(truncate(file, 5000), 0);
    assert_int_equal(reopen(path), MSSL_AUTH_LEDGER);
    assert_int_equal(truncate(file, 0), 0);
    assert_int_equal(reopen(path), MSSL_AUTH_LEDGER);
}

static int holds(const char *in, const uint8_t *what, size_t n)
{
    static char ledger[1 << 22];
    char path[192];
    size_t len, i;

    snprintf(path, sizeof path, "%s/ledger.db", in);
    len = read_all(path, ledger, sizeof ledger);
    for (i = 0; i + n <= len; i++) {
        if (!memcmp(ledger + i, what, n))
            return 1;
    }
    return 0;
}

/* In another authority, as the fixture's: swaps the global. */
static void use(const char *path, const char *passphrase)
{
    assert_int_equal(mssl_auth_open(&a, path, why), 0);
    if (passphrase)
        assert_int_equal(mssl_auth_unlock(a, passphrase), 0);
}

static void passphrase_hides_device_keys_and_is_needed(void **state)
{
    struct mssl_auth *mine = a;
    struct mssl_auth_grant made;
    uint8_t image[MSSL_EE_LEN];
    char path[128];

    (void)state;
    another(path, "sealed", "correct horse");
    use(path, "correct horse");
    add_device("vault");
    image_of("vault", image);
    mssl_auth_close(a);
    assert_false(holds(path, image + MSSL_EE_KD, MSSL_KEY_LEN));

    use(path, NULL);
    assert_true(mssl_auth_is_locked(a));
    assert_int_equal(try_grant("alice", "vault", LED, -1, &made, NULL), MSSL_AUTH_PASSPHRASE);
    assert_int_equal(mssl_auth_unlock(a, "wrong horse"), MSSL_AUTH_PASSPHRASE);
    assert_true(mssl_auth_is_locked(a));
    assert_int_equal(mssl_auth_unlock(a, "correct horse"), 0);
    assert_int_equal(try_grant("alice", "vault", LED, -1, &made, NULL), 0);
    mssl_auth_close(a);
    a = mine;
}

static void who_opened_before_the_passphrase_changed_stores_nothing_under_the_old_one(void **state)
{
    struct mssl_auth_device d, other;
    struct mssl_auth *early, *mine = a;
    char path[128];

    (void)state;
    another(path, "meanwhile", "one");
    if (mssl_auth_open(&early, path, why) || mssl_auth_unlock(early, "one"))
        fail_msg("%s", why);
    if (mssl_auth_open(&a, path, why) || mssl_auth_unlock(a, "one"))
        fail_msg("%s", why);
    d = add_device("box");
    assert_int_equal(mssl_auth_passwd(a, "two"), 0);
    assert_int_equal(mssl_auth_unlock(a, "one"), MSSL_AUTH_PASSPHRASE);
    assert_int_equal(mssl_auth_unlock(a, "two"), 0);
    other = d;
    strcpy(other.name, "late");
    memset(other.mac, 0, 6);
    assert_int_equal(mssl_auth_device_add(early, &other), MSSL_AUTH_PASSPHRASE);
    assert_int_equal(mssl_auth_epoch(early, "box"), MSSL_AUTH_PASSPHRASE);
    mssl_auth_close(early);
    assert_int_equal(mssl_auth_epoch(a, "box"), 0);
    assert_int_equal(mssl_auth_device_get(a, "late", &d), MSSL_AUTH_UNKNOWN);
    mssl_auth_close(a);
    a = mine;
}

static void sealed_keys_of_two_devices_cannot_be_exchanged(void **state)
{
    struct mssl_auth *mine = a;
    struct mssl_auth_grant made;
    char path[128];

    (void)state;
    another(path, "swap", "words");
    use(path, "words");
    add_device("one");
    add_device("two");
    mssl_auth_close(a);
    sql(path, "UPDATE device_key SET kd=(SELECT k.kd FROM device_key k WHERE"
              " k.device<>device_key.device)");
    use(path, "words");
    assert_int_equal(try_grant("alice", "one", LED, -1, &made, NULL), MSSL_AUTH_LEDGER);
    assert_int_equal(count_grants("one"), 0);
    mssl_auth_close(a);
    a = mine;
}

static void keys_that_are_no_pair_sign_nothing(void **state)
{
    struct mssl_auth *mine = a;
    struct mssl_auth_grant made;
    char path[128], from[192], to[192];

    (void)state;
    another(path, "pair", NULL);
    snprintf(from, sizeof from, "%s/authority.key", path);
    assert_int_equal(unlink(from), 0);
    snprintf(to, sizeof to, "%s/authority.key", dir);
    assert_int_equal(link(to, from), 0);
    use(path, NULL);
    add_device("pair");
    assert_int_equal(try_grant("alice", "pair", LED, -1, &made, NULL), MSSL_AUTH_FILE);
    assert_int_equal(count_grants("pair"), 0);
    mssl_auth_close(a);
    a = mine;
}

static void failed_grant_changes_nothing(void **state)
{
    struct mssl_auth_request r;
    struct mssl_auth_grant made;
    const char *path = fresh("grant");

    (void)state;
    add_device("same");
    memset(&r, 0, sizeof r);
    r.host = "alice";
    r.device = "same";
    r.tasks = LED;
    r.slot = -1;
    assert_int_equal(mssl_auth_grant(a, &r, "/nowhere/at/all.grant", &made), MSSL_AUTH_FILE);
    assert_int_equal(count_grants("same"), 0);
    assert_int_equal(mssl_auth_grant(a, &r, path, &made), 0);
    r.tasks = ADC;
    assert_int_equal(mssl_auth_grant(a, &r, path, &made), MSSL_AUTH_FILE);
    assert_int_equal(count_grants("same"), 1);
    assert_int_equal(state_of("same", "alice", 0, 0), MSSL_AUTH_VALID);
}

static void wrong_device_settings_are_refused(void **state)
{
    static const struct { uint8_t mac[6], ip[4], mask[4], gate[4]; } bad[] = {
        { { 3 }, { 10, 0, 2, 15 }, { 255, 255, 255, 0 }, { 0 } },
        { { 0 }, { 0, 0, 0, 0 }, { 255, 255, 255, 0 }, { 0 } },
        { { 0 }, { 224, 0, 0, 1 }, { 255, 255, 255, 0 }, { 0 } },
        { { 0 }, { 10, 0, 2, 255 }, { 255, 255, 255, 0 }, { 0 } },
        { { 0 }, { 10, 0, 2, 0 }, { 255, 255, 255, 0 }, { 0 } },
        { { 0 }, { 10, 0, 2, 15 }, { 255, 0, 255, 0 }, { 0 } },
        { { 0 }, { 10, 0, 2, 15 }, { 255, 255, 255, 0 }, { 10, 0, 3, 1 } },
    };
    struct mssl_auth_device d;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        memset(&d, 0, sizeof d);
        strcpy(d.name, "bad");
        strcpy(d.table_text, "table 1\n");
        memcpy(d.mac, bad[i].mac, 6);
        memcpy(d.ip, bad[i].ip, 4);
        memcpy(d.netmask, bad[i].mask, 4);
        memcpy(d.gateway, bad[i].gate, 4);
        assert_int_equal(mssl_auth_device_add(a, &d), MSSL_AUTH_USAGE);
    }
    assert_int_equal(mssl_auth_device_get(a, "bad", &d), MSSL_AUTH_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(init_refuses_a_used_directory_and_leaves_no_debris),
        cmocka_unit_test(init_refuses_weak_options),
        cmocka_unit_test(modes_are_as_the_formats_say_and_looser_ones_refused),
        cmocka_unit_test(ledger_of_a_newer_version_is_refused_unchanged),
        cmocka_unit_test(other_databases_and_damage_are_refused),
        cmocka_unit_test(truncated_ledger_is_refused),
        cmocka_unit_test(passphrase_hides_device_keys_and_is_needed),
        cmocka_unit_test(who_opened_before_the_passphrase_changed_stores_nothing_under_the_old_one),
        cmocka_unit_test(sealed_keys_of_two_devices_cannot_be_exchanged),
        cmocka_unit_test(keys_that_are_no_pair_sign_nothing),
        cmocka_unit_test(failed_grant_changes_nothing),
        cmocka_unit_test(wrong_device_settings_are_refused),
    };

    return cmocka_run_group_tests(tests, make_authority, remove_all);
}
