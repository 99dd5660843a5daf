/* SPDX-License-Identifier: ISC */
/* What a config names: kinds, places, grants. The grant's signature is checked
 * here, once, and not for each connection. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tunnel.h"

#define CONFIG_MAX 65536
#define PEM_MAX    8192
#define LINE_IDLE_S   30        /* a chip has one session: others want it too */
#define STREAM_IDLE_S 43200

static bool complain(const struct tunnel_config *c, unsigned line, const char *reason, const char *remedy)
{
    char thing[TUNNEL_PATH_MAX + 32];

    if (line > 0)
        snprintf(thing, sizeof thing, "%s: line %u", c->path, line);
    else
        snprintf(thing, sizeof thing, "%s", c->path);
    tunnel_log(TUNNEL_ERROR, thing, reason, remedy);
    return false;
}

/* An error of a service's section. */
static bool wrong(const struct tunnel_config *c, const struct tunnel_service *s, const char *reason)
{
    char text[400];

    snprintf(text, sizeof text, "[%s] %s", s->name, reason);
    return complain(c, s->line, text, NULL);
}

static bool complete_kind(const struct tunnel_config *c, struct tunnel_service *s)
{
    static const struct { const char *name; const struct tunnel_kind *kind; } kinds[] = {
        { "line", &tunnel_line_kind }, { "client", &tunnel_client_kind }, { "server", &tunnel_server_kind },
    };
    size_t i;

    for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(s->mode_text, kinds[i].name) == 0)
            s->kind = kinds[i].kind;
    if (s->idle_s == TUNNEL_IDLE_DEFAULT)
        s->idle_s = s->kind == &tunnel_line_kind ? LINE_IDLE_S : STREAM_IDLE_S;
    return s->kind != NULL || wrong(c, s, "mode is not line, client or server");
}

/* A socket that was passed in can't be bound twice, so no system says so. */
static bool passed_twice(const struct tunnel_config *c, const struct tunnel_service *s)
{
    const struct tunnel_service *o = c->services;

    while (o != s && (o->accept.len > 0 || strcmp(o->accept.text, s->accept.text) != 0))
        o = o->next;
    return o != s;
}

static bool complete_places(const struct tunnel_config *c, struct tunnel_service *s)
{
    bool server = s->kind == &tunnel_server_kind;
    const char *bad;

    if (s->accept.text[0] == '\0')
        return wrong(c, s, "accept is missing");
    if (passed_twice(c, s))
        return wrong(c, s, "accept: another service has this socket");
    if (s->connect.text[0] == '\0')
        return wrong(c, s, "connect is missing");
    if (server && s->accept.len > 0 && s->accept.at.any.sa_family != AF_INET)
        return wrong(c, s, "accept of a server is an IPv4 address: grants are bound to one");
    if (!tunnel_place_parse(&s->connect, s->connect.text, &bad, false))
        return wrong(c, s, bad);
    if (!server && s->connect.at.any.sa_family != AF_INET)
        return wrong(c, s, "connect of a host is HOST or HOST:PORT");
    return true;
}

/* A path in the config is relative to the config's folder. */
static void path_of(char out[2 * TUNNEL_PATH_MAX], const struct tunnel_config *c, const char *path)
{
    const char *slash = strrchr(c->path, '/');

    if (path[0] == '/' || slash == NULL)
        snprintf(out, 2 * TUNNEL_PATH_MAX, "%s", path);
    else
        snprintf(out, 2 * TUNNEL_PATH_MAX, "%.*s/%s", (int)(slash - c->path), c->path, path);
}

static void resolve(const struct tunnel_config *c, char path[TUNNEL_PATH_MAX])
{
    char full[2 * TUNNEL_PATH_MAX];

    if (path[0] == '\0' || strcmp(path, "stderr") == 0 || strcmp(path, "syslog") == 0)
        return;
    path_of(full, c, path);
    if (strlen(full) < TUNNEL_PATH_MAX)
        strcpy(path, full);
}

static bool load_pem(struct tunnel_config *c)
{
    mssl_err e;

    if (c->authority[0] == '\0')
        return complain(c, 0, "no authority", "name the authority's public key: authority = FILE");
    c->pem = malloc(PEM_MAX);
    c->pem_len = PEM_MAX;
    e = c->pem != NULL ? mssl_file_read(c->pem, &c->pem_len, c->authority) : MSSL_E_ROOM;
    if (e == MSSL_OK)
        return true;
    tunnel_log(TUNNEL_ERROR, c->authority, e == MSSL_E_FILE ? strerror(errno) : mssl_err_text(e),
               "authority = FILE names the authority's public key");
    return false;
}

