/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The core's data in the chip's RAM: see chip_ram.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "chip_abi.h"
#include "chip_layout.h"
#include "chip_ram.h"
#include "mssl_dev_engine_work.h"
#include "mssl_dev_port.h"
#include "ram_port.h"

/* Tests with another port have no such counters. */
#pragma weak ram

#define STACK_ROOM  128     /* what a function of the core may use */
#define HALF        (MSSL_KEY_LEN / 2)
#define MEMORY_MAX  0x1000
#define INPUTS      (MSSL_DEV_SESSIONS * MSSL_PEER_LEN > 64 ? MSSL_DEV_SESSIONS * MSSL_PEER_LEN : 64)

struct mssl_dev_session mssl_dev_sessions[MSSL_DEV_SESSIONS];
struct mssl_dev_nonce mssl_dev_nonce;
struct mssl_dev_work mssl_dev_work;

static const struct chip_layout here = CHIP_LAYOUT;

/* What the signature option has for itself, in assembly or in C; each there or not. */
static struct {
    const char *name;
    uint16_t size, at;
} areas[] = {
    { "mssl_dev_check", 258 + 32, 0 }, { "mssl_dev_operands", 2 * 257, 0 },
    { "marks", MSSL_DEV_SESSIONS * (MSSL_GRANT_LEN + 1), 0 }, { "owner", 2, 0 }, { "filled", 2, 0 },
};
#define AREAS (sizeof areas / sizeof *areas)

static struct {
    int started;
    struct chip_layout layout;
    uint16_t sessions, nonce, work, work_size;
    uint16_t inputs;                /* peers and keys: what no function may change */
    uint16_t buf, buf_len;          /* the buffer of this call */
    const uint8_t *peers[MSSL_DEV_SESSIONS];
    uint8_t keys[MSSL_DEV_SESSIONS][MSSL_KEY_LEN];  /* before the call */
    uint8_t before[MEMORY_MAX];     /* memory as it must still be after the call */
    uint8_t kd[2][MSSL_KEY_LEN];    /* as first and as last read in this call */
    uint32_t kd_read;
} chip;

/* -- What the chip calls -- */

static uint8_t *memory_at(unsigned address, unsigned len)
{
    if (address < CHIP_RAM || address + len > chip_abi_last() + 1u)
        fail_msg("the address %04x is none of RAM", address);
    return chip_abi_memory() + address;
}

static void task_run(void)
{
    unsigned buf = chip_abi_arg(2), at = chip_abi_arg(1) - chip.sessions - chip.layout.session[0].at;
    struct mssl_dev_caller caller;

    if (at % chip.layout.session_size || at / chip.layout.session_size >= MSSL_DEV_SESSIONS)
        fail_msg("a task's caller is no session's");
    if (buf != chip.buf + 2u)
        fail_msg("a task's buffer is at %d of the message", (int)buf - chip.buf);
    memcpy(&caller, memory_at(chip_abi_arg(1), sizeof caller), sizeof caller);
    chip_abi_result(mssl_port_task((uint8_t)chip_abi_arg(0), &caller, memory_at(buf, 127),
                                   memory_at(chip_abi_arg(3), 1)));
}

static void task_text(void)
{
    if (chip_abi_arg(1) != chip.buf + 2u)
        fail_msg("a task's text goes to %d of the message", (int)chip_abi_arg(1) - chip.buf);
    chip_abi_result(mssl_port_task_text((uint8_t)chip_abi_arg(0), memory_at(chip_abi_arg(1), 127)));
}

static void block_encrypted(void)
{
    if (&ram)
        ram.aes++;
}

static uint8_t cell_read(uint16_t address)
{
    uint8_t value = mssl_port_eeprom_read(address);
    uint16_t i = (uint16_t)(address - MSSL_EE_KD);

    if (i < MSSL_KEY_LEN) {
        if (!(chip.kd_read >> i & 1))
            chip.kd[0][i] = value;
        chip.kd[1][i] = value;
        chip.kd_read |= 1u << i;
    }
    return value;
}

static const struct chip_port port = { task_run, task_text, block_encrypted, cell_read,
                                       mssl_port_eeprom_write };

/* -- Into the chip and back -- */

static void need_same_options(void)
{
    const struct chip_layout *l = &chip.layout;
    unsigned i;

    assert_int_equal(l->sessions, MSSL_DEV_SESSIONS);
    assert_int_equal(l->restrictions, MSSL_DEV_RESTRICTIONS);
    for (i = 0; i < CHIP_FIELD_COUNT; i++)
        assert_int_equal(l->session[i].size, here.session[i].size);
    assert_int_equal(l->nonce_value.size, here.nonce_value.size);
    assert_int_equal(l->nonce_state.size, here.nonce_state.size);
}

/* The work area is of the engine's own size, at most the C twin's: it ends
 * where the next variable begins. */
