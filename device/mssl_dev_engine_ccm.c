/* SPDX-License-Identifier: ISC */
/* AES-128-CCM of a record, M = 8, L = 2, no associated data: the C twin.
 * PROTOCOL 2, RFC 3610. */
#include "mssl_dev_engine.h"
#include "mssl_dev_engine_work.h"

/* The parameters of PROTOCOL 2. Only a test defines others, before it includes
 * this file: NIST's vectors want other tags and nonces, tests/device/cavp_ccm.c. */
#ifndef CCM_TAG_LEN
#define CCM_TAG_LEN  MSSL_TAG_LEN
#define CCM_L        2
#define CCM_NONCE(at, dir, counter) \
    ((at)[0] = (dir), (at)[1] = (uint8_t)((counter) >> 8), (at)[2] = (uint8_t)(counter))
#endif

#define FLAGS_MAC    (uint8_t)((CCM_TAG_LEN - 2) / 2 * 8 + CCM_L - 1)    /* of B_0: M' and L', 0x19 */
#define FLAGS_STREAM (uint8_t)(CCM_L - 1)                                /* of A_i: L', 0x01 */

/* block = E(flags ‖ nonce ‖ 0 ‖ last), which is B_0 or an A_i. */
static void block_make(uint8_t block[MSSL_BLOCK_LEN], const uint8_t key[MSSL_KEY_LEN],
                       uint8_t flags, uint8_t dir, uint16_t counter, uint8_t last)
{
    mssl_dev_wipe(block, MSSL_BLOCK_LEN);
    block[0] = flags;
    CCM_NONCE(block + 1, dir, counter);
    block[MSSL_BLOCK_LEN - 1] = last;
    mssl_dev_aes(block, key);
}

/* Both ways, a block at a time; then the tag is put at buf[n]. Returns 0 if it
 * was there already, bit for bit. opening is public and may decide a branch. */
static uint8_t ccm(uint8_t *buf, uint8_t n, const uint8_t *key, uint8_t dir, uint16_t counter,
                   uint8_t opening)
{
    uint8_t *mac = mssl_dev_work.mac, *stream = mssl_dev_work.stream;
    uint8_t i, j, tag, bad = 0;

    block_make(mac, key, FLAGS_MAC, dir, counter, n);
    for (i = 1; n; i++) {
        block_make(stream, key, FLAGS_STREAM, dir, counter, i);
        for (j = 0; j < MSSL_BLOCK_LEN && n; j++, n--) {
            mac[j] ^= *buf;
            *buf++ ^= stream[j];
            if (opening)        /* the MAC is over the plaintext */
                mac[j] ^= stream[j];
        }
        mssl_dev_aes(mac, key);
    }
    block_make(stream, key, FLAGS_STREAM, dir, counter, 0);
    for (j = 0; j < CCM_TAG_LEN; j++) {
        tag = mac[j] ^ stream[j];
        bad |= *buf ^ tag;
        *buf++ = tag;
    }
    mssl_dev_wipe(&mssl_dev_work, sizeof mssl_dev_work);
    return bad;
}

void mssl_dev_ccm_seal(uint8_t *buf, uint8_t n, const uint8_t key[MSSL_KEY_LEN],
                       uint8_t dir, uint16_t counter)
{
    ccm(buf, n, key, dir, counter, 0);
}

uint8_t mssl_dev_ccm_open(uint8_t *buf, uint8_t n, const uint8_t key[MSSL_KEY_LEN],
                          uint8_t dir, uint16_t counter)
{
    uint8_t bad = ccm(buf, n, key, dir, counter, 1);

    if (bad)        /* the right tag is in the buffer too: it must not get out */
        mssl_dev_wipe(buf, n + CCM_TAG_LEN);
    return bad;
}
