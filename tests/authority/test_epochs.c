/* SPDX-License-Identifier: ISC */
/* Epoch steps, and the keys that cut ones leave behind. PROTOCOL 9 */
#include "fixture.h"

#include <sqlite3.h>

#include "../host/known.h"

/* A device with an admin, and the K_D its chip would hold. */
static void setup(const char *name, struct mssl_grant_file *boss, uint8_t kd[MSSL_KEY_LEN])
{
    struct mssl_auth_grant made;
    uint8_t image[MSSL_EE_LEN];

    add_device(name);
    assert_int_equal(try_grant("boss", name, ADMIN, -1, &made, boss), 0);
    image_of(name, image);
    memcpy(kd, image + MSSL_EE_KD, MSSL_KEY_LEN);
}

static void torn_key(uint8_t out[MSSL_KEY_LEN], const uint8_t old[MSSL_KEY_LEN], int at,
                     uint8_t byte)
{
    uint8_t next[MSSL_KEY_LEN];

    mssl_lab(next, old, MSSL_TYPE_EPOCH);
    memcpy(out, old, MSSL_KEY_LEN);
    memcpy(out, next, (size_t)at);
    out[at] = byte;
}

static void known_welcome_names_the_known_key(void **state)
{
    uint8_t kd[MSSL_KEY_LEN], old[MSSL_KEY_LEN], hello[MSSL_HELLO_LEN];
    uint8_t welcome[MSSL_WELCOME_LEN];

    (void)state;
    unhex(old, sizeof old, KNOWN_KD);
    unhex(hello, sizeof hello, KNOWN_HELLO);
    unhex(welcome, sizeof welcome, KNOWN_WELCOME);
    assert_int_equal(mssl_auth_recover_key(kd, old, hello, sizeof hello, welcome), 1);
    assert_memory_equal(kd, old, sizeof kd);
    welcome[20] ^= 1;
    assert_int_equal(mssl_auth_recover_key(kd, old, hello, sizeof hello, welcome), 0);
    memset(old, 0, sizeof old);
    assert_memory_equal(kd, old, sizeof kd);
}

/* M-9.9 */
static void torn_key_is_found_at_every_byte(void **state)
{
    static const uint8_t bytes[] = { 0x00, 0x5a, 0xff };
    uint8_t kd[MSSL_KEY_LEN], torn[MSSL_KEY_LEN], found[MSSL_KEY_LEN];
    uint8_t hello[MSSL_HELLO_LEN_MAX], welcome[MSSL_WELCOME_LEN];
    struct mssl_grant_file boss;
    size_t i, len;
    int at;

    (void)state;
    setup("torn", &boss, kd);
    for (at = 0; at < MSSL_KEY_LEN; at++) {
        for (i = 0; i < sizeof bytes; i++) {
            torn_key(torn, kd, at, bytes[i]);
            len = handshake(torn, &boss, hello, welcome);
            assert_int_equal(mssl_auth_recover_key(found, kd, hello, len, welcome), 1);
            assert_memory_equal(found, torn, sizeof torn);
        }
    }
}

static void complete_key_is_found_through_a_restriction(void **state)
{
    uint8_t kd[MSSL_KEY_LEN], next[MSSL_KEY_LEN], found[MSSL_KEY_LEN];
    uint8_t hello[MSSL_HELLO_LEN_MAX], welcome[MSSL_WELCOME_LEN];
    struct mssl_grant_file boss;
    size_t len;

    (void)state;
    setup("chain", &boss, kd);
    assert_int_equal(mssl_grant_file_restrict(&boss, ADMIN, NULL, "helper"), MSSL_OK);
    mssl_lab(next, kd, MSSL_TYPE_EPOCH);
    len = handshake(next, &boss, hello, welcome);
    assert_int_equal(len, 77);
    assert_int_equal(mssl_auth_recover_key(found, kd, hello, len, welcome), 1);
    assert_memory_equal(found, next, sizeof next);
}

