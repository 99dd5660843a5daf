/* SPDX-License-Identifier: ISC */
/* A session over TCP: the client of libmssl, a socket and their timers. */
#ifndef MSSL_LINK_H
#define MSSL_LINK_H

#include <netinet/in.h>

#include "mssl_cli.h"

/* How far a session came. */
enum mssl_stage {
    MSSL_STAGE_NOTHING, MSSL_STAGE_RESOLVED, MSSL_STAGE_CONNECTED, MSSL_STAGE_HELLO, MSSL_STAGE_PROVEN,
    MSSL_STAGE_COMMAND, MSSL_STAGE_ANSWERED,
};

struct mssl_link {
    int fd;
    struct mssl_client client;
    const struct mssl_options *options;
    const struct mssl_grant_file *grant;
    enum mssl_stage stage;
    struct sockaddr_in own, peer;   /* of the connection, once there was one */
    const char *name;               /* of the device, for messages */
    int64_t sent_ms;                /* when a record was last sent */
    size_t have, at;                /* bytes of in that came, and were consumed */
    uint8_t in[512];
    size_t welcome_len;             /* what came before the device was proven: public, */
    uint8_t welcome[MSSL_WELCOME_LEN];      /* and what mssl-authority recover asks for */
};

/* Connects and runs the handshake: on success the device is proven and wants a
 * record at once. A close before WELCOME is tried again, twice at most (with
 * --wait: until the time-out). Reports what fails and returns an exit code. */
int mssl_link_open(struct mssl_link *l, const struct mssl_grant_file *g, const struct mssl_options *o);

/* Sends a command. An error of the socket shows at the next mssl_link_next. */
mssl_err mssl_link_command(struct mssl_link *l, uint8_t task, const void *args, size_t len);

/* The next message before deadline: m->kind, MSSL_NOTHING when time is over or a signal
 * came. The stream's end gives mssl_client_end's error, or kind MSSL_CLOSE. */
mssl_err mssl_link_next(struct mssl_link *l, int64_t deadline_ms, struct mssl_message *m);

/* Are there messages that need no reading from the socket? */
bool mssl_link_holds(const struct mssl_link *l);

/* A random pause before a host may try again (M-8.14). */
int64_t mssl_retry_ms(void);

/* Sends a sign of life if it is time for one; *due: when the next is. MSSL_E_TRUNCATED:
 * the last one was not answered. M-8.8 */
mssl_err mssl_link_keep_alive(struct mssl_link *l, int64_t *due);

/* Sends a close, if the session is open, waits shortly for the device's (after a
 * signal very shortly, and a second one ends it), drops the connection and wipes.
 * Forgets the signal, and says whether there was one. Safe to call twice. */
bool mssl_link_close(struct mssl_link *l);

/* Takes the events that come on the way. */
typedef void mssl_on_event(void *ctx, const struct mssl_message *m);

/* Sends a command and waits for its answer, --timeout at most. A signal before it is
 * sent gives MSSL_E_NOT_RUN, one before the answer MSSL_E_UNKNOWN. */
mssl_err mssl_link_ask(struct mssl_link *l, uint8_t task, const void *args, size_t len,
                       struct mssl_message *answer, mssl_on_event *on_event, void *ctx);

/* Reports that the session failed, and with --verbose why it may have. what: the words
 * of the command; NULL: there was none but describe. Returns an exit code. */
int mssl_link_lost(const struct mssl_link *l, mssl_err e, const char *what);

/* Waits for the answer to the command sent last, --timeout and wait_s more seconds
 * at most. */
mssl_err mssl_link_await(struct mssl_link *l, unsigned wait_s, struct mssl_message *answer,
                         mssl_on_event *on_event, void *ctx);

/* Has the device check the grant's signature; for a device that wants it (status 4:
 * the command did not run and may be sent again after this). It needs the pinned
 * authority key for the modulus. Tells progress to a terminal on standard error, or
 * with --verbose. With --wait a device that checks another's is asked again until
 * the time-out. Reports what fails and returns an exit code; the session goes on
 * where the client is still open. */
int mssl_link_enrol(struct mssl_link *l, const struct mssl_grant_file *g,
                    mssl_on_event *on_event, void *ctx);

/* Prints what the device says of itself: a line a task that the grant allows there. */
int mssl_link_list(struct mssl_link *l, const struct mssl_grant_file *g,
                   mssl_on_event *on_event, void *ctx);

/* Room for any answer as text. */
#define MSSL_ANSWER_SIZE (4 * MSSL_RECORD_DATA_MAX + 1)

/* The answer's text, escaped. */
const char *mssl_answer_text(char out[MSSL_ANSWER_SIZE], const struct mssl_message *m);

#endif
