/* SPDX-License-Identifier: ISC */
/* Files of grants, task tables and public keys: see mssl.h 10. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mssl.h"

#define SECRET_MODE  0600
#define LOOSE_BITS   077

/* Closes fd without losing errno. */
static mssl_err close_after(int fd, mssl_err e)
{
    int kept = errno;

    close(fd);
    errno = kept;
    return e;
}

/* Reads to the end of fd. One byte more than fits tells a file that is too long. */
static mssl_err read_all(int fd, char *out, size_t *len)
{
    size_t n = 0;
    char more;
    ssize_t got;

    do {
        got = n < *len ? read(fd, out + n, *len - n) : read(fd, &more, 1);
        if (got > 0 && n == *len)
            return MSSL_E_ROOM;
        if (got > 0)
            n += (size_t)got;
    } while (got > 0 || (got < 0 && errno == EINTR));
    *len = n;
    return got == 0 ? MSSL_OK : MSSL_E_FILE;
}

/* Reads a file; one that holds a secret must be for its owner only. */
static mssl_err read_file(char *out, size_t *len, const char *path, bool secret)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

    if (fd < 0)
        return MSSL_E_FILE;
    if (fstat(fd, &st) != 0)
        return close_after(fd, MSSL_E_FILE);
    if (S_ISDIR(st.st_mode)) {
        errno = EISDIR;
        return close_after(fd, MSSL_E_FILE);
    }
    if (secret && (st.st_mode & LOOSE_BITS) != 0)
        return close_after(fd, MSSL_E_MODE);
    /* Not blocking was for the open, so that a FIFO without a writer can't hang it; a
     * pipe whose writer is slow is waited for. */
    if (fcntl(fd, F_SETFL, 0) != 0)
        return close_after(fd, MSSL_E_FILE);
    return close_after(fd, read_all(fd, out, len));
}

mssl_err mssl_file_read(char *out, size_t *len, const char *path)
{
    return read_file(out, len, path, false);
}

mssl_err mssl_task_table_read(struct mssl_task_table *t, const char *path, struct mssl_why *why)
{
    char text[MSSL_TABLE_TEXT_MAX];
    size_t len = sizeof text;
    mssl_err e = read_file(text, &len, path, false);

    memset(t, 0, sizeof *t);
    return e == MSSL_OK ? mssl_task_table_parse(t, text, len, why) : e;
}

mssl_err mssl_grant_file_read(struct mssl_grant_file *g, const char *path, struct mssl_why *why)
{
    char text[MSSL_GRANT_TEXT_MAX];
    size_t len = sizeof text;
    mssl_err e = read_file(text, &len, path, true);

    memset(g, 0, sizeof *g);
    if (e == MSSL_OK)
        e = mssl_grant_file_parse(g, text, len, why);
    mssl_wipe(text, sizeof text);
    return e;
}

static mssl_err write_all(int fd, const char *in, size_t len)
{
    while (len > 0) {
        ssize_t put = write(fd, in, len);
        if (put < 0 && errno != EINTR)
            return MSSL_E_FILE;
        if (put > 0) {
            in += put;
            len -= (size_t)put;
        }
    }
    return fsync(fd) == 0 ? MSSL_OK : MSSL_E_FILE;
}

mssl_err mssl_grant_file_write(const struct mssl_grant_file *g, const char *path)
{
    char text[MSSL_GRANT_TEXT_MAX];
    size_t len = sizeof text;
    mssl_err e = mssl_grant_file_format(g, text, &len);
    int fd;

    if (e != MSSL_OK)
        return e;
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, SECRET_MODE);
    if (fd < 0) {
        e = errno == EEXIST ? MSSL_E_EXISTS : MSSL_E_FILE;
    } else {
        e = close_after(fd, write_all(fd, text, len));
        if (e != MSSL_OK) {
            int kept = errno;
            unlink(path);
            errno = kept;
        }
    }
    mssl_wipe(text, sizeof text);
    return e;
}
