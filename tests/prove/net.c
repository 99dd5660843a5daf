/* SPDX-License-Identifier: ISC */
/* The chip's network stack under Frama-C's EVA: one call of each of its
 * functions, from any state at all: every field of every connection holds
 * anything, even what never comes about. So no invariant is needed, and no
 * sequence of calls, however long, does what C leaves undefined. */
#include "prove.h"

#include "net_conn.h"
#include "net_nic.h"

static const uint8_t own[NET_ADDRESS_LEN];

/* -- The Ethernet chip: anything comes -- */

uint8_t nic_start(const uint8_t mac[6])
{
    /*@ check an_address: \valid_read(mac + (0 .. 5)); */
    (void)mac;
    return any8(0, 255);
}

uint8_t nic_is_lost(void)
{
    return any8(0, 255);
}

uint16_t nic_receive(void)
{
    return any16();
}

uint8_t nic_get(void)
{
    return any8(0, 255);
}

void nic_seek(uint8_t offset)
{
    (void)offset;
}

void nic_release(void)
{
}

void nic_read_at(uint16_t address)
{
    (void)address;
}

void nic_write_at(uint16_t address)
{
    (void)address;
}

void nic_put(uint8_t byte)
{
    (void)byte;
}

void nic_read(uint8_t *bytes, uint8_t n)
{
    /*@ check some: n > 0; */
    /*@ check room: \valid(bytes + (0 .. n - 1)); */
    any_bytes(bytes, n);
}

void nic_write(const uint8_t *bytes, uint8_t n)
{
    /*@ check some: n > 0; */
    /*@ check bytes: \valid_read(bytes + (0 .. n - 1)) && \initialized(bytes + (0 .. n - 1)); */
    (void)bytes;
    (void)n;
}

void nic_begin(uint16_t address)
{
    (void)address;
}

void nic_send(uint16_t address, uint16_t last)
{
    (void)address;
    (void)last;
}

/* -- The application: does what mssl_net.h allows -- */

static void answer(uint8_t conn, uint8_t n)
{
    uint8_t bytes[NET_ANSWER_MAX];

    any_bytes(bytes, NET_ANSWER_MAX);
    net_send(conn, bytes, n);
}

void net_on_open(uint8_t conn, const uint8_t peer[NET_PEER_LEN])
{
    /*@ check a_connection: conn < NET_CONNS; */
    /*@ check an_address: \valid_read(peer + (0 .. 9)); */
    (void)conn;
    (void)peer;
}

void net_on_byte(uint8_t conn, uint8_t byte)
{
    /*@ check a_connection: conn < NET_CONNS; */
    (void)byte;
    /* The state that comes of it is any anyway, so one length will do here. */
    if (any8(0, 1))
        answer(conn, NET_ANSWER_MAX);
    if (any8(0, 1))
        net_close(conn);
}

void net_on_lost(uint8_t conn)
{
    /*@ check a_connection: conn < NET_CONNS; */
    (void)conn;
}

uint8_t net_is_proven(uint8_t conn)
{
    /*@ check a_connection: conn < NET_CONNS; */
    (void)conn;
    return any8(0, 1);
}

uint8_t net_jitter(void)
{
    return any8(0, 255);
}

/* -- States -- */

/* A connection's number is its place: net_init set it, and nothing changes it. */
static void any_state(void)
{
    uint8_t i;

    any_bytes((uint8_t *)net_conns, (uint16_t)sizeof net_conns);
    any_bytes(net_own, NET_ADDRESS_LEN);
    any_bytes(net_pool, (uint16_t)sizeof net_pool);
    for (i = 0; i <= NET_CONNS; i++)
        net_conns[i].id = i;
}

static void keeps_its_number(void)
{
    uint8_t i;

    for (i = 0; i <= NET_CONNS; i++) {
        /*@ check keeps_its_number: net_conns[i].id == i; */
    }
}

/* As often as you like: net_poll counts its frames, and the count may be any. */
static void polls(void)
{
    while (any8(0, 1)) {
        any_state();
        net_poll();
        keeps_its_number();
    }
}

int main(void)
{
    uint8_t conn, n;

    net_init(own);
    keeps_its_number();
    polls();
    any_state();
    net_tick();
    keeps_its_number();
    for (conn = 0; conn < NET_CONNS; conn++) {
        any_state();
        for (n = 0; n <= NET_ANSWER_MAX; n++)
            answer(conn, n);
        any_state();
        net_close(conn);
        keeps_its_number();
    }
    return 0;
}
