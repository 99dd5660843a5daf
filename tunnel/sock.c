/* SPDX-License-Identifier: ISC */
/* See sock.h. */
#include "sock.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

#include "tunnel.h"

/* EV_CLOSED tells of the peer's end even when bytes before it are unread, so that a
 * short read may count as the last for now. */
#define EVENTS (EV_READ | EV_WRITE | EV_CLOSED | EV_ET | EV_PERSIST)

void tunnel_sock_init(struct tunnel_sock *s)
{
    memset(s, 0, sizeof *s);
    s->fd = -1;
}

void tunnel_no_delay(int fd)
{
    int one = 1;

    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);     /* no TCP: no matter */
}

static void finish_connecting(struct tunnel_sock *s)
{
    socklen_t len = sizeof s->error;

    if (getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &s->error, &len) != 0)
        s->error = errno;
}

static void on_event(evutil_socket_t fd, short what, void *arg)
{
    struct tunnel_sock *s = arg;

    (void)fd;
    if (what & (EV_READ | EV_CLOSED))
        s->readable = true;
    if (what & EV_CLOSED)
        s->closing = true;
    if (what & EV_WRITE)
        s->writable = true;
    if (s->connecting && (what & EV_WRITE)) {
        if (what & (EV_READ | EV_CLOSED))
            finish_connecting(s);       /* a failure shows as both */
        s->connecting = false;
    }
    s->ready(s->owner);
}

bool tunnel_sock_open(struct tunnel_sock *s, int fd, bool connecting, void (*ready)(void *), void *owner)
{
    tunnel_sock_init(s);
    s->ready = ready;
    s->owner = owner;
    s->connecting = connecting;
    if (event_assign(&s->ev, tunnel.base, fd, EVENTS, on_event, s) == 0
        && event_add(&s->ev, NULL) == 0) {
        s->fd = fd;
        return true;
    }
    s->error = ENOMEM;
    close(fd);
    return false;
}

bool tunnel_sock_dial(struct tunnel_sock *s, const struct sockaddr *to, socklen_t len,
                      void (*ready)(void *), void *owner)
{
    int error, fd = socket(to->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    bool connecting = false;

    tunnel_sock_init(s);
    s->error = errno;
    if (fd < 0)
        return false;
    tunnel_no_delay(fd);
    if (connect(fd, to, len) != 0) {
        error = errno;
        if (error != EINPROGRESS) {
            close(fd);
            s->error = error;
            return false;
        }
        connecting = true;
    }
    return tunnel_sock_open(s, fd, connecting, ready, owner);
}

size_t tunnel_sock_read(struct tunnel_sock *s, uint8_t *buf, size_t size)
{
    ssize_t n;

    if (s->fd < 0 || !s->readable || s->ended || s->error != 0)
        return 0;
    do
        n = recv(s->fd, buf, size, 0);
    while (n < 0 && errno == EINTR);
    if (n > 0) {
        s->readable = (size_t)n == size || s->closing;
        return (size_t)n;
    }
    if (n == 0)
        s->ended = true;
    else if (errno == EAGAIN || errno == EWOULDBLOCK)
        s->readable = false;
    else
        s->error = errno;
    return 0;
}

size_t tunnel_sock_flush(struct tunnel_sock *s)
{
    size_t all = 0;

    while (s->fd >= 0 && s->out.len > 0 && s->writable && !s->connecting && s->error == 0) {
        ssize_t n = send(s->fd, tunnel_queue_head(&s->out), s->out.len, MSG_NOSIGNAL);
        if (n > 0) {
            tunnel_queue_drop(&s->out, (size_t)n);
            all += (size_t)n;
        } else if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            s->writable = false;
        } else if (n < 0 && errno != EINTR) {
            s->error = errno;
        }
    }
    return all;
}

void tunnel_sock_put(struct tunnel_sock *s, const void *bytes, size_t n)
{
    if (s->error == 0 && !tunnel_queue_put(&s->out, bytes, n))
        s->error = ENOMEM;
}

void tunnel_sock_shut(struct tunnel_sock *s)
{
    if (s->fd >= 0 && !s->shut && !s->connecting)
        shutdown(s->fd, SHUT_WR);
    s->shut = true;
}

void tunnel_sock_again(struct tunnel_sock *s)
{
    if (s->fd >= 0)
        event_active(&s->ev, 0, 0);
}

void tunnel_sock_close(struct tunnel_sock *s, bool reset)
{
    struct linger linger = { 1, 0 };

    if (s->fd >= 0) {
        event_del(&s->ev);
        if (reset)
            setsockopt(s->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
        close(s->fd);
    }
    s->fd = -1;
    tunnel_queue_end(&s->out);
}
