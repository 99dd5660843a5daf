/* SPDX-License-Identifier: ISC */
/* See net_bench.h. */
#include "net_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "net_conn.h"

#define QUEUE 64

const uint8_t bench_address[NET_ADDRESS_LEN] = { 0x02, 0, 0, 0, 0, 0x15, 10, 0, 2, 15 };
static const uint8_t host_mac[2][6] = { { 0x52, 0x55, 10, 0, 2, 2 }, { 0x52, 0x55, 10, 0, 2, 3 } };
static const uint8_t host_ip[2][4] = { { 10, 0, 2, 2 }, { 10, 0, 2, 3 } };

struct app app[NET_CONNS];
int bench_noise;
static struct { uint8_t raw[FRAME_MAX]; size_t len; } sent[QUEUE];
static unsigned sent_n, sent_taken;

void nic_memory_sent(const uint8_t *frame, uint16_t len)
{
    assert_true(sent_n < QUEUE);
    memcpy(sent[sent_n].raw, frame, len);
    sent[sent_n++].len = len;
}

/* -- The application -- */

void net_on_open(uint8_t conn, const uint8_t peer[NET_PEER_LEN])
{
    app[conn].opened++;
    memcpy(app[conn].peer, peer, NET_PEER_LEN);
}

void net_on_byte(uint8_t conn, uint8_t byte)
{
    static uint8_t answer[NET_ANSWER_MAX];
    struct app *a = app + conn;

    assert_true(a->len < sizeof a->in);
    a->in[a->len++] = byte;
    memset(answer, 'l', sizeof answer);
    if (byte == '.')
        net_send(conn, (const uint8_t *)"ok", 2);
    if (byte == 'L')
        net_send(conn, answer, sizeof answer);
    if (byte == '#')
        net_send(conn, (const uint8_t *)"bye", 3);
    if (byte == '!' || byte == '#') {
        a->proven = 0;
        net_close(conn);
    }
}

void net_on_lost(uint8_t conn)
{
    app[conn].lost++;
    app[conn].proven = 0;
}

uint8_t net_is_proven(uint8_t conn)
{
    return app[conn].proven;
}

uint8_t net_jitter(void)
{
    static uint8_t noise = 7;

    noise = (uint8_t)(noise * 5 + 3);
    return bench_noise < 0 ? noise : (uint8_t)bench_noise;
}

/* -- Frames -- */

uint16_t bench_sum(uint32_t sum, const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        sum += (uint32_t)p[i] << (i & 1 ? 0 : 8);
    while (sum >> 16)
        sum = (sum & 0xFFFF) + (sum >> 16);
    return (uint16_t)sum;
}

static void poke(uint8_t *p, uint32_t v, int bytes)
{
    while (bytes--) {
        p[bytes] = (uint8_t)v;
        v >>= 8;
    }
}

static uint32_t peek(const uint8_t *p, int bytes)
{
    uint32_t v = 0;

    while (bytes--)
        v = v << 8 | *p++;
    return v;
}

void bench_ip_sum(uint8_t *frame)
{
    poke(frame + 24, 0, 2);
    poke(frame + 24, (uint16_t)~bench_sum(0, frame + 14, 20), 2);
}

size_t bench_ip_frame(uint8_t *frame, uint8_t host, uint8_t protocol, size_t len)
{
    memcpy(frame, bench_mac, 6);
    memcpy(frame + 6, host_mac[host], 6);
    poke(frame + 12, 0x0800, 2);
    memset(frame + 14, 0, 20);
    frame[14] = 0x45;
    poke(frame + 16, (uint32_t)(20 + len), 2);
    frame[22] = 61;
    frame[23] = protocol;
    memcpy(frame + 26, host_ip[host], 4);
    memcpy(frame + 30, bench_ip, 4);
    bench_ip_sum(frame);
    len += 34;
    for (; len < 60; len++)
        frame[len] = 0xA5;      /* padding that is not zero */
    return len;
}

static uint16_t pseudo(const uint8_t *frame)
{
    return bench_sum(6 + peek(frame + 16, 2) - 20, frame + 26, 8);
}

void bench_tcp_sum(uint8_t *frame)
{
    poke(frame + 50, 0, 2);
    poke(frame + 50, (uint16_t)~bench_sum(pseudo(frame), frame + 34, peek(frame + 16, 2) - 20), 2);
}

static size_t segment(uint8_t *frame, const struct peer *p, uint8_t flags, size_t header,
                      const void *data, size_t n)
{
    poke(frame + 34, p->port, 2);
    poke(frame + 36, NET_PORT, 2);
    poke(frame + 38, p->seq, 4);
    poke(frame + 42, flags & ACK ? p->ack : 0xBAD0BAD0, 4);
    frame[46] = (uint8_t)((header + 20) << 2);
    frame[47] = flags;
    poke(frame + 48, p->window, 2);
    poke(frame + 50, 0, 4);
    if (n)
        memcpy(frame + 54, data, n);
    n = bench_ip_frame(frame, p->host, 6, n + 20);
    bench_tcp_sum(frame);
    return n;
}

