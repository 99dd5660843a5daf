/* SPDX-License-Identifier: ISC */
/* The stack for four connections over a NIC in memory: raw frames, and segments
 * of peers who keep their numbers and checksums right. Oracles: the NIC is used
 * within its map; every frame that goes out has right sums; a connection's bytes
 * come in order, none twice, none of another's; at most one is unproven. */
#include <string.h>

#include "enc28j60_map.h"
#include "net_conn.h"
#include "net_nic.h"
#include "script.h"

#define PEERS 6
#define FRAME 1514
#define STATUS_LEN 7    /* what the chip writes behind a frame while it sends it */

struct peer {
    uint8_t ip, mac;
    uint16_t port;
    uint32_t isn, seq, ack;
};

static const uint8_t own[NET_ADDRESS_LEN] = { 2, 0, 0, 0, 0, 0x15, 10, 0, 2, 15 };
static struct script script;
static struct peer peers[PEERS];
static uint8_t memory[ENC_MEMORY_END + 1], in[FRAME];
static size_t in_len, at;
static int waiting, taken, from_memory;
static uint16_t read_at, write_at;
static uint8_t proven[NET_CONNS], opened[NET_CONNS];
static uint16_t bytes_in[NET_CONNS];
static uint32_t first[NET_CONNS];

/* -- The NIC -- */

uint8_t nic_start(const uint8_t mac[6])
{
    return mac[0] != 2;
}

uint8_t nic_is_lost(void)
{
    return 0;
}

void nic_seek(uint8_t offset)
{
    MUST(taken);
    at = offset;
    from_memory = 0;
}

uint16_t nic_receive(void)
{
    MUST(!taken);
    if (!waiting)
        return 0;
    waiting = 0;
    taken = 1;
    nic_seek(0);
    return (uint16_t)in_len;
}

void nic_release(void)
{
    MUST(taken);
    taken = 0;
}

void nic_read_at(uint16_t address)
{
    MUST(address >= ENC_TX_START && address < ENC_SPARE(NET_CONNS));
    read_at = address;
    from_memory = 1;
}

uint8_t nic_get(void)
{
    if (from_memory)
        return memory[read_at++ & ENC_MEMORY_END];
    MUST(taken);
    return at < in_len ? in[at++] : 0xEE;
}

void nic_read(uint8_t *bytes, uint8_t n)
{
    MUST(n > 0);
    while (n--)
        *bytes++ = nic_get();
}

void nic_write_at(uint16_t address)
{
    write_at = address;
}

void nic_put(uint8_t byte)
{
    MUST(write_at >= ENC_TX_START && write_at < ENC_SPARE(NET_CONNS));
    memory[write_at++] = byte;
}

void nic_write(const uint8_t *bytes, uint8_t n)
{
    MUST(n > 0);
    while (n--)
        nic_put(*bytes++);
}

void nic_begin(uint16_t address)
{
    nic_write_at(address);
    nic_put(0);
}

static uint16_t sum(uint32_t s, const uint8_t *p, size_t n)
{
    size_t i;

    for (i = 0; i < n; i++)
        s += (uint32_t)p[i] << (i & 1 ? 0 : 8);
    while (s >> 16)
        s = (s & 0xFFFF) + (s >> 16);
    return (uint16_t)s;
}

static uint16_t tcp_sum(const uint8_t *f, uint16_t len)
{
    return sum(sum(6u + len, f + 26, 8), f + 34, len);
}

static uint32_t get32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void learn(const uint8_t *f)
{
    struct peer *p;

    for (p = peers; p != peers + PEERS; p++)
        if (f[33] == p->ip && (f[36] << 8 | f[37]) == p->port && (f[47] & 0x12) == 0x12)
            p->ack = get32(f + 38) + 1;
}

