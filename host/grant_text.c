/* SPDX-License-Identifier: ISC */
/* Grant files: their text: see mssl.h 7, docs/FORMATS.md. */
#include "task_table.h"

#include <string.h>

#define VERSION "1"

/* Lines come in the order of this list; those of many may repeat or be absent. */
struct field {
    const char *name;
    const char *missing;
    const char *(*take)(struct mssl_grant_file *g, struct mssl_span value);
    bool many;
};

static const char *take_version(struct mssl_grant_file *g, struct mssl_span v)
{
    (void)g;
    return mssl_span_is(v, VERSION) ? NULL : "a grant file of another version: this program reads 1";
}

static const char *take_device_name(struct mssl_grant_file *g, struct mssl_span v)
{
    if (!mssl_span_name(v, MSSL_DEVICE_NAME_MAX))
        return "a device name is 1 to 32 of a-z 0-9 . _ -";
    mssl_span_copy(g->device_name, sizeof g->device_name, v);
    return NULL;
}

static const char *take_host_name(struct mssl_grant_file *g, struct mssl_span v)
{
    if (!mssl_span_name(v, MSSL_G_HOST_LEN))
        return "a host name is 1 to 7 of a-z 0-9 . _ -";
    mssl_span_copy(g->host_name, sizeof g->host_name, v);
    return NULL;
}

static const char *take_table(struct mssl_grant_file *g, struct mssl_span v)
{
    uint32_t n;

    if (!mssl_span_number(v, 255, &n))
        return "the task table's number is 0 to 255";
    g->table.number = (uint8_t)n;
    return NULL;
}

static const char *take_task(struct mssl_grant_file *g, struct mssl_span v)
{
    return mssl_task_add(&g->table, v);
}

static const char *take_block(struct mssl_grant_file *g, struct mssl_span v, uint8_t type)
{
    uint8_t *block = g->blocks[g->count];
    struct mssl_grant decoded;

    if (mssl_from_hex(block, MSSL_GRANT_LEN, v.p, v.len) != MSSL_OK)
        return "64 lower-case hex digits are wanted here";
    if (mssl_grant_decode(&decoded, block) != MSSL_OK || decoded.type != type)
        return "this block's fields are not those of a grant or restriction";
    g->count++;
    return NULL;
}

static const char *take_grant(struct mssl_grant_file *g, struct mssl_span v)
{
    return take_block(g, v, MSSL_TYPE_GRANT);
}

static const char *take_restriction(struct mssl_grant_file *g, struct mssl_span v)
{
    if (g->count == MSSL_BLOCKS_MAX)
        return "at most 3 restrictions";
    return take_block(g, v, MSSL_TYPE_RESTRICTION);
}

static bool signature_len_ok(size_t len)
{
    return len == 256 || len == 384 || len == 512;
}

static const char *take_signature(struct mssl_grant_file *g, struct mssl_span v)
{
    if (!signature_len_ok(v.len / 2)
        || mssl_from_hex(g->signature, v.len / 2, v.p, v.len) != MSSL_OK)
        return "512, 768 or 1024 lower-case hex digits are wanted here";
    g->signature_len = (uint16_t)(v.len / 2);
    return NULL;
}

static const char *take_key(struct mssl_grant_file *g, struct mssl_span v)
{
    if (mssl_from_hex(g->key, MSSL_KEY_LEN, v.p, v.len) != MSSL_OK)
        return "32 lower-case hex digits are wanted here";
    return NULL;
}

static const struct field fields[] = {
    { "mssl-grant",  "not a grant file: its first line is not 'mssl-grant: 1'", take_version, false },
    { "device-name", "'device-name:' is missing here", take_device_name, false },
    { "host-name",   "'host-name:' is missing here", take_host_name, false },
    { "table",       "'table:' is missing here", take_table, false },
    { "task",        NULL, take_task, true },
    { "grant",       "'task:' or 'grant:' is missing here", take_grant, false },
    { "signature",   "'signature:' is missing here", take_signature, false },
    { "restriction", NULL, take_restriction, true },
    { "key",         "'restriction:' or 'key:' is missing here", take_key, false },
};
#define FIELDS (sizeof fields / sizeof fields[0])

/* "name: value": value in *line if the name is this one. */
static bool has_name(struct mssl_span *line, const char *name)
{
    size_t n = mssl_strlen(name);

    if (line->len < n + 2 || memcmp(line->p, name, n) != 0 || memcmp(line->p + n, ": ", 2) != 0)
        return false;
    line->p += n + 2;
    line->len -= n + 2;
    return true;
}

