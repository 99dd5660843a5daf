/* SPDX-License-Identifier: ISC */
/* Listening: TCP, Unix sockets and sockets passed in. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tunnel.h"

#define ACCEPT_ROUND 64         /* connections taken before others have their turn */
#define PAUSE_MS     500        /* without file descriptors */
#define QUIET_MS     60000      /* between two complaints about that */

struct tunnel_listener {
    struct event ev;
    struct tunnel_tick tick;
    struct tunnel_service *service;
    int fd;
    bool paused;
    int64_t until_ms, said_ms;  /* of a pause */
    char path[sizeof ((struct sockaddr_un *)0)->sun_path];  /* of a Unix socket, to remove */
};

static void pause_accept(struct tunnel_listener *l, int64_t ms)
{
    event_del(&l->ev);
    l->paused = true;
    l->until_ms = tunnel_now() + ms;
}

static void resume(struct tunnel_listener *l)
{
    if (l->paused && event_add(&l->ev, NULL) == 0)
        l->paused = false;
}

static void on_tick(void *owner)
{
    struct tunnel_listener *l = owner;

    if (l->paused && tunnel_now() >= l->until_ms)
        resume(l);
}

/* No descriptors or memory: who waits keeps waiting, and gets in when others left. */
static void exhausted(struct tunnel_listener *l, int error)
{
    int64_t now = tunnel_now();

    if (l->said_ms == 0 || now - l->said_ms > QUIET_MS) {
        tunnel_say(TUNNEL_WARNING, l->service, strerror(error), "raise the limit of open files (LimitNOFILE)");
        l->said_ms = now;
    }
    pause_accept(l, PAUSE_MS);
}

static void on_connection(evutil_socket_t fd, short what, void *arg)
{
    struct tunnel_listener *l = arg;
    struct sockaddr_in from;
    int i, one;

    (void)what;
    for (i = 0; i < ACCEPT_ROUND; i++) {
        socklen_t len = sizeof from;
        memset(&from, 0, sizeof from);
        if (!l->service->kind->room(l->service)) {
            pause_accept(l, 0);
            return;
        }
        one = accept4(fd, (struct sockaddr *)&from, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (one >= 0) {
            l->service->kind->accepted(l->service, one, &from);
            continue;
        }
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
            exhausted(l, errno);
        if (errno != ECONNABORTED && errno != EINTR)
            return;
    }
}

/* Is a Unix socket there that nobody serves any more? Then it may be removed. */
static void remove_stale(const struct sockaddr_un *at)
{
    struct stat st;
    int fd;

    if (lstat(at->sun_path, &st) != 0 || !S_ISSOCK(st.st_mode))
        return;
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    if (connect(fd, (const struct sockaddr *)at, sizeof *at) != 0 && errno == ECONNREFUSED)
        unlink(at->sun_path);
    close(fd);
}

static int bind_place(const struct tunnel_service *s)
{
    const struct tunnel_place *p = &s->accept;
    int error, one = 1, fd = socket(p->at.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    mode_t mask;

    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (p->at.any.sa_family == AF_UNIX)
        remove_stale(&p->at.un);
    mask = umask(0777 & ~s->socket_mode);       /* never more open than wanted, not even at first */
    error = bind(fd, &p->at.any, p->len) != 0 || listen(fd, (int)s->backlog) != 0 ? errno : 0;
    umask(mask);
    if (error == 0)
        return fd;
    close(fd);
    errno = error;
    return -1;
}

static struct tunnel_listener *take_over(struct tunnel_service *s, struct tunnel_config *old)
{
    struct tunnel_service *o;
    struct tunnel_listener *l;

    for (o = old != NULL ? old->services : NULL; o != NULL; o = o->next)
        if (o->listener != NULL && strcmp(o->accept.text, s->accept.text) == 0) {
            l = o->listener;
            o->listener = NULL;
            if (l->path[0] != '\0')
                chmod(l->path, s->socket_mode);
            return l;
        }
    return NULL;
}

static bool refuse(const struct tunnel_service *s)
{
    char reason[TUNNEL_TEXT_MAX + 100];

    snprintf(reason, sizeof reason, "can't listen at %s: %s", s->accept.text, strerror(errno));
    tunnel_say(TUNNEL_ERROR, s, reason, "is another program there?");
    return false;
}

/* A port that was picked (accept = 127.0.0.1:0) must be told. */
static void say_port(const struct tunnel_service *s, int fd)
{
    char text[64];
    struct sockaddr_in at;
    socklen_t len = sizeof at;

    if (getsockname(fd, (struct sockaddr *)&at, &len) != 0 || at.sin_family != AF_INET)
        return;
    snprintf(text, sizeof text, "listening at port %u", ntohs(at.sin_port));
    tunnel_say(TUNNEL_NOTICE, s, text, NULL);
}

bool tunnel_listen_open(struct tunnel_service *s, struct tunnel_config *old)
{
    struct tunnel_listener *l = take_over(s, old);

    if (l != NULL) {
        l->service = s;
        s->listener = l;
        return true;
    }
    l = calloc(1, sizeof *l);
    if (l == NULL)
        return refuse(s);
    errno = ENOENT;
    l->fd = s->accept.len == 0 ? tunnel_passed_fd(s->accept.text + 3) : bind_place(s);
    if (l->fd < 0) {
        free(l);
        return refuse(s);
    }
    tunnel_no_delay(l->fd);
    if (s->accept.len > 0 && s->accept.at.any.sa_family == AF_UNIX)
        strcpy(l->path, s->accept.at.un.sun_path);
    l->service = s;
    event_assign(&l->ev, tunnel.base, l->fd, EV_READ | EV_PERSIST, on_connection, l);
    event_add(&l->ev, NULL);
    tunnel_tick_add(&l->tick, on_tick, NULL, l);
    s->listener = l;
    say_port(s, l->fd);
    return true;
}

void tunnel_listen_close(struct tunnel_service *s)
{
    struct tunnel_listener *l = s->listener;

    if (l == NULL)
        return;
    s->listener = NULL;
    event_del(&l->ev);
    tunnel_tick_remove(&l->tick);
    if (s->accept.len > 0)
        close(l->fd);       /* one that was passed in keeps its number for a reload */
    if (l->path[0] != '\0')
        unlink(l->path);
    tunnel_bury(l);
}

void tunnel_listen_wake(struct tunnel_service *s)
{
    if (s->listener != NULL && s->listener->paused && tunnel_now() >= s->listener->until_ms)
        resume(s->listener);
}
