/* SPDX-License-Identifier: ISC */
/* See the header. */
#include "std_fds.h"

#include <fcntl.h>
#include <unistd.h>

bool cli_std_fds(void)
{
    int fd;

    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= STDERR_FILENO);
    return fd >= 0 && close(fd) == 0;
}
