/* SPDX-License-Identifier: ISC */
/* The config file's text: options of the whole, then sections. Every refusal
 * names its line. */
#include "config.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum type { TEXT, ACCEPT, CONNECT, NUMBER, OCTAL };

/* Where a value goes, and what it may be. */
struct option {
    const char *name;
    enum type type;
    size_t at, size;            /* TEXT: room; NUMBER: unused */
    unsigned min, max;
};

#define GLOBAL(name, field) \
    { name, TEXT, offsetof(struct tunnel_config, field), sizeof ((struct tunnel_config *)0)->field, 0, 0 }
#define OF_SERVICE(name, type, field, min, max) \
    { name, type, offsetof(struct tunnel_service, field), sizeof ((struct tunnel_service *)0)->field, min, max }

static const struct option globals[] = {
    GLOBAL("log", log), GLOBAL("level", level_text), GLOBAL("access", access), GLOBAL("pid", pid),
    GLOBAL("store", store), GLOBAL("authority", authority),
    { "drain", NUMBER, offsetof(struct tunnel_config, drain_s), 0, 0, 86400 },
    { NULL, TEXT, 0, 0, 0, 0 },
};

static const struct option of_service[] = {
    OF_SERVICE("mode", TEXT, mode_text, 0, 0),
    OF_SERVICE("accept", ACCEPT, accept, 0, 0),
    OF_SERVICE("connect", CONNECT, connect, 0, 0),
    OF_SERVICE("grant", TEXT, grant_path, 0, 0),
    OF_SERVICE("task", TEXT, task_name, 0, 0),
    OF_SERVICE("timeout", NUMBER, timeout_s, 1, 3600),
    OF_SERVICE("idle", NUMBER, idle_s, 0, 31536000),
    OF_SERVICE("renew", NUMBER, renew, 8, 65000),
    OF_SERVICE("keep", NUMBER, keep, 0, 1000),
    OF_SERVICE("connections", NUMBER, connections, 1, 1000000),
    OF_SERVICE("unproven", NUMBER, unproven, 1, 65535),
    OF_SERVICE("backlog", NUMBER, backlog, 1, 65535),
    OF_SERVICE("socket-mode", OCTAL, socket_mode, 0, 0777),
    { NULL, TEXT, 0, 0, 0, 0 },
};

static const char *take_number(unsigned *to, const struct option *o, const char *value)
{
    char *end;
    unsigned long n = strtoul(value, &end, o->type == OCTAL ? 8 : 10);

    if (!isdigit((unsigned char)value[0]) || *end != '\0')
        return o->type == OCTAL ? "no octal number, such as 0660" : "no number";
    if (n < o->min || n > o->max)
        return "out of range: see mssl-tunnel.conf(5)";
    *to = (unsigned)n;
    return NULL;
}

static const char *take_value(void *object, const struct option *o, const char *value)
{
    char *to = (char *)object + o->at;
    const char *bad = NULL;

    switch (o->type) {
    case ACCEPT:
        tunnel_place_parse((struct tunnel_place *)to, value, &bad, true);
        return bad;
    case CONNECT:
        /* A host's name is looked up when all is read. */
        if (strlen(value) >= TUNNEL_TEXT_MAX)
            return "too long";
        strcpy(((struct tunnel_place *)to)->text, value);
        return NULL;
    case TEXT:
        if (strlen(value) >= o->size)
            return "too long";
        strcpy(to, value);
        return NULL;
    default:
        return take_number((unsigned *)to, o, value);
    }
}

static char *trim(char *s)
{
    char *end = s + strlen(s);

    while (isspace((unsigned char)*s))
        s++;
    while (end > s && isspace((unsigned char)end[-1]))
        end--;
    *end = '\0';
    return s;
}

/* The state of reading. */
struct reader {
    struct tunnel_config *config;
    struct tunnel_service *service;     /* the section we are in; NULL: before the first */
    struct tunnel_service **tail;
    unsigned set;                       /* options seen in it, a bit each */
};

static const char *begin_section(struct reader *r, char *line, unsigned number)
{
    size_t n = strlen(line);
    struct tunnel_service *s;

    if (n < 3 || line[n - 1] != ']')
        return "a section is [NAME]";
    line[n - 1] = '\0';
    if (n - 2 > TUNNEL_NAME_MAX || !mssl_device_name_ok(line + 1))
        return "a service's name is 1 to 32 of a-z, 0-9, dot, dash and underscore";
    for (s = r->config->services; s != NULL; s = s->next)
        if (strcmp(s->name, line + 1) == 0)
            return "this service is there already";
    s = calloc(1, sizeof *s);
    if (s == NULL)
        return "out of memory";
    strcpy(s->name, line + 1);
    s->line = number;
    s->timeout_s = 10;
    s->renew = 0xF000;
    s->connections = 10000;
    s->unproven = 256;
    s->socket_mode = 0600;
    s->backlog = 1024;
    s->idle_s = TUNNEL_IDLE_DEFAULT;
    s->references = 1;
    *r->tail = s;
    r->tail = &s->next;
    r->service = s;
    r->set = 0;
    return NULL;
}

static const char *take_option(struct reader *r, char *line)
{
    const struct option *table = r->service != NULL ? of_service : globals, *o;
    char *value = strchr(line, '=');

    if (value == NULL)
        return "neither [NAME] nor NAME = VALUE";
    *value++ = '\0';
    line = trim(line);
    value = trim(value);
    for (o = table; o->name != NULL; o++)
        if (strcmp(o->name, line) == 0)
            break;
    if (o->name == NULL)
        return r->service != NULL ? "no such option of a service" : "no such option before the first [NAME]";
    if (r->set & 1u << (o - table))
        return "this option was given already";
    r->set |= 1u << (o - table);
    if (*value == '\0')
        return "the value is missing";
    return take_value(r->service != NULL ? (void *)r->service : (void *)r->config, o, value);
}

static const char *take_line(struct reader *r, char *line, unsigned number)
{
    line = trim(line);
    if (*line == '\0' || *line == '#' || *line == ';')
        return NULL;
    return *line == '[' ? begin_section(r, line, number) : take_option(r, line);
}

bool tunnel_config_parse(struct tunnel_config *c, const char *text, struct mssl_why *why)
{
    struct reader r = { c, NULL, &c->services, 0 };
    char line[2 * TUNNEL_TEXT_MAX];

    why->line = 0;
    why->reason = NULL;
    while (*text != '\0' && why->reason == NULL) {
        size_t n = strcspn(text, "\n");
        why->line++;
        if (n >= sizeof line) {
            why->reason = "too long";
            break;
        }
        memcpy(line, text, n);
        line[n] = '\0';
        why->reason = take_line(&r, line, why->line);
        text += n + (text[n] == '\n');
    }
    return why->reason == NULL;
}
