/* SPDX-License-Identifier: ISC */
/* HELLO and WELCOME: recognises a host by its grant, and proves the device.
 * PROTOCOL 3 to 6.
 *
 * The checks come in the protocol's order. Until all hold nothing is computed,
 * written or said, and no field out of range indexes memory (M-6.7, M-6.8,
 * M-6.20). What they compare is public, so they may stop at the first
 * difference. */
#include "mssl_dev_core.h"

/* Where things are in buf, for len = buf[0]. */
#define FIRST_BLOCK      1
#define NONCE_HOST(len)  ((len) + 1 - MSSL_NONCE_LEN)
#define NONCE_DEVICE(len) ((len) + 1)
/* The transcript 0x21 ‖ host id ‖ Nc ‖ Ns: the last block ends with the host
 * id and Nc follows it, so only the type is missing, one byte before. M-4.2. */
#define TRANSCRIPT(len)  (NONCE_HOST(len) - MSSL_G_HOST_LEN - 1)

MSSL_DEV_INTERNAL uint8_t mssl_dev_hello_len_bad(uint8_t len)
{
    len -= MSSL_HELLO_LEN_BYTE;
    return len % MSSL_GRANT_LEN || len > MSSL_DEV_RESTRICTIONS * MSSL_GRANT_LEN;
}

/* Checks 4 to 6 of a block: its form. M-6.12 to M-6.15. */
static uint8_t block_is_formed(const uint8_t *block, uint8_t type)
{
    uint8_t kind = block[MSSL_G_ADDRESS_KIND];
    uint8_t max = MSSL_DEV_IPV4_MAX;

    if (kind != MSSL_ADDRESS_IPV4) {
        if (kind != MSSL_ADDRESS_MAC)
            return 0;
        max = MSSL_DEV_MAC_MAX;
    }
    return block[MSSL_G_TYPE] == type && block[MSSL_G_SLOT] < MSSL_SLOTS
        && block[MSSL_G_ADDRESS_LEN] <= max;
}

/* Checks 7 and 8 of G: made for this firmware and this device? M-6.16, M-6.17. */
static uint8_t grant_is_ours(const uint8_t *g)
{
    uint8_t i;

    if (g[MSSL_G_TABLE] != MSSL_DEV_TASK_TABLE)
        return 0;
    for (i = 0; i < MSSL_G_DEVICE_LEN; i++)
        if (mssl_port_eeprom_read(MSSL_EE_DEVICE + i) != g[MSSL_G_DEVICE + i])
            return 0;
    return 1;
}

/* Checks 9 and 10 of a block: the slot's generation and the peer's address.
 * The block is formed, so slot and length are in range. M-6.18, M-6.19. */
static uint8_t block_matches(const uint8_t *block, const uint8_t *peer)
{
    uint8_t i, generation = block[MSSL_G_GENERATION];

    if (generation == MSSL_GENERATION_ERASED
        || mssl_port_eeprom_read(MSSL_EE_GENERATIONS + block[MSSL_G_SLOT]) != generation)
        return 0;
    peer += block[MSSL_G_ADDRESS_KIND];     /* the kind is the offset in the peer's address */
    for (i = 0; i < block[MSSL_G_ADDRESS_LEN]; i++)
        if (peer[i] != block[MSSL_G_ADDRESS + i])
            return 0;
    return 1;
}

/* All checks of a HELLO but its length, in order. buf[0] is a good length. */
static uint8_t hello_holds(const uint8_t *buf, const uint8_t *peer)
{
    const uint8_t *g = buf + FIRST_BLOCK;
    uint8_t at, type = MSSL_TYPE_GRANT;
    uint8_t end = NONCE_HOST(buf[0]);

    for (at = FIRST_BLOCK; at < end; at += MSSL_GRANT_LEN) {
        if (!block_is_formed(buf + at, type))
            return 0;
        type = MSSL_TYPE_RESTRICTION;
    }
    if (!grant_is_ours(g))
        return 0;
    for (at = FIRST_BLOCK; at < end; at += MSSL_GRANT_LEN)
        if (!block_matches(buf + at, peer))
            return 0;
    return 1;
}

/* Copies what tasks need of G, and the tasks of all blocks ANDed. M-3.10, M-3.11. */
static void grant_take(struct mssl_dev_session *s, const uint8_t *buf)
{
    const uint8_t *g = buf + FIRST_BLOCK;
    uint8_t i, at;

    for (i = 0; i < MSSL_G_TASKS_LEN; i++)
        s->tasks[i] = g[MSSL_G_TASKS + i];
    for (at = FIRST_BLOCK + MSSL_GRANT_LEN; at < NONCE_HOST(buf[0]); at += MSSL_GRANT_LEN)
        for (i = 0; i < MSSL_G_TASKS_LEN; i++)
            s->tasks[i] &= buf[at + MSSL_G_TASKS + i];
    for (i = 0; i < MSSL_G_PARAM_LEN; i++)
        s->caller.param[i] = g[MSSL_G_PARAM + i];
    for (i = 0; i < MSSL_G_HOST_LEN; i++)
        s->caller.host[i] = g[MSSL_G_HOST + i];
    s->caller.slot = g[MSSL_G_SLOT];
}

MSSL_DEV_INTERNAL uint8_t mssl_dev_hello_consume(struct mssl_dev_session *s, uint8_t *buf)
{
    uint8_t i, at, len = buf[0];

    if (!hello_holds(buf, s->peer)
        || !mssl_dev_load(s->key, MSSL_EE_KD)
        || !mssl_dev_nonce_next(buf + NONCE_DEVICE(len))) {
        mssl_dev_end(s);
        return 0;
    }
    grant_take(s, buf);
    for (at = FIRST_BLOCK; at < NONCE_HOST(len); at += MSSL_GRANT_LEN)
        mssl_dev_f(s->key, s->key, buf + at);
    for (i = 0; i < MSSL_NONCE_LEN; i++)
        buf[NONCE_DEVICE(len) + i] = mssl_dev_nonce.value[i];
    buf[TRANSCRIPT(len)] = MSSL_TYPE_TRANSCRIPT;
    mssl_dev_f(s->key, s->key, buf + TRANSCRIPT(len));
    for (i = 0; i < MSSL_NONCE_LEN; i++)
        buf[i] = mssl_dev_nonce.value[i];
    s->state = MSSL_DEV_AWAIT_PROOF;
    s->ticks = MSSL_DEV_TICKS(MSSL_PROOF_TIMEOUT_S);
    return MSSL_NONCE_LEN + mssl_dev_record_seal(s, buf + MSSL_NONCE_LEN, 0);
}
