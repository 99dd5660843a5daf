/* SPDX-License-Identifier: ISC */
/* A message as one line for a person. */
#include <inttypes.h>

#include "decode.h"

static void put_address(FILE *out, const uint8_t ip[4], uint16_t port)
{
    fprintf(out, "%u.%u.%u.%u:%u", ip[0], ip[1], ip[2], ip[3], port);
}

static void put_place(FILE *out, const struct decode_place *p, bool from_host)
{
    fprintf(out, "%" PRIu64 ".%06" PRIu64 " ", p->us / 1000000, p->us % 1000000);
    put_address(out, from_host ? p->host : p->device, from_host ? p->host_port : p->device_port);
    fputs(" > ", out);
    put_address(out, from_host ? p->device : p->host, from_host ? p->device_port : p->host_port);
}

static void put_tasks(const struct decode_lines *l, uint32_t word)
{
    const char *comma = "";
    uint8_t t;
    char room[4];

    fputs(" tasks ", l->out);
    for (t = 0; t < MSSL_TASKS; t++) {
        if (!(word >> t & 1))
            continue;
        fprintf(l->out, "%s%s", comma, decode_task(l->table, t, room));
        comma = ",";
    }
    if (word == 0)
        fputs("none", l->out);
}

/* Between quotes, so that what a peer says can't end them. */
static void put_text(const struct decode_lines *l, const char *text)
{
    fputs(" \"", l->out);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            fputc('\\', l->out);
        fputc(*text, l->out);
    }
    fputc('"', l->out);
}

/* A HELLO is anybody's: what is no name must not look like the rest of the line. */
static void put_host(const struct decode_lines *l, const uint8_t *b)
{
    char host[4 * MSSL_G_HOST_LEN + 1];

    decode_escape(host, sizeof host, b + MSSL_G_HOST, MSSL_G_HOST_LEN);
    fputs(" host", l->out);
    if (mssl_host_name_ok(host))
        fprintf(l->out, " %s", host);
    else
        put_text(l, host);
}

static void put_block(const struct decode_lines *l, const uint8_t *b)
{
    char hex[2 * MSSL_G_DEVICE_LEN + 1], address[MSSL_ADDRESS_TEXT_SIZE];

    decode_address(address, b);
    if (b[MSSL_G_TYPE] == MSSL_TYPE_RESTRICTION)
        fputs("; restriction", l->out);
    put_host(l, b);
    if (b[MSSL_G_TYPE] != MSSL_TYPE_RESTRICTION) {
        mssl_to_hex(hex, b + MSSL_G_DEVICE, MSSL_G_DEVICE_LEN);
        fprintf(l->out, " device %s table %u epoch %u", hex, b[MSSL_G_TABLE],
                b[MSSL_G_EPOCH] << 8 | b[MSSL_G_EPOCH + 1]);
    }
    fprintf(l->out, " slot %u generation %u address %s", b[MSSL_G_SLOT], b[MSSL_G_GENERATION], address);
    put_tasks(l, decode_task_word(b + MSSL_G_TASKS));
    if (b[MSSL_G_PARAM] | b[MSSL_G_PARAM + 1] | b[MSSL_G_PARAM + 2]) {
        mssl_to_hex(hex, b + MSSL_G_PARAM, MSSL_G_PARAM_LEN);
        fprintf(l->out, " parameters %s", hex);
    }
}

static void put_layout(const struct decode_lines *l, const struct decode_message *m)
{
    const uint8_t *a = m->plain + 1;

    if (m->kind == DECODE_COMMAND && m->task == MSSL_TASK_DESCRIBE && !m->self)
        fprintf(l->out, " task %u", a[1]);
    if (m->kind == DECODE_COMMAND && m->task == MSSL_TASK_ENROL)
        fprintf(l->out, " offset %u, %u bytes", a[0] << 8 | a[1], a[MSSL_ENROL_COUNT]);
    if (m->kind == DECODE_COMMAND && m->task == MSSL_TASK_ADMIN && a[0] == MSSL_ADMIN_EPOCH)
        fputs(" epoch", l->out);
    if (m->kind == DECODE_COMMAND && m->task == MSSL_TASK_ADMIN && a[0] != MSSL_ADMIN_EPOCH)
        fprintf(l->out, " revoke %u %u", a[0], a[1]);
    if (m->kind != DECODE_ANSWER || m->plain[0] != MSSL_STATUS_OK || !m->has_task)
        return;
    if (m->task == MSSL_TASK_ENROL)
        fputs(a[0] == MSSL_ENROL_DONE ? " enrolled" : " more is wanted", l->out);
    if (m->self) {
        fprintf(l->out, " table %u", a[0]);
        put_tasks(l, decode_task_word(a + 1));
        fprintf(l->out, "%s%s", a[5] & MSSL_FLAG_SIGNATURE ? " signature" : "",
                a[5] & MSSL_FLAG_ENROLLED ? " enrolled" : "");
    }
}

static void put_message(const struct decode_lines *l, const struct decode_message *m)
{
    char text[DECODE_TEXT_SIZE], room[4];
    uint8_t at;

    if (m->kind == DECODE_HELLO)
        for (at = 1; at + MSSL_NONCE_LEN < m->len; at = (uint8_t)(at + MSSL_GRANT_LEN))
            put_block(l, m->raw + at);
    if (m->kind == DECODE_RECORD)
        fprintf(l->out, " of %u bytes, sealed", m->raw[0]);
    if (m->has_task)
        fprintf(l->out, " %s", decode_task(l->table, m->task, room));
    if (m->kind == DECODE_ANSWER && decode_status(m->plain[0]) != NULL)
        fprintf(l->out, " %s", decode_status(m->plain[0]));
    else if (m->kind == DECODE_ANSWER)
        fprintf(l->out, " status %u", m->plain[0]);
    put_layout(l, m);
    if (decode_text(text, m))
        put_text(l, text);
    if (m->kind == DECODE_END)
        fprintf(l->out, ": %s", decode_end_texts[m->end]);
}

void decode_show_text(void *ctx, const struct decode_place *p, const struct decode_message *m)
{
    struct decode_lines *l = ctx;
    const char *before = " [";
    uint8_t w;

    l->messages++;
    l->bad_tags += m->tag == DECODE_TAG_BAD;
    put_place(l->out, p, m->dir == MSSL_DIR_HOST);
    fprintf(l->out, " %s", decode_kinds[m->kind]);
    put_message(l, m);
    for (w = 0; w < DECODE_WARNINGS; w++) {
        if (!(m->warnings >> w & 1))
            continue;
        fprintf(l->out, "%s%s", before, decode_warnings[w]);
        before = "; ";
    }
    fputs(m->warnings != 0 ? "]\n" : "\n", l->out);
}
