/* SPDX-License-Identifier: ISC */
/* Slots and generations: what the ledger grants, and what never. */
#include "fixture.h"

#include <sqlite3.h>

/* M-4.3 */
static void grant_file_holds_the_key_of_its_block(void **state)
{
    struct mssl_auth_grant made;
    struct mssl_grant_file f;
    uint8_t image[MSSL_EE_LEN], key[MSSL_KEY_LEN];

    (void)state;
    add_device("key");
    assert_int_equal(try_grant("alice", "key", LED, -1, &made, &f), 0);
    image_of("key", image);
    mssl_f(key, image + MSSL_EE_KD, f.blocks[0]);
    assert_memory_equal(key, f.key, MSSL_KEY_LEN);
    assert_int_equal(f.count, 1);
    assert_int_equal(made.state, MSSL_AUTH_VALID);
}

static void same_request_gives_the_same_grant_again(void **state)
{
    struct mssl_auth_grant made;
    struct mssl_grant_file one, two;

    (void)state;
    add_device("again");
    assert_int_equal(try_grant("alice", "again", LED, -1, &made, &one), 0);
    assert_int_equal(try_grant("alice", "again", LED, -1, &made, &two), 0);
    assert_memory_equal(&one, &two, sizeof one);
    assert_int_equal(count_grants("again"), 1);
}

/* M-11.6 */
static void changed_request_takes_the_next_generation_and_waits(void **state)
{
    struct mssl_auth_grant made;

    (void)state;
    add_device("change");
    grant("alice", "change", LED);
    made = grant("alice", "change", LED | ADC);
    assert_int_equal(made.slot, 0);
    assert_int_equal(made.generation, 1);
    assert_int_equal(made.state, MSSL_AUTH_WAITING);
    assert_int_equal(state_of("change", "alice", 0, 0), MSSL_AUTH_REVOKING);
    assert_int_equal(mssl_auth_confirm_revoke(a, "change", 0, 1, 0), 0);
    assert_int_equal(state_of("change", "alice", 0, 0), MSSL_AUTH_REVOKED);
    assert_int_equal(state_of("change", "alice", 1, 0), MSSL_AUTH_VALID);
}

/* M-11.6 */
static void ledger_itself_refuses_a_second_grant_for_one_place(void **state)
{
    static const char copy[] = "INSERT INTO host_grant SELECT device,epoch,slot,generation,"
                               "'mallory',g,signature,created FROM host_grant LIMIT 1";
    static const char change[] = "UPDATE host_grant SET host='mallory'";
    static const char fall[] = "UPDATE slot SET generation=0 WHERE generation>0";
    char path[128];
    sqlite3 *db;

    (void)state;
    add_device("place");
    grant("alice", "place", LED);
    grant("alice", "place", ADC);
    snprintf(path, sizeof path, "%s/ledger.db", dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, copy, NULL, NULL, NULL), SQLITE_CONSTRAINT);
    assert_int_equal(sqlite3_exec(db, change, NULL, NULL, NULL), SQLITE_CONSTRAINT);
    assert_int_equal(sqlite3_exec(db, fall, NULL, NULL, NULL), SQLITE_CONSTRAINT);
    sqlite3_close(db);
}

static void host_keeps_its_slot(void **state)
{
    struct mssl_auth_grant made;

    (void)state;
    add_device("keep");
    assert_int_equal(try_grant("alice", "keep", LED, 5, &made, NULL), 0);
    assert_int_equal(made.slot, 5);
    assert_int_equal(grant("alice", "keep", ADC).slot, 5);
    assert_int_equal(try_grant("alice", "keep", LED, 6, &made, NULL), MSSL_AUTH_REFUSED);
    assert_non_null(strstr(mssl_auth_why(a), "slot 5"));
}

static void slot_of_another_host_is_refused(void **state)
{
    struct mssl_auth_grant made;

    (void)state;
    add_device("taken");
    grant("alice", "taken", LED);
    assert_int_equal(try_grant("bob", "taken", LED, 0, &made, NULL), MSSL_AUTH_REFUSED);
    assert_non_null(strstr(mssl_auth_why(a), "alice"));
}

static void seventeenth_host_finds_no_slot(void **state)
{
    struct mssl_auth_grant made;
    char host[8];
    int i;

    (void)state;
    add_device("full");
    for (i = 0; i < MSSL_SLOTS; i++) {
        snprintf(host, sizeof host, "h%d", i);
        assert_int_equal(grant(host, "full", LED).slot, i);
    }
    assert_int_equal(try_grant("late", "full", LED, -1, &made, NULL), MSSL_AUTH_REFUSED);
}

static void revoked_slot_serves_another_host_at_the_next_generation(void **state)
{
    struct mssl_auth_pending p;
    struct mssl_auth_grant made;

    (void)state;
    add_device("reuse");
    grant("alice", "reuse", LED);
    assert_int_equal(mssl_auth_revoke(a, "alice", "reuse", &p), 0);
    assert_int_equal(p.slot, 0);
    assert_int_equal(p.generation, 1);
    assert_int_equal(state_of("reuse", "alice", 0, 0), MSSL_AUTH_REVOKING);
    assert_int_equal(try_grant("bob", "reuse", LED, 0, &made, NULL), 0);
    assert_int_equal(made.generation, 1);
    assert_int_equal(made.state, MSSL_AUTH_WAITING);
}

static void unused_slots_come_before_revoked_ones(void **state)
{
    struct mssl_auth_pending p;

    (void)state;
    add_device("unused");
    grant("alice", "unused", LED);
    assert_int_equal(mssl_auth_revoke(a, "alice", "unused", &p), 0);
    assert_int_equal(grant("bob", "unused", LED).slot, 1);
}

