/* SPDX-License-Identifier: ISC */
/* The device's nonce, which needs no randomness. PROTOCOL 5.
 *
 * A stranger's HELLO must cost the device nothing that wears out, so the seed
 * is stepped once per reset, and from there the nonce counts on in RAM. */
#include "mssl_dev_core.h"

#define AFTER_RESET 0
#define REFUSED     1   /* the seed is missing or could not be stored */
#define READY       2

struct mssl_dev_nonce mssl_dev_nonce;

/* s = lab(seed, 0x41) replaces the seed; the nonce starts at lab(s, 0x42).
 * Until s is stored and read back there is no nonce. M-5.1 to M-5.5. */
static void nonce_start(uint8_t room[MSSL_SEED_LEN])
{
    uint8_t i;

    mssl_dev_nonce.state = REFUSED;
    if (!mssl_dev_load(room, MSSL_EE_SEED))
        return;
    mssl_dev_lab(room, room, MSSL_TYPE_SEED);
    if (mssl_dev_store(MSSL_EE_SEED, room, MSSL_SEED_LEN))
        return;
    mssl_dev_lab(room, room, MSSL_TYPE_NONCE);
    for (i = 0; i < MSSL_NONCE_LEN; i++)
        mssl_dev_nonce.value[i] = room[i];
    mssl_dev_nonce.state = READY;
}

MSSL_DEV_INTERNAL uint8_t mssl_dev_nonce_next(uint8_t room[MSSL_SEED_LEN])
{
    uint8_t i;

    if (mssl_dev_nonce.state == AFTER_RESET)
        nonce_start(room);
    /* n = n + 1, big-endian: a byte that becomes 0 carries. M-5.4. */
    for (i = MSSL_NONCE_LEN; i && ++mssl_dev_nonce.value[i - 1] == 0; i--)
        ;
    return mssl_dev_nonce.state == READY;
}
