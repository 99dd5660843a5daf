/* SPDX-License-Identifier: ISC */
/* Connections of a capture, and their byte streams in order: what comes twice or
 * overlaps counts once (the first wins), what comes early waits, numbers wrap. Bounded:
 * the connection that was quiet longest gives way, and only LATE_COUNT directions may
 * hold early bytes, LATE_MAX each. */
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "decode.h"

#define CONNECTIONS_MAX 1024
#define LATE_MAX        16384       /* a power of two */
#define LATE_COUNT      64

struct late {
    uint32_t count;                 /* bytes that wait */
    uint8_t bytes[LATE_MAX];        /* of number n at n % LATE_MAX */
    uint8_t have[LATE_MAX / 8];
};

struct flow {
    bool known, lost, fin;
    uint32_t first, next, end;      /* of SYN; awaited; of FIN */
    struct late *late;
};

#define KEY_LEN 12                  /* host and device, host's port and device's */

struct connection {
    uint8_t key[KEY_LEN];
    struct connection *newer, *older;
    struct decode_place place;
    struct decode_session session;
    struct flow flow[2];            /* by MSSL_DIR_* */
};

struct decode_tcp {
    void *tree;                     /* of connections, by key */
    struct connection *newest, *oldest;
    unsigned count, late;
    uint32_t streams;
    uint16_t port;
    struct decode_out out;          /* to the connection in hand */
    struct connection *now;
    decode_show *show;
    void *ctx;
    uint64_t frame, us;
};

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, KEY_LEN);   /* the key comes first in a connection */
}

static void put(void *ctx, const struct decode_message *m)
{
    struct decode_tcp *t = ctx;

    t->now->place.frame = t->frame;
    t->now->place.us = t->us;
    t->show(t->ctx, &t->now->place, m);
}

struct decode_tcp *decode_tcp_new(uint16_t port, const struct decode_keys *keys, decode_show *show, void *ctx)
{
    struct decode_tcp *t = calloc(1, sizeof *t);

    if (t == NULL)
        return NULL;
    t->port = port;
    t->show = show;
    t->ctx = ctx;
    t->out.put = put;
    t->out.ctx = t;
    t->out.keys = keys;
    return t;
}

/* -- Early bytes -- */
static void late_free(struct decode_tcp *t, struct flow *f)
{
    if (f->late == NULL)
        return;
    free(f->late);
    f->late = NULL;
    t->late--;
}

static void lose(struct decode_tcp *t, uint8_t dir)
{
    struct flow *f = &t->now->flow[dir];

    f->lost = true;
    late_free(t, f);
    decode_session_gap(&t->now->session, dir, &t->out);
}

/* Keeps len bytes from number seq on, at most LATE_MAX ahead. false: no room. */
static bool late_keep(struct decode_tcp *t, struct flow *f, uint32_t seq, const uint8_t *data, size_t len)
{
    size_t i;

    if (seq - f->next > LATE_MAX || len > LATE_MAX - (seq - f->next))
        return false;
    if (f->late == NULL) {
        f->late = t->late < LATE_COUNT ? calloc(1, sizeof *f->late) : NULL;
        if (f->late == NULL)
            return false;
        t->late++;
    }
    for (i = 0; i < len; i++) {
        uint32_t at = (seq + (uint32_t)i) % LATE_MAX;
        uint8_t bit = (uint8_t)(1 << at % 8);
        if (f->late->have[at / 8] & bit)
            continue;
        f->late->have[at / 8] |= bit;
        f->late->bytes[at] = data[i];
        f->late->count++;
    }
    return true;
}

/* The early byte that is awaited now. false: it has not come. */
static bool late_take(struct decode_tcp *t, struct flow *f, uint8_t *byte)
{
    uint32_t at = f->next % LATE_MAX;
    uint8_t bit = (uint8_t)(1 << at % 8);

    if (f->late == NULL || !(f->late->have[at / 8] & bit))
        return false;
    f->late->have[at / 8] &= (uint8_t)~bit;
    *byte = f->late->bytes[at];
    if (--f->late->count == 0)
        late_free(t, f);
    return true;
}

/* -- One direction -- */
static void deliver(struct decode_tcp *t, uint8_t dir, const uint8_t *data, size_t len)
{
    t->now->flow[dir].next += (uint32_t)len;
    decode_session_input(&t->now->session, dir, data, len, &t->out);
}

static void take_data(struct decode_tcp *t, uint8_t dir, uint32_t seq, const uint8_t *data, size_t len)
{
    struct flow *f = &t->now->flow[dir];
    int32_t ahead = (int32_t)(seq - f->next);
    uint8_t byte;

    if (ahead > 0) {
        if (len > 0 && !late_keep(t, f, seq, data, len))
            lose(t, dir);
        return;
    }
    if ((size_t)-(int64_t)ahead > len)
        return;                     /* came before */
    /* Byte by byte: where an early byte waits it came first, and the first wins. */
    for (data -= ahead, len -= (size_t)-(int64_t)ahead; len > 0; data++, len--) {
        byte = *data;
        late_take(t, f, &byte);
        deliver(t, dir, &byte, 1);
    }
    while (late_take(t, f, &byte))
        deliver(t, dir, &byte, 1);
}