static void epoch_step_derives_the_known_key(void **state)
{
    struct mssl_auth_device d;
    struct mssl_grant_file boss;
    uint8_t kd[MSSL_KEY_LEN], want[MSSL_KEY_LEN], image[MSSL_EE_LEN];

    (void)state;
    unhex(kd, sizeof kd, KNOWN_KD);
    mssl_lab(want, kd, MSSL_TYPE_EPOCH);
    unhex(kd, sizeof kd, KNOWN_KD_NEXT);
    assert_memory_equal(kd, want, sizeof kd);
    setup("next", &boss, kd);
    assert_int_equal(mssl_auth_epoch(a, "next"), 0);
    assert_int_equal(mssl_auth_epoch(a, "next"), MSSL_AUTH_REFUSED);
    assert_int_equal(mssl_auth_confirm_epoch(a, "next", 0), 0);
    image_of("next", image);
    mssl_lab(want, kd, MSSL_TYPE_EPOCH);
    assert_memory_equal(image + MSSL_EE_KD, want, sizeof want);
    assert_int_equal(state_of("next", "boss", 0, 0), MSSL_AUTH_DEAD);
    assert_int_equal(mssl_auth_device_get(a, "next", &d), 0);
    assert_int_equal(d.epoch, 1);
}

static void pending_step_lets_only_admin_grants_be_made(void **state)
{
    struct mssl_auth_grant made;
    struct mssl_grant_file boss;
    uint8_t kd[MSSL_KEY_LEN];

    (void)state;
    setup("pending", &boss, kd);
    assert_int_equal(mssl_auth_epoch(a, "pending"), 0);
    assert_int_equal(try_grant("alice", "pending", LED, -1, &made, NULL), MSSL_AUTH_REFUSED);
    assert_int_equal(try_grant("boss2", "pending", ADMIN, -1, &made, NULL), 0);
    assert_int_equal(made.state, MSSL_AUTH_VALID);
    assert_int_equal(mssl_auth_epoch_cancel(a, "pending"), 0);
    assert_int_equal(try_grant("alice", "pending", LED, -1, &made, NULL), 0);
    assert_int_equal(mssl_auth_epoch_cancel(a, "pending"), MSSL_AUTH_REFUSED);
    assert_int_equal(mssl_auth_confirm_epoch(a, "pending", 0), MSSL_AUTH_REFUSED);
}

static void recover_tells_a_step_that_never_began(void **state)
{
    uint8_t hello[MSSL_HELLO_LEN_MAX], welcome[MSSL_WELCOME_LEN], kd[MSSL_KEY_LEN], found;
    struct mssl_grant_file boss;
    size_t len;

    (void)state;
    setup("begun", &boss, kd);
    assert_int_equal(mssl_auth_epoch(a, "begun"), 0);
    len = handshake(kd, &boss, hello, welcome);
    assert_int_equal(mssl_auth_recover(a, "begun", hello, len, welcome, &found, NULL), 0);
    assert_int_equal(found, MSSL_AUTH_FOUND_PRESENT);
    assert_int_equal(state_of("begun", "boss", 0, 0), MSSL_AUTH_VALID);
    assert_int_equal(mssl_auth_confirm_epoch(a, "begun", 0), 0);
}

static void recover_follows_a_complete_step(void **state)
{
    uint8_t hello[MSSL_HELLO_LEN_MAX], welcome[MSSL_WELCOME_LEN], kd[MSSL_KEY_LEN], found;
    struct mssl_grant_file boss;
    struct mssl_auth_device d;
    uint8_t image[MSSL_EE_LEN];
    size_t len;

    (void)state;
    setup("done", &boss, kd);
    mssl_lab(kd, kd, MSSL_TYPE_EPOCH);
    len = handshake(kd, &boss, hello, welcome);
    /* Even when a host stepped it unasked. */
    assert_int_equal(mssl_auth_recover(a, "done", hello, len, welcome, &found, NULL), 0);
    assert_int_equal(found, MSSL_AUTH_FOUND_NEXT);
    assert_int_equal(mssl_auth_device_get(a, "done", &d), 0);
    assert_int_equal(d.epoch, 1);
    assert_int_equal(d.epoch_pending + d.torn, 0);
    image_of("done", image);
    assert_memory_equal(image + MSSL_EE_KD, kd, sizeof kd);
}

