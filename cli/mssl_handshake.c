/* SPDX-License-Identifier: ISC */
/* Opening a session over TCP: connect, HELLO, WELCOME, and trying again. PROTOCOL 8. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mssl_dial.h"
#include "mssl_explain.h"
#include "mssl_keylog_file.h"
#include "mssl_link.h"
#include "mssl_wait.h"

#define TRIES 3     /* of a device that closes without a word */

/* What an attempt came to. */
enum outcome { OPENED, REFUSED, TIME_OVER, SOCKET, FORGED, INTERRUPTED };

struct attempt {
    enum outcome outcome;
    mssl_err e;
    int error;          /* errno of SOCKET */
};

/* 0.3 to 2 s at random, so that hosts that were closed together don't meet again. M-8.14 */
int64_t mssl_retry_ms(void)
{
    uint8_t r[2] = { 0, 0 };

    mssl_random(r, sizeof r);
    return MSSL_RETRY_MIN_MS + (r[0] << 8 | r[1]) % (MSSL_RETRY_MAX_MS - MSSL_RETRY_MIN_MS + 1);
}

static void pause_random(int64_t deadline_ms)
{
    int64_t ms = mssl_retry_ms(), left = deadline_ms - mssl_now_ms();

    mssl_pause(ms < left ? ms : left > 0 ? left : 0);
}

struct hello {
    uint8_t bytes[MSSL_HELLO_LEN_MAX];
    uint8_t len;
};

static mssl_err send_hello(struct mssl_link *l, const struct mssl_grant_file *g, struct hello *h)
{
    uint8_t nc[MSSL_NONCE_LEN];
    mssl_err e = mssl_random(nc, sizeof nc);        /* M-8.23 */

    if (e == MSSL_OK)
        e = mssl_client_begin(&l->client, g->blocks, g->count, g->key, nc, h->bytes, &h->len);
    /* A new connection's send buffer takes 141 bytes; an error shows as its end. */
    if (e == MSSL_OK && send(l->fd, h->bytes, h->len, MSG_NOSIGNAL) > 0)
        l->stage = MSSL_STAGE_HELLO;
    return e;
}

/* Both are no secret: an observer of the wire sees them too. The lines are as
 * mssl-authority recover --from takes them. */
static void say_pair(const struct mssl_link *l, const struct hello *h)
{
    char text[2 * MSSL_HELLO_LEN_MAX + 1];

    if (!l->options->verbose || l->welcome_len != MSSL_WELCOME_LEN)
        return;
    mssl_to_hex(text, h->bytes, h->len);
    fprintf(stderr, "hello: %s\n", text);
    mssl_to_hex(text, l->welcome, MSSL_WELCOME_LEN);
    fprintf(stderr, "welcome: %s\n", text);
}

/* Waits for WELCOME on a connection that is up. */
static struct attempt shake_hands(struct mssl_link *l, const struct mssl_grant_file *g, int64_t deadline_ms)
{
    struct hello hello;
    struct attempt a = { FORGED, send_hello(l, g, &hello), 0 };
    struct mssl_message m = { 0 };

    while (a.e == MSSL_OK && m.kind == MSSL_NOTHING) {
        if (mssl_interrupted() || mssl_now_ms() >= deadline_ms) {
            a.outcome = mssl_interrupted() ? INTERRUPTED : TIME_OVER;
            return a;
        }
        a.e = mssl_link_next(l, deadline_ms, &m);
    }
    say_pair(l, &hello);
    if (m.kind == MSSL_WELCOME)
        a.outcome = OPENED;
    else if (MSSL_E_CLASS(a.e) == MSSL_E_RETRY)
        a.outcome = REFUSED;
    return a;
}

static void note_connected(struct mssl_link *l)
{
    socklen_t own = sizeof l->own, peer = sizeof l->peer;

    if (l->stage < MSSL_STAGE_CONNECTED)
        l->stage = MSSL_STAGE_CONNECTED;
    if (getsockname(l->fd, (struct sockaddr *)&l->own, &own) != 0)
        l->own.sin_addr.s_addr = INADDR_ANY;
    if (getpeername(l->fd, (struct sockaddr *)&l->peer, &peer) != 0)
        l->peer.sin_addr.s_addr = INADDR_ANY;
}

static struct attempt try_once(struct mssl_link *l, const struct mssl_grant_file *g,
                               const struct mssl_place *place, int64_t deadline_ms)
{
    struct attempt a = { SOCKET, MSSL_OK, 0 };

    l->have = l->at = l->welcome_len = 0;
    l->fd = mssl_dial(place, deadline_ms);
    if (l->fd < 0) {
        a.error = errno;
        a.outcome = mssl_interrupted() ? INTERRUPTED : SOCKET;
        return a;
    }
    note_connected(l);
    a = shake_hands(l, g, deadline_ms);
    if (a.outcome != OPENED) {
        if (l->fd >= 0)
            close(l->fd);
        l->fd = -1;
        mssl_client_wipe(&l->client);
    }
    return a;
}

