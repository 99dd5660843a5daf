/* SPDX-License-Identifier: ISC */
/* The text of the file of names, read by inih: see mssl_names_parse.h. What inih lets
 * pass (long lines, bytes that are no text, empty and repeated sections) is refused
 * here, for it decides where commands go. */
#include "mssl_names_parse.h"

#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mssl_cli.h"

#define NAMES_MAX 256
#define LINE_SIZE 1024      /* of inih's buffer */

struct parser {
    const char *text;
    size_t len, at;
    unsigned line;              /* read last */
    const char *folder;
    int folder_len;
    bool in_section;            /* a '[' came */
    unsigned section_line;
    struct mssl_name now;       /* the section being read; no name: none of its keys yet */
    unsigned count;
    char seen[NAMES_MAX][MSSL_NAME_MAX + 1];
    mssl_name_take *take;
    void *ctx;
    struct mssl_why *why;
};

/* The first mistake is the one that is told. */
static int wrong(struct parser *p, unsigned line, const char *reason)
{
    if (p->why->reason == NULL) {
        p->why->line = line;
        p->why->reason = reason;
    }
    return 0;
}

static bool finish_section(struct parser *p)
{
    struct mssl_name *n = &p->now;

    if (!p->in_section)
        return true;
    if (n->name[0] == '\0')
        return wrong(p, p->section_line, "a section without keys: address and grant are wanted");
    if (n->address[0] == '\0')
        return wrong(p, p->section_line, "no 'address = HOST' in this section");
    if (n->grant[0] == '\0')
        return wrong(p, p->section_line, "no 'grant = FILE' in this section");
    if (n->port == 0)
        n->port = MSSL_PORT;
    snprintf(n->place, sizeof n->place, "%s:%u", n->address, n->port);
    if (p->take != NULL)
        p->take(p->ctx, n);
    return true;
}

static bool text_ok(const char *s, size_t len)
{
    size_t i;

    for (i = 0; i < len; i++)
        if (((unsigned char)s[i] < ' ' && s[i] != '\t' && s[i] != '\r') || s[i] == 0x7F)
            return false;
    return true;
}

/* inih passes what follows the bracket over. */
static bool begin_bracket(struct parser *p, const char *line)
{
    size_t n = strlen(line);

    while (n > 0 && strchr(" \t\r\n", line[n - 1]) != NULL)
        n--;
    if (strchr(line, ']') != line + n - 1)
        return wrong(p, p->line, "a section is [NAME], alone on its line");
    if (!finish_section(p))
        return false;
    p->in_section = true;
    p->section_line = p->line;
    memset(&p->now, 0, sizeof p->now);
    return true;
}

/* inih's fgets. It is called for each line, so sections are seen here. */
static char *next_line(char *out, int size, void *stream)
{
    struct parser *p = stream;
    const char *from = p->text + p->at;
    const char *lf = p->at < p->len ? memchr(from, '\n', p->len - p->at) : NULL;
    size_t len = lf != NULL ? (size_t)(lf - from) + 1 : p->len - p->at;

    if (len == 0 || p->why->reason != NULL)
        return NULL;
    p->line++;
    if (len >= (size_t)size || len >= LINE_SIZE - 3) {
        wrong(p, p->line, "a line longer than 1000 bytes");
        return NULL;
    }
    if (!text_ok(from, lf != NULL ? len - 1 : len)) {
        wrong(p, p->line, "a control byte: the file is text");
        return NULL;
    }
    memcpy(out, from, len);
    out[len] = '\0';
    p->at += len;
    return out[strspn(out, " \t\r")] != '[' || begin_bracket(p, out) ? out : NULL;
}

/* The first key of a section brings its name. */
static bool begin_section(struct parser *p, const char *section)
{
    unsigned i;

    if (!mssl_name_ok(section))
        return wrong(p, p->section_line, "a name is 1 to 32 of a-z 0-9 _ - and has no dash in front");
    if (mssl_command_name(section))
        return wrong(p, p->section_line, "this name is a command of mssl: choose another");
    for (i = 0; i < p->count; i++)
        if (strcmp(p->seen[i], section) == 0)
            return wrong(p, p->section_line, "this name was given before");
    if (p->count == NAMES_MAX)
        return wrong(p, p->section_line, "more than 256 names");
    memcpy(p->seen[p->count++], section, strlen(section) + 1);
    memcpy(p->now.name, section, strlen(section) + 1);
    return true;
}