void nic_send(uint16_t address, uint16_t last)
{
    const uint8_t *f = memory + address + 1;
    const uint16_t len = (uint16_t)(last - address), end = (uint16_t)(last + STATUS_LEN);

    MUST(address >= ENC_TX_START && end < ENC_SPARE(NET_CONNS) && len >= 42 && len <= FRAME);
    MUST(memory[address] == 0);
    if (address < ENC_GENERAL(NET_CONNS))
        MUST((address - ENC_TX_START) / ENC_TX_LEN == (end - ENC_TX_START) / ENC_TX_LEN);
    if (f[12] == 8 && f[13] == 0) {
        MUST(sum(0, f + 14, 20) == 0xFFFF && (f[16] << 8 | f[17]) + 14 == len);
        if (f[23] == 6) {
            MUST(tcp_sum(f, (uint16_t)(len - 34)) == 0xFFFF);
            learn(f);
        } else {
            MUST(f[23] == 1 && sum(0, f + 34, len - 34u) == 0xFFFF);
        }
    }
}

/* -- The application: a byte b of a peer's stream stands for its place in it -- */

static uint8_t byte_of(uint8_t ip, uint32_t place)
{
    return (uint8_t)(place * 7 + place / 251 + ip * 31u);
}

void net_on_open(uint8_t conn, const uint8_t peer[NET_PEER_LEN])
{
    MUST(conn < NET_CONNS && !opened[conn] && !proven[conn] && peer[0] == 10);
    opened[conn] = peer[3];
    bytes_in[conn] = 0;
    first[conn] = get32(net_conns[conn].next);
}

void net_on_byte(uint8_t conn, uint8_t byte)
{
    static uint8_t answer[NET_ANSWER_MAX];

    MUST(conn < NET_CONNS && opened[conn]);
    MUST(memcmp(in + 26, net_conns[conn].peer, 4) == 0 && memcmp(in + 6, net_conns[conn].peer + 4, 6) == 0);
    MUST(byte == byte_of(opened[conn], first[conn] + bytes_in[conn]));
    bytes_in[conn]++;
    if (byte % 4 == 1)
        net_send(conn, answer, 1 + byte % NET_ANSWER_MAX);
    if (byte % 64 == 2)
        proven[conn] = 1;
    if (byte % 64 == 3) {
        opened[conn] = proven[conn] = 0;
        net_close(conn);
    }
}

void net_on_lost(uint8_t conn)
{
    MUST(conn < NET_CONNS && opened[conn]);
    opened[conn] = proven[conn] = 0;
}

uint8_t net_is_proven(uint8_t conn)
{
    return proven[conn];
}

uint8_t net_jitter(void)
{
    return take(&script);
}

/* -- Frames -- */

static void put_n(uint8_t *p, uint32_t v, int n)
{
    while (n--) {
        p[n] = (uint8_t)v;
        v >>= 8;
    }
}

static int is_state(uint8_t state)
{
    return state == NET_CLOSED || state == NET_SYN_RCVD || state == NET_OPEN || state == NET_FIN_WAIT1
        || state == NET_FIN_WAIT2 || state == NET_LAST_ACK;
}

static void poll(size_t len)
{
    uint8_t i, unproven = 0;

    in_len = len;
    waiting = 1;
    net_poll();
    MUST(!taken && !waiting);
    for (i = 0; i < NET_CONNS; i++) {
        MUST(net_conns[i].id == i && is_state(net_conns[i].state));
        MUST(net_conns[i].sent <= net_conns[i].len || !net_conns[i].state);
        unproven += net_conns[i].state == NET_SYN_RCVD || (net_conns[i].state == NET_OPEN && !proven[i]);
    }
    MUST(unproven <= 1);
}

static void header(uint8_t ip, uint8_t mac, uint8_t protocol, size_t len)
{
    memset(in, 0, 34);
    memcpy(in, own, 6);
    in[6] = 0x52;
    in[11] = mac;
    in[12] = 8;
    in[14] = 0x45;
    put_n(in + 16, (uint32_t)(20 + len), 2);
    in[22] = 64;
    in[23] = protocol;
    in[26] = 10;
    in[28] = 2;
    in[29] = ip;
    memcpy(in + 30, own + 6, 4);
    put_n(in + 24, (uint16_t)~sum(0, in + 14, 20), 2);
}

