/* SPDX-License-Identifier: ISC */
/* How files are opened and closed: nothing hangs, nothing leaks into other programs,
 * and errno is that of what failed first. mssl.h 10. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "signed.h"

/* What close and unlink leave in errno. Whether the file in use would be open in a program
 * that another thread starts now; how many were seen. Which call fails. */
static int seen, inherited;
static bool spoil, fail_read, fail_fsync, in_pieces;
static int lazy;                                /* writes until write does all: none, all but a byte */

static void look(int fd)
{
    seen++;
    inherited += (fcntl(fd, F_GETFD) & FD_CLOEXEC) == 0;
}

int __real_fstat(int fd, struct stat *st);
int __wrap_fstat(int fd, struct stat *st);

int __wrap_fstat(int fd, struct stat *st)
{
    look(fd);
    return __real_fstat(fd, st);
}

ssize_t __real_read(int fd, void *out, size_t n);
ssize_t __wrap_read(int fd, void *out, size_t n);

ssize_t __wrap_read(int fd, void *out, size_t n)
{
    return fail_read ? (errno = EIO, -1) : __real_read(fd, out, in_pieces && n > 3 ? 3 : n);
}

int __real_fsync(int fd);
int __wrap_fsync(int fd);

int __wrap_fsync(int fd)
{
    look(fd);
    return fail_fsync ? (errno = ENOSPC, -1) : __real_fsync(fd);
}

ssize_t __real_write(int fd, const void *in, size_t n);
ssize_t __wrap_write(int fd, const void *in, size_t n);

ssize_t __wrap_write(int fd, const void *in, size_t n)
{
    if (lazy == 0)
        return __real_write(fd, in, n);
    errno = 0;
    return --lazy == 1 ? 0 : __real_write(fd, in, n - 1);
}

int __real_close(int fd);
int __wrap_close(int fd);

int __wrap_close(int fd)
{
    int e = __real_close(fd);

    if (spoil)
        errno = EINTR;
    return spoil ? -1 : e;
}

int __real_unlink(const char *name);
int __wrap_unlink(const char *name);

int __wrap_unlink(const char *name)
{
    int e = __real_unlink(name);

    if (spoil)
        errno = EBUSY;
    return spoil ? -1 : e;
}

static int make_quiet_folder(void **state)
{
    seen = inherited = 0;
    lazy = 0;
    spoil = fail_read = fail_fsync = in_pieces = false;
    alarm(10);                                  /* what hangs fails */
    return make_folder(state);
}

static int remove_quiet_folder(void **state)
{
    spoil = false;
    alarm(0);
    return remove_folder(state);
}

static void no_file_is_left_to_a_program_started_meanwhile(void **state)
{
    struct mssl_why why;

    (void)state;
    make_file();
    assert_int_equal(mssl_grant_file_write(&file, path), MSSL_OK);
    assert_int_equal(seen, 1);
    assert_int_equal(mssl_grant_file_read(&file, path, &why), MSSL_OK);
    assert_int_equal(seen, 2);
    assert_int_equal(inherited, 0);
}

static void errno_is_that_of_the_failure_and_not_of_the_cleaning_up(void **state)
{
    struct mssl_why why;

    (void)state;
    make_file();
    spoil = true;
    fail_fsync = true;
    assert_int_equal(mssl_grant_file_write(&file, path), MSSL_E_FILE);
    assert_int_equal(errno, ENOSPC);
    assert_int_equal(access(path, F_OK), -1);
    fail_fsync = false;
    assert_int_equal(mssl_grant_file_write(&file, path), MSSL_OK);
    fail_read = true;
    assert_int_equal(mssl_grant_file_read(&file, path, &why), MSSL_E_FILE);
    assert_int_equal(errno, EIO);
}

static void a_write_that_does_nothing_or_leaves_a_byte_goes_on(void **state)
{
    static struct mssl_grant_file again;
    struct mssl_why why;

    (void)state;
    make_file();
    lazy = 2;
    assert_int_equal(mssl_grant_file_write(&file, path), MSSL_OK);
    assert_int_equal(lazy, 0);
    assert_int_equal(mssl_grant_file_read(&again, path, &why), MSSL_OK);
    assert_memory_equal(&again, &file, sizeof file);
}

/* Whatever errno was before. */
static void files_of_no_byte_and_of_one_are_read(void **state)
{
    char text[4];
    size_t len, n;

    (void)state;
    for (n = 0; n < 2; n++) {
        FILE *f = fopen(path, "w");

        assert_non_null(f);
        assert_true(fputs(n ? "x" : "", f) >= 0);
        fclose(f);
        memset(text, '~', sizeof text);
        len = sizeof text;
        errno = EINTR;
        assert_int_equal(mssl_file_read(text, &len, path), MSSL_OK);
        assert_int_equal(len, n);
        assert_memory_equal(text, n ? "x~" : "~~", 2);
        len = n;                                /* just room */
        errno = EINTR;
        assert_int_equal(mssl_file_read(text, &len, path), MSSL_OK);
        assert_int_equal(len, n);
    }
}

static void what_comes_in_pieces_is_put_together_and_fits_to_the_byte(void **state)
{
    char text[16];
    size_t len, room;
    FILE *f = fopen(path, "w");

    (void)state;
    assert_non_null(f);
    assert_true(fputs("table 7\n", f) >= 0);
    fclose(f);
    in_pieces = true;
    for (room = 0; room <= 10; room++) {
        memset(text, '~', sizeof text);
        len = room;
        assert_int_equal(mssl_file_read(text, &len, path), room < 8 ? MSSL_E_ROOM : MSSL_OK);
        assert_int_equal(text[room], '~');
        if (room >= 8) {
            assert_int_equal(len, 8);
            assert_memory_equal(text, "table 7\n~", 9);
        }
    }
}

