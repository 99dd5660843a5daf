/* SPDX-License-Identifier: ISC */
/* AES-128-CCM of a record, M = 8, L = 2, no associated data: the C twin.
 * PROTOCOL 2, RFC 3610.
 *
 * Seal and open differ in which pass comes first, since the MAC is always over
 * the plaintext. Both end with mac = T xor E(A_0), the tag. */
#include "mssl_dev_engine.h"
#include "mssl_dev_engine_work.h"

#define FLAGS_MAC    0x19   /* of B_0: M' = 3, L' = 1 */
#define FLAGS_STREAM 0x01   /* of A_i: L' = 1 */

/* block = flags ‖ nonce ‖ 0 ‖ last. The block is all zero: from a wipe. */
static void block_make(uint8_t block[MSSL_BLOCK_LEN], uint8_t flags, uint8_t dir,
                       uint16_t counter, uint8_t last)
{
    mssl_dev_wipe(block, MSSL_BLOCK_LEN);
    block[0] = flags;
    block[1] = dir;
    block[2] = (uint8_t)(counter >> 8);
    block[3] = (uint8_t)counter;
    block[MSSL_BLOCK_LEN - 1] = last;
}

static void mac_pass(const uint8_t *buf, uint8_t n, const uint8_t key[MSSL_KEY_LEN],
                     uint8_t dir, uint16_t counter)
{
    block_make(mssl_dev_work.mac, FLAGS_MAC, dir, counter, n);
    mssl_dev_aes(mssl_dev_work.mac, key);
    mssl_dev_mac(buf, n, key);
}

/* Xors n bytes with the key stream that starts at A_first. */
static void stream_pass(uint8_t *buf, uint8_t n, const uint8_t key[MSSL_KEY_LEN],
                        uint8_t dir, uint16_t counter, uint8_t first)
{
    uint8_t i;

    while (n) {
        block_make(mssl_dev_work.stream, FLAGS_STREAM, dir, counter, first++);
        mssl_dev_aes(mssl_dev_work.stream, key);
        for (i = 0; i < MSSL_BLOCK_LEN && n; i++, n--)
            *buf++ ^= mssl_dev_work.stream[i];
    }
}

void mssl_dev_ccm_seal(uint8_t *buf, uint8_t n, const uint8_t key[MSSL_KEY_LEN],
                       uint8_t dir, uint16_t counter)
{
    uint8_t i;

    mac_pass(buf, n, key, dir, counter);
    stream_pass(buf, n, key, dir, counter, 1);
    stream_pass(mssl_dev_work.mac, MSSL_TAG_LEN, key, dir, counter, 0);
    for (i = 0; i < MSSL_TAG_LEN; i++)
        buf[n + i] = mssl_dev_work.mac[i];
    mssl_dev_wipe(&mssl_dev_work, sizeof mssl_dev_work);
}

uint8_t mssl_dev_ccm_open(uint8_t *buf, uint8_t n, const uint8_t key[MSSL_KEY_LEN],
                          uint8_t dir, uint16_t counter)
{
    uint8_t i, bad = 0;

    stream_pass(buf, n, key, dir, counter, 1);
    mac_pass(buf, n, key, dir, counter);
    stream_pass(mssl_dev_work.mac, MSSL_TAG_LEN, key, dir, counter, 0);
    for (i = 0; i < MSSL_TAG_LEN; i++)
        bad |= buf[n + i] ^ mssl_dev_work.mac[i];
    mssl_dev_wipe(&mssl_dev_work, sizeof mssl_dev_work);
    if (bad)
        mssl_dev_wipe(buf, n + MSSL_TAG_LEN);
    return bad;
}
