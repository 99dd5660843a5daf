/* SPDX-License-Identifier: ISC */
/* The core with three sessions, restrictions and events; hosts who hold grants,
 * strangers, faults of EEPROM and resets. Oracles: a task runs only as a granted
 * host sealed it, once; a device says nothing before a WELCOME, and WELCOMEs only
 * whom PROTOCOL 6 lets in; every answer opens, with the status of PROTOCOL 7; no
 * nonce comes twice; what is over is wiped. */
#include <setjmp.h>
#include <string.h>

#include "mssl_dev.h"
#include "mssl_dev_port.h"
#include "rules.h"
#include "script.h"

#define NONCES 256
#define SESSIONS MSSL_DEV_SESSIONS

struct host {
    uint8_t hello[MSSL_HELLO_LEN_MAX], hello_len;
    uint8_t peer[MSSL_PEER_LEN], key[16];
    uint8_t buf[MSSL_DEV_BUF_LEN];
    uint32_t tasks;
    uint16_t sent, received;
    uint8_t welcomed, spoilt;       /* spoilt: bytes were given that are not of this host */
};

static struct host hosts[SESSIONS];
static uint8_t cells[MSSL_EE_LEN];
static uint16_t stuck;
static uint8_t cut_in;              /* writes until power is cut; 0: never */
static jmp_buf cut;
static struct script script;
static uint8_t nonces[NONCES][MSSL_NONCE_LEN];
static unsigned nonce_count;
/* The one command that may run now: whose, and its plaintext. */
static struct { const struct host *of; uint8_t plain[128], n; } allowed;
static uint8_t told_status, told_len;

uint8_t mssl_port_eeprom_read(uint16_t address)
{
    MUST(address < MSSL_EE_ENROLMENTS);
    return cells[address];
}

void mssl_port_eeprom_write(uint16_t address, uint8_t value)
{
    MUST(address < MSSL_EE_ENROLMENTS);
    MUST(address < MSSL_EE_DEVICE || address >= MSSL_EE_GENERATIONS);
    if (cut_in && --cut_in == 0) {
        cells[address] = take(&script);
        longjmp(cut, 1);
    }
    if (address != stuck)
        cells[address] = value;
}

uint8_t mssl_port_task(uint8_t task, const struct mssl_dev_caller *caller, uint8_t *buf, uint8_t *len)
{
    const struct host *h = allowed.of;
    const uint8_t *g;

    MUST(h != NULL && task == allowed.plain[0] && task <= MSSL_TASK_APP_MAX);
    MUST((h->tasks >> task & 1) && *len == allowed.n - 1);
    MUST(memcmp(buf, allowed.plain + 1, *len) == 0);
    g = h->hello + 1;
    MUST(caller->slot == g[MSSL_G_SLOT]);
    MUST(memcmp(caller->host, g + MSSL_G_HOST, MSSL_G_HOST_LEN) == 0);
    MUST(memcmp(caller->param, g + MSSL_G_PARAM, MSSL_G_PARAM_LEN) == 0);
    allowed.of = NULL;
    told_status = take(&script) % 8;
    told_len = take(&script) % 128;
    memset(buf, 0xA5, told_len);
    *len = told_len;
    return told_status;
}

uint8_t mssl_port_task_text(uint8_t task, uint8_t *out)
{
    if (task > MSSL_TASK_APP_MAX || task % 3)     /* any number may be asked for */
        return 0;
    memset(out, 't', 127);
    return (uint8_t)(1 + task * 4);
}

/* -- What the text says -- */

static void nonce_is_new(const uint8_t *ns)
{
    unsigned i;

    for (i = 0; i < nonce_count; i++)
        MUST(memcmp(nonces[i], ns, MSSL_NONCE_LEN) != 0);
    if (nonce_count < NONCES)
        memcpy(nonces[nonce_count++], ns, MSSL_NONCE_LEN);
}

