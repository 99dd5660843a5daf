/* SPDX-License-Identifier: ISC */
/* libmssl's client against a device that seals what the script says, and an
 * attacker in between. Oracles: the client shows only what the device sealed, as
 * sealed, in order, once; a changed byte shows nothing and leaves no key; what it
 * sends opens; its end says what the standard means. */
#include <string.h>

#include "mssl.h"
#include "script.h"

#define QUEUE 64

struct sealed {                     /* a record on its way: what the client must show */
    uint8_t plain[128], n;
};

static struct script script;
static struct mssl_client client;
static uint8_t key[16], stream[4096];
static size_t stream_len;
static struct sealed queue[QUEUE];
static unsigned queued, shown;
static uint16_t device_sent, device_received;
static int welcomed, spoilt, lost, answers, commands;

static void put(const uint8_t *bytes, size_t n)
{
    if (n > sizeof stream - stream_len)
        n = 0;
    memcpy(stream + stream_len, bytes, n);
    stream_len += n;
}

static void welcome(const uint8_t *hello, uint8_t len)
{
    uint8_t t[32] = { 0x21 }, out[MSSL_WELCOME_LEN], blocks = (uint8_t)(len / 32);

    take_bytes(&script, out, 12);
    memcpy(t + 1, hello + 1 + 32 * (blocks - 1) + MSSL_G_HOST, 7);
    memcpy(t + 8, hello + len - 12, 12);
    memcpy(t + 20, out, 12);
    seal_f(key, key, t);
    seal_record(out + 12, NULL, 0, key, 0, 0);
    device_sent = 1;
    put(out, sizeof out);
}

/* The device's next record: an answer, an event, a close. */
static void record(void)
{
    static const uint8_t lengths[8] = { 8, 16, 32, 64, 128, 8, 8, 0 };
    uint8_t out[MSSL_RECORD_LEN_MAX];
    struct sealed *q = &queue[queued];

    if (queued == QUEUE)
        return;
    memset(q, 0, sizeof *q);
    q->n = lengths[take(&script) & 7];
    if (q->n) {
        q->plain[0] = take(&script);
        q->plain[1] = take(&script);
        q->plain[q->n - 1] = take(&script);
    }
    queued++;
    put(out, seal_record(out, q->plain, q->n, key, 0, device_sent++));
}

static void show(const struct mssl_message *m)
{
    const struct sealed *q = &queue[shown];

    if (m->kind == MSSL_WELCOME) {
        MUST(!welcomed && !spoilt);
        welcomed = 1;
        return;
    }
    MUST(welcomed && shown < queued && !spoilt);
    shown++;
    if (m->kind == MSSL_CLOSE) {
        MUST(q->n == 0);
        return;
    }
    MUST(m->len == q->n - 1 && m->status == q->plain[0] && memcmp(m->data, q->plain + 1, m->len) == 0);
    if (m->kind == MSSL_ANSWER) {
        MUST(m->status < 0x80 && ++answers <= commands);
    } else {
        MUST(m->kind == MSSL_EVENT && m->status >= 0x80 && m->task <= 28);
    }
}

/* Gives what is on its way, in pieces. */
static void deliver(void)
{
    static const uint8_t none[16];
    size_t at = 0, used, piece = 1 + take(&script) % 64;
    struct mssl_message m;
    uint8_t state;
    mssl_err e;

    while (at < stream_len && !lost) {
        state = client.state;
        e = mssl_client_input(&client, stream + at, stream_len - at < piece ? stream_len - at : piece,
                              &used, &m);
        MUST(used > 0 && (m.kind == MSSL_NOTHING || e == MSSL_OK));
        at += used;
        if (state == MSSL_CLOSED)
            MUST(m.kind == MSSL_NOTHING);
        if (m.kind)
            show(&m);
        if (e != MSSL_OK)
            MUST(MSSL_E_CLASS(e) == MSSL_E_CLASS(MSSL_E_TAG) && client.state == MSSL_CLOSED);
        if (client.state == MSSL_CLOSED)
            MUST(memcmp(client.key, none, 16) == 0);
    }
    stream_len = 0;
}

static void command(void)
{
    uint8_t args[130], out[MSSL_RECORD_LEN_MAX], len, plain[128], task = take(&script) % 34;
    uint8_t n = take(&script) % 130;
    mssl_err e;

    memset(args, 'x', sizeof args);
    e = mssl_client_command(&client, task, args, n, out, &len);
    if (e != MSSL_OK) {
        MUST(len == 0 && (client.state != MSSL_OPEN || client.waiting || task > 31 || n > 127));
        return;
    }
    commands++;
    MUST(welcomed && task <= 31 && n <= 127);
    MUST(seal_open(plain, out, len, key, 1, device_received++) >= 1 + n);
    MUST(plain[0] == task && memcmp(plain + 1, args, n) == 0);
}

static void close_it(void)
{
    uint8_t out[MSSL_CLOSE_LEN], len, plain[1];

    if (mssl_client_close(&client, out, &len) == MSSL_OK)
        MUST(welcomed && seal_open(plain, out, len, key, 1, device_received++) == 0);
}

/* The attacker: changes, cuts or adds a byte of what is on its way. */
static void attack(void)
{
    uint16_t at = take16(&script);
    uint8_t how = take(&script);

    if (client.state == MSSL_CLOSED)
        return;
    if (stream_len == 0) {
        put(&how, 1);
    } else if (how & 0x80) {
        stream_len = at % stream_len;       /* and the connection with the rest */
        deliver();
        lost = 1;
    } else {
        stream[at % stream_len] ^= (uint8_t)(1 << how % 8);
    }
    /* From here on the client may show what came whole before; no more. */
    deliver();
    spoilt = 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t blocks[4][MSSL_GRANT_LEN], hello[MSSL_HELLO_LEN_MAX], nc[12], len, count, shut;
    mssl_err e;

    script.p = data;
    script.left = size;
    memset(blocks, 0, sizeof blocks);
    stream_len = queued = shown = 0;
    device_received = 0;
    welcomed = spoilt = lost = answers = commands = 0;
    memset(key, 7, sizeof key);
    memset(nc, 9, sizeof nc);
    count = 1 + take(&script) % 4;
    blocks[count - 1][MSSL_G_HOST] = 'a';
    MUST(mssl_client_begin(&client, (const uint8_t (*)[MSSL_GRANT_LEN])blocks, count, key, nc,
                           hello, &len) == MSSL_OK);
    welcome(hello, len);
    while (script.left) {
        switch (take(&script) % 8) {
        case 0: attack(); break;
        case 1: command(); break;
        case 2: close_it(); break;
        case 3: case 4: deliver(); break;
        default: record(); break;
        }
    }
    shut = client.close_got;
    e = mssl_client_end(&client);
    if (e == MSSL_OK)
        MUST(answers == commands);
    if (e == MSSL_E_NOT_RUN)
        MUST(shut && answers < commands);
    return 0;
}
