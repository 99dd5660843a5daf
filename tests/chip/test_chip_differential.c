/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A random differential: the core on the chip and the native C twin get the same
 * operations, and answers, sessions, nonce, EEPROM and tasks must be the same
 * after each. test_chip_differential [OPERATIONS [SEED]]; a failure names both,
 * and MSSL_CHIP_ELF names the chip's program. M-2.1 to M-9.9. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "chip_layout.h"
#include "model.h"
#include "twin_message.h"
#include "twin_side.h"

#define OPERATIONS 8000
#define SEED       1
#define FIELD_NAME(field) #field,
#define MESSAGE_MAX 256

static unsigned operations = OPERATIONS, seed = SEED, operation;
static unsigned welcomes, answers, cuts, enrolled;
static const char *what;

/* The host's end of each session, and what of its last message is still to come. */
static struct line {
    struct model host;
    uint8_t peer[MSSL_PEER_LEN];
    uint8_t message[MESSAGE_MAX];
    size_t at, len;
    struct message_signature signature;
} lines[MSSL_DEV_SESSIONS];

static const uint8_t usual_peer[MSSL_PEER_LEN] = { 10, 0, 2, 2, 0x52, 0x55, 0, 0, 2, 2 };

static void differ(const char *name, unsigned i)
{
    fail_msg("seed %u, operation %u (%s), session %u: %s differs", seed, operation, what, i, name);
}

/* -- What must be equal -- */

static void sessions_equal(unsigned i)
{
    static const struct chip_layout layout = CHIP_LAYOUT;
    static const char *const names[] = { CHIP_FIELDS(FIELD_NAME) };
    const struct mssl_dev_session *a = &twin_chip.sessions[i], *b = &twin_native.sessions[i];
    unsigned k;

    for (k = 0; k < CHIP_FIELD_COUNT; k++)
        if (memcmp((const uint8_t *)a + layout.session[k].at,
                   (const uint8_t *)b + layout.session[k].at, layout.session[k].size))
            differ(names[k], i);
    if (a->peer != b->peer)
        differ("peer", i);
    if (a->state != MSSL_DEV_CLOSED && memcmp(twin_chip.buf[i], twin_native.buf[i], a->fill))
        differ("the message so far", i);
}

static void all_equal(void)
{
    unsigned i;

    for (i = 0; i < MSSL_DEV_SESSIONS; i++)
        sessions_equal(i);
    if (memcmp(twin_chip.cells, twin_native.cells, sizeof twin_chip.cells)
        || twin_chip.written != twin_native.written)
        differ("EEPROM", 0);
    if (twin_chip.ran != twin_native.ran || twin_chip.tasks != twin_native.tasks)
        differ("a task, its caller or its arguments", 0);
    if (twin_chip.nonce->state != twin_native.nonce->state)
        differ("the nonce's state", 0);
}

/* A nonce that was never sent may be anything. */
static void nonce_equal(void)
{
    if (memcmp(twin_chip.nonce->value, twin_native.nonce->value, MSSL_NONCE_LEN))
        differ("the nonce", 0);
}

/* -- One message's way -- */

static void answered(unsigned i, uint8_t n)
{
    struct line *l = &lines[i];
    uint8_t plain[MSSL_RECORD_DATA_MAX];

    if (n == MSSL_WELCOME_LEN) {
        nonce_equal();
        welcomes += model_welcome(&l->host, twin_native.cells + MSSL_EE_KD, twin_chip.buf[i], n);
    } else if (n) {
        answers += model_open(&l->host, twin_chip.buf[i], n, plain) >= 0;
        enrolled += message_answered(&l->signature, plain);
    }
}

/* Both answered alike? */
static void check(unsigned i, uint8_t a, uint8_t b)
{
    if (a != b)
        fail_msg("seed %u, operation %u (%s), session %u: %u bytes, not %u", seed, operation, what,
                 i, a, b);
    if (memcmp(twin_chip.buf[i], twin_native.buf[i], a))
        differ("the answer", i);
    all_equal();
    answered(i, a);
}

/* Gives one byte; returns -1 when it cut power. */
static int input(struct twin_side *t, unsigned i, uint8_t byte)
{
    if (setjmp(t->cut))
        return -1;
    return t->input(&t->sessions[i], t->buf[i], byte);
}

/* Gives the next n bytes of the message, or, when power is cut, some of them. */
static void give(unsigned i, size_t n)
{
    struct line *l = &lines[i];
    int a, b;

    for (; n && l->at < l->len; n--) {
        a = input(&twin_chip, i, l->message[l->at]);
        b = input(&twin_native, i, l->message[l->at++]);
        if ((a < 0) != (b < 0))
            differ("the power cut", i);
        if (a < 0) {
            cuts++;
            l->len = 0;
            twin_reset();
            all_equal();
            return;
        }
        check(i, (uint8_t)a, (uint8_t)b);
    }
}

