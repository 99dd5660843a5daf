/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random messages for test_chip_differential.c, right and wrong ones. */
#ifndef TWIN_MESSAGE_H
#define TWIN_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

#include "model.h"

#define ONE_IN(n) (model_random() % (n) == 0)

/* A random prefix of the peer's address; sometimes too long, or of no kind. */
void message_address(uint8_t *block, const uint8_t peer[MSSL_PEER_LEN]);

/* Each makes a command at message and returns its length. cells: the device's EEPROM. */
size_t message_admin(struct model *host, const uint8_t *cells, uint8_t *message);
size_t message_describe(struct model *host, uint8_t *message);

/* -- The signature option -- */

/* A grant's, and how far its enrolment is. */
struct message_signature {
    uint8_t digest[32], u[256];
    unsigned offset, sent;      /* the chunk under way, 0 bytes: none; */
    unsigned filled;            /* what the device has, as far as it said */
};

/* The modulus of the authority, which is the same in every run. Uses up random numbers. */
const uint8_t *message_authority(void);

/* Signs a grant; sometimes badly. */
void message_sign(struct message_signature *s, const uint8_t grant[MSSL_GRANT_LEN]);

/* A chunk: mostly the next one. */
size_t message_chunk(struct model *host, struct message_signature *s, uint8_t *message);

/* The device answered; 1: that the grant is enrolled. */
unsigned message_answered(struct message_signature *s, const uint8_t *plain);

#endif