static void work_measure(uint16_t free_ram)
{
    uint16_t next[3 + AREAS] = { chip.sessions, chip.nonce, free_ram };
    size_t i;

    for (i = 0; i < AREAS; i++)
        next[3 + i] = areas[i].at = chip_abi_ram_or_none(areas[i].name);

    chip.work = chip_abi_ram("mssl_dev_work");
    chip.work_size = sizeof mssl_dev_work;
    for (i = 0; i < sizeof next / sizeof *next; i++)
        if (next[i] > chip.work && next[i] - chip.work < chip.work_size)
            chip.work_size = (uint16_t)(next[i] - chip.work);
}

static void start(void)
{
    const uint8_t *free_ram;

    chip_abi_start(getenv("MSSL_CHIP_ELF"), &port);
    memcpy(&chip.layout, chip_abi_code() + chip_abi_flash("chip_layout"), sizeof chip.layout);
    need_same_options();
    chip.sessions = chip_abi_ram("mssl_dev_sessions");
    chip.nonce = chip_abi_ram("mssl_dev_nonce");
    free_ram = chip_abi_code() + chip_abi_flash("chip_free");
    chip.inputs = (uint16_t)(free_ram[0] | free_ram[1] << 8);
    work_measure(chip.inputs);
    chip.started = 1;
}

static void sessions_in(void)
{
    const struct chip_layout *l = &chip.layout;
    uint8_t *to = chip_abi_memory() + chip.sessions, *from;
    uint16_t peer;
    unsigned i, k;

    for (i = 0; i < MSSL_DEV_SESSIONS; i++, to += l->session_size) {
        from = (uint8_t *)&mssl_dev_sessions[i];
        if (mssl_dev_sessions[i].state == MSSL_DEV_CLOSED)
            memset(to, 0, l->session_size);
        for (k = 0; k < CHIP_FIELD_COUNT; k++)
            memcpy(to + l->session[k].at, from + here.session[k].at, l->session[k].size);
        chip.peers[i] = mssl_dev_sessions[i].peer;
        peer = (uint16_t)(chip.inputs + i * MSSL_PEER_LEN);
        if (chip.peers[i])
            memcpy(chip_abi_memory() + peer, chip.peers[i], MSSL_PEER_LEN);
        else
            peer = 0;
        if (mssl_dev_sessions[i].state >= MSSL_DEV_AWAIT_PROOF) {
            if (MSSL_DEV_SIGNATURE)
                peer = (uint16_t)(to[l->peer.at] | to[l->peer.at + 1] << 8);    /* that option's own now */
            else
                peer = (uint16_t)chip_abi_random();     /* of no more use: it may be anything */
        }
        to[l->peer.at] = (uint8_t)peer;
        to[l->peer.at + 1] = (uint8_t)(peer >> 8);
        memcpy(chip.keys[i], mssl_dev_sessions[i].key, MSSL_KEY_LEN);
    }
    to = chip_abi_memory() + chip.nonce;
    memcpy(to + l->nonce_value.at, mssl_dev_nonce.value, l->nonce_value.size);
    memcpy(to + l->nonce_state.at, &mssl_dev_nonce.state, l->nonce_state.size);
}

static void sessions_out(void)
{
    const struct chip_layout *l = &chip.layout;
    uint8_t *from = chip_abi_memory() + chip.sessions, *to;
    unsigned i, k, peer;

    for (i = 0; i < MSSL_DEV_SESSIONS; i++, from += l->session_size) {
        to = (uint8_t *)&mssl_dev_sessions[i];
        for (k = 0; k < CHIP_FIELD_COUNT; k++)
            memcpy(to + here.session[k].at, from + l->session[k].at, l->session[k].size);
        peer = from[l->peer.at] | (unsigned)from[l->peer.at + 1] << 8;
        mssl_dev_sessions[i].peer = chip.peers[i];
        if (mssl_dev_sessions[i].state >= MSSL_DEV_AWAIT_PROOF)
            continue;
        for (k = 0; mssl_dev_sessions[i].state == MSSL_DEV_CLOSED && k < l->session_size; k++)
            if (from[k])
                fail_msg("byte %u of session %u, which is over, is not wiped", k, i);
        if (peer && peer != chip.inputs + i * MSSL_PEER_LEN)
            fail_msg("session %u got a peer that is nobody's", i);
        if (!peer)
            mssl_dev_sessions[i].peer = NULL;
    }
    from = chip_abi_memory() + chip.nonce;
    memcpy(mssl_dev_nonce.value, from + l->nonce_value.at, l->nonce_value.size);
    memcpy(&mssl_dev_nonce.state, from + l->nonce_state.at, l->nonce_state.size);
    memset(&mssl_dev_work, 0, sizeof mssl_dev_work);
    memcpy(&mssl_dev_work, chip_abi_memory() + chip.work, chip.work_size);
}

void chip_ram_in(void)
{
    if (!chip.started)
        start();
    chip_abi_ready();
    sessions_in();
    chip.buf = CHIP_RAM;
    chip.buf_len = 0;
}

void chip_ram_reset(void)
{
    chip_abi_reset();
}

