/* SPDX-License-Identifier: ISC */
/* The tunnel's life: start, reload, drain, end. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "store.h"
#include "tunnel.h"
#include "tunnel_run.h"

#define EVENTS 4      /* three signals and the tick */

struct tunnel tunnel;

static struct tunnel_tick ring = { &ring, &ring, NULL, NULL, NULL }, *cursor;
static bool over;
static struct event *events[EVENTS];
static int64_t drain_until_ms;

int64_t tunnel_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t tunnel_pause_ms(void)
{
    uint8_t r[2] = { 0, 0 };

    mssl_random(r, sizeof r);
    return MSSL_RETRY_MIN_MS + (r[0] << 8 | r[1]) % (MSSL_RETRY_MAX_MS - MSSL_RETRY_MIN_MS + 1);
}

void tunnel_say(enum tunnel_level level, const struct tunnel_service *s, const char *reason,
                const char *remedy)
{
    char thing[TUNNEL_NAME_MAX + 3];

    snprintf(thing, sizeof thing, "[%s]", s->name);
    tunnel_log(level, thing, reason, remedy);
}

/* -- Ticks -- */

void tunnel_tick_add(struct tunnel_tick *t, void (*tick)(void *), void (*cut)(void *), void *owner)
{
    t->tick = tick;
    t->cut = cut;
    t->owner = owner;
    t->prev = ring.prev;
    t->next = &ring;
    ring.prev->next = t;
    ring.prev = t;
}

void tunnel_tick_remove(struct tunnel_tick *t)
{
    if (t->next == NULL)
        return;
    if (cursor == t)
        cursor = t->next;
    t->prev->next = t->next;
    t->next->prev = t->prev;
    t->next = t->prev = NULL;
}

/* Whoever is called may remove itself and others; the cursor follows. */
static void each(bool cut)
{
    for (cursor = ring.next; cursor != &ring;) {
        struct tunnel_tick *t = cursor;
        cursor = t->next;
        if (!cut)
            t->tick(t->owner);
        else if (t->cut != NULL)
            t->cut(t->owner);
    }
}

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    (void)arg;
    each(false);
}

/* -- What is over but may still be looked at -- */

static void **graves;
static size_t grave_count, grave_room;

void tunnel_bury(void *p)
{
    if (grave_count == grave_room) {
        size_t room = grave_room > 0 ? 2 * grave_room : 64;
        void **more = realloc(graves, room * sizeof *more);
        if (more == NULL)
            return;             /* a leak, rather than memory used after its end */
        graves = more;
        grave_room = room;
    }
    graves[grave_count++] = p;
}

static void free_buried(void)
{
    while (grave_count > 0)
        free(graves[--grave_count]);
}

/* -- Services -- */

struct tunnel_service *tunnel_service_keep(struct tunnel_service *s)
{
    s->references++;
    return s;
}

void tunnel_service_release(struct tunnel_service *s)
{
    if (--s->references > 0)
        return;
    if (s->grant != NULL)
        mssl_grant_file_wipe(s->grant);
    free(s->grant);
    free(s->state);
    free(s);
}

static void end_service(struct tunnel_service *s)
{
    tunnel_listen_close(s);
    if (s->kind->end != NULL)
        s->kind->end(s);
}

/* All services of a config; of old those that are not taken over end. */
static bool begin_services(struct tunnel_config *c, struct tunnel_config *old)
{
    struct tunnel_service *s;
    bool all = true;

    for (s = c->services; s != NULL; s = s->next) {
        bool ok = tunnel_listen_open(s, old);
        all &= ok;
        if (ok && s->kind->begin != NULL)
            s->kind->begin(s);
    }
    return all;
}

static void end_services(struct tunnel_config *c)
{
    struct tunnel_service *s;

    for (s = c->services; s != NULL; s = s->next)
        end_service(s);
}

/* -- Signals -- */

static bool open_logs(const struct tunnel_config *c)
{
    const char *bad = tunnel_log_open(c->log, c->access[0] != '\0' ? c->access : NULL, c->level);

    if (bad != NULL)
        tunnel_log(TUNNEL_ERROR, bad, strerror(errno), "check log and access of the config");
    return bad == NULL;
}

static bool needs_store(const struct tunnel_config *c)
{
    const struct tunnel_service *s;

    for (s = c->services; s != NULL; s = s->next)
        if (s->kind == &tunnel_server_kind)
            return true;
    return false;
}

/* The first server of a config opens the store, at the start or at a reload; it stays. */
static bool have_store(const struct tunnel_config *c)
{
    if (!needs_store(c))
        return true;
    if (!tunnel_store_is_open())
        return tunnel_store_open(c->store);
    if (!tunnel_store_is(c->store))
        tunnel_log(TUNNEL_WARNING, c->path, "store has changed", "restart for it: the old one is used");
    return true;
}

