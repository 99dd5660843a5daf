/* SPDX-License-Identifier: ISC */
/* A program outside of the tree, of what `cmake --install` put there: libmssl's
 * client and a device core in one process switch the lamp of docs/PORTING.md. */
#include <stdio.h>
#include <string.h>

#include <mssl.h>
#include <mssl_dev.h>

uint8_t porch_cells[MSSL_EE_LEN];
uint8_t porch_lamp;

static struct mssl_client client;
static uint8_t block[1][MSSL_GRANT_LEN];
static struct mssl_message got;

/* The device gets n bytes and the client what it answers. */
static mssl_err carry(const uint8_t *bytes, uint8_t n)
{
    static uint8_t buf[MSSL_DEV_BUF_LEN];
    mssl_err e = MSSL_OK;
    uint8_t i, len;
    size_t used;

    for (i = 0; i < n && e == MSSL_OK; i++) {
        len = mssl_dev_input(&mssl_dev_sessions[0], buf, bytes[i]);
        if (len != 0)
            e = mssl_client_input(&client, buf, len, &used, &got);
    }
    return e;
}

static mssl_err session(const uint8_t key[MSSL_KEY_LEN])
{
    static const uint8_t peer[MSSL_PEER_LEN] = { 10, 0, 2, 2 };
    uint8_t out[MSSL_HELLO_LEN_MAX], nc[MSSL_NONCE_LEN], n, on = 1;
    mssl_err e = mssl_random(nc, sizeof nc);

    mssl_dev_begin(&mssl_dev_sessions[0], peer);
    if (e == MSSL_OK)
        e = mssl_client_begin(&client, block, 1, key, nc, out, &n);
    if (e == MSSL_OK)
        e = carry(out, n);
    if (e == MSSL_OK)
        e = mssl_client_command(&client, 1, &on, 1, out, &n);
    if (e == MSSL_OK)
        e = carry(out, n);
    mssl_client_wipe(&client);
    mssl_dev_end(&mssl_dev_sessions[0]);
    return e;
}

int main(void)
{
    struct mssl_grant g = { .type = MSSL_TYPE_GRANT, .table = 1, .device = 1, .tasks = 2, .host = "alice" };
    uint8_t key[MSSL_KEY_LEN];
    mssl_err e;

    memset(porch_cells + MSSL_EE_KD, 1, MSSL_KEY_LEN);      /* a key and a seed for show */
    memset(porch_cells + MSSL_EE_SEED, 0x55, MSSL_KEY_LEN);
    porch_cells[MSSL_EE_DEVICE + 3] = 1;
    e = mssl_grant_encode(block[0], &g);
    if (e == MSSL_OK)
        e = mssl_f(key, porch_cells + MSSL_EE_KD, block[0]);
    if (e == MSSL_OK)
        e = session(key);
    printf("lamp %d: %s\n", porch_lamp, mssl_err_text(e));
    return e == MSSL_OK && got.kind == MSSL_ANSWER && got.status == MSSL_STATUS_OK && porch_lamp == 1 ? 0 : 1;
}
