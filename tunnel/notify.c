/* SPDX-License-Identifier: ISC */
/* systemd's two protocols, which are a few lines each: sockets passed in
 * (sd_listen_fds(3)) and the state told (sd_notify(3)). libsystemd would bring
 * six libraries and 2 MB along. */
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tunnel.h"

#define FDS_START 3

int tunnel_passed_fd(const char *name)
{
    const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS"), *names = getenv("LISTEN_FDNAMES");
    int i, count = fds != NULL ? atoi(fds) : 0;

    if (pid == NULL || strtol(pid, NULL, 10) != (long)getpid() || names == NULL)
        return -1;
    for (i = 0; i < count; i++) {
        size_t n = strcspn(names, ":");
        if (n == strlen(name) && strncmp(names, name, n) == 0) {
            fcntl(FDS_START + i, F_SETFD, FD_CLOEXEC);
            fcntl(FDS_START + i, F_SETFL, fcntl(FDS_START + i, F_GETFL) | O_NONBLOCK);
            return FDS_START + i;
        }
        names += n + (names[n] == ':');
    }
    return -1;
}

void tunnel_notify(const char *state)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un to = { .sun_family = AF_UNIX };
    size_t n = path != NULL ? strlen(path) : 0;
    int fd;

    if (n == 0 || n >= sizeof to.sun_path || (path[0] != '/' && path[0] != '@'))
        return;
    memcpy(to.sun_path, path, n);
    if (path[0] == '@')
        to.sun_path[0] = '\0';
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    (void)!sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&to,
                  (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));
    close(fd);
}
