/* SPDX-License-Identifier: ISC */
/* One interface in front of every secure channel that is measured here: what an
 * application calls, and nothing else. A driver (mssl.c, openssl.c ...) is a
 * program of its own, so that a library that is not there takes away no other.
 *
 * The job is the same for all: connect, a command of 6 bytes, an answer of 2,
 * an authenticated close by both ends. */
#ifndef MSSL_BENCH_PEER_H
#define MSSL_BENCH_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PEER_HOST    0      /* the end that connects */
#define PEER_DEVICE  1      /* the end that serves */

#define PEER_BAD    (-1)    /* it failed */
#define PEER_MORE    0      /* it wants bytes of the other end */
#define PEER_DONE    1

#define PEER_COMMAND_LEN  6
#define PEER_ANSWER_LEN   2
#define PEER_DATA_MAX     128

struct peer {
    const char *name;
    const char *what;               /* the protocol, for the table */
    const char *(*version)(void);   /* of the library */
    bool own_sockets;               /* the library does its own I/O, over loopback */

    /* Once for the program: keys, certificates, contexts. */
    bool (*setup)(void);
    /* A new connection's end; NULL: no memory. */
    void *(*begin)(int side);
    /* Goes on as far as it can: PEER_DONE, PEER_MORE, PEER_BAD. */
    int (*handshake)(void *end);
    /* Seals n bytes as one record and sends it. */
    bool (*write)(void *end, const uint8_t *data, size_t n);
    /* Opens a record: how many bytes, PEER_MORE or PEER_BAD. */
    int (*read)(void *end, uint8_t *out, size_t room);
    /* Says the end: host first. */
    bool (*close)(void *end);
    /* Takes the other end's close: PEER_DONE, PEER_MORE, PEER_BAD. */
    int (*closed)(void *end);
    void (*free)(void *end);
};

/* What a driver brings: its peers, the last one with a NULL name. */
extern const struct peer peers[];

/* -- The pre-shared key of all peers that have one (peer_psk.c) -- */

#define PEER_PSK_NAME "alice"
#define PEER_PSK_LEN  16
extern const uint8_t peer_psk[PEER_PSK_LEN];

/* What a TLS library's callbacks ask for: the key's length, 0 when it has no room or
 * the name is another. */
unsigned peer_psk_host(char *id, unsigned id_room, uint8_t *key, unsigned room);
unsigned peer_psk_device(const char *id, uint8_t *key, unsigned room);

/* -- The carrier between the ends (peer_carrier.c) -- */

/* In memory (fd < 0, as it begins), or over a connected stream socket. */
void carrier_use(int side, int fd);

/* Drops what lies in memory. */
void carrier_empty(void);

/* Bytes sent in memory so far, both directions. */
unsigned long carrier_bytes(void);

/* Sends n bytes of side. false: the socket failed. */
bool carrier_send(int side, const void *data, size_t n);

/* Bytes for side: how many, 0 when there are none, -1 at the end of the stream. */
int carrier_recv(int side, void *out, size_t room);

/* Where own_sockets peers connect and serve: address and port. */
extern const char *carrier_address;
extern unsigned short carrier_port;
/* Which ends this process holds: in one of serve and connect it is one only. */
extern bool carrier_alone;

/* -- A pair of ends and its job (peer_pair.c) -- */

/* Told before and after each call of an end: which end, and what for. */
enum step { STEP_HANDSHAKE, STEP_SEAL, STEP_OPEN, STEP_SERVE, STEP_CLOSE, STEPS };
struct watch {
    void (*enter)(int side, enum step step);
    void (*leave)(int side, enum step step);
};

struct pair {
    const struct peer *peer;
    void *end[2];
};

/* Makes both ends and brings them through the handshake. w may be NULL. */
bool pair_open(struct pair *pair, const struct peer *peer, const struct watch *w);

/* n bytes to the device and its answer: of 2 bytes for a command of 6, else of n. */
bool pair_exchange(struct pair *pair, size_t n, const struct watch *w);

/* Both say the end. */
bool pair_close(struct pair *pair, const struct watch *w);

void pair_free(struct pair *pair, const struct watch *w);

/* What a command and an answer of n bytes hold. Byte 0 is a task number and a
 * status, so that MSSL can carry them as its own. */
void job_command(uint8_t *out, size_t n);
void job_answer(uint8_t *out, size_t n);
size_t job_answer_len(size_t n);

/* -- The modes: each prints one JSON object; false: something failed -- */
bool mode_count(const struct peer *peer, unsigned sessions);            /* peer_count.c */
bool mode_job(const struct peer *peer, unsigned sessions);              /* peer_job.c */
bool mode_rate(const struct peer *peer, unsigned ms);                   /* peer_rate.c */
bool mode_grow(const struct peer *peer, unsigned sessions);             /* peer_grow.c */
bool mode_serve(const struct peer *peer, unsigned sessions);            /* peer_socket.c */
bool mode_connect(const struct peer *peer, unsigned sessions);

double seconds_now(void);

#endif
