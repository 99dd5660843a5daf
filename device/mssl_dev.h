/* SPDX-License-Identifier: ISC */
/* The MSSL device core: bytes in, bytes out.
 *
 * 1. What it is
 * The core recognises a host by its grant, proves itself to it, and runs its
 * commands as far as the grant allows. It does no I/O: the network layer hands
 * it each byte of a connection and sends what it is told to. Storage and tasks
 * come through the port, mssl_dev_port.h.
 *
 * 2. How to use it
 * A session serves one connection at a time; connection i of the network layer
 * is mssl_dev_sessions[i], with a message buffer of its own:
 *
 *   mssl_dev_begin(s, peer)            a connection was accepted
 *   n = mssl_dev_input(s, buf, byte)   for every byte that comes
 *   n = mssl_dev_tick(s, buf)          for every session, every 250 ms
 *   mssl_dev_end(s)                    the connection was lost
 *   n = mssl_dev_event(s, buf, t, len) a task has news (a build option)
 *
 * input and tick return how many bytes of buf to send (0: none). After either,
 * s->state == MSSL_DEV_CLOSED says: send those n bytes, then close the
 * connection.
 *
 * 3. Cost: see docs/SIZES.md. Nothing here allocates, recurses or blocks but
 * for EEPROM writes (3.4 ms a byte on AVR). */
#ifndef MSSL_DEV_H
#define MSSL_DEV_H

#include <stdint.h>

#include "mssl_dev_config.h"

/* Bytes of a message buffer: the longest record, or the longest HELLO with room
 * behind it for Ns, or for an input of F while the nonce is made. PROTOCOL 2, 6. */
#define MSSL_DEV_HELLO_ROOM \
    (MSSL_HELLO_LEN + MSSL_DEV_RESTRICTIONS * MSSL_GRANT_LEN + MSSL_F_INPUT_LEN)
#define MSSL_DEV_BUF_LEN \
    (MSSL_DEV_HELLO_ROOM > MSSL_RECORD_LEN_MAX ? MSSL_DEV_HELLO_ROOM : MSSL_RECORD_LEN_MAX)

/* Who asks: its slot, and the last two fields of its grant G. */
struct mssl_dev_caller {
    uint8_t slot;
    uint8_t param[MSSL_G_PARAM_LEN];
    uint8_t host[MSSL_G_HOST_LEN];  /* zero padded, no terminating zero at 7 characters */
};

/* The order counts on AVR: avr/mssl_avr_layout.h. */
struct mssl_dev_session {
    uint8_t key[MSSL_KEY_LEN];      /* first: its address is the session's */
    uint16_t sent;                  /* records sealed: the next one's counter */
    uint16_t received;              /* records opened */
    uint8_t tasks[MSSL_G_TASKS_LEN];
    uint8_t fill;                   /* bytes of the message that have come */
    uint8_t unused[4];              /* where a grant has its address */
    struct mssl_dev_caller caller;
    uint8_t ticks;                  /* of 250 ms, until the timeout; 0: the session is over */
    uint8_t state;                  /* read by the network layer; the rest is the core's own */
    const uint8_t *peer;            /* for the HELLO only */
};

/* All there are: the core ends the others when an admin command ran. PROTOCOL 9. */
extern struct mssl_dev_session mssl_dev_sessions[MSSL_DEV_SESSIONS];

/* The nonce, which outlives sessions. The core's own; zeroed by a reset, so a
 * native program that zeroes it (and the sessions) has reset the device. PROTOCOL 5. */
struct mssl_dev_nonce {
    uint8_t value[MSSL_NONCE_LEN];  /* n, big-endian */
    uint8_t state;
};
extern struct mssl_dev_nonce mssl_dev_nonce;

/* A new connection from peer: IPv4(4) then MAC(6), which must stay in place
 * until its HELLO was consumed. A session that ran is wiped first. PROTOCOL 8. */
void mssl_dev_begin(struct mssl_dev_session *s, const uint8_t peer[MSSL_PEER_LEN]);

/* Consumes one byte of the connection. buf: MSSL_DEV_BUF_LEN bytes, this
 * session's own while it lives; on return n > 0, its first n bytes are to be
 * sent before the next byte is given. Ignored in state CLOSED. PROTOCOL 6, 7.
 * Time: a HELLO and a record cost AES blocks by their length only; an admin
 * command and the first HELLO after a reset also write EEPROM. */
uint8_t mssl_dev_input(struct mssl_dev_session *s, uint8_t *buf, uint8_t byte);

/* To be called every 250 ms for every session (also a closed one). Ends it at
 * a timeout, with a close if WELCOME was sent. PROTOCOL 8. */
uint8_t mssl_dev_tick(struct mssl_dev_session *s, uint8_t *buf);

/* The connection is gone: wipes the session. PROTOCOL 8. */
void mssl_dev_end(struct mssl_dev_session *s);

/* Events, a build option: the file mssl_dev_event.c, linked or not. M-7.12.
 *
 * Is an event of task (0..28) possible now: session OPEN, task granted, no
 * message half come, a counter left? If so, the session's own buffer is free.
 * Returns 0 if not: try again after the next input. */
uint8_t mssl_dev_event_ready(const struct mssl_dev_session *s, uint8_t task);

/* Seals an event. buf: room for 137 bytes, the session's own or another; its
 * bytes 2 .. 2 + len - 1 hold the data, len at most 127, put there after
 * mssl_dev_event_ready said yes. Returns how many bytes of buf to send; 0: not
 * ready, and buf is as it was. */
uint8_t mssl_dev_event(struct mssl_dev_session *s, uint8_t *buf, uint8_t task, uint8_t len);

#endif
