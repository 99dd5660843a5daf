/* SPDX-License-Identifier: ISC */
/* The device core with a secret K_D and seed: handshake, commands, forged
 * records, timeouts, epoch step; and its engine on secret keys and plaintexts.
 * Valgrind's memcheck says whether a branch or an address depended on them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ct.h"
#include "mssl_dev_core.h"

static uint8_t cells[MSSL_EE_LEN];
static uint8_t buf[MSSL_DEV_BUF_LEN];
static struct mssl_dev_session *const s = &mssl_dev_sessions[0];

/* -- The port -- */

uint8_t mssl_port_eeprom_read(uint16_t address)
{
    return cells[address];
}

void mssl_port_eeprom_write(uint16_t address, uint8_t value)
{
    cells[address] = value;
}

uint8_t mssl_port_task(uint8_t task, const struct mssl_dev_caller *caller, uint8_t *data,
                       uint8_t *len)
{
    (void)caller;
    (void)data;
    (void)len;
    return task == 1 ? MSSL_STATUS_OK : MSSL_STATUS_UNKNOWN;
}

uint8_t mssl_port_task_text(uint8_t task, uint8_t *out)
{
    (void)task;
    (void)out;
    return 0;
}

/* -- What becomes public, and where -- */

uint8_t __real_mssl_dev_ccm_open(uint8_t *p, uint8_t n, const uint8_t key[MSSL_KEY_LEN],
                                 uint8_t dir, uint16_t counter);
uint8_t __wrap_mssl_dev_ccm_open(uint8_t *p, uint8_t n, const uint8_t key[MSSL_KEY_LEN],
                                 uint8_t dir, uint16_t counter);
void __real_mssl_dev_lab(uint8_t out[MSSL_KEY_LEN], const uint8_t key[MSSL_KEY_LEN], uint8_t type);
void __wrap_mssl_dev_lab(uint8_t out[MSSL_KEY_LEN], const uint8_t key[MSSL_KEY_LEN], uint8_t type);
uint8_t __real_mssl_dev_cells(uint8_t address, uint8_t *p, uint8_t n, uint8_t how);
uint8_t __wrap_mssl_dev_cells(uint8_t address, uint8_t *p, uint8_t n, uint8_t how);
uint8_t __real_mssl_dev_step(uint8_t key[MSSL_KEY_LEN], uint8_t address, uint8_t type);
uint8_t __wrap_mssl_dev_step(uint8_t key[MSSL_KEY_LEN], uint8_t address, uint8_t type);

/* Whether a tag is good: the connection stays or ends. A command whose tag was
 * good is then obeyed, and whoever looks at the device sees which. */
uint8_t __wrap_mssl_dev_ccm_open(uint8_t *p, uint8_t n, const uint8_t key[MSSL_KEY_LEN],
                                 uint8_t dir, uint16_t counter)
{
    uint8_t bad = __real_mssl_dev_ccm_open(p, n, key, dir, counter);

    bad = bad != 0;
    ct_public(&bad, 1);
    if (!bad)
        ct_public(p, n);
    return bad;
}

/* The nonce goes out in WELCOME. */
void __wrap_mssl_dev_lab(uint8_t out[MSSL_KEY_LEN], const uint8_t key[MSSL_KEY_LEN], uint8_t type)
{
    __real_mssl_dev_lab(out, key, type);
    if (type == MSSL_TYPE_NONCE)
        ct_public(out, MSSL_NONCE_LEN);
}

/* Whether the device is provisioned, and whether a cell kept what was written. */
uint8_t __wrap_mssl_dev_cells(uint8_t address, uint8_t *p, uint8_t n, uint8_t how)
{
    uint8_t good = __real_mssl_dev_cells(address, p, n, how);

    ct_public(&good, 1);
    return good;
}

uint8_t __wrap_mssl_dev_step(uint8_t key[MSSL_KEY_LEN], uint8_t address, uint8_t type)
{
    uint8_t good = __real_mssl_dev_step(key, address, type);

    ct_public(&good, 1);
    return good;
}

/* -- Sessions: wire/vectors/sessions.txt, cases echo and epoch -- */

static void power_on(void)
{
    uint8_t i;

    memset(cells, 0, sizeof cells);
    for (i = 0; i < MSSL_KEY_LEN; i++)
        cells[MSSL_EE_KD + i] = i;
    cells[MSSL_EE_DEVICE + 3] = 1;
    cells[MSSL_EE_GENERATIONS + 3] = 5;
    memset(cells + MSSL_EE_SEED, 0x55, MSSL_SEED_LEN);
    memset(mssl_dev_sessions, 0, sizeof mssl_dev_sessions);
    memset(&mssl_dev_nonce, 0, sizeof mssl_dev_nonce);
    ct_secret(cells + MSSL_EE_KD, MSSL_KEY_LEN);
    ct_secret(cells + MSSL_EE_SEED, MSSL_SEED_LEN);
}

/* Gives a message; what is answered is public. Fails the test unless n bytes are. */
static void give(const char *hex, uint8_t n)
{
    unsigned byte;
    uint8_t sent = 0;

    for (; *hex; hex += 2) {
        sscanf(hex, "%2x", &byte);
        sent = mssl_dev_input(s, buf, (uint8_t)byte);
    }
    if (sent != n) {
        fprintf(stderr, "ct_device: %u bytes answered, not %u\n", sent, n);
        exit(1);
    }
    ct_public(buf, sent);
}

#define HELLO "2c110100000001030500000000ffffffff000000000000000000726f6f74000000" \
              "404142434445464748494a4b"
#define ECHO  "08acad755457443531f17a84a32cbdb357"
#define WRONG "08acad755457443531f17a84a32cbdb356"
#define EPOCH "08b2421b5457443531e989a915fe0ceb60"

static void greet(void)
{
    static const uint8_t peer[MSSL_PEER_LEN] = { 10, 0, 2, 2, 0x52, 0x55, 0, 0, 2, 2 };

    power_on();
    mssl_dev_begin(s, peer);
    give(HELLO, MSSL_WELCOME_LEN);
}

static void sessions(void)
{
    unsigned i;

    greet();
    give(ECHO, 17);
    for (i = 0; i < 240 && s->state != MSSL_DEV_CLOSED; i++)
        mssl_dev_tick(s, buf);
    greet();
    give(WRONG, 0);
    greet();
    give(EPOCH, 17);
}

/* -- The engine: key and plaintext are secret -- */

static void engine(void)
{
    static const uint8_t lengths[] = { 0, 8, 16, 32, 64, 128 };
    uint8_t key[MSSL_KEY_LEN], out[MSSL_KEY_LEN], x[MSSL_F_INPUT_LEN], data[137] = { 0 };
    size_t i;

    memset(key, 7, sizeof key);
    memset(x, 9, sizeof x);
    ct_secret(key, sizeof key);
    ct_secret(x, sizeof x);
    mssl_dev_aes(x, key);
    mssl_dev_f(out, key, x);
    mssl_dev_lab(out, key, MSSL_TYPE_SEED);
    for (i = 0; i < sizeof lengths; i++) {
        ct_secret(data, lengths[i]);
        mssl_dev_ccm_seal(data, lengths[i], key, MSSL_DIR_DEVICE, 1);
        mssl_dev_ccm_open(data, lengths[i], key, MSSL_DIR_DEVICE, 1);
        ct_secret(data, sizeof data);
        mssl_dev_ccm_open(data, lengths[i], key, MSSL_DIR_HOST, 1);
    }
    mssl_dev_wipe(data, sizeof data);
}

int main(void)
{
    sessions();
    engine();
    puts("ct_device: done");
    return 0;
}