static void generation_254_is_the_end_until_an_epoch_step(void **state)
{
    struct mssl_auth_pending p;
    struct mssl_auth_grant made;

    (void)state;
    add_device("end");
    grant("alice", "end", LED);
    assert_int_equal(mssl_auth_confirm_revoke(a, "end", 0, 254, 1), 0);
    made = grant("alice", "end", LED);
    assert_int_equal(made.generation, 254);
    assert_int_equal(try_grant("alice", "end", ADC, -1, &made, NULL), MSSL_AUTH_REFUSED);
    assert_non_null(strstr(mssl_auth_why(a), "epoch end"));
    assert_int_equal(mssl_auth_revoke(a, "alice", "end", &p), MSSL_AUTH_REFUSED);
    assert_int_equal(mssl_auth_epoch(a, "end"), 0);
    assert_int_equal(mssl_auth_confirm_epoch(a, "end", 0), 0);
    made = grant("alice", "end", ADC);
    assert_int_equal(made.generation, 254);
    assert_int_equal(made.epoch, 1);
    assert_int_equal(made.state, MSSL_AUTH_VALID);
}

static void confirmation_of_what_was_never_asked_is_refused(void **state)
{
    (void)state;
    add_device("never");
    grant("alice", "never", LED);
    assert_int_equal(mssl_auth_confirm_revoke(a, "never", 0, 9, 0), MSSL_AUTH_REFUSED);
    assert_int_equal(state_of("never", "alice", 0, 0), MSSL_AUTH_VALID);
    assert_int_equal(mssl_auth_confirm_revoke(a, "never", 0, 9, 1), 0);
    assert_int_equal(state_of("never", "alice", 0, 0), MSSL_AUTH_REVOKED);
    assert_int_equal(mssl_auth_confirm_revoke(a, "never", 16, 0, 1), MSSL_AUTH_USAGE);
    assert_int_equal(mssl_auth_confirm_revoke(a, "never", 0, 255, 1), MSSL_AUTH_USAGE);
}

static void late_confirmation_of_a_lower_generation_changes_nothing(void **state)
{
    struct mssl_auth_pending p;

    (void)state;
    add_device("late");
    grant("alice", "late", LED);
    grant("alice", "late", ADC);
    assert_int_equal(mssl_auth_revoke(a, "alice", "late", &p), 0);
    assert_int_equal(mssl_auth_confirm_revoke(a, "late", 0, 2, 0), 0);
    assert_int_equal(mssl_auth_confirm_revoke(a, "late", 0, 1, 0), 0);
    assert_int_equal(state_of("late", "alice", 1, 0), MSSL_AUTH_REVOKED);
}

/* M-3.5 */
static void wrong_names_and_tasks_are_refused(void **state)
{
    struct mssl_auth_pending p;
    struct mssl_auth_grant made;

    (void)state;
    add_device("names");
    assert_int_equal(try_grant("eightchr", "names", LED, -1, &made, NULL), MSSL_AUTH_USAGE);
    assert_int_equal(try_grant("", "names", LED, -1, &made, NULL), MSSL_AUTH_USAGE);
    assert_int_equal(try_grant("Alice", "names", LED, -1, &made, NULL), MSSL_AUTH_USAGE);
    assert_int_equal(try_grant("alice", "nowhere", LED, -1, &made, NULL), MSSL_AUTH_UNKNOWN);
    assert_int_equal(try_grant("alice", "names", 0, -1, &made, NULL), MSSL_AUTH_USAGE);
    assert_int_equal(try_grant("alice", "names", 1u << 9, -1, &made, NULL), MSSL_AUTH_USAGE);
    assert_int_equal(try_grant("alice", "names", 1u << 29, -1, &made, NULL), MSSL_AUTH_USAGE);
    assert_int_equal(try_grant("alice", "names", LED, 16, &made, NULL), MSSL_AUTH_USAGE);
    assert_int_equal(mssl_auth_revoke(a, "alice", "names", &p), MSSL_AUTH_UNKNOWN);
    assert_int_equal(count_grants("names"), 0);
}

static void device_with_open_grants_is_removed_only_by_force(void **state)
{
    struct mssl_auth_device d;

    (void)state;
    add_device("gone");
    grant("alice", "gone", LED);
    assert_int_equal(mssl_auth_device_remove(a, "gone", 0), MSSL_AUTH_REFUSED);
    assert_int_equal(mssl_auth_device_get(a, "gone", &d), 0);
    assert_int_equal(mssl_auth_device_remove(a, "gone", 1), 0);
    assert_int_equal(mssl_auth_device_get(a, "gone", &d), MSSL_AUTH_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grant_file_holds_the_key_of_its_block),
        cmocka_unit_test(same_request_gives_the_same_grant_again),
        cmocka_unit_test(changed_request_takes_the_next_generation_and_waits),
        cmocka_unit_test(ledger_itself_refuses_a_second_grant_for_one_place),
        cmocka_unit_test(host_keeps_its_slot),
        cmocka_unit_test(slot_of_another_host_is_refused),
        cmocka_unit_test(seventeenth_host_finds_no_slot),
        cmocka_unit_test(revoked_slot_serves_another_host_at_the_next_generation),
        cmocka_unit_test(unused_slots_come_before_revoked_ones),
        cmocka_unit_test(generation_254_is_the_end_until_an_epoch_step),
        cmocka_unit_test(confirmation_of_what_was_never_asked_is_refused),
        cmocka_unit_test(late_confirmation_of_a_lower_generation_changes_nothing),
        cmocka_unit_test(wrong_names_and_tasks_are_refused),
        cmocka_unit_test(device_with_open_grants_is_removed_only_by_force),
    };

    return cmocka_run_group_tests(tests, make_authority, remove_all);
}
