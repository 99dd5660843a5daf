/* SPDX-License-Identifier: ISC */
/* libmssl's client and the device core with a line between them, which delivers
 * in chunks of any size and remembers what must come back. */
#ifndef MSSL_TEST_PAIR_H
#define MSSL_TEST_PAIR_H

#include "model.h"
#include "mssl.h"
#include "ram_port.h"

#define PAIR_ROOM 32768

/* The answer that a command must get. */
struct pair_answer {
    uint8_t task, status, len;      /* data without trailing zeros */
    uint8_t data[MSSL_RECORD_DATA_MAX];
};

struct pair {
    struct mssl_client client;
    struct mssl_dev_session *device;
    struct mssl_grant_file grant;
    uint32_t tasks;                 /* the effective ones */
    uint8_t peer[MSSL_PEER_LEN], buf[MSSL_DEV_BUF_LEN];
    uint8_t up[PAIR_ROOM], down[PAIR_ROOM];     /* on the line, to device and to host */
    size_t up_len, down_len;
    size_t chunk_max;               /* bytes a delivery, 1 for byte by byte */

    struct pair_answer expected[MSSL_PIPELINE_MAX + 1];
    unsigned first, waiting;        /* of expected */
    unsigned answers;               /* that came, each as expected */
    uint8_t sent_order[256];        /* the first argument byte of each command that */
    unsigned sent;                  /* ... should reach a task */
    int welcomed, closed;
    mssl_err failure;               /* of the client; 0: none */
};

/* A provisioned device and a grant for it with these tasks, any address. */
void pair_setup(struct pair *p, uint32_t tasks);

/* A restriction with these tasks of the chain's. */
void pair_restrict(struct pair *p, uint32_t tasks, const struct mssl_address *address);

/* A new connection: HELLO is on the line. */
void pair_connect(struct pair *p);

/* Puts a command on the line and notes what must come back. Returns 0, or the
 * client's refusal. */
mssl_err pair_command(struct pair *p, uint8_t task, const uint8_t *args, size_t len);

/* A random command out of all that a client sends but admin. */
mssl_err pair_random_command(struct pair *p);

void pair_close(struct pair *p);

/* Delivers what is on the line, both ways, in random chunks, until nothing is
 * left. Fails the test at any answer that is not the one expected. */
void pair_carry(struct pair *p);

/* The device's 250 ms tick. */
void pair_tick(struct pair *p);

/* Did each command that the device ran come from the host, once, in order? */
void pair_ran_in_order(const struct pair *p);

#endif