static int take_number(struct parser *p, unsigned *to, const char *value, unsigned long max, const char *reason)
{
    char *end;
    unsigned long n = strtoul(value, &end, 10);

    if (value[0] < '0' || value[0] > '9' || *end != '\0' || n < 1 || n > max)
        return wrong(p, p->line, reason);
    *to = (unsigned)n;
    return 1;
}

/* Relative to the file's folder, or to the home with ~/. */
static int take_path(struct parser *p, char to[MSSL_PATH_SIZE], const char *value)
{
    const char *home = getenv("HOME");
    int n;

    if (value[0] == '/')
        n = snprintf(to, MSSL_PATH_SIZE, "%s", value);
    else if (strncmp(value, "~/", 2) == 0 && home != NULL)
        n = snprintf(to, MSSL_PATH_SIZE, "%s%s", home, value + 1);
    else
        n = snprintf(to, MSSL_PATH_SIZE, "%.*s/%s", p->folder_len, p->folder, value);
    return n < MSSL_PATH_SIZE ? 1 : wrong(p, p->line, "a path too long");
}

static int take_address(struct parser *p, const char *value)
{
    if (strpbrk(value, ": \t[/") != NULL || strlen(value) >= sizeof p->now.address)
        return wrong(p, p->line, "an address is a host name or an IPv4 address; the port is 'port = N'");
    memcpy(p->now.address, value, strlen(value) + 1);
    return 1;
}

static int take_key(void *user, const char *section, const char *key, const char *value)
{
    static const char twice[] = "this key was given before in the section";
    struct parser *p = user;
    struct mssl_name *n = &p->now;

    if (p->why->reason != NULL)
        return 0;
    if (!p->in_section)
        return wrong(p, p->line, "a key before the first [NAME]");
    if (n->name[0] == '\0' && !begin_section(p, section))
        return 0;
    if (value[0] == '\0')
        return wrong(p, p->line, "a key without a value");
    if (strcmp(key, "address") == 0)
        return n->address[0] != '\0' ? wrong(p, p->line, twice) : take_address(p, value);
    if (strcmp(key, "port") == 0)
        return n->port != 0 ? wrong(p, p->line, twice)
                            : take_number(p, &n->port, value, 65535, "the port is not 1 to 65535");
    if (strcmp(key, "grant") == 0)
        return n->grant[0] != '\0' ? wrong(p, p->line, twice) : take_path(p, n->grant, value);
    if (strcmp(key, "authority") == 0)
        return n->authority[0] != '\0' ? wrong(p, p->line, twice) : take_path(p, n->authority, value);
    if (strcmp(key, "timeout") == 0)
        return n->timeout_s != 0 ? wrong(p, p->line, twice)
                                 : take_number(p, &n->timeout_s, value, MSSL_TIMEOUT_MAX_S,
                                               "the time-out is not 1 to 86400 seconds");
    return wrong(p, p->line, "no such key: address, port, grant, authority, timeout");
}

bool mssl_names_parse(const char *text, size_t len, const char *path, mssl_name_take *take, void *ctx,
                      struct mssl_why *why)
{
    static struct parser p;     /* too large for a stack */
    int bad;

    memset(&p, 0, sizeof p);
    p.text = text;
    p.len = len;
    p.folder = path;
    p.folder_len = (int)(strrchr(path, '/') - path);
    p.take = take;
    p.ctx = ctx;
    p.why = why;
    why->line = 0;
    why->reason = NULL;
    ini_allow_multiline = ini_allow_inline_comments = ini_use_stack = false;
    ini_max_line = ini_initial_alloc = LINE_SIZE;
    bad = ini_parse_stream(next_line, &p, take_key, &p);
    if (bad > 0)
        wrong(&p, (unsigned)bad, "a line is [NAME], 'key = value' or a comment");
    else if (bad < 0)
        wrong(&p, 0, "no memory");
    if (why->reason == NULL)
        finish_section(&p);
    return why->reason == NULL;
}
