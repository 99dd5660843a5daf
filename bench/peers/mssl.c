/* SPDX-License-Identifier: ISC */
/* MSSL: libmssl at one end, the device core natively at the other, as PROTOCOL
 * 12 has them. The core answers a command as soon as it is whole, so reading
 * and answering are one step there. */
#include <stdlib.h>
#include <string.h>

#include "mssl.h"
#include "mssl_dev.h"
#include "mssl_dev_port.h"
#include "mssl_engine.h"
#include "peer.h"

/* The grant of PROTOCOL 12 and its key. */
static const uint8_t grant[1][MSSL_GRANT_LEN] = { {
    0x11, 0x01, 0, 0, 0, 1, 0, 0, 4, 0, 0, 0, 2, 0, 0, 0,
    10, 0, 2, 2, 0, 0, 0, 0, 0, 'a', 'l', 'i', 'c', 'e', 0, 0 } };
static const uint8_t grant_key[MSSL_KEY_LEN] = {
    0xbd, 0x54, 0x14, 0x39, 0xa7, 0xb0, 0xa6, 0x5d, 0xad, 0x2b, 0x4b, 0x48, 0x93, 0x38, 0x2c, 0x9d };
static const uint8_t host_address[MSSL_PEER_LEN] = { 10, 0, 2, 2, 2, 0, 10, 0, 2, 2 };

struct end {
    int side;
    struct mssl_client *client;         /* the host's */
    struct mssl_dev_session *session;   /* the device's, with its message buffer: */
    uint8_t *buf;
    uint8_t sealed_len;                 /* an answer that waits in buf */
};

static uint8_t eeprom[MSSL_EE_LEN];

uint8_t mssl_port_eeprom_read(uint16_t address)
{
    return eeprom[address];
}

void mssl_port_eeprom_write(uint16_t address, uint8_t value)
{
    eeprom[address] = value;
}

/* A command of 6 bytes comes padded to 8, without its task that is 7. */
uint8_t mssl_port_task(uint8_t task, const struct mssl_dev_caller *caller, uint8_t *buf, uint8_t *len)
{
    uint8_t message[PEER_DATA_MAX] = { 0 };
    bool short_one = *len == 7;
    uint8_t status = MSSL_STATUS_OK;

    (void)task;
    (void)caller;
    job_command(message, short_one ? PEER_COMMAND_LEN : *len + 1u);
    if (memcmp(buf, message + 1, *len) != 0)
        status = MSSL_STATUS_ARGUMENT;
    if (short_one)
        *len = PEER_ANSWER_LEN - 1;
    job_answer(message, *len + 1u);
    memcpy(buf, message + 1, *len);
    return status;
}

uint8_t mssl_port_task_text(uint8_t task, uint8_t *out)
{
    (void)task;
    (void)out;
    return 0;
}

static bool setup(void)
{
    uint8_t i;

    memset(eeprom, 0xFF, sizeof eeprom);
    for (i = 0; i < MSSL_KEY_LEN; i++)
        eeprom[MSSL_EE_KD + i] = i;
    memset(eeprom + MSSL_EE_DEVICE, 0, MSSL_G_DEVICE_LEN);
    eeprom[MSSL_EE_DEVICE + 3] = 1;
    memset(eeprom + MSSL_EE_GENERATIONS, 0, MSSL_SLOTS);
    memset(eeprom + MSSL_EE_SEED, 0x55, MSSL_SEED_LEN);
    return mssl_engine_begin();
}

static bool say_hello(struct end *e)
{
    uint8_t nc[MSSL_NONCE_LEN], hello[MSSL_HELLO_LEN_MAX], len;

    return mssl_random(nc, sizeof nc) == MSSL_OK
        && mssl_client_begin(e->client, grant, 1, grant_key, nc, hello, &len) == MSSL_OK
        && carrier_send(PEER_HOST, hello, len);
}

static void end_free(void *p)
{
    struct end *e = p;

    if (e->client != NULL)
        mssl_client_end(e->client);
    if (e->session != NULL)
        mssl_dev_end(e->session);
    free(e->client);
    free(e->session);
    free(e->buf);
    free(e);
}

