/* SPDX-License-Identifier: ISC */
/* The program's own definitions of these calls stand before the C library's, for
 * SQLite and libarchive as well. */
#include "kill_at.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static int counted;
static long left;

void kill_at(int kinds, long n)
{
    counted = kinds;
    left = n;
}

static int due(int kind)
{
    return counted & kind && --left == 0;
}

static void before(int kind)
{
    if (due(kind))
        kill(getpid(), SIGKILL);
}

/* -- Directories that were synced -- */

static struct { dev_t dev; ino_t ino; } synced[32];
static int syncs;

void forget_syncs(void)
{
    syncs = 0;
}

static void note_sync(int fd)
{
    struct stat st;

    if (fstat(fd, &st) || !S_ISDIR(st.st_mode) || syncs == 32)
        return;
    synced[syncs].dev = st.st_dev;
    synced[syncs++].ino = st.st_ino;
}

int dir_was_synced(const char *dir)
{
    struct stat st;
    int i;

    assert_int_equal(stat(dir, &st), 0);
    for (i = 0; i < syncs; i++) {
        if (synced[i].dev == st.st_dev && synced[i].ino == st.st_ino)
            return 1;
    }
    return 0;
}

/* -- The calls -- */

int fsync(int fd)
{
    before(KILL_SYNC);
    note_sync(fd);
    return (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd)
{
    before(KILL_SYNC);
    return (int)syscall(SYS_fdatasync, fd);
}

int rename(const char *from, const char *to)
{
    before(KILL_SYNC);
    return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int link(const char *from, const char *to)
{
    before(KILL_SYNC);
    return (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int unlink(const char *path)
{
    before(KILL_SYNC);
    return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

int ftruncate64(int fd, off64_t len)
{
    before(KILL_SYNC);
    return (int)syscall(SYS_ftruncate, fd, len);
}

ssize_t write(int fd, const void *data, size_t len)
{
    if (due(KILL_WRITE)) {
        syscall(SYS_write, fd, data, len / 2);
        kill(getpid(), SIGKILL);
    }
    return syscall(SYS_write, fd, data, len);
}

ssize_t pwrite64(int fd, const void *data, size_t len, off64_t at)
{
    if (due(KILL_WRITE)) {
        syscall(SYS_pwrite64, fd, data, len / 2, at);
        kill(getpid(), SIGKILL);
    }
    return syscall(SYS_pwrite64, fd, data, len, at);
}

long kill_everywhere(int kinds, long step, int (*act)(void), void (*check)(void))
{
    int status = -1;
    long n;

    for (n = 1 + step / 2; ; n += step) {
        pid_t child;

        fflush(NULL);
        child = fork();
        assert_true(child >= 0);
        if (!child) {
            kill_at(kinds, n);
            _exit(act());
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        check();
        if (WIFEXITED(status))
            break;
        assert_int_equal(WTERMSIG(status), SIGKILL);
    }
    assert_int_equal(WEXITSTATUS(status), 0);
    return n - step;
}