static void on_reload(evutil_socket_t fd, short what, void *arg)
{
    struct tunnel_config *old = tunnel.config, *c;
    bool had = tunnel_store_is_open();

    (void)fd;
    (void)what;
    (void)arg;
    if (tunnel.draining)
        return;
    tunnel_notify("RELOADING=1");
    c = tunnel_config_read(old->path);
    if (c == NULL || !have_store(c) || !open_logs(c)) {
        if (!had)
            tunnel_store_close();
        tunnel_config_free(c);
        tunnel_log(TUNNEL_ERROR, old->path, "not reloaded", "what ran goes on as it was");
    } else {
        begin_services(c, old);
        end_services(old);
        tunnel.config = c;
        tunnel_config_free(old);
        tunnel_log(TUNNEL_NOTICE, c->path, "reloaded", NULL);
    }
    tunnel_notify("READY=1");
}

static void on_term(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    (void)arg;
    over = tunnel.draining;         /* the second one means it */
    if (tunnel.draining)
        return;
    tunnel_notify("STOPPING=1");
    tunnel.draining = true;
    drain_until_ms = tunnel_now() + 1000 * (int64_t)tunnel.config->drain_s;
    end_services(tunnel.config);
    tunnel_log(TUNNEL_NOTICE, tunnel.config->path, "ending", "what runs may finish");
}

/* -- The whole -- */

/* A connection takes two descriptors, so as many as the system lets us have. */
static void raise_limit(void)
{
    struct rlimit r;

    if (getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur < r.rlim_max) {
        r.rlim_cur = r.rlim_max;
        setrlimit(RLIMIT_NOFILE, &r);
    }
}

static bool write_pid(const char *path)
{
    char text[32];
    int n, fd;

    if (path[0] == '\0')
        return true;
    n = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd >= 0 && write(fd, text, (size_t)n) == n && close(fd) == 0)
        return true;
    tunnel_log(TUNNEL_ERROR, path, strerror(errno), "check pid of the config");
    return false;
}

static void serve(void)
{
    while (!over && !(tunnel.draining && (tunnel.live == 0 || tunnel_now() >= drain_until_ms))) {
        if (event_base_loop(tunnel.base, EVLOOP_ONCE) < 0)
            break;
        free_buried();
    }
    each(true);
    free_buried();
}

/* Signals are taken before a port listens: whoever saw it may send one. */
static bool add_events(void)
{
    static const struct timeval tick = { 0, TUNNEL_TICK_MS * 1000 };
    const struct { int number; event_callback_fn call; } signals[] = {
        { SIGHUP, on_reload }, { SIGTERM, on_term }, { SIGINT, on_term },
    };
    size_t i;

    for (i = 0; i < 3; i++) {
        events[i] = evsignal_new(tunnel.base, signals[i].number, signals[i].call, NULL);
        if (events[i] == NULL || evsignal_add(events[i], NULL) != 0)
            return false;
    }
    events[3] = event_new(tunnel.base, -1, EV_PERSIST, on_tick, NULL);
    return events[3] != NULL && event_add(events[3], &tick) == 0;
}

static void remove_events(void)
{
    size_t i;

    for (i = 0; i < EVENTS; i++)
        if (events[i] != NULL)
            event_free(events[i]);
}

static bool start(void)
{
    struct tunnel_config *c = tunnel.config;

    raise_limit();
    tunnel.base = event_base_new();
    if (tunnel.base == NULL || !tunnel_engine_begin() || !add_events()) {
        tunnel_log(TUNNEL_ERROR, "libevent or libcrypto", "can't begin", NULL);
        return false;
    }
    return open_logs(c)
        && have_store(c)
        && begin_services(c, NULL)
        && write_pid(c->pid);
}

int tunnel_run(const char *config_path, bool check)
{
    bool started;

    tunnel.config = tunnel_config_read(config_path);
    if (tunnel.config == NULL)
        return TUNNEL_EXIT_USAGE;
    if (check) {
        tunnel_config_free(tunnel.config);
        return TUNNEL_EXIT_DONE;
    }
    signal(SIGPIPE, SIG_IGN);
    started = start();
    if (started) {
        tunnel_notify("READY=1");
        serve();
    }
    remove_events();
    end_services(tunnel.config);
    free_buried();
    if (started && tunnel.config->pid[0] != '\0')
        unlink(tunnel.config->pid);
    tunnel_store_close();
    tunnel_engine_end();
    tunnel_config_free(tunnel.config);
    if (tunnel.base != NULL)
        event_base_free(tunnel.base);
    free(graves);
    return started ? TUNNEL_EXIT_DONE : TUNNEL_EXIT_USAGE;
}