/* A WELCOME came: is it the device's, and right? */
static void welcome(struct host *h, const uint8_t *out)
{
    uint8_t t[32] = { 0x21 }, none[1], i, blocks = (uint8_t)((h->hello[0] - 12) / 32);
    const uint8_t *last = h->hello + 1 + 32 * (blocks - 1);

    nonce_is_new(out);
    memcpy(h->key, cells + MSSL_EE_KD, 16);
    h->tasks = rules_tasks(h->hello);
    for (i = 0; i < blocks; i++)
        seal_f(h->key, h->key, h->hello + 1 + 32 * i);
    memcpy(t + 1, last + MSSL_G_HOST, 7);
    memcpy(t + 8, h->hello + h->hello[0] - 11, 12);
    memcpy(t + 20, out, 12);
    seal_f(h->key, h->key, t);
    MUST(seal_open(none, out + 12, 9, h->key, 0, 0) == 0);
    h->welcomed = 1;
    h->sent = 0;
    h->received = 1;
}

static void over(unsigned i)
{
    static const struct mssl_dev_session none;

    if (mssl_dev_sessions[i].state == MSSL_DEV_CLOSED) {
        MUST(memcmp(&mssl_dev_sessions[i], &none, sizeof none) == 0);
        hosts[i].welcomed = 0;
    }
}

/* Opens what the device sent to a welcomed host: n of its record. */
static int opened(struct host *h, uint8_t *plain, uint8_t n)
{
    int got = seal_open(plain, h->buf, n, h->key, 0, h->received++);

    MUST(got >= 0);
    return got;
}

/* Gives bytes one by one; the last one's answer is returned, any other byte may
 * only end the session. */
static uint8_t give(unsigned i, const uint8_t *bytes, size_t len)
{
    struct host *h = &hosts[i];
    uint8_t n = 0, plain[128];
    size_t at;

    for (at = 0; at < len; at++) {
        n = mssl_dev_input(&mssl_dev_sessions[i], h->buf, bytes[at]);
        MUST(n <= MSSL_RECORD_LEN_MAX);
        if (n && at + 1 < len && h->spoilt && !h->welcomed) {
            /* A HELLO whose length byte says less ends inside it, and what follows is
             * a record's; or an admin command ended what such a one began. */
            MUST((n == MSSL_WELCOME_LEN && mssl_dev_sessions[i].state == MSSL_DEV_AWAIT_PROOF)
                 || (n == MSSL_CLOSE_LEN && mssl_dev_sessions[i].state == MSSL_DEV_CLOSED));
            n = 0;
            continue;
        }
        if (n && at + 1 < len) {    /* only the close of a session that an admin command ended */
            MUST(h->welcomed && mssl_dev_sessions[i].state == MSSL_DEV_CLOSED);
            MUST(opened(h, plain, n) == 0);
            over(i);
            return 0;
        }
    }
    return n;
}

static void hello(unsigned i)
{
    struct host *h = &hosts[i];
    int fit, await = mssl_dev_sessions[i].state == MSSL_DEV_AWAIT_HELLO && !h->spoilt;
    uint8_t n;

    fit = rules_hello_fits(h->hello, h->peer, cells, MSSL_DEV_TASK_TABLE);
    n = give(i, h->hello, h->hello_len);
    if (await && n) {
        MUST(fit && n == MSSL_WELCOME_LEN && mssl_dev_sessions[i].state == MSSL_DEV_AWAIT_PROOF);
        welcome(h, h->buf);
    } else if (await) {
        /* Refused; a good HELLO only for want of a seed. */
        MUST(mssl_dev_sessions[i].state == MSSL_DEV_CLOSED);
        MUST(!fit || mssl_dev_nonce.state == 1);
    } else {
        h->spoilt = 1;
        MUST(n == 0 || h->welcomed);
    }
    over(i);
}