/* A segment of p: its numbers right, but for what the script adds to them. */
static void segment(struct peer *p, uint8_t flags, size_t n, uint8_t odd)
{
    uint32_t seq = p->seq, ack = p->ack, place;
    uint16_t window = odd & 4 ? take16(&script) : 2000;
    size_t options = odd & 8 ? take(&script) % 11 * 4u : 0, i, len;

    if (odd & 1)
        seq += (uint32_t)(int32_t)(int8_t)take(&script);
    if (odd & 2)
        ack += (uint32_t)(int32_t)(int16_t)take16(&script);
    put_n(in + 34, p->port, 2);
    put_n(in + 36, NET_PORT, 2);
    put_n(in + 38, seq, 4);
    put_n(in + 42, ack, 4);
    in[46] = (uint8_t)((20 + options) << 2);
    in[47] = flags;
    put_n(in + 48, window, 2);
    put_n(in + 50, 0, 4);
    take_bytes(&script, in + 54, options);
    for (i = 0; i < n; i++) {
        place = seq + (uint32_t)i + ((flags & SYN) != 0);
        in[54 + options + i] = byte_of(p->ip, place);
    }
    len = 20 + options + n;
    header(p->ip, p->mac ^ (odd & 16 ? 1 : 0), 6, len);
    put_n(in + 50, (uint16_t)~tcp_sum(in, (uint16_t)len), 2);
    if (odd & 32)
        in[14 + take(&script) % 40] ^= take(&script);
    poll(34 + len < 60 ? 60 : 34 + len);
    if ((odd & 0x33) == 0)
        p->seq += (uint32_t)n + ((flags & SYN) != 0) + ((flags & FIN) != 0);
}

static void sane(void)
{
    static const uint8_t flags[16] = { ACK, ACK, ACK, ACK, ACK | PSH, SYN, SYN, FIN | ACK, RST,
                                       RST | ACK, SYN | ACK, FIN, 0, SYN | FIN, ACK, ACK };
    uint8_t op = take(&script), how = take(&script);
    struct peer *p = &peers[op % PEERS];
    uint8_t f = flags[how & 15];

    if (f == SYN && (how & 0x40))
        p->port++;
    segment(p, f, how & 0x10 ? take16(&script) % 600u : 0, how & 0x80 ? take(&script) : 0);
    if (f == SYN)                   /* and the third segment, mostly */
        segment(p, ACK, 0, how & 0x20 ? take(&script) : 0);
}

static void raw(void)
{
    size_t n = 1 + take16(&script) % FRAME, i;

    for (i = 0; i < n; i++)
        in[i] = i < 64 ? take(&script) : (uint8_t)i;
    if (n > 33 && (n & 1)) {
        header(in[29], in[11], in[23] & 1 ? 6 : 1, n - 34);
        if (in[23] == 1 && n > 42) {
            put_n(in + 36, 0, 2);
            put_n(in + 36, (uint16_t)~sum(0, in + 34, n - 34), 2);
        }
    }
    poll(n);
}

static void arp(void)
{
    static const uint8_t ask[10] = { 8, 6, 0, 1, 8, 0, 6, 4, 0, 1 };

    memset(in, 0x52, 60);
    memcpy(in + 12, ask, sizeof ask);
    put_n(in + 38, 0x0A00020Fu, 4);
    in[12 + take(&script) % 30] ^= take(&script);
    poll(60);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t i, n;

    script.p = data;
    script.left = size;
    memset(net_conns, 0, sizeof(struct net_conn) * (NET_CONNS + 1));
    memset(proven, 0, sizeof proven);
    memset(opened, 0, sizeof opened);
    memset(net_pool, 0, sizeof net_pool);
    waiting = taken = 0;
    for (i = 0; i < PEERS; i++)
        peers[i] = (struct peer){ (uint8_t)(2 + i / 2), (uint8_t)(2 + i / 2), (uint16_t)(1000 + i),
                                  0, 0xFFFFFF00u + i * 50u, 0 };
    MUST(net_init(own) == 0);
    while (script.left) {
        switch (take(&script) % 16) {
        case 0: raw(); break;
        case 1: arp(); break;
        case 2: case 3: for (n = take(&script); n; n--) net_tick(); break;
        case 4: i = take(&script) % NET_CONNS;      /* the application's own end */
                opened[i] = proven[i] = 0;
                net_close(i); break;
        default: sane(); break;
        }
    }
    return 0;
}