size_t bench_segment(uint8_t *frame, const struct peer *p, uint8_t flags,
                     const void *data, size_t n)
{
    return segment(frame, p, flags, 0, data, n);
}

void bench_frame(const uint8_t *frame, size_t len)
{
    nic_memory_put(frame, len);
    net_poll();
}

void bench_send(const struct peer *p, uint8_t flags, const void *data, size_t n)
{
    uint8_t frame[FRAME_MAX];

    bench_frame(frame, bench_segment(frame, p, flags, data, n));
}

void bench_send_options(const struct peer *p, uint8_t flags, const uint8_t *bytes,
                        size_t n, size_t data)
{
    uint8_t frame[FRAME_MAX];

    bench_frame(frame, segment(frame, p, flags, n, bytes, n + data));
}

void bench_data(struct peer *p, const char *data)
{
    bench_send(p, PSH | ACK, data, strlen(data));
    p->seq += (uint32_t)strlen(data);
}

int bench_take(struct got *g)
{
    uint8_t host;

    if (sent_taken == sent_n) {
        sent_taken = sent_n = 0;
        return 0;
    }
    memset(g, 0, sizeof *g);
    g->raw_len = sent[sent_taken].len;
    memcpy(g->raw, sent[sent_taken++].raw, g->raw_len);
    assert_memory_equal(g->raw + 6, bench_mac, 6);
    if (peek(g->raw + 12, 2) != 0x0800)
        return 1;
    host = memcmp(g->raw, host_mac[0], 6) != 0;
    assert_memory_equal(g->raw, host_mac[host], 6);
    assert_memory_equal(g->raw + 30, host_ip[host], 4);
    assert_memory_equal(g->raw + 26, bench_ip, 4);
    assert_int_equal(g->raw[14], 0x45);
    assert_int_equal(peek(g->raw + 20, 2), 0x4000);
    assert_int_equal(bench_sum(0, g->raw + 14, 20), 0xFFFF);
    assert_int_equal(peek(g->raw + 16, 2) + 14, g->raw_len);
    if (g->raw[23] != 6)
        return 1;
    assert_int_equal(bench_sum(pseudo(g->raw), g->raw + 34, g->raw_len - 34), 0xFFFF);
    assert_int_equal(g->raw[46], 0x50);
    g->port = (uint16_t)peek(g->raw + 36, 2);
    g->seq = peek(g->raw + 38, 4);
    g->ack = peek(g->raw + 42, 4);
    g->flags = g->raw[47];
    assert_int_equal(peek(g->raw + 48, 2), 536);
    assert_int_equal(peek(g->raw + 52, 2), 0);
    g->data = g->raw + 54;
    g->len = g->raw_len - 54;
    return 1;
}

void bench_expect_none(void)
{
    struct got g;

    assert_int_equal(bench_take(&g), 0);
}

static void expect(struct peer *p, struct got *g, uint8_t flags, size_t len)
{
    assert_int_equal(bench_take(g), 1);
    assert_int_equal(g->port, p->port);
    assert_int_equal(g->flags & ~PSH, flags);
    if (flags & SYN)
        p->ack = g->seq;
    else
        assert_int_equal(g->seq, p->ack);
    if (flags & ACK)
        assert_int_equal(g->ack, p->seq);
    assert_int_equal(g->len, len);
    p->ack += (uint32_t)len + ((flags & SYN) != 0) + ((flags & FIN) != 0);
}

void bench_expect(struct peer *p, uint8_t flags, const char *data)
{
    struct got g;

    expect(p, &g, flags, strlen(data));
    assert_memory_equal(g.data, data, strlen(data));
}

void bench_expect_len(struct peer *p, uint8_t flags, size_t len)
{
    struct got g;

    expect(p, &g, flags, len);
}

void bench_ticks(unsigned n)
{
    while (n--)
        net_tick();
}

struct peer bench_peer(uint8_t host, uint16_t port)
{
    struct peer p = { .host = host, .port = port, .window = 65535, .seq = 0xFFFFFFF0u + port };

    return p;
}

struct peer bench_connect(uint8_t host, uint16_t port)
{
    struct peer p = bench_peer(host, port);

    bench_send(&p, SYN, NULL, 0);
    p.seq++;
    bench_expect(&p, SYN | ACK, "");
    bench_send(&p, ACK, NULL, 0);
    bench_expect_none();
    return p;
}

int bench_start(void **state)
{
    struct got g;

    (void)state;
    memset(net_conns, 0, sizeof net_conns);
    memset(app, 0, sizeof app);
    nic_memory_init();
    bench_noise = -1;
    sent_n = sent_taken = 0;
    assert_int_equal(net_init(bench_address), 0);
    assert_int_equal(bench_take(&g), 1);
    return 0;
}
