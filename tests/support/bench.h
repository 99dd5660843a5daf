/* SPDX-License-Identifier: ISC */
/* A device core on the test bench: a connection to it, and a model host. */
#ifndef MSSL_TEST_BENCH_H
#define MSSL_TEST_BENCH_H

#include "model.h"
#include "ram_port.h"

#define ALL_TASKS 0xFFFFFFFFu

/* The peer's address of each bench: IPv4 10.0.2.2, MAC 52:55:00:00:02:02. */
extern const uint8_t bench_peer[MSSL_PEER_LEN];

/* One connection. The buffer is exactly as long as the core may use, with
 * canaries around it that bench_check looks after. */
struct bench {
    struct mssl_dev_session *s;
    struct model host;
    uint8_t peer[MSSL_PEER_LEN];
    uint8_t before[8], buf[MSSL_DEV_BUF_LEN], after[8];
    uint8_t out[MSSL_RECORD_LEN_MAX];   /* what the last give or tick sent */
    size_t out_len;
    uint8_t plain[MSSL_RECORD_DATA_MAX];
    uint8_t message[256];               /* what was given last */
    size_t message_len;
};

/* A fresh, provisioned, reset device, and connection 0 to it: cmocka's setup.
 * *state is the bench. */
int bench_setup(void **state);

/* Session i of the device as a bench of its own, connected. */
void bench_connect(struct bench *b, unsigned i);

/* Gives bytes; fails the test if any but the last of them got an answer, or if
 * the core wrote outside its buffer. The answer is in out. */
void bench_give(struct bench *b, const void *bytes, size_t len);

/* So many ticks of 250 ms; stops at the first that sends or ends. Returns how
 * many there were. */
unsigned bench_ticks(struct bench *b, unsigned ticks);

/* Gives the host's HELLO. */
void bench_hello(struct bench *b);

/* HELLO and WELCOME with a grant of these tasks; the host isn't proven yet. */
void bench_greet(struct bench *b, uint32_t tasks);

/* The same with what stands in b->host. */
void bench_greet_as(struct bench *b);

/* Gives one command and opens its answer: returns the status, or -1 if there
 * was no answer. plain[1..] is its data. */
int bench_ask(struct bench *b, uint8_t task, const void *args, size_t len);

/* greet, and a first describe: OPEN. */
void bench_open(struct bench *b, uint32_t tasks);

/* The session is over: nothing of it is left in RAM, and it takes no bytes. */
void bench_is_over(struct bench *b);

/* The same, without a byte sent. */
void bench_is_over_silently(struct bench *b);

/* The same, with a valid close sent. */
void bench_is_closed(struct bench *b);

/* A HELLO was refused: no byte, no EEPROM write, no AES block, no task; since
 * the last ram_forget. */
void bench_is_refused(struct bench *b);

#endif
