/* SPDX-License-Identifier: ISC */
/* The device's nonce, which needs no randomness. PROTOCOL 5.
 *
 * A stranger's HELLO must cost the device nothing that wears out, so the seed
 * is stepped once per reset, and from there the nonce counts on in RAM. */
#include "mssl_dev_core.h"

struct mssl_dev_nonce mssl_dev_nonce;

MSSL_DEV_INTERNAL uint8_t mssl_dev_nonce_next(uint8_t room[MSSL_KEY_LEN])
{
    uint8_t i, *n = mssl_dev_nonce.value;

    if (mssl_dev_nonce.state == MSSL_DEV_NONCE_RESET) {
        mssl_dev_nonce.state = MSSL_DEV_NONCE_REFUSED;
        /* s = lab(seed, 0x41) replaces the seed, and only then n = lab(s, 0x42)
         * exists: no nonce without a stored seed. M-5.1 to M-5.5. */
        if (mssl_dev_step(room, MSSL_EE_SEED, MSSL_TYPE_SEED)) {
            mssl_dev_lab(room, room, MSSL_TYPE_NONCE);
            mssl_dev_copy(n, room, MSSL_NONCE_LEN);
            mssl_dev_nonce.state = MSSL_DEV_NONCE_READY;
        }
    }
    /* n = n + 1, big-endian: a byte that becomes 0 carries. M-5.4. */
    for (i = MSSL_NONCE_LEN; i && ++n[i - 1] == 0; i--)
        ;
    return mssl_dev_nonce.state == MSSL_DEV_NONCE_READY;
}