static void new_message(unsigned i, size_t len)
{
    lines[i].at = 0;
    lines[i].len = len;
    give(i, ONE_IN(12) ? model_random() % (len + 1) : len);
}

/* -- Operations on one session -- */

static void begin(unsigned i)
{
    struct line *l = &lines[i];

    what = "begin";
    memcpy(l->peer, usual_peer, sizeof l->peer);
    if (ONE_IN(8))
        l->peer[model_random() % MSSL_PEER_LEN] ^= (uint8_t)(1 << model_random() % 8);
    l->len = l->at = 0;
    twin_chip.begin(&twin_chip.sessions[i], l->peer);
    twin_native.begin(&twin_native.sessions[i], l->peer);
    check(i, 0, 0);
}

/* Its grant's signature, good or bad; and the grant may be enrolled already. */
static void grant_sign(struct line *l)
{
    uint16_t at = (uint16_t)(MSSL_EE_ENROLMENTS
                             + l->host.blocks[0][MSSL_G_SLOT] % MSSL_SLOTS * MSSL_EE_ENROLMENT_LEN);

    message_sign(&l->signature, l->host.blocks[0]);
    if (ONE_IN(2))
        return;
    memcpy(twin_chip.cells + at, l->signature.digest, MSSL_EE_ENROLMENT_LEN);
    memcpy(twin_native.cells + at, l->signature.digest, MSSL_EE_ENROLMENT_LEN);
}

static void hello(unsigned i)
{
    struct line *l = &lines[i];
    uint8_t slot = (uint8_t)(model_random() % MSSL_SLOTS), *block;
    int restrictions = (int)(model_random() % (MSSL_DEV_RESTRICTIONS + 1)), k, flips;
    size_t len;

    what = "HELLO";
    if (MSSL_DEV_RESTRICTIONS < MSSL_RESTRICTIONS_MAX && ONE_IN(30))
        restrictions++;
    model_grant(&l->host, ONE_IN(2) ? 0xffffffffu : model_random() | model_random());
    for (k = 0; k < restrictions; k++)
        model_restrict(&l->host, model_random() | model_random() | 0x80000000u);
    for (k = 0; k <= restrictions; k++) {
        block = l->host.blocks[k];
        block[MSSL_G_SLOT] = slot;
        block[MSSL_G_GENERATION] = twin_native.cells[MSSL_EE_GENERATIONS + slot];
        model_random_bytes(block + MSSL_G_PARAM, MSSL_G_PARAM_LEN + MSSL_G_HOST_LEN);
        if (ONE_IN(3))
            message_address(block, usual_peer);
    }
    if (MSSL_DEV_SIGNATURE)
        grant_sign(l);
    len = model_hello(&l->host, l->message);
    for (flips = ONE_IN(3) ? 1 + (int)(model_random() % 2) : 0; flips; flips--)
        l->message[model_random() % len] ^= (uint8_t)(1 << model_random() % 8);
    if (ONE_IN(8))      /* a field of a random block, any value */
        l->message[1 + MSSL_GRANT_LEN * (model_random() % (restrictions + 1u))
                   + model_random() % 10] = (uint8_t)model_random();
    new_message(i, len);
}

static void record(unsigned i)
{
    struct line *l = &lines[i];
    uint8_t args[127];
    size_t len;
    uint32_t kind = model_random() % 40;

    what = "record";
    model_random_bytes(args, sizeof args);
    if (kind == 0)
        len = model_close(&l->host, l->message);
    else if (kind < 3)
        len = message_admin(&l->host, twin_native.cells, l->message);
    else if (kind < 8)
        len = message_describe(&l->host, l->message);
    else if (MSSL_DEV_SIGNATURE && kind < (l->signature.filled ? 36u : 20u))
        len = message_chunk(&l->host, &l->signature, l->message);
    else
        len = model_command(&l->host, (uint8_t)(model_random() % (ONE_IN(5) ? 256 : 32)), args,
                            model_random() % (ONE_IN(3) ? 128 : 20), l->message);
    if (ONE_IN(25))
        l->message[ONE_IN(4) ? 0 : model_random() % len] ^= (uint8_t)(1 << model_random() % 8);
    new_message(i, len);
}

static void ticks(unsigned i)
{
    unsigned n = ONE_IN(6) ? model_random() % 260 : 1;

    what = "tick";
    while (n--) {
        uint8_t a = twin_chip.tick(&twin_chip.sessions[i], twin_chip.buf[i]);
        uint8_t b = twin_native.tick(&twin_native.sessions[i], twin_native.buf[i]);

        check(i, a, b);
    }
}

