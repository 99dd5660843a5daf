/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two device cores in one program, the chip's and the native C twin, each with
 * EEPROM and tasks of its own: what test_chip_differential.c gives both. */
#ifndef TWIN_SIDE_H
#define TWIN_SIDE_H

#include <setjmp.h>
#include <stdint.h>

#include "mssl_dev.h"

/* What a core did outside itself. Hashes count order too. */
struct twin_side {
    uint8_t cells[MSSL_EE_LEN];
    unsigned writes, ran;
    uint64_t written, tasks;    /* every write; every task with caller and arguments */
    int stuck;                  /* a cell that keeps what it has; -1: none */
    int cut_at;                 /* the write, from 0, at which power is cut; -1: none */
    uint8_t torn;
    jmp_buf cut;

    /* The core's functions and variables. */
    void (*begin)(struct mssl_dev_session *, const uint8_t *);
    uint8_t (*input)(struct mssl_dev_session *, uint8_t *, uint8_t);
    uint8_t (*tick)(struct mssl_dev_session *, uint8_t *);
    void (*end)(struct mssl_dev_session *);
    uint8_t (*event_ready)(const struct mssl_dev_session *, uint8_t);  /* NULL: no events */
    uint8_t (*event)(struct mssl_dev_session *, uint8_t *, uint8_t, uint8_t);
    struct mssl_dev_session *sessions;
    struct mssl_dev_nonce *nonce;
    uint8_t buf[MSSL_DEV_SESSIONS][MSSL_DEV_BUF_LEN];
};

extern struct twin_side twin_chip, twin_native;

/* Sets both up: functions, no faults, and the same cells. */
void twin_start(void);

/* Of a core with the signature option: both get the authority's modulus, 260 bytes. */
void twin_modulus_set(const uint8_t *bytes);

/* Both lose power: RAM is zero. */
void twin_reset(void);

#endif