/* A grant with what the script changes of it. */
static void prepare(unsigned i)
{
    struct host *h = &hosts[i];
    uint8_t r = take(&script) & 3, k, at, changes;

    memset(h->hello, 0, sizeof h->hello);
    h->hello[0] = (uint8_t)(44 + 32 * r);
    h->hello_len = (uint8_t)(45 + 32 * r);
    for (k = 0; k <= r; k++) {
        uint8_t *b = h->hello + 1 + 32 * k, slot = take(&script) & 15;
        b[0] = k ? 0x12 : 0x11;
        b[MSSL_G_TABLE] = k ? 0 : MSSL_DEV_TASK_TABLE;
        memcpy(b + MSSL_G_DEVICE, cells + MSSL_EE_DEVICE, k ? 0 : 4);
        b[MSSL_G_SLOT] = slot;
        b[MSSL_G_GENERATION] = cells[MSSL_EE_GENERATIONS + slot];
        b[MSSL_G_ADDRESS_KIND] = take(&script) & 4;
        b[MSSL_G_ADDRESS_LEN] = take(&script) % (b[MSSL_G_ADDRESS_KIND] ? 7 : 5);
        memcpy(b + MSSL_G_ADDRESS, h->peer + b[MSSL_G_ADDRESS_KIND], b[MSSL_G_ADDRESS_LEN]);
        memset(b + MSSL_G_TASKS, 0xFF, 4);
        b[MSSL_G_TASKS + take(&script) % 4] ^= take(&script);
        b[MSSL_G_HOST] = (uint8_t)('a' + k);
    }
    take_bytes(&script, h->hello + h->hello_len - 12, 12);
    for (changes = take(&script) % 4; changes; changes--) {
        at = take(&script);
        if (at < h->hello_len)
            h->hello[at] = take(&script);
    }
    if (h->hello[0] != h->hello_len - 1)
        h->spoilt = 1;
}

/* What came after a good record of n bytes: out bytes; said: the task ran. */
static void answered(unsigned i, const uint8_t *plain, uint8_t n, uint8_t out, int said)
{
    struct host *h = &hosts[i];
    int status = rules_gate(h->tasks, plain[0]), admin = n && plain[0] == 31 && status < 0, got;
    int closed = mssl_dev_sessions[i].state == MSSL_DEV_CLOSED;
    uint8_t answer[128];

    if (out == 0) {     /* another's admin command came first, or an epoch step failed */
        MUST(closed && (!h->welcomed || (admin && plain[1] == 0x80)));
        return;
    }
    got = opened(h, answer, out);
    if (got == 0) {
        MUST(closed && !said && (n == 0 || h->received == MSSL_COUNTER_LAST + 1));
        return;
    }
    MUST(n && closed == admin);
    if (status >= 0)
        MUST(answer[0] == status && !said);
    else if (plain[0] <= MSSL_TASK_APP_MAX)
        MUST(said && answer[0] == told_status && (told_status == 1 || got > told_len));
}

static void command(unsigned i, int flip)
{
    static const uint8_t lengths[8] = { 8, 16, 32, 64, 128, 8, 8, 0 };
    struct host *h = &hosts[i];
    uint8_t record[MSSL_RECORD_LEN_MAX], plain[128] = { 0 }, n = lengths[take(&script) & 7], out;
    int live = h->welcomed && !h->spoilt, said;
    size_t len, k, used = take(&script) % 8;

    if (n) {
        plain[0] = take(&script) % 40;
        take_bytes(&script, plain + 1, used < n ? used : n - 1u);
    }
    len = seal_record(record, plain, n, h->key, 1, h->sent++);
    if (flip) {
        k = 1 + take(&script) % (len - 1);
        record[k] ^= (uint8_t)(1 << take(&script) % 8);
        live = 0;
    }
    allowed.of = live ? h : NULL;
    memcpy(allowed.plain, plain, n);
    allowed.n = n;
    out = give(i, record, len);
    said = live && n && allowed.of == NULL;     /* did the task run? */
    allowed.of = NULL;
    if (!live) {
        h->spoilt = 1;
        if (h->welcomed && out)
            MUST(opened(h, plain, out) == 0);   /* only a close: ended by an admin command */
        over(i);
        return;
    }
    answered(i, plain, n, out, said);
    over(i);
}

