/* SPDX-License-Identifier: ISC */
/* Line mode: plain clients take turns at one session with a device. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "line.h"

/* Takes the line apart. false: it is answered, with an error. */
static bool parse_command(struct line_service *of, struct line_client *c)
{
    const char *line = c->telnet.line;
    size_t n = strcspn(line, " "), len = strlen(line);
    char name[MSSL_TASK_NAME_MAX + 1] = "line";
    int task = -1;

    if (n <= MSSL_TASK_NAME_MAX) {
        memcpy(name, line, n);
        name[n] = '\0';
        task = mssl_task_find(&of->service->grant->table, name);
    }
    if (task < 0 || task > MSSL_TASK_APP_MAX) {
        line_client_error(c, LINE_DENIED, task < 0 ? "line" : name, "no such task in this grant's task table");
        return false;
    }
    line += n + (line[n] == ' ');
    len = strlen(line);
    if (len > sizeof of->args - 1) {
        line_client_error(c, LINE_BAD, name, "too long: a command has at most 127 bytes of arguments");
        return false;
    }
    of->task = (uint8_t)task;
    of->len = (uint8_t)len;
    memcpy(of->args, line, len);
    return true;
}

/* The next command of the next client that has one. */
static void take_turn(struct line_service *of)
{
    struct line_client *c, *begin = of->after != NULL ? of->after : of->first;

    for (c = begin; c != NULL && of->turn == NULL;) {
        struct line_client *next = c->next != NULL ? c->next : of->first;
        while (of->turn == NULL && line_client_waits(c)) {
            if (parse_command(of, c))
                of->turn = c;
            else
                line_client_done(c);
        }
        c = next;
        of->after = c;
        if (c == begin)
            break;
    }
}

void line_service_pump(struct line_service *of)
{
    struct line_client *c, *next;

    for (c = of->first; c != NULL; c = next) {
        next = c->next;
        line_client_read(c);
    }
    /* A command whose client left after it was sent still runs to its answer. */
    if (of->turn == NULL && !of->sent && !of->enrolling)
        take_turn(of);
    if (of->turn != NULL && !of->sent && !of->enrolling
        && (of->link == NULL || of->link->state == LINK_OPEN))
        line_device_run(of);
    if (of->link != NULL && of->link->state == LINK_OPEN)
        tunnel_link_flush(of->link);
    for (c = of->first; c != NULL; c = next) {
        next = c->next;
        line_client_flush(c);
    }
}

static void release(struct line_service *of)
{
    line_device_end(of);
    tunnel_tick_remove(&of->tick);
    of->service->state = NULL;
    tunnel_service_release(of->service);
    tunnel_bury(of);
}

static void on_tick(void *owner)
{
    struct line_service *of = owner;
    int64_t idle_ms = 1000 * (int64_t)of->service->idle_s;
    bool runs = of->turn != NULL || of->sent || of->enrolling;

    if (tunnel.draining && !runs)
        while (of->first != NULL)
            line_client_end(of->first);
    if (of->link != NULL && of->link->state == LINK_OPEN && !runs && idle_ms > 0
        && tunnel_now() - of->used_ms >= idle_ms)
        line_device_end(of);        /* others want the device too */
    if (of->ending && of->first == NULL && !runs)
        release(of);
}

static void cut(void *owner)
{
    struct line_service *of = owner;

    while (of->first != NULL) {
        of->first->sock.error = 1;      /* so that it sees a reset */
        line_client_end(of->first);
    }
    line_device_end(of);
}

static void begin(struct tunnel_service *s)
{
    struct line_service *of = calloc(1, sizeof *of);

    if (of == NULL)
        return;
    of->service = tunnel_service_keep(s);
    s->state = of;
    tunnel_tick_add(&of->tick, on_tick, cut, of);
}

/* Clients that are there stay until they leave. */
static void end(struct tunnel_service *s)
{
    struct line_service *of = s->state;

    if (of != NULL)
        of->ending = true;
}

static bool room(struct tunnel_service *s)
{
    return s->state != NULL && s->live < s->connections;
}

static void accepted(struct tunnel_service *s, int fd, const struct sockaddr_in *from)
{
    line_client_new(s->state, fd, from);
}

const struct tunnel_kind tunnel_line_kind = { accepted, room, begin, end };