static void *begin(int side)
{
    struct end *e = calloc(1, sizeof *e);
    bool ok;

    if (e == NULL)
        return NULL;
    e->side = side;
    if (side == PEER_HOST) {
        e->client = calloc(1, sizeof *e->client);
        ok = e->client != NULL && say_hello(e);
    } else {
        e->session = calloc(1, sizeof *e->session);
        e->buf = malloc(MSSL_DEV_BUF_LEN);
        ok = e->session != NULL && e->buf != NULL;
        if (ok)
            mssl_dev_begin(e->session, host_address);
    }
    if (ok)
        return e;
    end_free(e);
    return NULL;
}

/* Gives the client what has come, until it has a message. */
static int host_input(struct end *e, struct mssl_message *m)
{
    uint8_t in[MSSL_RECORD_LEN_MAX];
    int n = carrier_recv(PEER_HOST, in, sizeof in);
    size_t used;

    memset(m, 0, sizeof *m);
    if (n <= 0)
        return n < 0 ? PEER_BAD : PEER_MORE;
    if (mssl_client_input(e->client, in, (size_t)n, &used, m) != MSSL_OK || used != (size_t)n)
        return PEER_BAD;
    return m->kind == MSSL_NOTHING ? PEER_MORE : PEER_DONE;
}

/* Gives the core what has come; what it says stays in buf. */
static int device_input(struct end *e)
{
    uint8_t in[MSSL_RECORD_LEN_MAX];
    int n = carrier_recv(PEER_DEVICE, in, sizeof in), i;

    for (i = 0; i < n; i++)
        e->sealed_len = mssl_dev_input(e->session, e->buf, in[i]);
    if (n < 0 || (n > 0 && e->sealed_len == 0 && e->session->state == MSSL_DEV_CLOSED))
        return PEER_BAD;
    return e->sealed_len == 0 ? PEER_MORE : PEER_DONE;
}

static bool device_output(struct end *e)
{
    uint8_t n = e->sealed_len;

    e->sealed_len = 0;
    return n > 0 && carrier_send(PEER_DEVICE, e->buf, n);
}

static int handshake(void *p)
{
    struct end *e = p;
    struct mssl_message m;
    int state = e->side == PEER_HOST ? host_input(e, &m) : device_input(e);

    if (state == PEER_DONE && e->side == PEER_DEVICE)
        return device_output(e) ? PEER_DONE : PEER_BAD;
    return state;
}

static bool end_write(void *p, const uint8_t *data, size_t n)
{
    struct end *e = p;
    uint8_t out[MSSL_RECORD_LEN_MAX], len;

    if (e->side == PEER_DEVICE)
        return device_output(e);
    return mssl_client_command(e->client, data[0], data + 1, n - 1, out, &len) == MSSL_OK
        && carrier_send(PEER_HOST, out, len);
}

/* The device's application sees the arguments in its task, which has checked them;
 * here they are made again, since the answer has taken their place. */
static int end_read(void *p, uint8_t *out, size_t room)
{
    struct end *e = p;
    struct mssl_message m;
    int state = e->side == PEER_HOST ? host_input(e, &m) : device_input(e);

    if (state != PEER_DONE)
        return state;
    if (e->side == PEER_DEVICE) {
        job_command(out, PEER_DATA_MAX);
        return PEER_DATA_MAX;
    }
    if (m.kind != MSSL_ANSWER || m.len + 1u > room)
        return PEER_BAD;
    out[0] = m.status;
    memcpy(out + 1, m.data, m.len);
    return m.len + 1;
}

static bool end_close(void *p)
{
    struct end *e = p;
    uint8_t out[MSSL_CLOSE_LEN], len;

    if (e->side == PEER_DEVICE)
        return device_output(e);
    return mssl_client_close(e->client, out, &len) == MSSL_OK && carrier_send(PEER_HOST, out, len);
}

static int closed(void *p)
{
    struct end *e = p;
    struct mssl_message m;
    int state = e->side == PEER_HOST ? host_input(e, &m) : device_input(e);

    if (state == PEER_DONE && e->side == PEER_HOST && m.kind != MSSL_CLOSE)
        return PEER_BAD;
    return state;
}

static const char *version(void)
{
    return MSSL_BENCH_VERSION;
}

const struct peer peers[] = {
    { MSSL_BENCH_NAME, MSSL_BENCH_WHAT, version, false, setup, begin, handshake, end_write, end_read, end_close, closed,
      end_free },
    { 0 },
};