/* As if so many steps had been confirmed: the key takes the epoch's number. */
static void move_to_epoch(const char *device, uint32_t epoch)
{
    char path[128], text[256];
    sqlite3 *db;

    snprintf(path, sizeof path, "%s/ledger.db", dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    snprintf(text, sizeof text, "UPDATE device_key SET epoch=%u WHERE device=(SELECT id FROM device"
             " WHERE name='%s'); UPDATE device SET epoch=%u WHERE name='%s'", (unsigned)epoch, device,
             (unsigned)epoch, device);
    assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void recover_follows_a_complete_step_into_the_last_epoch_and_no_torn_one(void **state)
{
    uint8_t hello[MSSL_HELLO_LEN_MAX], welcome[MSSL_WELCOME_LEN], kd[MSSL_KEY_LEN];
    uint8_t torn[MSSL_KEY_LEN], found;
    struct mssl_grant_file boss;
    struct mssl_auth_device d;
    size_t len;

    (void)state;
    setup("last", &boss, kd);
    move_to_epoch("last", MSSL_AUTH_EPOCH_MAX - 1);
    torn_key(torn, kd, 4, 0x42);
    len = handshake(torn, &boss, hello, welcome);
    assert_int_equal(mssl_auth_recover(a, "last", hello, len, welcome, &found, NULL), MSSL_AUTH_REFUSED);
    assert_int_equal(mssl_auth_device_get(a, "last", &d), 0);
    assert_int_equal(d.epoch, MSSL_AUTH_EPOCH_MAX - 1);
    mssl_lab(kd, kd, MSSL_TYPE_EPOCH);
    len = handshake(kd, &boss, hello, welcome);
    assert_int_equal(mssl_auth_recover(a, "last", hello, len, welcome, &found, NULL), 0);
    assert_int_equal(found, MSSL_AUTH_FOUND_NEXT);
    assert_int_equal(mssl_auth_device_get(a, "last", &d), 0);
    assert_int_equal(d.epoch, MSSL_AUTH_EPOCH_MAX);
    assert_int_equal(mssl_auth_epoch(a, "last"), MSSL_AUTH_REFUSED);
}

/* M-9.9 */
static void recovered_key_makes_the_grant_that_steps_it(void **state)
{
    uint8_t hello[MSSL_HELLO_LEN_MAX], welcome[MSSL_WELCOME_LEN], kd[MSSL_KEY_LEN];
    uint8_t torn[MSSL_KEY_LEN], want[MSSL_KEY_LEN], image[MSSL_EE_LEN], found;
    struct mssl_grant_file boss, again;
    struct mssl_auth_grant made;
    struct mssl_auth_device d;
    size_t len;

    (void)state;
    setup("heal", &boss, kd);
    assert_int_equal(mssl_auth_epoch(a, "heal"), 0);
    torn_key(torn, kd, 7, 0x99);
    len = handshake(torn, &boss, hello, welcome);
    assert_int_equal(mssl_auth_recover(a, "heal", hello, len, welcome, &found, NULL), 0);
    assert_int_equal(found, MSSL_AUTH_FOUND_TORN);
    assert_int_equal(mssl_auth_device_get(a, "heal", &d), 0);
    assert_int_equal(d.torn, 1);
    assert_int_equal(d.epoch_pending, 1);
    assert_int_equal(mssl_auth_epoch_cancel(a, "heal"), MSSL_AUTH_REFUSED);

    assert_int_equal(try_grant("boss", "heal", ADMIN, -1, &made, &again), 0);
    assert_int_equal(made.state, MSSL_AUTH_VALID);
    assert_int_equal(made.generation, 0);
    mssl_f(want, torn, again.blocks[0]);
    assert_memory_equal(again.key, want, sizeof want);
    assert_memory_not_equal(again.blocks[0], boss.blocks[0], MSSL_GRANT_LEN);

    assert_int_equal(mssl_auth_confirm_epoch(a, "heal", 1), 0);
    mssl_lab(want, torn, MSSL_TYPE_EPOCH);
    image_of("heal", image);
    assert_memory_equal(image + MSSL_EE_KD, want, sizeof want);
    assert_int_equal(mssl_auth_device_get(a, "heal", &d), 0);
    assert_int_equal(d.torn, 0);
}

static void second_cut_is_recovered_from_the_first(void **state)
{
    uint8_t hello[MSSL_HELLO_LEN_MAX], welcome[MSSL_WELCOME_LEN], kd[MSSL_KEY_LEN];
    uint8_t torn[MSSL_KEY_LEN], twice[MSSL_KEY_LEN], found;
    struct mssl_grant_file boss;
    size_t len;

    (void)state;
    setup("twice", &boss, kd);
    torn_key(torn, kd, 3, 0x11);
    len = handshake(torn, &boss, hello, welcome);
    assert_int_equal(mssl_auth_recover(a, "twice", hello, len, welcome, &found, NULL), 0);
    torn_key(twice, torn, 12, 0x22);
    len = handshake(twice, &boss, hello, welcome);
    assert_int_equal(mssl_auth_recover(a, "twice", hello, len, welcome, &found, NULL), 0);
    assert_int_equal(found, MSSL_AUTH_FOUND_TORN);
}

/* M-9.10 */
static void step_confirmed_by_mistake_is_still_recovered(void **state)
{
    uint8_t hello[MSSL_HELLO_LEN_MAX], welcome[MSSL_WELCOME_LEN], kd[MSSL_KEY_LEN];
    uint8_t torn[MSSL_KEY_LEN], found;
    struct mssl_grant_file boss;
    size_t len;

    (void)state;
    setup("mistake", &boss, kd);
    assert_int_equal(mssl_auth_epoch(a, "mistake"), 0);
    assert_int_equal(mssl_auth_confirm_epoch(a, "mistake", 0), 0);
    torn_key(torn, kd, 5, 0x77);
    len = handshake(torn, &boss, hello, welcome);
    assert_int_equal(mssl_auth_recover(a, "mistake", hello, len, welcome, &found, NULL), 0);
    assert_int_equal(found, MSSL_AUTH_FOUND_TORN);
    /* A torn cell may read differently the next time: the keys before are kept. */
    torn_key(torn, kd, 5, 0x76);
    len = handshake(torn, &boss, hello, welcome);
    assert_int_equal(mssl_auth_recover(a, "mistake", hello, len, welcome, &found, NULL), 0);
    assert_int_equal(found, MSSL_AUTH_FOUND_TORN);
}

/* A key of an earlier epoch leads through the keys of the epochs since. */
static void whole_key_of_an_earlier_epoch_changes_nothing(void **state)
{
    uint8_t hello[MSSL_HELLO_LEN_MAX], welcome[MSSL_WELCOME_LEN], kd[MSSL_KEY_LEN], found;
    struct mssl_grant_file boss;
    struct mssl_auth_device d;
    uint32_t epoch, step;
    size_t len;

    (void)state;
    setup("behind", &boss, kd);
    for (step = 0; step < 2; step++) {
        assert_int_equal(mssl_auth_epoch(a, "behind"), 0);
        assert_int_equal(mssl_auth_confirm_epoch(a, "behind", step), 0);
        assert_int_equal(mssl_auth_confirm_epoch(a, "behind", step), MSSL_AUTH_REFUSED);
    }
    mssl_lab(kd, kd, MSSL_TYPE_EPOCH);
    len = handshake(kd, &boss, hello, welcome);
    assert_int_equal(mssl_auth_recover(a, "behind", hello, len, welcome, &found, &epoch), 0);
    assert_int_equal(found, MSSL_AUTH_FOUND_BEHIND);
    assert_int_equal(epoch, 1);
    assert_int_equal(mssl_auth_device_get(a, "behind", &d), 0);
    assert_int_equal(d.epoch, 2);
    assert_int_equal(d.torn + d.epoch_pending, 0);
}

/* M-9.10 */
static void former_key_goes_when_a_session_was_reported(void **state)
{
    uint8_t hello[MSSL_HELLO_LEN_MAX], welcome[MSSL_WELCOME_LEN], kd[MSSL_KEY_LEN], found;
    struct mssl_grant_file boss;
    size_t len;

    (void)state;
    setup("former", &boss, kd);
    assert_int_equal(mssl_auth_epoch(a, "former"), 0);
    assert_int_equal(mssl_auth_confirm_epoch(a, "former", 0), 0);
    assert_int_equal(mssl_auth_confirm_session(a, "former"), 0);
    len = handshake(kd, &boss, hello, welcome);
    assert_int_equal(mssl_auth_recover(a, "former", hello, len, welcome, &found, NULL),
                     MSSL_AUTH_NOT_SIGNED);
}

static void recover_refuses_what_is_no_handshake_of_the_device(void **state)
{
    uint8_t hello[MSSL_HELLO_LEN_MAX], welcome[MSSL_WELCOME_LEN], kd[MSSL_KEY_LEN], found;
    struct mssl_grant_file boss;
    struct mssl_auth_device d;
    size_t len;

    (void)state;
    setup("strange", &boss, kd);
    add_device("other");
    len = handshake(kd, &boss, hello, welcome);
    assert_int_equal(mssl_auth_recover(a, "other", hello, len, welcome, &found, NULL),
                     MSSL_AUTH_UNKNOWN);
    assert_int_equal(mssl_auth_recover(a, "strange", hello, len - 1, welcome, &found, NULL),
                     MSSL_AUTH_USAGE);
    assert_int_equal(mssl_auth_recover(a, "strange", hello, 0, welcome, &found, NULL),
                     MSSL_AUTH_USAGE);
    welcome[13] ^= 0x80;
    assert_int_equal(mssl_auth_recover(a, "strange", hello, len, welcome, &found, NULL),
                     MSSL_AUTH_NOT_SIGNED);
    assert_int_equal(mssl_auth_device_get(a, "strange", &d), 0);
    assert_int_equal(d.epoch + d.torn + d.epoch_pending, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_welcome_names_the_known_key),
        cmocka_unit_test(torn_key_is_found_at_every_byte),
        cmocka_unit_test(complete_key_is_found_through_a_restriction),
        cmocka_unit_test(epoch_step_derives_the_known_key),
        cmocka_unit_test(pending_step_lets_only_admin_grants_be_made),
        cmocka_unit_test(recover_tells_a_step_that_never_began),
        cmocka_unit_test(recover_follows_a_complete_step),
        cmocka_unit_test(recover_follows_a_complete_step_into_the_last_epoch_and_no_torn_one),
        cmocka_unit_test(recovered_key_makes_the_grant_that_steps_it),
        cmocka_unit_test(second_cut_is_recovered_from_the_first),
        cmocka_unit_test(step_confirmed_by_mistake_is_still_recovered),
        cmocka_unit_test(whole_key_of_an_earlier_epoch_changes_nothing),
        cmocka_unit_test(former_key_goes_when_a_session_was_reported),
        cmocka_unit_test(recover_refuses_what_is_no_handshake_of_the_device),
    };

    return cmocka_run_group_tests(tests, make_authority, remove_all);
}
