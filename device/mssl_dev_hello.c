/* SPDX-License-Identifier: ISC */
/* HELLO and WELCOME: recognises a host by its grant, and proves the device.
 * PROTOCOL 3 to 6.
 *
 * The checks come in the protocol's order. Until all hold nothing is computed,
 * written or said, and no field out of range indexes memory (M-6.7, M-6.8,
 * M-6.20). What they compare is public, so they may stop at the first
 * difference. */
#include "mssl_dev_core.h"

/* Where things are in buf, whose length byte is len. */
#define FIRST_BLOCK       1
#define NONCE_HOST(len)   ((len) + 1 - MSSL_NONCE_LEN)
#define NONCE_DEVICE(len) ((len) + 1)
/* The transcript 0x21 ‖ host id ‖ Nc ‖ Ns: the last block ends with the host
 * id and Nc follows it, so only the type is missing, one byte before. M-4.2. */
#define TRANSCRIPT(len)   (NONCE_HOST(len) - MSSL_G_HOST_LEN - 1)

/* The length byte of a HELLO in buf: a constant in a build without
 * restrictions, so that everything above is one too. */
static inline uint8_t hello_len(const uint8_t *buf)
{
    return MSSL_DEV_RESTRICTIONS ? buf[0] : MSSL_HELLO_LEN_BYTE;
}

MSSL_DEV_INTERNAL uint8_t mssl_dev_hello_size(uint8_t len)
{
    uint8_t blocks = len - MSSL_HELLO_LEN_BYTE;

    if (blocks > MSSL_DEV_RESTRICTIONS * MSSL_GRANT_LEN || blocks % MSSL_GRANT_LEN)
        return 0;
    return len + 1;
}

/* Checks 4 to 6 of a block: its form. M-6.12 to M-6.15. */
static uint8_t block_is_formed(const uint8_t *block, uint8_t type)
{
    uint8_t kind = block[MSSL_G_ADDRESS_KIND];
    uint8_t max = MSSL_DEV_IPV4_MAX;

    if (block[MSSL_G_TYPE] != type || block[MSSL_G_SLOT] >= MSSL_SLOTS)
        return 0;
    if (kind != MSSL_ADDRESS_IPV4) {
        if (kind != MSSL_ADDRESS_MAC)
            return 0;
        max = MSSL_DEV_MAC_MAX;
    }
    if (block[MSSL_G_ADDRESS_LEN] > max)
        return 0;
    return 1;
}

/* Checks 7 and 8 of G: made for this firmware and this device? M-6.16, M-6.17. */
static uint8_t grant_is_ours(uint8_t *g)
{
    if (g[MSSL_G_TABLE] != MSSL_DEV_TASK_TABLE)
        return 0;
    return mssl_dev_cells(MSSL_EE_DEVICE, g + MSSL_G_DEVICE, MSSL_G_DEVICE_LEN, MSSL_DEV_COMPARE);
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

/* Checks 4 to 10, in order. buf[0] is a good length. */
static uint8_t hello_holds(uint8_t *buf, const uint8_t *peer)
{
    uint8_t at, type = MSSL_TYPE_GRANT;
    uint8_t end = NONCE_HOST(hello_len(buf));

    for (at = FIRST_BLOCK; at < end; at += MSSL_GRANT_LEN) {
        if (!block_is_formed(buf + at, type))
            return 0;
        type = MSSL_TYPE_RESTRICTION;
    }
    if (!grant_is_ours(buf + FIRST_BLOCK))
        return 0;
    for (at = FIRST_BLOCK; at < end; at += MSSL_GRANT_LEN)
        if (!block_matches(buf + at, peer))
            return 0;
    return 1;
}

/* Takes what tasks need of G, and the tasks of all blocks ANDed. M-3.10, M-3.11, M-6.21. */
static void grant_take(struct mssl_dev_session *s, const uint8_t *buf)
{
    const uint8_t *g = buf + FIRST_BLOCK;
    uint8_t i, at;

    mssl_dev_copy(s->tasks, g + MSSL_G_TASKS, MSSL_G_TASKS_LEN);
    for (at = FIRST_BLOCK + MSSL_GRANT_LEN; at < NONCE_HOST(hello_len(buf)); at += MSSL_GRANT_LEN)
        for (i = 0; i < MSSL_G_TASKS_LEN; i++)
            s->tasks[i] &= buf[at + MSSL_G_TASKS + i];
    s->caller.slot = g[MSSL_G_SLOT];
    mssl_dev_copy(s->caller.param, g + MSSL_G_PARAM, MSSL_G_PARAM_LEN);
    mssl_dev_copy(s->caller.host, g + MSSL_G_HOST, MSSL_G_HOST_LEN);
    s->ticks = MSSL_DEV_TICKS(MSSL_PROOF_TIMEOUT_S);
    s->state = MSSL_DEV_AWAIT_PROOF;
}

MSSL_DEV_INTERNAL uint8_t mssl_dev_hello_consume(struct mssl_dev_session *s, uint8_t *buf)
{
    uint8_t at, len = hello_len(buf);

    /* K_D is read twice: the first time to see that it is there, before the seed
     * is written; then the nonce has used its place. M-5.6. */
    if (!hello_holds(buf, s->peer)
        || !mssl_dev_cells(MSSL_EE_KD, s->key, MSSL_KEY_LEN, MSSL_DEV_READ)
        || !mssl_dev_nonce_next(s->key)
        || !mssl_dev_cells(MSSL_EE_KD, s->key, MSSL_KEY_LEN, MSSL_DEV_READ))
        return 0;
    grant_take(s, buf);
    mssl_dev_signature_take(s, buf + FIRST_BLOCK);
    for (at = FIRST_BLOCK; at < NONCE_HOST(len); at += MSSL_GRANT_LEN)
        mssl_dev_f(s->key, s->key, buf + at);
    mssl_dev_copy(buf + NONCE_DEVICE(len), mssl_dev_nonce.value, MSSL_NONCE_LEN);
    buf[TRANSCRIPT(len)] = MSSL_TYPE_TRANSCRIPT;
    mssl_dev_f(s->key, s->key, buf + TRANSCRIPT(len));
    mssl_dev_copy(buf, mssl_dev_nonce.value, MSSL_NONCE_LEN);
    return MSSL_NONCE_LEN + mssl_dev_record_seal(s, buf + MSSL_NONCE_LEN, 0);
}
