/* SPDX-License-Identifier: ISC */
/* See log.h. */
#include "log.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#define LINE_SIZE 1024
#define TO_SYSLOG (-2)
#define TO_NONE   (-1)

static int log_fd = STDERR_FILENO, access_fd = TO_NONE;
static enum tunnel_level most = TUNNEL_NOTICE;

static int open_one(const char *to)
{
    if (to == NULL)
        return TO_NONE;
    if (strcmp(to, "stderr") == 0)
        return STDERR_FILENO;
    if (strcmp(to, "syslog") == 0)
        return TO_SYSLOG;
    return open(to, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
}

static void replace(int *fd, int by)
{
    if (*fd > STDERR_FILENO && *fd != by)
        close(*fd);
    *fd = by;
}

const char *tunnel_log_open(const char *log, const char *access, enum tunnel_level level)
{
    int a, l = open_one(log);

    if (l == TO_NONE)
        return log;
    a = open_one(access);
    if (a == TO_NONE && access != NULL) {
        if (l > STDERR_FILENO)
            close(l);
        return access;
    }
    if (l == TO_SYSLOG || a == TO_SYSLOG)
        openlog("mssl-tunnel", LOG_PID, LOG_DAEMON);
    replace(&log_fd, l);
    replace(&access_fd, a);
    most = level;
    return NULL;
}

/* One write a line, so that lines of two programs don't mix. A log that can't be
 * written stops nothing. */
static void put(int fd, int priority, const char *line)
{
    char out[LINE_SIZE + 32];
    struct tm tm;
    time_t now = time(NULL);
    size_t n;
    int m;

    if (fd == TO_SYSLOG) {
        syslog(priority, "%s", line);
        return;
    }
    gmtime_r(&now, &tm);
    n = strftime(out, sizeof out, "%Y-%m-%dT%H:%M:%SZ ", &tm);
    m = snprintf(out + n, sizeof out - n, "%s\n", line);
    if (fd >= 0 && m > 0)
        (void)!write(fd, out, n + (size_t)m);
}

/* Control bytes would let a name forge lines. */
static void plain(char *line)
{
    for (; *line != '\0'; line++)
        if ((unsigned char)*line < 32 || *line == 127)
            *line = '?';
}

void tunnel_log(enum tunnel_level level, const char *thing, const char *reason, const char *remedy)
{
    static const int priorities[] = { LOG_ERR, LOG_WARNING, LOG_NOTICE, LOG_INFO };
    char line[LINE_SIZE];

    if (level > most)
        return;
    snprintf(line, sizeof line, "mssl: %s: %s%s%s", thing, reason, remedy != NULL ? ": " : "",
             remedy != NULL ? remedy : "");
    plain(line);
    put(log_fd, priorities[level], line);
}

void tunnel_access(const char *format, ...)
{
    char line[LINE_SIZE];
    va_list list;

    if (access_fd == TO_NONE)
        return;
    va_start(list, format);
    vsnprintf(line, sizeof line, format, list);
    va_end(list);
    plain(line);
    put(access_fd, LOG_INFO, line);
}
