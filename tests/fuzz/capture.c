/* SPDX-License-Identifier: ISC */
/* mssl decode over captures: two sessions whose streams are cut into segments, sent
 * early, twice, overlapping, and raw frames in between. Oracles: while no byte was
 * changed, each direction shows just the messages that were sealed and came whole, in
 * order, once, with good tags and the right plaintext; whatever comes, lines are
 * printable. The first byte may ask for the key log's reader instead. */
#include <string.h>

#include "decode.h"
#include "script.h"

#define STREAM_MAX   3000
#define MESSAGES_MAX 64
#define FRAME_MAX    2000
#define LINE_MAX     (64 * 1024)

struct planned {                    /* a message of a direction */
    size_t end;                     /* where it ends in the stream */
    uint8_t n, plain[128];
};

struct way {                        /* a direction */
    uint8_t bytes[STREAM_MAX], came[STREAM_MAX];
    size_t len, sent;               /* planned, and sent in order so far */
    struct planned messages[MESSAGES_MAX];
    unsigned count, shown, records;
    uint32_t isn;
};

struct talk {
    struct way way[2];              /* by MSSL_DIR_* */
    uint8_t key[16];
    uint16_t port;
};

static struct script script;
static struct talk talks[2];
static bool spoilt;
static int link_type;
static uint64_t frames;
static uint8_t tcp_offset;          /* where TCP's data begin, as its header says it */
static char line[LINE_MAX];
static struct decode_tcp *tcp;
static struct mssl_task_table table;

static void print(decode_show *show, const struct decode_place *p, const struct decode_message *m)
{
    struct decode_lines lines = { .table = &table };
    size_t i, len;

    lines.out = fmemopen(line, sizeof line, "w");
    MUST(lines.out != NULL);
    show(&lines, p, m);
    len = (size_t)ftell(lines.out);
    fclose(lines.out);
    MUST(len > 0 && len < sizeof line && line[len - 1] == '\n');
    for (i = 0; i + 1 < len; i++)
        MUST(line[i] >= ' ' && line[i] <= '~');
}

static void check(struct talk *t, const struct decode_message *m)
{
    struct way *w = &t->way[m->dir];
    const struct planned *p = &w->messages[w->shown];

    if (m->kind == DECODE_END)
        return;
    if (m->kind == DECODE_MALFORMED) {      /* early bytes that were never joined, at the end */
        MUST(m->warnings == 1u << DECODE_W_GAP && tcp == NULL);
        return;
    }
    MUST(w->shown < w->count);
    w->shown++;
    MUST((m->kind == DECODE_HELLO) == (m->dir == MSSL_DIR_HOST && w->shown == 1));
    if (m->kind == DECODE_HELLO)
        return;
    MUST(m->tag == DECODE_TAG_OK && m->counted && m->counter == w->shown - (m->dir == MSSL_DIR_HOST ? 2 : 1));
    MUST(m->n == p->n && memcmp(m->plain, p->plain, p->n) == 0);
    MUST((m->kind == DECODE_CLOSE || m->kind == DECODE_WELCOME) == (p->n == 0));
}

static void show(void *ctx, const struct decode_place *p, const struct decode_message *m)
{
    (void)ctx;
    print(decode_show_text, p, m);
    print(decode_show_json, p, m);
    if (!spoilt) {
        MUST(p->host_port == talks[0].port || p->host_port == talks[1].port);
        check(&talks[p->host_port == talks[1].port], m);
    }
}

/* -- Plans -- */
static void plan(struct way *w, const uint8_t *bytes, size_t len, const uint8_t *plain, uint8_t n)
{
    struct planned *p = &w->messages[w->count];

    if (w->count == MESSAGES_MAX || len > STREAM_MAX - w->len)
        return;
    memcpy(w->bytes + w->len, bytes, len);
    w->len += len;
    p->end = w->len;
    p->n = n;
    if (n)
        memcpy(p->plain, plain, n);
    w->count++;
}

static void plan_record(struct talk *t, uint8_t dir)
{
    static const uint8_t lengths[8] = { 8, 16, 32, 64, 128, 8, 8, 0 };
    uint8_t plain[128] = { 0 }, out[MSSL_RECORD_LEN_MAX], n = lengths[take(&script) & 7];
    struct way *w = &t->way[dir];

    if (w->count == MESSAGES_MAX || w->len + sizeof out > STREAM_MAX)
        return;
    if (n)
        take_bytes(&script, plain, 7);
    plan(w, out, seal_record(out, plain, n, t->key, dir, (uint16_t)(w->count - (dir == MSSL_DIR_HOST))), plain, n);
}

