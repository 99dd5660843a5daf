/* SPDX-License-Identifier: ISC */
/* Provisioning images: bytes, HEX, what is pending. PROTOCOL 11 */
#include "fixture.h"

#include <sys/stat.h>

static void image_bytes_follow_the_eeprom_map(void **state)
{
    struct mssl_auth_image_parts parts;
    struct mssl_auth_device d;
    uint8_t image[MSSL_EE_LEN];
    int i;

    (void)state;
    memset(&d, 0, sizeof d);
    d.id = 0x01020304;
    memcpy(d.mac, "\x02\x11\x12\x13\x14\x15", 6);
    memcpy(d.ip, "\x0a\x00\x02\x0f", 4);
    memcpy(d.netmask, "\xff\xff\xfe\x00", 4);
    memcpy(d.gateway, "\x0a\x00\x02\x01", 4);
    memset(parts.kd, 0x21, sizeof parts.kd);
    memset(parts.seed, 0x22, sizeof parts.seed);
    for (i = 0; i < MSSL_SLOTS; i++)
        parts.generations[i] = (uint8_t)(0x30 + i);
    mssl_auth_image_bytes(image, &d, &parts);
    /* Offsets as in FORMATS and PROTOCOL 11, not by their macros. */
    assert_int_equal(image[0], 0x21);
    assert_int_equal(image[15], 0x21);
    assert_memory_equal(image + 16, "\x01\x02\x03\x04", 4);
    assert_int_equal(image[20], 0x30);
    assert_int_equal(image[35], 0x3f);
    assert_int_equal(image[36], 0x22);
    assert_int_equal(image[51], 0x22);
    for (i = 52; i < 308; i++)
        assert_int_equal(image[i], 0xff);
    assert_memory_equal(image + 308, d.mac, 6);
    assert_memory_equal(image + 314, d.ip, 4);
    assert_memory_equal(image + 318, d.netmask, 4);
    assert_memory_equal(image + 322, d.gateway, 4);
    assert_int_equal(sizeof image, 326);
}

static void hex_text_reads_back_as_the_image(void **state)
{
    uint8_t image[MSSL_EE_LEN], back[MSSL_EE_LEN];
    char text[MSSL_AUTH_HEX_MAX];
    size_t i, len;

    (void)state;
    for (i = 0; i < sizeof image; i++)
        image[i] = (uint8_t)(i * 7);
    len = mssl_auth_image_hex(text, image);
    assert_int_equal(len, strlen(text));
    assert_true(len < MSSL_AUTH_HEX_MAX);
    assert_int_equal(parse_hex(text, back, sizeof back), sizeof back);
    assert_memory_equal(image, back, sizeof back);
}

/* M-11.3 */
static void each_image_has_a_fresh_seed_and_the_same_key(void **state)
{
    uint8_t one[MSSL_EE_LEN], two[MSSL_EE_LEN];

    (void)state;
    add_device("fresh");
    image_of("fresh", one);
    image_of("fresh", two);
    assert_memory_equal(one, two, MSSL_EE_SEED);
    assert_memory_not_equal(one + MSSL_EE_SEED, two + MSSL_EE_SEED, MSSL_SEED_LEN);
    assert_memory_equal(one + MSSL_EE_ENROLMENTS, two + MSSL_EE_ENROLMENTS,
                        MSSL_EE_LEN - MSSL_EE_ENROLMENTS);
}

/* How often 16 bytes stand in the ledger's files, free pages and log included. */
static int times_in_ledger(const uint8_t what[MSSL_KEY_LEN])
{
    static const char *const names[] = { "ledger.db", "ledger.db-wal" };
    static char ledger[1 << 22];
    char path[128];
    int n, times = 0;
    size_t len, i;

    for (n = 0; n < 2; n++) {
        snprintf(path, sizeof path, "%s/%s", dir, names[n]);
        len = read_all(path, ledger, sizeof ledger);
        for (i = 0; i + MSSL_KEY_LEN <= len; i++)
            times += !memcmp(ledger + i, what, MSSL_KEY_LEN);
    }
    return times;
}

