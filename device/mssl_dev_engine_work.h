/* SPDX-License-Identifier: ISC */
/* What the files of the C engine share: one static work area, since arrays on
 * the stack cost AVR a frame pointer. Every use of it ends by wiping it. */
#ifndef MSSL_DEV_ENGINE_WORK_H
#define MSSL_DEV_ENGINE_WORK_H

#include "mssl_dev_engine.h"

struct mssl_dev_work {
    uint8_t round_key[MSSL_KEY_LEN];
    uint8_t state[MSSL_BLOCK_LEN];      /* of AES, after ShiftRows */
    uint8_t mac[MSSL_BLOCK_LEN];        /* the CBC-MAC so far */
    uint8_t stream[MSSL_BLOCK_LEN];     /* a counter block, then its key stream */
};
extern struct mssl_dev_work mssl_dev_work;

#endif