/* Takes one line; *at: the first field that it may be. */
static const char *take_line(struct mssl_grant_file *g, struct mssl_span line, size_t *at)
{
    while (*at < FIELDS) {
        const struct field *f = &fields[*at];
        if (has_name(&line, f->name)) {
            *at += !f->many;
            return f->take(g, line);
        }
        if (!f->many)
            return f->missing;
        ++*at;
    }
    return "nothing may follow 'key:'";
}

/* What the lines say of each other. */
static const char *misfit(const struct mssl_grant_file *g)
{
    struct mssl_grant first, block;
    uint8_t i;

    if (g->count < 1 || g->count > MSSL_BLOCKS_MAX || mssl_grant_decode(&first, g->blocks[0]) != MSSL_OK
        || first.type != MSSL_TYPE_GRANT)
        return "the grant is not one";
    if (first.table != g->table.number)
        return "'table:' is not the grant's task table";
    block = first;
    for (i = 1; i < g->count; i++) {
        if (mssl_grant_decode(&block, g->blocks[i]) != MSSL_OK || block.type != MSSL_TYPE_RESTRICTION)
            return "a restriction is not one";
        if (block.slot != first.slot || block.generation != first.generation)
            return "a restriction is for another slot or generation than the grant";
    }
    if (!mssl_span_is(mssl_span_of(g->host_name), block.host))
        return "'host-name:' is not the host id of the last block";
    return NULL;
}

static const char *parse(struct mssl_grant_file *g, struct mssl_reader *r)
{
    struct mssl_span line;
    const char *reason = NULL;
    size_t at = 0;

    while (reason == NULL && mssl_reader_line(r, &line))
        reason = take_line(g, line, &at);
    if (reason == NULL && at < FIELDS) {
        r->line++;
        reason = "the file ends too early";
    }
    if (reason == NULL) {
        reason = misfit(g);
        r->line = 0;
    }
    return reason;
}

mssl_err mssl_grant_file_parse(struct mssl_grant_file *g, const char *text, size_t len,
                               struct mssl_why *why)
{
    struct mssl_reader r = { { text, len }, 0 };

    memset(g, 0, sizeof *g);
    if (len > MSSL_GRANT_TEXT_MAX)
        why->reason = "longer than 16 KiB";
    else if (len > 0 && text[len - 1] != '\n')
        why->reason = "the last line doesn't end with a line feed: the file is cut off";
    else
        why->reason = parse(g, &r);
    why->line = r.line;
    if (why->reason == NULL)
        return MSSL_OK;
    mssl_grant_file_wipe(g);
    return MSSL_E_FORMAT;
}

static void put_line(struct mssl_writer *w, const char *name, const char *value)
{
    mssl_put(w, name);
    mssl_put(w, value);
    mssl_put_char(w, '\n');
}

static void put_hex_line(struct mssl_writer *w, const char *name, const uint8_t *in, size_t len)
{
    mssl_put(w, name);
    mssl_put_hex(w, in, len);
    mssl_put_char(w, '\n');
}

static void put_all(struct mssl_writer *w, const struct mssl_grant_file *g)
{
    uint8_t i;

    put_line(w, "mssl-grant: ", VERSION);
    put_line(w, "device-name: ", g->device_name);
    put_line(w, "host-name: ", g->host_name);
    mssl_put(w, "table: ");
    mssl_put_number(w, g->table.number);
    mssl_put_char(w, '\n');
    mssl_put_tasks(w, &g->table, "task: ");
    put_hex_line(w, "grant: ", g->blocks[0], MSSL_GRANT_LEN);
    put_hex_line(w, "signature: ", g->signature, g->signature_len);
    for (i = 1; i < g->count; i++)
        put_hex_line(w, "restriction: ", g->blocks[i], MSSL_GRANT_LEN);
    put_hex_line(w, "key: ", g->key, MSSL_KEY_LEN);
}

mssl_err mssl_grant_file_format(const struct mssl_grant_file *g, char *out, size_t *len)
{
    struct mssl_writer w;
    size_t size = *len;
    mssl_err e;

    if (!mssl_device_name_ok(g->device_name) || !mssl_tasks_ok(&g->table) || !signature_len_ok(g->signature_len)
        || misfit(g) != NULL) {
        mssl_wipe(out, size);
        return MSSL_E_ARGUMENT;
    }
    mssl_writer_begin(&w, out, size);
    put_all(&w, g);
    e = mssl_writer_end(&w, len);
    if (e != MSSL_OK)
        mssl_wipe(out, size);
    return e;
}

void mssl_grant_file_wipe(struct mssl_grant_file *g)
{
    mssl_wipe(g, sizeof *g);
}
