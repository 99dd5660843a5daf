/* SPDX-License-Identifier: ISC */
/* The micro server's main loop, and the few lines that join the network and
 * the core: bytes in, bytes out. */
#include "chip.h"
#include "mssl_dev.h"
#include "mssl_dev_option.h"
#include "mssl_dev_port.h"
#include "mssl_dev_rsa.h"
#include "mssl_net.h"

#include <avr/io.h>

#include MSSL_BOARD_H

#if MSSL_DEV_SIGNATURE
#include "enc28j60_map.h"
#include "operands_at.h"

_Static_assert(OPERANDS_START == ENC_SPARE(NET_CONNS), "operands lie in the spare memory");
_Static_assert(OPERANDS_X_END <= ENC_MEMORY_END + 1, "no room for both operands: fewer sessions or a shorter key");
_Static_assert(OPERANDS_LEN <= OPERANDS_ALIGN * 3 / 4 + 1, "the bit that ends an operand's loop");
#endif

#define CORE_TICKS     5        /* the core counts 250 ms */
#define BLINK_FACTORY  5        /* not provisioned: 2 blinks a second */
#define BLINK_NIC      2        /* no Ethernet chip: 5 blinks a second */

_Static_assert(CORE_TICKS * NET_TICK_MS == 250, "the core's tick");
_Static_assert(NET_CONNS == MSSL_DEV_SESSIONS, "connection i is session i");
_Static_assert(NET_PEER_LEN == MSSL_PEER_LEN, "peer address");
_Static_assert(MSSL_EE_IP == MSSL_EE_MAC + 6 && MSSL_EE_NETMASK == MSSL_EE_MAC + NET_ADDRESS_LEN, "own address");

/* Ticks that passed while a signature was checked. */
static uint16_t late;

static uint8_t message[MSSL_DEV_SESSIONS][MSSL_DEV_BUF_LEN];

/* Does what the core asked for. */
static void obey(uint8_t conn, uint8_t n)
{
    if (n)
        net_send(conn, message[NET_INDEX(conn)], n);
    if (mssl_dev_sessions[NET_INDEX(conn)].state == MSSL_DEV_CLOSED)
        net_close(conn);
}

void net_on_open(uint8_t conn, const uint8_t peer[NET_PEER_LEN])
{
    mssl_dev_begin(&mssl_dev_sessions[NET_INDEX(conn)], peer);
}

void net_on_byte(uint8_t conn, uint8_t byte)
{
    chip_clock();   /* a segment may hold many commands, and each has its second */
    obey(conn, mssl_dev_input(&mssl_dev_sessions[NET_INDEX(conn)], message[NET_INDEX(conn)], byte));
}

void net_on_lost(uint8_t conn)
{
    mssl_dev_end(&mssl_dev_sessions[NET_INDEX(conn)]);
}

uint8_t net_is_proven(uint8_t conn)
{
    return mssl_dev_sessions[NET_INDEX(conn)].state == MSSL_DEV_OPEN;
}

/* mssl_dev_rsa.h. A check runs in the middle of a frame, so nothing may be sent, and
 * the core is busy: the network only counts, and sessions get their ticks later. */
void mssl_port_alive(void)
{
    while (chip_tick()) {
        net_pause();
        late++;
    }
}

/* Not 0: one of the 16 bytes at address is neither 0x00 nor 0xFF. PROTOCOL 11 */
static uint8_t is_written(uint16_t address)
{
    uint8_t i, byte;

    for (i = 0; i < MSSL_KEY_LEN; i++) {
        byte = mssl_port_eeprom_read(address + i);
        if ((uint8_t)(byte + 1) > 1)
            return 1;
    }
    return 0;
}

/* Blinks while ticks x 100 ms pass; for ever, if need be. */
static void blink(uint8_t ticks)
{
    while (ticks)
        if (chip_tick())
            ticks--;
    LED_PIN = _BV(LED);
}

static uint8_t net_start(void)
{
    uint8_t address[NET_ADDRESS_LEN];       /* MAC, then IPv4 */
    uint8_t i;

    for (i = 0; i < sizeof address; i++)
        address[i] = mssl_port_eeprom_read(MSSL_EE_MAC + i);
    return net_init(address);
}

int main(void)
{
    uint8_t ticks = 0, i;
    uint16_t passed;

    chip_start();
    while (!is_written(MSSL_EE_KD) || !is_written(MSSL_EE_SEED))
        blink(BLINK_FACTORY);
    while (net_start())
        blink(BLINK_NIC);
    LED_PORT &= ~_BV(LED);
    for (;;) {
        net_poll();
        if (!chip_tick())
            continue;
        passed = 0;
        if (MSSL_DEV_SIGNATURE) {
            passed = late;
            late = 0;
        }
        do {
            if (++ticks != CORE_TICKS)
                continue;
            ticks = 0;
            for (i = 0; i < MSSL_DEV_SESSIONS; i++)
                obey(i, mssl_dev_tick(&mssl_dev_sessions[i], message[i]));
        } while (MSSL_DEV_SIGNATURE && passed--);
        net_tick();
    }
}
