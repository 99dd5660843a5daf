/* SPDX-License-Identifier: ISC */
/* F, a CBC-MAC over two blocks, and lab made of it: the C twin. PROTOCOL 2. */
#include "mssl_dev_engine.h"
#include "mssl_dev_engine_work.h"

struct mssl_dev_work mssl_dev_work;

/* Takes a block into the MAC, short of encrypting it. The work area is wiped
 * after every use, so a MAC starts from zero. */
static void mac_absorb(const uint8_t x[MSSL_BLOCK_LEN])
{
    uint8_t i;

    for (i = 0; i < MSSL_BLOCK_LEN; i++)
        mssl_dev_work.mac[i] ^= x[i];
}

/* out = E(mac), the last step; key may be out. */
static void mac_finish(uint8_t out[MSSL_KEY_LEN], const uint8_t key[MSSL_KEY_LEN])
{
    uint8_t i;

    mssl_dev_aes(mssl_dev_work.mac, key);
    for (i = 0; i < MSSL_KEY_LEN; i++)
        out[i] = mssl_dev_work.mac[i];
    mssl_dev_wipe(&mssl_dev_work, sizeof mssl_dev_work);
}

void mssl_dev_f(uint8_t out[MSSL_KEY_LEN], const uint8_t key[MSSL_KEY_LEN],
                const uint8_t x[MSSL_F_INPUT_LEN])
{
    mac_absorb(x);
    mssl_dev_aes(mssl_dev_work.mac, key);
    mac_absorb(x + MSSL_BLOCK_LEN);
    mac_finish(out, key);
}

void mssl_dev_lab(uint8_t out[MSSL_KEY_LEN], const uint8_t key[MSSL_KEY_LEN], uint8_t type)
{
    /* The input's first block is the type and zeros, its second nothing but zeros. */
    mssl_dev_work.mac[0] = type;
    mssl_dev_aes(mssl_dev_work.mac, key);
    mac_finish(out, key);
}
