/* SPDX-License-Identifier: ISC */
/* mssl decode: what its files share. A capture's frames become segments (decode_link),
 * segments byte streams (decode_tcp), bytes messages (decode_session), messages lines
 * (decode_text, decode_json). Memory is bounded, whatever the capture holds. */
#ifndef MSSL_DECODE_H
#define MSSL_DECODE_H

#include <stdio.h>

#include "mssl.h"

/* -- Session keys: docs/FORMATS.md, key log -- */
struct decode_keys;

/* Reads a key log. NULL: *line is the number of the wrong line, or 0 and errno. */
struct decode_keys *decode_keys_read(FILE *file, unsigned *line);
const uint8_t *decode_keys_find(const struct decode_keys *k, const uint8_t nc[MSSL_NONCE_LEN],
                                const uint8_t ns[MSSL_NONCE_LEN]);
void decode_keys_free(struct decode_keys *k);

/* -- Messages -- */
#define DECODE_HELLO     0
#define DECODE_WELCOME   1
#define DECODE_RECORD    2      /* sealed: no key, or a bad tag */
#define DECODE_COMMAND   3
#define DECODE_ANSWER    4
#define DECODE_EVENT     5
#define DECODE_CLOSE     6
#define DECODE_MALFORMED 7
#define DECODE_END       8      /* no bytes: the connection ended */

#define DECODE_NO_TAG    0
#define DECODE_UNCHECKED 1
#define DECODE_TAG_OK    2
#define DECODE_TAG_BAD   3

/* What is wrong or strange, a bit each; words in decode_words.c. */
enum decode_warning {
    DECODE_W_HELLO_LENGTH, DECODE_W_BLOCK_TYPE, DECODE_W_SLOT, DECODE_W_GENERATION, DECODE_W_ADDRESS_KIND,
    DECODE_W_ADDRESS_LENGTH, DECODE_W_RESERVED, DECODE_W_HOST_ID, DECODE_W_DEVICE_EARLY,
    DECODE_W_WELCOME_RECORD, DECODE_W_RECORD_LENGTH, DECODE_W_BEFORE_WELCOME, DECODE_W_AFTER_CLOSE,
    DECODE_W_COUNTER, DECODE_W_BAD_TAG, DECODE_W_NOT_ASKED, DECODE_W_TASK_RANGE, DECODE_W_MISSING,
    DECODE_W_GAP, DECODE_WARNINGS
};

/* How a connection ended, as far as an observer can know. */
enum decode_end {
    DECODE_E_CONNECTION_REFUSED, DECODE_E_NO_HELLO, DECODE_E_CUT_HELLO, DECODE_E_HELLO_LENGTH,
    DECODE_E_HELLO_REFUSED, DECODE_E_RECORD_LENGTH, DECODE_E_RECORD_TAG, DECODE_E_ADMIN,
    DECODE_E_NOT_ANSWERED, DECODE_E_CUT, DECODE_E_ENROL, DECODE_E_DEVICE_CLOSED, DECODE_E_CLOSED,
    DECODE_E_HOST_CLOSED, DECODE_E_DEVICE_TAG, DECODE_E_HOST_LEFT, DECODE_E_HOST_LEFT_EARLY,
    DECODE_E_UNKNOWN, DECODE_ENDS
};

struct decode_message {
    uint8_t kind;
    uint8_t dir;                    /* MSSL_DIR_* */
    uint8_t tag;                    /* DECODE_*TAG* */
    uint32_t warnings;
    const uint8_t *raw;             /* the message's own bytes, len of them */
    uint8_t len;
    bool counted;                   /* counter is known */
    uint16_t counter;
    uint8_t n;                      /* of plain */
    uint8_t plain[MSSL_RECORD_DATA_MAX];
    bool has_task;                  /* of an answer: the command is known */
    uint8_t task;
    bool self;                      /* describe of, or by, the device itself */
    uint8_t end;                    /* of DECODE_END: enum decode_end */
};

/* -- A session: bytes in, messages out -- */
#define DECODE_WAITING_MAX 256      /* commands without an answer; older ones are forgotten */

struct decode_side {
    uint32_t count;                 /* of records */
    bool began, closed, bad, lost;
    uint8_t why;                    /* lost: a warning */
    uint8_t fill;
    uint8_t in[MSSL_HELLO_LEN_MAX];
};

