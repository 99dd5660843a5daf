/* SPDX-License-Identifier: ISC */
/* Where the core's own data lies. The chip's program and the test that drives
 * it each make this table from their compiler's struct, so that the test can
 * copy sessions field by field whatever the order of the fields is. */
#ifndef CHIP_LAYOUT_H
#define CHIP_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

#include "mssl_dev.h"

/* All fields of a session but the peer's address, which is a pointer. */
#define CHIP_FIELDS(X) \
    X(caller) X(key) X(tasks) X(received) X(sent) X(fill) X(ticks) X(state)

/* Bytes that a session may have beside its fields: where a grant has its address. */
#define CHIP_UNUSED_MAX 4

#define CHIP_FIELD_SIZE(field) sizeof(((struct mssl_dev_session *)0)->field)
#define CHIP_FIELD_PLACE(field) { offsetof(struct mssl_dev_session, field), CHIP_FIELD_SIZE(field) },
#define CHIP_FIELD_ONE(field)   +1
#define CHIP_FIELD_ADD(field)   +CHIP_FIELD_SIZE(field)
#define CHIP_FIELD_COUNT        (0 CHIP_FIELDS(CHIP_FIELD_ONE))
#define CHIP_FIELDS_SIZE        (0 CHIP_FIELDS(CHIP_FIELD_ADD))

/* Bytes only, so that both sides lay it out alike. */
struct chip_place {
    uint8_t at, size;
};

struct chip_layout {
    uint8_t sessions, restrictions;
    struct chip_place session[CHIP_FIELD_COUNT];
    struct chip_place peer;
    struct chip_place nonce_value, nonce_state;
    uint8_t session_size, nonce_size;
};

#define CHIP_LAYOUT { \
    MSSL_DEV_SESSIONS, MSSL_DEV_RESTRICTIONS, \
    { CHIP_FIELDS(CHIP_FIELD_PLACE) }, \
    { offsetof(struct mssl_dev_session, peer), CHIP_FIELD_SIZE(peer) }, \
    { offsetof(struct mssl_dev_nonce, value), sizeof(((struct mssl_dev_nonce *)0)->value) }, \
    { offsetof(struct mssl_dev_nonce, state), sizeof(((struct mssl_dev_nonce *)0)->state) }, \
    sizeof(struct mssl_dev_session), sizeof(struct mssl_dev_nonce) \
}

#endif