/* M-11.3 */
static void seed_is_kept_nowhere(void **state)
{
    uint8_t image[MSSL_EE_LEN];

    (void)state;
    add_device("seed");
    image_of("seed", image);
    assert_int_equal(times_in_ledger(image + MSSL_EE_SEED), 0);
    assert_true(times_in_ledger(image + MSSL_EE_KD) > 0);   /* the search does find */
}

/* M-9.10 */
static void key_that_a_confirmed_image_replaced_is_gone_from_the_files(void **state)
{
    uint8_t image[MSSL_EE_LEN], old[MSSL_KEY_LEN];

    (void)state;
    add_device("scrub");
    image_of("scrub", image);
    memcpy(old, image + MSSL_EE_KD, sizeof old);
    assert_int_equal(mssl_auth_epoch(a, "scrub"), 0);
    assert_int_equal(mssl_auth_confirm_epoch(a, "scrub", 0), 0);
    assert_int_equal(mssl_auth_epoch(a, "scrub"), 0);
    image_of("scrub", image);
    assert_true(times_in_ledger(old) > 0);
    assert_int_equal(mssl_auth_confirm_image(a, "scrub"), 0);
    assert_int_equal(times_in_ledger(old), 0);
}

/* M-9.10 */
static void key_of_a_cancelled_step_is_gone_from_the_files(void **state)
{
    uint8_t image[MSSL_EE_LEN];

    (void)state;
    add_device("cancel");
    assert_int_equal(mssl_auth_epoch(a, "cancel"), 0);
    image_of("cancel", image);          /* the pending step's key */
    assert_true(times_in_ledger(image + MSSL_EE_KD) > 0);
    assert_int_equal(mssl_auth_epoch_cancel(a, "cancel"), 0);
    assert_int_equal(times_in_ledger(image + MSSL_EE_KD), 0);
}

/* M-11.8 */
static void image_is_private_and_never_overwrites(void **state)
{
    const char *path = fresh("hex");
    char before[4096], after[4096];
    struct stat st;

    (void)state;
    add_device("private");
    assert_int_equal(mssl_auth_image(a, "private", path), 0);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    read_all(path, before, sizeof before);
    assert_int_equal(mssl_auth_image(a, "private", path), MSSL_AUTH_FILE);
    read_all(path, after, sizeof after);
    assert_string_equal(before, after);
}

/* M-11.3 */
static void image_applies_pending_revocations_and_confirms_them(void **state)
{
    struct mssl_auth_pending p;
    uint8_t image[MSSL_EE_LEN];

    (void)state;
    add_device("apply");
    grant("alice", "apply", LED);
    grant("bob", "apply", LED);
    assert_int_equal(mssl_auth_revoke(a, "bob", "apply", &p), 0);
    image_of("apply", image);
    assert_int_equal(image[MSSL_EE_GENERATIONS], 0);
    assert_int_equal(image[MSSL_EE_GENERATIONS + 1], 1);
    assert_int_equal(state_of("apply", "bob", 0, 0), MSSL_AUTH_REVOKING);
    assert_int_equal(mssl_auth_confirm_image(a, "apply"), 0);
    assert_int_equal(state_of("apply", "bob", 0, 0), MSSL_AUTH_REVOKED);
    assert_int_equal(state_of("apply", "alice", 0, 0), MSSL_AUTH_VALID);
}

static void image_confirms_only_what_was_in_it(void **state)
{
    struct mssl_auth_pending p;
    uint8_t image[MSSL_EE_LEN];

    (void)state;
    add_device("older");
    grant("alice", "older", LED);
    image_of("older", image);
    assert_int_equal(mssl_auth_revoke(a, "alice", "older", &p), 0);
    assert_int_equal(mssl_auth_confirm_revoke(a, "older", 0, 1, 0), 0);
    assert_int_equal(mssl_auth_confirm_image(a, "older"), 0);
    /* The chip is back at generation 0: alice opens it again until told. */
    assert_int_equal(state_of("older", "alice", 0, 0), MSSL_AUTH_REVOKING);
}