struct decode_session {
    struct decode_side side[2];     /* by MSSL_DIR_* */
    bool syn;                       /* the beginning is in the capture */
    bool middle;                    /* it is not: counters are unknown */
    bool hello, welcome, admin, enrol_bad, over;
    uint8_t nc[MSSL_NONCE_LEN];
    const uint8_t *key;
    uint16_t waiting[DECODE_WAITING_MAX], first, count;
};

typedef void decode_sink(void *ctx, const struct decode_message *m);

struct decode_out {
    decode_sink *put;
    void *ctx;
    const struct decode_keys *keys; /* may be NULL */
};

/* Takes the next bytes of one direction. */
void decode_session_input(struct decode_session *s, uint8_t dir, const uint8_t *in, size_t len,
                          const struct decode_out *out);

/* Bytes of one direction are missing: nothing behind them can be read. */
void decode_session_gap(struct decode_session *s, uint8_t dir, const struct decode_out *out);

/* The first FIN or RST, from dir. */
void decode_session_end(struct decode_session *s, uint8_t dir, bool reset, const struct decode_out *out);

/* What the plaintext of a command, answer or event says; sets kind, task, warnings. */
void decode_plain(struct decode_session *s, struct decode_message *m);

/* The same for a record that stays sealed: a command, or the answer to one. */
void decode_sealed(struct decode_session *s, uint8_t dir);

/* -- Segments and connections -- */
#define DECODE_FIN 0x01
#define DECODE_SYN 0x02
#define DECODE_RST 0x04

struct decode_segment {
    uint8_t from[4], to[4];         /* IPv4 */
    uint16_t from_port, to_port;
    uint32_t seq;
    uint8_t flags;
    const uint8_t *data;            /* len bytes; cut: what the capture did not keep */
    size_t len, cut;
};

/* Finds the TCP segment in a frame of a link type of pcap. false: there is none. */
bool decode_link(struct decode_segment *s, int link, const uint8_t *frame, size_t len);
bool decode_link_known(int link);

struct decode_place {               /* where a message was found */
    uint64_t frame;                 /* counted from 1 */
    uint64_t us;                    /* since the epoch */
    uint32_t stream;                /* connection, counted from 0 */
    uint8_t host[4], device[4];
    uint16_t host_port, device_port;
};

struct decode_tcp;

/* Streams of connections to port; put is called for each message, with the place. */
typedef void decode_show(void *ctx, const struct decode_place *p, const struct decode_message *m);
struct decode_tcp *decode_tcp_new(uint16_t port, const struct decode_keys *keys, decode_show *show, void *ctx);
bool decode_tcp_input(struct decode_tcp *t, const struct decode_segment *s, uint64_t frame, uint64_t us);
/* No segment follows: what still waits for bytes that never came is told. */
void decode_tcp_end(struct decode_tcp *t);
void decode_tcp_free(struct decode_tcp *t);

/* -- Lines -- */
struct decode_lines {
    FILE *out;
    const struct mssl_task_table *table;
    uint64_t messages, bad_tags;
};

decode_show decode_show_text, decode_show_json;     /* ctx: struct decode_lines */

#define DECODE_TEXT_SIZE (4 * MSSL_RECORD_DATA_MAX + 1)

extern const char *const decode_kinds[], *const decode_tags[], *const decode_warnings[];
extern const char *const decode_end_names[], *const decode_end_texts[];
const char *decode_status(uint8_t status);          /* NULL: none that PROTOCOL 7 has */

/* A task's name, or its number as text. */
const char *decode_task(const struct mssl_task_table *t, uint8_t task, char room[4]);

/* The address of a block, "any", or hex if it can't be one. */
void decode_address(char out[MSSL_ADDRESS_TEXT_SIZE], const uint8_t block[MSSL_GRANT_LEN]);

/* Escaped, without trailing zeros. false: this message has no text. */
bool decode_text(char out[DECODE_TEXT_SIZE], const struct decode_message *m);
void decode_escape(char *out, size_t size, const uint8_t *in, size_t len);

/* Task bits as a little-endian word of four bytes. M-3.2 */
uint32_t decode_task_word(const uint8_t bytes[MSSL_G_TASKS_LEN]);

#endif
