/* SPDX-License-Identifier: ISC */
/* A client in the known session, and a device that speaks to it. */
#ifndef MSSL_TEST_SESSION_H
#define MSSL_TEST_SESSION_H

#include "known.h"

#include "record.h"

/* A client that sent HELLO with the known Nc. */
static inline void begin(struct mssl_client *c)
{
    uint8_t block[1][MSSL_GRANT_LEN], key[MSSL_KEY_LEN], nc[MSSL_NONCE_LEN];
    uint8_t out[MSSL_HELLO_LEN_MAX], n;

    unhex(block[0], MSSL_GRANT_LEN, KNOWN_GRANT);
    unhex(key, sizeof key, KNOWN_K0);
    unhex(nc, sizeof nc, KNOWN_NC);
    assert_int_equal(mssl_client_begin(c, (const uint8_t (*)[MSSL_GRANT_LEN])block, 1, key, nc, out, &n),
                     MSSL_OK);
    assert_hex(out, n, KNOWN_HELLO);
}

static inline mssl_err feed_bytes(struct mssl_client *c, const uint8_t *in, size_t len, struct mssl_message *m)
{
    size_t used;
    mssl_err e = mssl_client_input(c, in, len, &used, m);

    if (e == MSSL_OK)
        assert_int_equal(used, len);
    return e;
}

static inline mssl_err feed(struct mssl_client *c, const char *hex, struct mssl_message *m)
{
    uint8_t in[MSSL_RECORD_LEN_MAX];

    unhex(in, strlen(hex) / 2, hex);
    return feed_bytes(c, in, strlen(hex) / 2, m);
}

/* A client that is open. */
static inline void open_session(struct mssl_client *c)
{
    struct mssl_message m;

    begin(c);
    assert_int_equal(feed(c, KNOWN_WELCOME, &m), MSSL_OK);
    assert_int_equal(m.kind, MSSL_WELCOME);
}

/* What the device sends, sealed under the known session key. */
static inline uint8_t device_says(uint8_t *out, const void *plain, uint8_t n, uint16_t counter)
{
    uint8_t key[MSSL_KEY_LEN], len;

    unhex(key, sizeof key, KNOWN_KS);
    assert_int_equal(mssl_record_seal(out, &len, plain, n, key, MSSL_DIR_DEVICE, counter), MSSL_OK);
    return len;
}

static inline void command(struct mssl_client *c, uint8_t task, const char *args)
{
    uint8_t out[MSSL_RECORD_LEN_MAX], n;

    assert_int_equal(mssl_client_command(c, task, args, strlen(args), out, &n), MSSL_OK);
}

#endif