static void plan_session(struct talk *t, uint16_t port, char *log)
{
    uint8_t x[32] = { 0x21 }, hello[MSSL_HELLO_LEN_MAX], welcome[MSSL_WELCOME_LEN], r = take(&script) % 4;
    uint8_t i;
    size_t len = MSSL_HELLO_LEN + 32u * r;
    char hex[3][33];

    memset(t, 0, sizeof *t);
    t->port = port;
    memset(hello, 'a', sizeof hello);
    hello[1] = MSSL_TYPE_GRANT;
    for (i = take(&script) % 32; i > 0; i--) {  /* some fields, so that scripts stay short */
        uint8_t at = take(&script);
        hello[1 + at % (len - 1)] = take(&script);
    }
    hello[0] = (uint8_t)(len - 1);
    hello[len - 1] = (uint8_t)port;
    memset(welcome, 'n', MSSL_NONCE_LEN);
    welcome[0] = take(&script);
    memset(t->key, (uint8_t)port, sizeof t->key);
    memcpy(x + 8, hello + len - 12, 12);
    seal_f(t->key, t->key, x);
    seal_record(welcome + MSSL_NONCE_LEN, NULL, 0, t->key, 0, 0);
    plan(&t->way[1], hello, len, NULL, 0);
    plan(&t->way[0], welcome, sizeof welcome, NULL, 0);
    t->way[0].isn = 0xFFFFFF80 ^ (uint32_t)take(&script) << 24;     /* the stream wraps, or not */
    t->way[1].isn = 0xFFFFFFC0 ^ (uint32_t)take(&script) << 24;
    mssl_to_hex(hex[0], hello + len - 12, 12);
    mssl_to_hex(hex[1], welcome, 12);
    mssl_to_hex(hex[2], t->key, 16);
    sprintf(log, "MSSL_SESSION %s %s %s\n", hex[0], hex[1], hex[2]);
}

/* -- Segments -- */
static void put16(uint8_t *p, uint32_t n)
{
    p[0] = (uint8_t)(n >> 8);
    p[1] = (uint8_t)n;
}

static void frame(const uint8_t *bytes, size_t len, int link)
{
    struct decode_segment s;
    uint8_t *copy = malloc(len ? len : 1);      /* its own, so that reading beyond is seen */

    memcpy(copy, bytes, len);
    if (decode_link(&s, link, copy, len)) {
        MUST(s.data >= copy && s.data <= copy + len && s.len <= (size_t)(copy + len - s.data));
        frames++;
        MUST(decode_tcp_input(tcp, &s, frames, frames * 1000));
    }
    free(copy);
}

/* cut: so many bytes of the frame's end were not captured. */
static void segment(const struct talk *t, uint8_t dir, uint32_t seq, uint8_t flags, const uint8_t *data, size_t len,
                    size_t cut)
{
    static const int heads[] = { 14, 0, 16, 20, 4 };
    static const uint8_t host[4] = { 192, 0, 2, 2 }, device[4] = { 192, 0, 2, 7 };
    uint8_t f[FRAME_MAX] = { 0 }, *ip = f + heads[link_type];

    f[12] = 8;                      /* Ethernet */
    if (link_type == 2)
        memset(f, 0, 14), f[14] = 8;
    if (link_type == 3)
        memset(f, 0, 16), f[0] = 8;
    if (link_type == 4)
        memset(f, 0, 16), f[0] = 2;
    memset(ip, 0, 40);
    ip[0] = 0x45;
    put16(ip + 2, (uint32_t)(40 + len));
    ip[9] = 6;
    memcpy(ip + 12, dir ? host : device, 4);
    memcpy(ip + 16, dir ? device : host, 4);
    put16(ip + 20, dir ? t->port : MSSL_PORT);
    put16(ip + 22, dir ? MSSL_PORT : t->port);
    put16(ip + 24, seq >> 16);
    put16(ip + 26, seq);
    ip[32] = tcp_offset;
    ip[33] = flags;
    if (len > 0)
        memcpy(ip + 40, data, len);
    len += (size_t)heads[link_type] + 40;
    frame(f, cut < len ? len - cut : 0, (int[]){ 1, 12, 113, 276, 0 }[link_type]);
}