static void event(unsigned i)
{
    struct host *h = &hosts[i];
    uint8_t task = take(&script) % 40, len = take(&script) % 128, n, plain[128];
    uint8_t open = mssl_dev_sessions[i].state == MSSL_DEV_OPEN;

    if (!mssl_dev_event_ready(&mssl_dev_sessions[i], task))
        return;
    memset(h->buf + 2, 'e', len);
    n = mssl_dev_event(&mssl_dev_sessions[i], h->buf, task, len);
    MUST(n && open && task <= 28 && (h->tasks >> task & 1));
    MUST(opened(h, plain, n) > len && plain[0] == 0x80 + task);
}

static void tick(unsigned i)
{
    uint8_t times = take(&script), n = 0, plain[1];

    while (times-- && !n) {
        n = mssl_dev_tick(&mssl_dev_sessions[i], hosts[i].buf);
        if (n)      /* a close, and only after WELCOME */
            MUST(hosts[i].welcomed && opened(&hosts[i], plain, n) == 0);
        over(i);
    }
}

static void reset(void)
{
    memset(mssl_dev_sessions, 0, sizeof mssl_dev_sessions);
    memset(&mssl_dev_nonce, 0, sizeof mssl_dev_nonce);
    memset(hosts, 0, sizeof hosts);
    allowed.of = NULL;
}

static void connect(unsigned i)
{
    struct host *h = &hosts[i];
    uint8_t fresh[MSSL_PEER_LEN] = { 10, 0, 2, 2, 0x52, 0x55, 0, 0, 2, 2 };

    memset(h, 0, sizeof *h);
    memcpy(h->peer, fresh, sizeof fresh);
    mssl_dev_begin(&mssl_dev_sessions[i], h->peer);
    prepare(i);
    hello(i);
}

static void raw(unsigned i)
{
    uint8_t bytes[32], n = take(&script) % sizeof bytes;

    take_bytes(&script, bytes, n);
    if (n)
        hosts[i].spoilt = 1;
    give(i, bytes, n);
    over(i);
}

/* As if the session were old: the last numbers before 0xff00. */
static void near_the_end(unsigned i)
{
    uint16_t number = (uint16_t)(MSSL_COUNTER_LAST - 1 - take(&script) % 4);

    if (!hosts[i].welcomed || hosts[i].spoilt)
        return;
    hosts[i].sent = hosts[i].received = number;
    mssl_dev_sessions[i].sent = mssl_dev_sessions[i].received = number;
}

static void step(void)
{
    uint8_t op = take(&script), i = (uint8_t)((op >> 5) % SESSIONS);

    switch (op % 16) {
    case 0: case 1: case 2: connect(i); break;
    case 3: command(i, 1); break;
    case 4: tick(i); break;
    case 5: event(i); break;
    case 6: raw(i); break;
    case 7: mssl_dev_end(&mssl_dev_sessions[i]); over(i); break;
    case 8: reset(); break;
    case 9: stuck = take16(&script) % MSSL_EE_ENROLMENTS; break;
    case 10: cut_in = take(&script) % 20; break;
    case 11: near_the_end(i); break;
    default: command(i, 0); break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int i;

    script.p = data;
    script.left = size;
    rules_own_blocks(size % 16 == 1);
    memset(cells, 0xFF, sizeof cells);
    for (i = 0; i < 16; i++)
        cells[i] = (uint8_t)i;
    memset(cells + MSSL_EE_DEVICE, 0, 20);
    cells[MSSL_EE_DEVICE + 3] = 1;
    memset(cells + MSSL_EE_SEED, 0x55, 16);
    stuck = MSSL_EE_LEN;
    cut_in = 0;
    nonce_count = 0;
    reset();
    if (setjmp(cut))
        reset();
    while (script.left)
        step();
    return 0;
}