static void confirming_an_image_twice_or_none_is_refused(void **state)
{
    uint8_t image[MSSL_EE_LEN];

    (void)state;
    add_device("none");
    assert_int_equal(mssl_auth_confirm_image(a, "none"), MSSL_AUTH_REFUSED);
    image_of("none", image);
    assert_int_equal(mssl_auth_confirm_image(a, "none"), 0);
    assert_int_equal(mssl_auth_confirm_image(a, "none"), MSSL_AUTH_REFUSED);
}

static void image_of_a_pending_step_holds_the_next_key(void **state)
{
    uint8_t before[MSSL_EE_LEN], after[MSSL_EE_LEN], next[MSSL_KEY_LEN];
    struct mssl_auth_device d;

    (void)state;
    add_device("step");
    grant("alice", "step", LED);
    image_of("step", before);
    assert_int_equal(mssl_auth_epoch(a, "step"), 0);
    image_of("step", after);
    mssl_lab(next, before + MSSL_EE_KD, MSSL_TYPE_EPOCH);
    assert_memory_equal(after + MSSL_EE_KD, next, MSSL_KEY_LEN);
    assert_int_equal(mssl_auth_confirm_image(a, "step"), 0);
    assert_int_equal(mssl_auth_device_get(a, "step", &d), 0);
    assert_int_equal(d.epoch, 1);
    assert_int_equal(d.epoch_pending, 0);
    assert_int_equal(state_of("step", "alice", 0, 0), MSSL_AUTH_DEAD);
}

static void image_from_before_a_step_cannot_be_confirmed(void **state)
{
    uint8_t image[MSSL_EE_LEN];

    (void)state;
    add_device("stale");
    image_of("stale", image);
    assert_int_equal(mssl_auth_epoch(a, "stale"), 0);
    assert_int_equal(mssl_auth_confirm_epoch(a, "stale", 0), 0);
    assert_int_equal(mssl_auth_confirm_image(a, "stale"), MSSL_AUTH_REFUSED);
}

/* M-11.7, M-11.9: two of anything random differ, and no key is its neighbour's. */
static void each_device_has_an_id_and_a_key_of_its_own(void **state)
{
    struct mssl_auth_device one = add_device("own1"), two = add_device("own2");
    uint8_t first[MSSL_EE_LEN], second[MSSL_EE_LEN];

    (void)state;
    assert_int_not_equal(one.id, 0);
    assert_int_not_equal(one.id, two.id);
    assert_memory_not_equal(one.mac, two.mac, 6);
    assert_int_equal(one.mac[0], 2);
    image_of("own1", first);
    image_of("own2", second);
    assert_memory_not_equal(first + MSSL_EE_KD, second + MSSL_EE_KD, MSSL_KEY_LEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(image_bytes_follow_the_eeprom_map),
        cmocka_unit_test(hex_text_reads_back_as_the_image),
        cmocka_unit_test(each_image_has_a_fresh_seed_and_the_same_key),
        cmocka_unit_test(seed_is_kept_nowhere),
        cmocka_unit_test(key_that_a_confirmed_image_replaced_is_gone_from_the_files),
        cmocka_unit_test(key_of_a_cancelled_step_is_gone_from_the_files),
        cmocka_unit_test(image_is_private_and_never_overwrites),
        cmocka_unit_test(image_applies_pending_revocations_and_confirms_them),
        cmocka_unit_test(image_confirms_only_what_was_in_it),
        cmocka_unit_test(confirming_an_image_twice_or_none_is_refused),
        cmocka_unit_test(image_of_a_pending_step_holds_the_next_key),
        cmocka_unit_test(each_device_has_an_id_and_a_key_of_its_own),
        cmocka_unit_test(image_from_before_a_step_cannot_be_confirmed),
    };

    return cmocka_run_group_tests(tests, make_authority, remove_all);
}
