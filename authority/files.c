/* SPDX-License-Identifier: ISC */
/* Files that are made once, read whole, and kept from other eyes. */
#include "inside.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

mssl_auth_err auth_create(struct mssl_auth *a, const char *path, unsigned mode, int *fd)
{
    *fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, (mode_t)mode);
    if (*fd >= 0) {
        /* The umask may have taken bits, never given any. */
        if (!fchmod(*fd, (mode_t)mode))
            return 0;
        auth_discard(path, *fd);
        return auth_fail(a, MSSL_AUTH_FILE, "%s: its mode cannot be set (%s)", path,
                         strerror(errno));
    }
    if (errno == EEXIST)
        return auth_fail(a, MSSL_AUTH_FILE,
                         "%s exists already and is not overwritten: delete it or choose "
                         "another name", path);
    return auth_fail(a, MSSL_AUTH_FILE, "%s cannot be made (%s): choose a writable directory",
                     path, strerror(errno));
}

void auth_discard(const char *path, int fd)
{
    close(fd);
    unlink(path);
}

mssl_auth_err auth_fill(struct mssl_auth *a, const char *path, int fd, const char *data,
                        size_t len)
{
    while (len) {
        ssize_t n = write(fd, data, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        data += n;
        len -= (size_t)n;
    }
    if (!len && !fsync(fd) && !close(fd))
        return 0;
    auth_fail(a, MSSL_AUTH_FILE, "%s cannot be written (%s): make room and repeat the command",
              path, strerror(errno));
    if (len)
        close(fd);
    unlink(path);
    return MSSL_AUTH_FILE;
}

static mssl_auth_err absent(struct mssl_auth *a, const char *path, int cause)
{
    if (cause == ENOENT)
        return auth_fail(a, MSSL_AUTH_FILE, "%s is missing: make an authority with "
                         "`mssl-authority init`, or name its directory with --dir", path);
    return auth_fail(a, MSSL_AUTH_FILE, "%s: %s: give yourself access, or name another directory "
                     "with --dir", path, strerror(cause));
}

mssl_auth_err auth_check_mode(struct mssl_auth *a, const char *path, unsigned type,
                              unsigned mask)
{
    struct stat st;

    if (lstat(path, &st))
        return absent(a, path, errno);
    if ((st.st_mode & S_IFMT) != type)
        return auth_fail(a, MSSL_AUTH_FILE, "%s is not a %s: name the authority's directory "
                         "with --dir", path, type == S_IFDIR ? "directory" : "plain file");
    if (st.st_mode & mask)
        return auth_fail(a, MSSL_AUTH_FILE, "%s has mode %04o, open to others: chmod go-%s %s",
                         path, (unsigned)(st.st_mode & 07777), mask & 04 ? "rwx" : "w", path);
    return 0;
}

mssl_auth_err auth_check_named(struct mssl_auth *a, const char *path)
{
    struct stat st;

    if (lstat(path, &st))
        return auth_fail(a, MSSL_AUTH_FILE, "%s: %s: name a file that can be read", path,
                         strerror(errno));
    if (!S_ISREG(st.st_mode))
        return auth_fail(a, MSSL_AUTH_FILE, "%s is not a plain file: name the file itself", path);
    return auth_check_mode(a, path, S_IFREG, 077);
}

mssl_auth_err auth_read(struct mssl_auth *a, const char *path, size_t max, char **data,
                        size_t *len)
{
    FILE *f = fopen(path, "rbe");

    *data = NULL;
    *len = 0;
    if (!f)
        return auth_fail(a, MSSL_AUTH_FILE, "%s cannot be read (%s)", path, strerror(errno));
    /* Unbuffered, so that no secret stays behind in the stream's buffer. */
    setvbuf(f, NULL, _IONBF, 0);
    *data = calloc(1, max + 2);
    if (*data)
        *len = fread(*data, 1, max + 1, f);
    if (!*data || ferror(f) || *len > max) {
        int io = ferror(f);

        if (*data)
            mssl_wipe(*data, *len);
        free(*data);
        *data = NULL;
        fclose(f);
        return auth_fail(a, MSSL_AUTH_FILE, "%s: %s", path,
                         io ? "cannot be read" : "is too long for what it should be");
    }
    fclose(f);
    return 0;
}

char *auth_path(const char *dir, const char *name)
{
    size_t n = strlen(dir) + strlen(name) + 2;
    char *path = malloc(n);

    if (path)
        snprintf(path, n, "%s/%s", dir, name);
    return path;
}

void auth_sync_dir(const char *dir)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return;
    fsync(fd);
    close(fd);
}

void auth_sync_parent(const char *path)
{
    char *copy = strdup(path);

    if (copy)
        auth_sync_dir(dirname(copy));
    free(copy);
}
