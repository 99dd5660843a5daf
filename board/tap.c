/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plugs a TAP interface, or any descriptor that carries a frame per read and write, into the switch. */
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "attach.h"

#define FRAMES_A_POLL 32

int board_poll_add(struct board_poll *p, int fd, short events)
{
    if (p->count == BOARD_POLL_MAX)
        return -1;
    p->fd[p->count] = (struct pollfd){ .fd = fd, .events = events };
    return (int)p->count++;
}

/* A full queue on the other side loses the frame, as a wire would. */
static void deliver(void *peer, const uint8_t *frame, uint16_t len)
{
    struct board_tap *t = peer;
    ssize_t ignored = write(t->fd, frame, len);

    (void)ignored;
}

static ssize_t receive(int fd, uint8_t *frame, size_t room)
{
    return read(fd, frame, room);
}

int board_tap_attach(struct board_tap *t, int fd, struct board_switch *s)
{
    t->fd = fd;
    t->s = s;
    t->receive = receive;
    t->poll_index = -1;
    t->port = board_switch_attach(s, deliver, t);
    return t->port < 0 ? -1 : 0;
}

int board_tap_open(struct board_tap *t, const char *name, struct board_switch *s, char *error, size_t error_len)
{
    struct ifreq request = { 0 };
    int fd;

    if (strlen(name) >= IFNAMSIZ) {
        snprintf(error, error_len, "--tap %s: an interface name has at most %d characters", name, IFNAMSIZ - 1);
        return -1;
    }
    fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    strcpy(request.ifr_name, name);
    request.ifr_flags = IFF_TAP | IFF_NO_PI;
    if (fd < 0 || ioctl(fd, TUNSETIFF, &request) != 0) {
        snprintf(error, error_len, "--tap %s: %s; TAP needs root and /dev/net/tun, --packet does not", name,
                 strerror(errno));
        if (fd >= 0)
            close(fd);
        return -1;
    }
    return board_tap_attach(t, fd, s);
}

void board_tap_before_poll(struct board_tap *t, struct board_poll *p)
{
    t->poll_index = board_poll_add(p, t->fd, POLLIN);
}

void board_tap_after_poll(struct board_tap *t, struct board_poll *p)
{
    uint8_t frame[BOARD_FRAME_MAX + 1];
    ssize_t len;

    if (t->poll_index < 0 || !(p->fd[t->poll_index].revents & POLLIN))
        return;
    for (int i = 0; i < FRAMES_A_POLL && (len = t->receive(t->fd, frame, sizeof frame)) > 0; i++)
        board_switch_input(t->s, t->port, frame, (uint16_t)len);
}

void board_tap_close(struct board_tap *t)
{
    close(t->fd);
    t->fd = -1;
}