static void event(unsigned i)
{
    uint8_t task = (uint8_t)(model_random() % (ONE_IN(4) ? 256 : 32)), a, b;
    uint8_t len = (uint8_t)(model_random() % 128);

    what = "event";
    if (!twin_native.event_ready)
        return;
    a = twin_chip.event_ready(&twin_chip.sessions[i], task);
    b = twin_native.event_ready(&twin_native.sessions[i], task);
    if (!a != !b)
        differ("whether it is ready for an event", i);
    if (b) {
        model_random_bytes(twin_chip.buf[i] + 2, len);
        memcpy(twin_native.buf[i] + 2, twin_chip.buf[i] + 2, len);
    }
    a = twin_chip.event(&twin_chip.sessions[i], twin_chip.buf[i], task, len);
    b = twin_native.event(&twin_native.sessions[i], twin_native.buf[i], task, len);
    check(i, a, b);
}

static void lose(unsigned i)
{
    what = "end";
    twin_chip.end(&twin_chip.sessions[i]);
    twin_native.end(&twin_native.sessions[i]);
    check(i, 0, 0);
}

/* As if many records had gone each way: to where a byte carries, or the end. */
static void jump(unsigned i)
{
    static const uint16_t places[] = { 0x00fe, 0x7fff, 0xfefd, 0xfefe, 0xfeff, 0xff00 };
    uint16_t n = places[model_random() % (sizeof places / sizeof *places)];

    what = "jump";
    twin_chip.sessions[i].sent = twin_native.sessions[i].sent = lines[i].host.received = n;
    n = (uint16_t)(n - model_random() % 2);
    twin_chip.sessions[i].received = twin_native.sessions[i].received = lines[i].host.sent = n;
}

/* -- Operations on the device -- */

static void cells_make(void)
{
    uint8_t *cells = twin_chip.cells;
    unsigned i;

    model_random_bytes(cells, MSSL_EE_LEN);
    memcpy(cells + MSSL_EE_DEVICE, "\0\0\0\1", 4);
    for (i = 0; i < MSSL_SLOTS; i++)
        if (ONE_IN(3))
            cells[MSSL_EE_GENERATIONS + i] = ONE_IN(4) ? 0xff : (uint8_t)(model_random() % 3);
    if (ONE_IN(6))
        memset(cells + (ONE_IN(2) ? MSSL_EE_KD : MSSL_EE_SEED), ONE_IN(2) ? 0xff : 0, MSSL_KEY_LEN);
    if (ONE_IN(6))
        cells[MSSL_EE_KD + model_random() % MSSL_KEY_LEN] = 0x01;
    memcpy(twin_native.cells, cells, MSSL_EE_LEN);
}

static void device(void)
{
    int stuck = ONE_IN(4) ? (int)(model_random() % MSSL_EE_LEN) : -1;

    what = "reset";
    if (ONE_IN(2))
        cells_make();
    twin_reset();
    twin_chip.stuck = twin_native.stuck = stuck;
    if (ONE_IN(3)) {
        twin_chip.writes = twin_native.writes = 0;
        twin_chip.cut_at = twin_native.cut_at = (int)(model_random() % 24);
        twin_chip.torn = twin_native.torn = (uint8_t)model_random();
    }
    all_equal();
}

static void any_operation(void)
{
    unsigned i = model_random() % MSSL_DEV_SESSIONS;
    uint8_t state = twin_native.sessions[i].state;
    uint32_t kind = model_random() % 100;

    if (ONE_IN(60))
        device();
    else if (kind < 3)
        lose(i);
    else if (kind < 15)
        ticks(i);
    else if (kind < 22)
        event(i);
    else if (kind < 24 || (state == MSSL_DEV_CLOSED && kind < 90))
        begin(i);
    else if (kind < 27 && state >= MSSL_DEV_AWAIT_PROOF)
        jump(i);
    else if (lines[i].at < lines[i].len)
        give(i, 1 + model_random() % MESSAGE_MAX);
    else if (state <= MSSL_DEV_AWAIT_HELLO)
        hello(i);
    else
        record(i);
}

static void chip_and_c_twin_do_the_same(void **state)
{
    (void)state;
    twin_start();
    model_random_seed(SEED);
    if (MSSL_DEV_SIGNATURE)
        twin_modulus_set(message_authority());
    model_random_seed(seed);
    cells_make();
    for (operation = 0; operation < operations; operation++)
        any_operation();
    print_message("%u operations: %u WELCOMEs, %u answers, %u tasks, %u power cuts, %u enrolments\n",
                  operations, welcomes, answers, twin_native.ran, cuts, enrolled);
    /* A run in which nothing happens would prove nothing. */
    assert_true(welcomes > operations / 50 && answers > operations / 50);
    assert_true(twin_native.ran > operations / 100 && cuts > operations / 4000);
    assert_true(enrolled > operations / 1000 || !MSSL_DEV_SIGNATURE);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(chip_and_c_twin_do_the_same) };

    if (argc > 1)
        operations = (unsigned)strtoul(argv[1], NULL, 10);
    if (argc > 2)
        seed = (unsigned)strtoul(argv[2], NULL, 10);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
