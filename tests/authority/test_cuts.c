/* SPDX-License-Identifier: ISC */
/* Kills and full disks: no half change, no grant file the ledger does not know. */
#include "fixture.h"

#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char why[MSSL_AUTH_WHY_LEN];

/* A child that grants and revokes until it is killed. */
static void churn(const char *device)
{
    struct mssl_auth_pending p;
    struct mssl_auth_request r;
    struct mssl_auth_grant made;
    char path[160];
    unsigned i;

    memset(&r, 0, sizeof r);
    r.device = device;
    r.tasks = LED;
    r.slot = -1;
    r.host = "alice";
    if (mssl_auth_open(&a, dir, why))
        _exit(1);
    for (i = 0; ; i++) {
        snprintf(path, sizeof path, "%s/churn-%d-%u.grant", work, (int)getpid(), i);
        if (mssl_auth_grant(a, &r, path, &made) || mssl_auth_revoke(a, "alice", device, &p))
            _exit(1);
    }
}

/* Waits until the child has made n files, a minute at most; then a moment more, so
 * that the kill falls anywhere. */
static void await_work(pid_t child, int n)
{
    const struct timespec moment = { 0, 3000000 };
    char path[160];
    int i;

    snprintf(path, sizeof path, "%s/churn-%d-%d.grant", work, (int)child, n);
    for (i = 0; i < 20000 && access(path, F_OK); i++)
        nanosleep(&moment, NULL);
    for (i = 0; i < n % 4; i++)
        nanosleep(&moment, NULL);
}

static mssl_auth_err reopen(void)
{
    struct mssl_auth *b;
    mssl_auth_err err = mssl_auth_open(&b, dir, why);

    mssl_auth_close(b);
    return err;
}

struct known { uint8_t g[MSSL_GRANT_LEN]; int found; };

static int find(void *arg, const struct mssl_auth_grant *g)
{
    struct known *k = arg;

    k->found |= !memcmp(k->g, g->g, MSSL_GRANT_LEN);
    return k->found;
}

static void every_grant_file_of_a_killed_authority_is_in_its_ledger(void **state)
{
    struct mssl_grant_file f;
    struct mssl_why reason;
    struct dirent *e;
    char path[512];
    int round, files = 0;
    DIR *d;

    (void)state;
    add_device("churn");
    for (round = 0; round < 6; round++) {
        pid_t child = fork();

        assert_true(child >= 0);
        if (!child)
            churn("churn");
        await_work(child, 3 + round);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        assert_int_equal(reopen(), 0);
    }
    d = opendir(work);
    while ((e = readdir(d))) {
        struct known k = { { 0 }, 0 };

        snprintf(path, sizeof path, "%s/%s", work, e->d_name);
        if (strncmp(e->d_name, "churn-", 6) || mssl_grant_file_read(&f, path, &reason))
            continue;
        memcpy(k.g, f.blocks[0], MSSL_GRANT_LEN);
        assert_int_equal(mssl_auth_grant_each(a, "churn", find, &k), 0);
        assert_true(k.found);
        files++;
    }
    closedir(d);
    assert_true(files > 0);
}

static void full_disk_leaves_no_half_file_and_no_half_change(void **state)
{
    pid_t child;
    int status;

    (void)state;
    add_device("disk");
    child = fork();
    if (!child) {
        struct rlimit none = { 0, 0 };
        struct mssl_auth_grant made;
        struct mssl_auth *b;
        struct mssl_auth_request r = { "alice", "disk", LED, { 0, 0, { 0 } }, { 0 }, -1 };
        const char *path = fresh("disk");

        /* Not the parent's connection, which a child must not use. */
        if (mssl_auth_open(&b, dir, why))
            _exit(3);
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &none);
        if (mssl_auth_grant(b, &r, path, &made) != MSSL_AUTH_FILE)
            _exit(2);
        _exit(access(path, F_OK) ? 0 : 4);
    }
    waitpid(child, &status, 0);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(count_grants("disk"), 0);
    grant("alice", "disk", LED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_grant_file_of_a_killed_authority_is_in_its_ledger),
        cmocka_unit_test(full_disk_leaves_no_half_file_and_no_half_change),
    };

    return cmocka_run_group_tests(tests, make_authority, remove_all);
}