static size_t joined(const struct way *w)
{
    size_t n = 0;

    while (n < w->len && w->came[n])
        n++;
    return n;
}

/* How far a direction may go: the device speaks after HELLO, the host after WELCOME. */
static size_t limit(const struct talk *t, uint8_t dir)
{
    const struct way *host = &t->way[MSSL_DIR_HOST], *device = &t->way[MSSL_DIR_DEVICE];

    if (dir == MSSL_DIR_DEVICE)
        return joined(host) >= host->messages[0].end ? device->len : 0;
    return joined(device) >= device->messages[0].end ? host->len : host->messages[0].end;
}

static void send(struct talk *t, bool in_order)
{
    uint8_t how = take(&script), dir = how & 1, spoil = in_order ? 0 : take(&script), bytes[256];
    struct way *w = &t->way[dir];
    size_t cut = 0, end = limit(t, dir), at = in_order ? w->sent : take16(&script) % (end + 1), len = 1u + take(&script);

    if (at > end)
        return;
    if (len > end - at)
        len = end - at;
    memcpy(bytes, w->bytes + at, len);
    spoilt |= spoil >= 0xF0;
    if (spoil >= 0xF0 && spoil % 4 == 0 && len > 0)
        bytes[take(&script) % len] ^= (uint8_t)(1 << (how >> 5));
    if (spoil >= 0xF0 && spoil % 4 != 0)
        cut = take(&script);
    if (spoil >= 0xF0 && spoil % 4 == 3)
        tcp_offset = take(&script);
    memset(w->came + at, 1, len);
    if (in_order)
        w->sent = at + len;
    segment(t, dir, w->isn + 1 + (uint32_t)at, (uint8_t)(how & 0x10 ? 0x11 : 0x10), bytes, len, cut);
}

static void raw(void)
{
    uint8_t bytes[100];
    size_t len = take(&script) % sizeof bytes;

    spoilt = true;
    take_bytes(&script, bytes, len);
    frame(bytes, len, (int[]){ 1, 12, 113, 276, 0, 228, 108, 99 }[take(&script) % 8]);
}

static void key_log(void)
{
    FILE *file = fmemopen((void *)script.p, script.left ? script.left : 1, "r");
    unsigned number;
    struct decode_keys *k;

    if (file == NULL)
        return;
    k = decode_keys_read(file, &number);
    MUST(k != NULL ? number == 0 : number > 0);
    decode_keys_free(k);
    fclose(file);
}

/* What came whole was shown. */
static void check_all(const struct talk *t)
{
    unsigned dir, i;

    for (dir = 0; dir < 2; dir++) {
        const struct way *w = &t->way[dir];
        size_t have = joined(w);
        for (i = 0; i < w->count && w->messages[i].end <= have; i++)
            ;
        MUST(w->shown == i);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char log[2 * 128];
    struct decode_keys *keys;
    struct decode_tcp *all;
    FILE *file;
    unsigned number, i;

    script.p = data;
    script.left = size;
    spoilt = false;
    frames = 0;
    tcp_offset = 0x50;
    link_type = take(&script) % 6;
    if (link_type == 5) {
        key_log();
        return 0;
    }
    plan_session(&talks[0], 40000, log);
    plan_session(&talks[1], 40001, log + strlen(log));
    file = fmemopen(log, strlen(log), "r");
    keys = decode_keys_read(file, &number);
    fclose(file);
    all = tcp = decode_tcp_new(MSSL_PORT, keys, show, NULL);
    MUST(keys != NULL && tcp != NULL);
    for (i = 0; i < 4; i++)
        segment(&talks[i / 2], (uint8_t)(1 - i % 2), talks[i / 2].way[1 - i % 2].isn, 2, NULL, 0, 0);
    while (script.left) {
        uint8_t op = take(&script);
        struct talk *t = &talks[op >> 7];
        switch (op & 7) {
        case 0: plan_record(t, MSSL_DIR_HOST); break;
        case 1: plan_record(t, MSSL_DIR_DEVICE); break;
        case 2: send(t, false); break;
        case 7: if (op & 0x20) raw(); break;
        default: send(t, true); break;
        }
    }
    if (!spoilt) {
        check_all(&talks[0]);
        check_all(&talks[1]);
    }
    tcp = NULL;
    decode_tcp_end(all);
    decode_tcp_free(all);
    decode_keys_free(keys);
    return 0;
}
