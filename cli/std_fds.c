/* SPDX-License-Identifier: ISC */
/* See the header. */
#include "std_fds.h"

#include <fcntl.h>
#include <unistd.h>

bool cli_std_fds(void)
{
    int fd;

    /* Reading from what was closed is an error, not an end. */
    if (fcntl(STDIN_FILENO, F_GETFD) < 0 && open("/dev/null", O_WRONLY) < 0)
        return false;
    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= STDERR_FILENO);
    return fd >= 0 && close(fd) == 0;
}