static void take_end(struct decode_tcp *t, uint8_t dir, const struct decode_segment *s)
{
    struct flow *f = &t->now->flow[dir];

    if ((s->flags & DECODE_FIN) && !f->fin) {
        f->fin = true;
        f->end = s->seq + (uint32_t)(s->len + s->cut);
    }
    if (s->flags & DECODE_RST)
        decode_session_end(&t->now->session, dir, true, &t->out);
    else if (f->fin && (f->lost || f->next == f->end))
        decode_session_end(&t->now->session, dir, false, &t->out);
}

static void take_segment(struct decode_tcp *t, uint8_t dir, const struct decode_segment *s)
{
    struct flow *f = &t->now->flow[dir];
    uint32_t seq = s->seq;

    if (s->flags & DECODE_SYN) {
        t->now->session.syn = true;
        f->first = seq++;
    }
    if (!f->known && !(s->flags & DECODE_RST)) {
        f->known = true;
        f->next = seq;
    }
    if (f->known && !f->lost && !(s->flags & DECODE_RST)) {
        take_data(t, dir, seq, s->data, s->len);
        if (s->cut > 0 && !f->lost && f->next == seq + (uint32_t)s->len)
            lose(t, dir);
    }
    take_end(t, dir, s);
}

/* -- Connections -- */
static void unlink_connection(struct decode_tcp *t, struct connection *c)
{
    *(c->newer != NULL ? &c->newer->older : &t->newest) = c->older;
    *(c->older != NULL ? &c->older->newer : &t->oldest) = c->newer;
    c->newer = c->older = NULL;
}

static void link_newest(struct decode_tcp *t, struct connection *c)
{
    c->older = t->newest;
    *(t->newest != NULL ? &t->newest->newer : &t->oldest) = c;
    t->newest = c;
}

static void drop(struct decode_tcp *t, struct connection *c)
{
    unsigned dir;

    for (dir = 0; dir < 2; dir++) {
        t->now = c;
        if (c->flow[dir].late != NULL)
            lose(t, (uint8_t)dir);
    }
    unlink_connection(t, c);
    tdelete(c, &t->tree, compare);
    mssl_wipe(c, sizeof *c);
    free(c);
    t->count--;
}

static struct connection *add(struct decode_tcp *t, const uint8_t key[KEY_LEN])
{
    struct connection *c;

    if (t->count == CONNECTIONS_MAX)
        drop(t, t->oldest);
    c = calloc(1, sizeof *c);
    if (c == NULL)
        return NULL;
    memcpy(c->key, key, KEY_LEN);
    if (tsearch(c, &t->tree, compare) == NULL) {
        free(c);
        return NULL;
    }
    memcpy(c->place.host, key, 4);
    memcpy(c->place.device, key + 4, 4);
    c->place.host_port = (uint16_t)(key[8] << 8 | key[9]);
    c->place.device_port = (uint16_t)(key[10] << 8 | key[11]);
    c->place.stream = t->streams++;
    t->count++;
    link_newest(t, c);
    return c;
}

static void make_key(uint8_t key[KEY_LEN], const struct decode_segment *s, bool from_host)
{
    uint16_t host = from_host ? s->from_port : s->to_port, device = from_host ? s->to_port : s->from_port;

    memcpy(key, from_host ? s->from : s->to, 4);
    memcpy(key + 4, from_host ? s->to : s->from, 4);
    key[8] = (uint8_t)(host >> 8);
    key[9] = (uint8_t)host;
    key[10] = (uint8_t)(device >> 8);
    key[11] = (uint8_t)device;
}

/* The segment's connection: a SYN with another number begins a new one. */
static struct connection *find(struct decode_tcp *t, const struct decode_segment *s, bool from_host)
{
    uint8_t key[KEY_LEN];
    void *found;
    struct connection *c = NULL;

    make_key(key, s, from_host);
    found = tfind(key, &t->tree, compare);
    if (found != NULL)
        c = *(struct connection **)found;
    if (c != NULL && from_host && (s->flags & DECODE_SYN) && c->flow[MSSL_DIR_HOST].known
        && s->seq != c->flow[MSSL_DIR_HOST].first) {
        drop(t, c);
        c = NULL;
    }
    if (c == NULL)
        return add(t, key);
    unlink_connection(t, c);
    link_newest(t, c);
    return c;
}

bool decode_tcp_input(struct decode_tcp *t, const struct decode_segment *s, uint64_t frame, uint64_t us)
{
    bool from_host = s->to_port == t->port;

    if (!from_host && s->from_port != t->port)
        return true;
    t->frame = frame;
    t->us = us;
    t->now = find(t, s, from_host);
    if (t->now == NULL)
        return false;
    take_segment(t, from_host ? MSSL_DIR_HOST : MSSL_DIR_DEVICE, s);
    return true;
}

void decode_tcp_end(struct decode_tcp *t)
{
    while (t->oldest != NULL)
        drop(t, t->oldest);
}

void decode_tcp_free(struct decode_tcp *t)
{
    if (t == NULL)
        return;
    t->show = NULL;
    while (t->oldest != NULL) {
        struct connection *c = t->oldest;
        late_free(t, &c->flow[0]);
        late_free(t, &c->flow[1]);
        drop(t, c);
    }
    free(t);
}
