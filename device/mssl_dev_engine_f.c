/* SPDX-License-Identifier: ISC */
/* CBC-MAC, and F and lab made of it: the C twin. PROTOCOL 2. */
#include "mssl_dev_engine.h"
#include "mssl_dev_engine_work.h"

struct mssl_dev_work mssl_dev_work;

void mssl_dev_mac(const uint8_t *p, uint8_t n, const uint8_t key[MSSL_KEY_LEN])
{
    uint8_t i;

    while (n) {
        for (i = 0; i < MSSL_BLOCK_LEN && n; i++, n--)
            mssl_dev_work.mac[i] ^= *p++;
        mssl_dev_aes(mssl_dev_work.mac, key);
    }
}

/* out = the MAC; the work area is wiped, so the next MAC starts from zero. */
static void mac_finish(uint8_t out[MSSL_KEY_LEN])
{
    uint8_t i;

    for (i = 0; i < MSSL_KEY_LEN; i++)
        out[i] = mssl_dev_work.mac[i];
    mssl_dev_wipe(&mssl_dev_work, sizeof mssl_dev_work);
}

void mssl_dev_f(uint8_t out[MSSL_KEY_LEN], const uint8_t key[MSSL_KEY_LEN],
                const uint8_t x[MSSL_F_INPUT_LEN])
{
    mssl_dev_mac(x, MSSL_F_INPUT_LEN, key);
    mac_finish(out);
}

void mssl_dev_lab(uint8_t out[MSSL_KEY_LEN], const uint8_t key[MSSL_KEY_LEN], uint8_t type)
{
    /* The input's first block is the type and zeros, its second nothing but zeros. */
    mssl_dev_work.mac[0] = type;
    mssl_dev_aes(mssl_dev_work.mac, key);
    mssl_dev_aes(mssl_dev_work.mac, key);
    mac_finish(out);
}