/* What this host can know of a silent refusal: the grant, by field. */
static void say_grant(const struct mssl_grant_file *g)
{
    char address[MSSL_ADDRESS_TEXT_SIZE], tasks[512];
    struct mssl_grant block;
    size_t len;
    uint8_t i;

    for (i = 0; i < g->count; i++) {
        if (mssl_grant_decode(&block, g->blocks[i]) != MSSL_OK)
            continue;
        len = sizeof tasks;
        if (mssl_task_set_format(block.tasks, &g->table, tasks, &len) != MSSL_OK)
            tasks[0] = '\0';
        mssl_address_format(address, &block.address);
        fprintf(stderr, "mssl: %s %s: device %s (%08x), slot %u, generation %u, epoch %u, table %u, "
                "address %s, tasks %s\n", i == 0 ? "grant of" : "restriction for", block.host,
                g->device_name, (unsigned)block.device, block.slot, block.generation, block.epoch,
                block.table, address, tasks);
    }
}

static int report(const struct attempt *a, const struct mssl_link *l)
{
    const char *at = l->options->place;

    switch (a->outcome) {
    case OPENED:
        return MSSL_EXIT_DONE;
    case TIME_OVER:
        return mssl_report(MSSL_EXIT_CONNECTION, at, "no answer in time", "is this an MSSL device? try a longer --timeout");
    case SOCKET:
        return mssl_report(MSSL_EXIT_CONNECTION, at, strerror(a->error), "check address, port and power");
    case INTERRUPTED:
        return mssl_report(MSSL_EXIT_CONNECTION, at, "interrupted before the command was sent", NULL);
    case REFUSED:
        if (l->grant->count > 1 && a->e == MSSL_E_REFUSED)
            return mssl_report(MSSL_EXIT_REFUSED, at, mssl_err_text(a->e), "its build may take no restrictions; "
                               "else wrong address, revoked or outdated grant, or a busy device");
        return mssl_report_session(a->e, at, NULL);
    default:
        return mssl_report_session(a->e, at, NULL);
    }
}

static int explain(const struct attempt *a, const struct mssl_link *l)
{
    struct mssl_failure f = { a->e, a->outcome == SOCKET ? a->error : 0, a->outcome == TIME_OVER };
    int code = report(a, l);

    if (a->outcome != INTERRUPTED)
        mssl_explain(l, &f);
    return code;
}

/* The first refusal is worth another try: it may have been a busy device. */
static bool worth_another(const struct attempt *a, const struct mssl_options *o, int tries)
{
    if (a->outcome == REFUSED)
        return o->wait || (!o->one_try && tries < TRIES);
    return a->outcome == SOCKET && o->wait && a->error == ECONNREFUSED;
}

/* A session whose key can't be logged as asked ends before its first command. */
static int log_key(struct mssl_link *l)
{
    int code = mssl_keylog_write(&l->client);

    if (code != MSSL_EXIT_DONE)
        mssl_link_close(l);
    return code;
}

static int report_place(const struct mssl_link *l, const char *bad, bool usage)
{
    struct mssl_failure none = { .e = MSSL_OK };

    if (usage)
        return mssl_report(MSSL_EXIT_USAGE, l->options->place, bad, "give HOST or HOST:PORT");
    mssl_report(MSSL_EXIT_CONNECTION, l->options->place, bad, "check the name and this host's network, or give an IPv4 address");
    mssl_explain(l, &none);
    return MSSL_EXIT_CONNECTION;
}

static int begin(struct mssl_link *l, struct mssl_place *place, const struct mssl_grant_file *g,
                 const struct mssl_options *o)
{
    const char *bad;
    bool usage;

    memset(l, 0, sizeof *l);
    l->fd = -1;
    l->options = o;
    l->grant = g;
    l->name = g->device_name;
    if (o->verbose)
        say_grant(g);
    bad = mssl_place_find(place, o->place, &usage);
    if (bad != NULL)
        return report_place(l, bad, usage);
    l->stage = MSSL_STAGE_RESOLVED;
    if (!mssl_signals_catch())
        return mssl_report(MSSL_EXIT_CONNECTION, "signals", strerror(errno), "close other files, or try again");
    return MSSL_EXIT_DONE;
}

static struct attempt try_all(struct mssl_link *l, const struct mssl_place *place, int64_t deadline)
{
    struct attempt a, first_refusal = { OPENED, MSSL_OK, 0 };
    int tries = 0;

    for (;;) {
        a = try_once(l, l->grant, place, deadline);
        tries++;
        if (a.outcome == REFUSED)
            first_refusal = a;
        if (!worth_another(&a, l->options, tries) || mssl_now_ms() >= deadline)
            break;
        if (l->options->verbose)
            fprintf(stderr, "mssl: %s: closed before it proved itself, trying again\n", l->options->place);
        pause_random(deadline);
        if (mssl_interrupted()) {
            a.outcome = INTERRUPTED;
            break;
        }
    }
    /* Who was refused first and then found nobody was refused. */
    if ((a.outcome == SOCKET || a.outcome == TIME_OVER) && first_refusal.outcome == REFUSED)
        a = first_refusal;
    return a;
}

int mssl_link_open(struct mssl_link *l, const struct mssl_grant_file *g, const struct mssl_options *o)
{
    int64_t deadline = mssl_now_ms() + 1000 * (int64_t)o->timeout_s;
    struct mssl_place place;
    struct attempt a;
    int code = begin(l, &place, g, o);

    if (code != MSSL_EXIT_DONE)
        return code;
    a = try_all(l, &place, deadline);
    if (a.outcome != OPENED)
        return explain(&a, l);
    l->stage = MSSL_STAGE_PROVEN;
    if (o->verbose)
        fprintf(stderr, "mssl: %s: the device has proven itself\n", o->place);
    return log_key(l);
}