void chip_ram_flash_end(const uint8_t *from, size_t len)
{
    if (!chip.started)
        start();
    chip_abi_flash_end(from, len);
}

uint16_t chip_ram_session(const struct mssl_dev_session *s)
{
    assert_true(s >= mssl_dev_sessions && s < mssl_dev_sessions + MSSL_DEV_SESSIONS);
    return (uint16_t)(chip.sessions + (s - mssl_dev_sessions) * chip.layout.session_size);
}

uint16_t chip_ram_peer(const struct mssl_dev_session *s, const uint8_t *peer)
{
    unsigned i = (unsigned)(s - mssl_dev_sessions);

    chip.peers[i] = peer;
    return chip_ram_input(i * MSSL_PEER_LEN, peer, MSSL_PEER_LEN);
}

uint16_t chip_ram_buf_in(const uint8_t *buf, size_t len)
{
    unsigned from = chip.inputs + INPUTS, to = chip_abi_stack() - STACK_ROOM - (unsigned)len;

    assert_true(from < to);
    chip.buf = (uint16_t)(from + (chip_abi_random() >> 8) % (to - from));
    chip.buf_len = (uint16_t)len;
    memcpy(chip_abi_memory() + chip.buf, buf, len);
    return chip.buf;
}

void chip_ram_buf_out(uint8_t *buf)
{
    memcpy(buf, chip_abi_memory() + chip.buf, chip.buf_len);
}

uint16_t chip_ram_input(unsigned at, const uint8_t *from, size_t len)
{
    assert_true(at + len <= INPUTS);
    memcpy(chip_abi_memory() + chip.inputs + at, from, len);
    return (uint16_t)(chip.inputs + at);
}

/* -- What holds after every call -- */

static void may_change(unsigned from, unsigned len)
{
    memcpy(chip.before + from, chip_abi_memory() + from, len);
}

static void nothing_else_changed(void)
{
    const uint8_t *now = chip_abi_memory();
    unsigned i;

    for (i = 0; i < AREAS; i++)
        if (areas[i].at)
            may_change(areas[i].at, areas[i].size);
    may_change(chip.sessions, (unsigned)MSSL_DEV_SESSIONS * chip.layout.session_size);
    may_change(chip.nonce, chip.layout.nonce_size);
    may_change(chip.work, chip.work_size);
    may_change(chip.buf, chip.buf_len);
    may_change(chip_abi_stack() - STACK_ROOM + 1u, STACK_ROOM);
    if (memcmp(now + CHIP_RAM, chip.before + CHIP_RAM, chip_abi_last() + 1u - CHIP_RAM) == 0)
        return;
    for (i = CHIP_RAM; i <= chip_abi_last(); i++)
        if (now[i] != chip.before[i])
            fail_msg("the core changed %04x, which is not its own (the buffer is at %04x)", i,
                     chip.buf);
}

/* Tests set secrets of one or two values, which are everywhere. */
static int is_no_secret(const uint8_t *secret)
{
    unsigned i, k, values = 0;

    for (i = 0; i < HALF; i++) {
        for (k = 0; k < i && secret[k] != secret[i]; k++)
            ;
        values += k == i;
    }
    return values < 4;
}

static void is_nowhere(const uint8_t *secret, const char *what)
{
    const uint8_t *ram_now = chip_abi_memory();
    unsigned i;

    if (is_no_secret(secret))
        return;
    for (i = CHIP_RAM; i + HALF - 1 <= chip_abi_last(); i++)
        if (ram_now[i] == secret[0] && memcmp(ram_now + i, secret, HALF) == 0)
            fail_msg("half of %s is at %04x", what, i);
}

static void no_secret_is_left(void)
{
    unsigned i;

    for (i = 0; i < MSSL_DEV_SESSIONS; i++)
        if (memcmp(chip.keys[i], mssl_dev_sessions[i].key, MSSL_KEY_LEN)) {
            is_nowhere(chip.keys[i], "a key of a session that is over");
            is_nowhere(chip.keys[i] + HALF, "a key of a session that is over");
        }
    for (i = 0; i < 2 && chip.kd_read == 0xffff; i++) {
        is_nowhere(chip.kd[i], "K_D");
        is_nowhere(chip.kd[i] + HALF, "K_D");
    }
}

/* The address of a function of the core, which is asked for very often. */
static uint32_t function_address(const char *function)
{
    static struct {
        const char *name;
        uint32_t address;
    } known[16];
    size_t i;

    for (i = 0; i + 1 < sizeof known / sizeof *known && known[i].name; i++)
        if (known[i].name == function)
            return known[i].address;
    known[i].address = chip_abi_flash(function);
    known[i].name = function;
    return known[i].address;
}

uint8_t chip_ram_call(const char *function, const uint16_t *args, unsigned count)
{
    uint8_t result;

    chip.kd_read = 0;
    memcpy(chip.before, chip_abi_memory(), chip_abi_last() + 1u);
    result = chip_abi_call(function_address(function), args, count);
    sessions_out();
    nothing_else_changed();
    no_secret_is_left();
    return result;
}