/* A program without standard input gets 0 for its first file. */
static void a_file_of_number_0_is_as_good(void **state)
{
    struct mssl_why why;
    int kept = dup(0);
    mssl_err put, got;

    (void)state;
    make_file();
    __real_close(0);
    put = mssl_grant_file_write(&file, path);
    got = mssl_grant_file_read(&file, path, &why);
    if (kept >= 0) {
        dup2(kept, 0);
        __real_close(kept);
    }
    assert_int_equal(put, MSSL_OK);
    assert_int_equal(got, MSSL_OK);
}

static void what_cannot_be_read_is_empty(void **state)
{
    static const struct mssl_task_table no_table;
    static const struct mssl_grant_file no_grant;
    struct mssl_task_table t;
    struct mssl_why why;

    (void)state;
    memset(&t, 0x55, sizeof t);
    assert_int_equal(mssl_task_table_read(&t, path, &why), MSSL_E_FILE);
    assert_memory_equal(&t, &no_table, sizeof t);
    memset(&file, 0x55, sizeof file);
    assert_int_equal(mssl_grant_file_read(&file, path, &why), MSSL_E_FILE);
    assert_memory_equal(&file, &no_grant, sizeof file);
}

/* The number that the next file gets: the lowest that is free. */
static int next_file(void)
{
    int fd = open("/dev/null", O_RDONLY);

    assert_true(fd >= 0);
    close(fd);
    return fd;
}

static void every_file_is_closed_again(void **state)
{
    struct mssl_why why;
    int next = next_file();
    char small[8];
    size_t len = sizeof small;

    (void)state;
    make_file();
    assert_int_equal(mssl_grant_file_write(&file, path), MSSL_OK);
    assert_int_equal(mssl_grant_file_read(&file, path, &why), MSSL_OK);
    assert_int_equal(mssl_file_read(small, &len, path), MSSL_E_ROOM);
    assert_int_equal(mssl_file_read(small, &len, folder), MSSL_E_FILE);
    assert_int_equal(chmod(path, 0644), 0);
    assert_int_equal(mssl_grant_file_read(&file, path, &why), MSSL_E_MODE);
    assert_int_equal(next_file(), next);
}

static void a_pipe_is_waited_for_when_it_has_a_writer_and_else_is_empty(void **state)
{
    struct timespec moment = { 0, 50 * 1000 * 1000 };
    char text[16];
    size_t len = sizeof text;
    int keep, hold, status;
    pid_t child;

    (void)state;
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(mssl_file_read(text, &len, path), MSSL_OK);
    assert_int_equal(len, 0);
    keep = open(path, O_RDWR | O_CLOEXEC);      /* a writer is there before the reader */
    assert_true(keep >= 0);
    child = fork();
    if (child == 0) {
        nanosleep(&moment, NULL);
        _exit(write(keep, "table 7\n", 8) != 8);
    }
    hold = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);       /* or what is written before we read is lost */
    assert_true(hold >= 0);
    close(keep);
    len = sizeof text;
    assert_int_equal(mssl_file_read(text, &len, path), MSSL_OK);
    assert_int_equal(len, 8);
    assert_memory_equal(text, "table 7\n", 8);
    close(hold);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

/* In a session without a terminal: reads "table 7" from one. 0: it is not ours now. */
static int read_terminal(void)
{
    int terminal, ours;
    char text[16];
    size_t len = sizeof text;

    if (setsid() < 0)
        return 2;
    terminal = posix_openpt(O_RDWR | O_NOCTTY);
    if (terminal < 0 || grantpt(terminal) != 0 || unlockpt(terminal) != 0)
        return 6;
    if (write(terminal, "table 7\n\x04", 9) != 9)
        return 3;
    if (mssl_file_read(text, &len, ptsname(terminal)) != MSSL_OK || len != 8 || memcmp(text, "table 7\n", 8) != 0)
        return 4;
    ours = open("/dev/tty", O_RDWR);
    return ours < 0 && errno == ENXIO ? 0 : 5;
}

/* A terminal that became ours could stop us, with its interrupt key. */
static void a_terminal_that_is_read_does_not_become_ours(void **state)
{
    int status;
    pid_t child = fork();

    (void)state;
    if (child == 0)
        _exit(read_terminal());
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void a_link_is_not_followed_to_a_new_file(void **state)
{
    char target[80];

    (void)state;
    make_file();
    snprintf(target, sizeof target, "%s-target", path);
    assert_int_equal(symlink(target, path), 0);
    assert_int_equal(mssl_grant_file_write(&file, path), MSSL_E_EXISTS);
    assert_int_equal(access(target, F_OK), -1);
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_quiet_folder, remove_quiet_folder)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(no_file_is_left_to_a_program_started_meanwhile),
        IN_FOLDER(errno_is_that_of_the_failure_and_not_of_the_cleaning_up),
        IN_FOLDER(a_write_that_does_nothing_or_leaves_a_byte_goes_on),
        IN_FOLDER(files_of_no_byte_and_of_one_are_read),
        IN_FOLDER(what_comes_in_pieces_is_put_together_and_fits_to_the_byte),
        IN_FOLDER(a_file_of_number_0_is_as_good),
        IN_FOLDER(what_cannot_be_read_is_empty),
        IN_FOLDER(every_file_is_closed_again),
        IN_FOLDER(a_pipe_is_waited_for_when_it_has_a_writer_and_else_is_empty),
        IN_FOLDER(a_terminal_that_is_read_does_not_become_ours),
        IN_FOLDER(a_link_is_not_followed_to_a_new_file),
    };

    return cmocka_run_group_tests_name("file calls", tests, NULL, NULL);
}
