/* SPDX-License-Identifier: ISC */
/* The key log file: see mssl_keylog_file.h. No environment variable turns it on: what is
 * inherited unseen must not give keys away. */
#include "mssl_keylog_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mssl_cli.h"
#include "mssl_keylog.h"

static const char *path_used;
static int fd = -1;

static const char *file_wrong(const struct stat *st)
{
    if (!S_ISREG(st->st_mode))
        return "no ordinary file";
    if (st->st_uid != geteuid())
        return "it belongs to another user";
    if ((st->st_mode & 077) != 0)
        return "others may read or write it, and it is to hold keys";
    return NULL;
}

/* What a full disk cut off, or an editor left open, would swallow the next line. */
static bool end_line(off_t size)
{
    char last = '\n';

    return size == 0 || (pread(fd, &last, 1, size - 1) == 1 && (last == '\n' || write(fd, "\n", 1) == 1));
}

int mssl_keylog_open(const char *path)
{
    const char *wrong = NULL;
    struct stat st;

    fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK | O_CLOEXEC, 0600);
    if (fd < 0 && errno == ELOOP)
        return mssl_report(MSSL_EXIT_USAGE, path, "a symbolic link", "name the key log file itself");
    if (fd < 0 || fstat(fd, &st) != 0)
        return mssl_report(MSSL_EXIT_USAGE, path, strerror(errno), "name a key log file that can be written");
    wrong = file_wrong(&st);
    if (wrong != NULL)
        return mssl_report(MSSL_EXIT_USAGE, path, wrong, "name a new file, or chmod 600 it");
    if (!end_line(st.st_size))
        return mssl_report(MSSL_EXIT_USAGE, path, strerror(errno), "name a key log file that can be written");
    path_used = path;
    fprintf(stderr, "mssl: warning: %s: this session's keys go there: who reads it reads all that was said, and "
            "may speak in its name while it runs: delete it when you are done\n", path);
    return MSSL_EXIT_DONE;
}

int mssl_keylog_write(const struct mssl_client *c)
{
    char line[MSSL_KEYLOG_SIZE];
    ssize_t n = -1;
    size_t len;
    int error;

    if (fd < 0)
        return MSSL_EXIT_DONE;
    errno = 0;
    if (mssl_client_keylog(c, line) == MSSL_OK) {
        len = strlen(line);
        n = write(fd, line, len);       /* at once: other programs may append too */
        n = n == (ssize_t)len ? 0 : -1;
    }
    error = errno != 0 ? errno : ENOSPC;
    mssl_wipe(line, sizeof line);
    if (n == 0)
        return MSSL_EXIT_DONE;
    return mssl_report(MSSL_EXIT_USAGE, path_used, strerror(error), "no command was sent: give it room, or leave "
                       "--keylog out");
}
