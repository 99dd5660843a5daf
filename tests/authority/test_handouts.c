/* SPDX-License-Identifier: ISC */
/* Killed while many grants, new hardware or a device that leaves get their files: the files
 * and the ledger never contradict each other. */
#include "fixture.h"

#include <stdlib.h>
#include <unistd.h>

#include "kill_at.h"

static char why[MSSL_AUTH_WHY_LEN];
static char folder[128];            /* of the grants */
static char place[128];             /* of the image, of the export */
static int before, after;

static void clear(void)
{
    char cmd[600];

    snprintf(cmd, sizeof cmd, "rm -rf '%s' '%s'.new-* '%s'", folder, folder, place);
    assert_int_equal(system(cmd), 0);
}

static void begin_kills(const char *name)
{
    open_again();
    add_device(name);
    snprintf(folder, sizeof folder, "%s/%s", work, name);
    snprintf(place, sizeof place, "%s/%s.file", work, name);
    before = after = 0;
    mssl_auth_close(a);
    a = NULL;
}

static int grant_sheet(void)
{
    struct mssl_auth_request r[] = { { .host = "alice", .device = "sheet", .tasks = LED, .slot = -1 },
                                     { .host = "bob", .device = "sheet", .tasks = LED, .slot = -1 } };
    struct mssl_auth_grant made[2];
    struct mssl_auth *b;
    mssl_auth_err failed;
    size_t bad;

    if (mssl_auth_open(&b, dir, why))
        return 2;
    failed = mssl_auth_grant_many(b, r, 2, folder, made, &bad);
    mssl_auth_close(b);
    return failed;
}

/* Both grants or none; a folder that has its name has both files. */
static void the_sheet_is_granted_or_not(void)
{
    char path[200];
    unsigned count = 0;
    int n;

    open_again();
    log_is_whole();
    n = count_grants("sheet");
    assert_true(n == 0 || n == 2);
    snprintf(path, sizeof path, "%s/bob-sheet.grant", folder);
    assert_true(access(folder, F_OK) || (n == 2 && !access(path, F_OK)));
    clear();
    if (n)
        assert_int_equal(mssl_auth_reissue(a, "sheet", NULL, folder, &count), 0);
    assert_int_equal(count, n);
    clear();
    before += !n;
    after += n > 0;
}

static uint32_t known;              /* the device's id before */

static int replace(void)
{
    struct mssl_auth_device d;
    struct mssl_auth *b;
    mssl_auth_err failed;
    unsigned count;

    if (mssl_auth_open(&b, dir, why))
        return 2;
    failed = mssl_auth_device_replace(b, "hardware", place, folder, &d, &count);
    mssl_auth_close(b);
    return failed;
}

/* The former id with its grant, or the new one with its image and the grant anew. */
static void one_id_has_all(void)
{
    uint8_t image[MSSL_EE_LEN] = { 0 };
    struct mssl_auth_device d;
    char text[MSSL_AUTH_HEX_MAX];
    unsigned count;

    open_again();
    log_is_whole();
    assert_int_equal(mssl_auth_device_get(a, "hardware", &d), 0);
    if (d.id != known) {
        read_all(place, text, sizeof text);
        assert_int_equal(parse_hex(text, image, sizeof image), sizeof image);
        assert_int_equal(image[MSSL_EE_DEVICE + 3], d.id & 255);
        assert_true(d.image_waiting);
    }
    clear();
    assert_int_equal(mssl_auth_reissue(a, "hardware", "alice", folder, &count), 0);
    assert_int_equal(count, 1);
    clear();
    before += d.id == known;
    after += d.id != known;
    known = d.id;
}

static int leave(void)
{
    struct mssl_auth *b;
    mssl_auth_err failed;

    if (mssl_auth_open(&b, dir, why))
        return 2;
    failed = mssl_auth_device_export(b, "leaver", "far", 1, place);
    mssl_auth_close(b);
    return failed;
}

/* Nothing of it is in the file while grants are made for it here. */
static void two_authorities_never_have_it(void)
{
    struct mssl_auth_device d;
    char text[8];

    open_again();
    log_is_whole();
    assert_int_equal(mssl_auth_device_get(a, "leaver", &d), 0);
    assert_true(d.moved || access(place, F_OK) || !read_all(place, text, sizeof text));
    clear();
    before += !d.moved;
    after += d.moved;
}

static void a_sheet_is_all_or_nothing(void **state)
{
    (void)state;
    begin_kills("sheet");
    assert_true(kill_everywhere(KILL_SYNC | KILL_WRITE, 1, grant_sheet, the_sheet_is_granted_or_not) > 10);
    assert_true(before > 5 && after > 1);
}

static void a_replacement_is_all_or_nothing(void **state)
{
    struct mssl_auth_device d;

    (void)state;
    begin_kills("hardware");
    open_again();
    grant("alice", "hardware", LED);
    assert_int_equal(mssl_auth_device_get(a, "hardware", &d), 0);
    known = d.id;
    assert_true(kill_everywhere(KILL_SYNC | KILL_WRITE, 1, replace, one_id_has_all) > 10);
    assert_true(before > 5 && after > 1);
}

static void an_export_leaves_before_it_can_arrive(void **state)
{
    (void)state;
    begin_kills("leaver");
    assert_true(kill_everywhere(KILL_SYNC | KILL_WRITE, 1, leave, two_authorities_never_have_it) > 5);
    assert_true(before > 2 && after > 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sheet_is_all_or_nothing),
        cmocka_unit_test(a_replacement_is_all_or_nothing),
        cmocka_unit_test(an_export_leaves_before_it_can_arrive),
    };

    return cmocka_run_group_tests(tests, make_authority, remove_all);
}