static bool load_grant(struct tunnel_config *c, struct tunnel_service *s)
{
    struct mssl_why why = { 0, "" };
    mssl_err e;

    if (s->grant_path[0] == '\0')
        return wrong(c, s, "grant is missing");
    if (c->pem == NULL && !load_pem(c))
        return false;
    resolve(c, s->grant_path);
    s->grant = calloc(1, sizeof *s->grant);
    if (s->grant == NULL)
        return wrong(c, s, "out of memory");
    e = mssl_grant_file_read(s->grant, s->grant_path, &why);
    if (e != MSSL_OK) {
        tunnel_log(TUNNEL_ERROR, s->grant_path, e == MSSL_E_FILE ? strerror(errno)
                   : e == MSSL_E_FORMAT ? why.reason : mssl_err_text(e),
                   e == MSSL_E_MODE ? "chmod 600 it" : "ask the authority for the file again");
        return false;
    }
    e = mssl_signature_verify(s->grant->blocks[0], s->grant->signature, s->grant->signature_len,
                              c->pem, c->pem_len);
    if (e == MSSL_OK)
        return true;
    tunnel_log(TUNNEL_ERROR, s->grant_path, mssl_err_text(e), "don't use it, or name the right authority");
    return false;
}

/* A stream's task: a name of the grant's table; of a server's own table: see there. */
static bool complete_task(const struct tunnel_config *c, struct tunnel_service *s)
{
    int task;

    if (s->kind == &tunnel_line_kind)
        return s->task_name[0] == '\0' || wrong(c, s, "task: a line names its own");
    if (s->task_name[0] == '\0')
        strcpy(s->task_name, "stream");
    task = s->grant != NULL ? mssl_task_find(&s->grant->table, s->task_name) : tunnel_server_task(s->task_name);
    if (task < 0 || task > MSSL_TASK_APP_MAX)
        return wrong(c, s, s->grant != NULL ? "task: the grant's task table has no such name"
                                            : "task: not stream, or stream1 to stream7");
    s->task = (uint8_t)task;
    return true;
}

static bool complete_service(struct tunnel_config *c, struct tunnel_service *s)
{
    bool server;

    if (!complete_kind(c, s) || !complete_places(c, s))
        return false;
    server = s->kind == &tunnel_server_kind;
    if (server && c->store[0] == '\0')
        return wrong(c, s, "a server needs store = FILE before the first [NAME]");
    if (server && s->grant_path[0] != '\0')
        return wrong(c, s, "a server has no grant: its hosts have");
    if (!server && !load_grant(c, s))
        return false;
    return complete_task(c, s);
}

bool tunnel_config_complete(struct tunnel_config *c)
{
    static const char *const levels[] = { "error", "warning", "notice", "info" };
    struct tunnel_service *s;
    size_t i;

    for (i = 0; i < 4 && strcmp(c->level_text, levels[i]) != 0; i++)
        continue;
    if (i == 4)
        return complain(c, 0, "level is not error, warning, notice or info", NULL);
    c->level = (enum tunnel_level)i;
    resolve(c, c->log);
    resolve(c, c->access);
    resolve(c, c->pid);
    resolve(c, c->store);
    resolve(c, c->authority);
    if (c->services == NULL)
        return complain(c, 0, "no service", "add a [NAME] with mode, accept and connect");
    for (s = c->services; s != NULL; s = s->next)
        if (!complete_service(c, s))
            return false;
    return true;
}

struct tunnel_config *tunnel_config_read(const char *path)
{
    struct tunnel_config *c = calloc(1, sizeof *c);
    char *text = calloc(1, CONFIG_MAX + 1);
    size_t len = CONFIG_MAX;
    struct mssl_why why;
    mssl_err e = MSSL_E_ROOM;
    bool ok = false;

    if (c != NULL && text != NULL && strlen(path) < TUNNEL_PATH_MAX) {
        strcpy(c->path, path);
        strcpy(c->log, "stderr");
        strcpy(c->level_text, "notice");
        c->drain_s = 30;
        e = mssl_file_read(text, &len, path);
    }
    if (e != MSSL_OK)
        tunnel_log(TUNNEL_ERROR, path, e == MSSL_E_FILE ? strerror(errno) : mssl_err_text(e),
                   "check the path and its rights");
    else if (memchr(text, '\0', len) != NULL)
        complain(c, 0, "not a text", NULL);
    else if (!tunnel_config_parse(c, text, &why))
        complain(c, why.line, why.reason, NULL);
    else
        ok = tunnel_config_complete(c);
    free(text);
    if (ok)
        return c;
    tunnel_config_free(c);
    return NULL;
}

void tunnel_config_free(struct tunnel_config *c)
{
    struct tunnel_service *s, *next;

    if (c == NULL)
        return;
    for (s = c->services; s != NULL; s = next) {
        next = s->next;
        tunnel_service_release(s);
    }
    free(c->pem);
    free(c);
}
