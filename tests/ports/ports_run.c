/* SPDX-License-Identifier: ISC */
/* Runs the vectors against the core, on any chip: no libc, no more than 8 and
 * 16 bit numbers. */
#include "mssl_dev.h"
#include "mssl_dev_engine.h"
#include "mssl_dev_port.h"
#include "ports.h"

uint16_t ports_cases;

static uint8_t cells[MSSL_EE_ENROLMENTS];
static uint8_t writes, faults;
static uint8_t peer[MSSL_PEER_LEN];
static uint8_t buf[MSSL_DEV_BUF_LEN];
static uint8_t answered;            /* bytes of buf to send */
static const uint8_t *at;           /* the next operand */

/* -- The port: EEPROM in RAM; task 1 echoes, 2 fails, as sessions.txt has it. -- */

uint8_t mssl_port_eeprom_read(uint16_t address)
{
    if (address >= sizeof cells) {
        faults++;
        return 0;
    }
    return cells[address];
}

void mssl_port_eeprom_write(uint16_t address, uint8_t value)
{
    writes++;
    if (address >= sizeof cells)
        faults++;
    else
        cells[address] = value;
}

uint8_t mssl_port_task(uint8_t task, const struct mssl_dev_caller *caller, uint8_t *data,
                       uint8_t *len)
{
    (void)caller;
    (void)data;
    if (task == 1)
        return MSSL_STATUS_OK;
    *len = 0;
    return task == 2 ? MSSL_STATUS_FAILED : MSSL_STATUS_UNKNOWN;
}

static uint8_t text_put(uint8_t *out, const char *text)
{
    uint8_t n;

    for (n = 0; text[n]; n++)
        out[n] = (uint8_t)text[n];
    return n;
}

uint8_t mssl_port_task_text(uint8_t task, uint8_t *out)
{
    if (task == 1)
        return text_put(out, "echo TEXT");
    return task == 2 ? text_put(out, "fail ") : 0;
}

/* -- Steps -- */

static void take(uint8_t *to, uint8_t n)
{
    while (n--)
        *to++ = *at++;
}

/* Are the next n operands these bytes? */
static uint8_t same(const uint8_t *p, uint8_t n)
{
    uint8_t differs = 0;

    while (n--)
        differs |= *p++ ^ *at++;
    return !differs;
}

static uint8_t zero(const uint8_t *p, uint8_t n)
{
    uint8_t any = 0;

    while (n--)
        any |= *p++;
    return !any;
}

static uint8_t aes(void)
{
    take(cells, MSSL_KEY_LEN);
    take(buf, MSSL_BLOCK_LEN);
    mssl_dev_aes(buf, cells);
    return same(buf, MSSL_BLOCK_LEN);
}

static uint8_t f(void)
{
    take(cells, MSSL_KEY_LEN);
    take(buf, MSSL_F_INPUT_LEN);
    mssl_dev_f(cells, cells, buf);
    return same(cells, MSSL_KEY_LEN);
}

static uint8_t lab(void)
{
    take(cells, MSSL_KEY_LEN);
    mssl_dev_lab(cells, cells, *at++);
    return same(cells, MSSL_KEY_LEN);
}

/* Seals, opens, and refuses the record when a bit of its tag is another. */
static uint8_t record(void)
{
    uint8_t dir, n, i, good;
    uint16_t counter;
    const uint8_t *plain;

    take(cells, MSSL_KEY_LEN);
    dir = *at++;
    counter = (uint16_t)((uint16_t)at[0] << 8 | at[1]);
    at += 2;
    n = *at++;
    plain = at;
    take(buf, n);
    mssl_dev_ccm_seal(buf, n, cells, dir, counter);
    good = same(buf, (uint8_t)(n + MSSL_TAG_LEN));
    if (mssl_dev_ccm_open(buf, n, cells, dir, counter))
        return 0;
    for (i = 0; i < n; i++)
        good &= buf[i] == plain[i];
    mssl_dev_ccm_seal(buf, n, cells, dir, counter);
    buf[n + counter % MSSL_TAG_LEN] ^= (uint8_t)(1 << counter % 8);
    return good && mssl_dev_ccm_open(buf, n, cells, dir, counter)
        && zero(buf, (uint8_t)(n + MSSL_TAG_LEN));
}

static uint8_t device(void)
{
    take(cells, sizeof cells);
    take(peer, sizeof peer);
    mssl_dev_end(&mssl_dev_sessions[0]);
    mssl_dev_wipe(&mssl_dev_nonce, sizeof mssl_dev_nonce);
    mssl_dev_begin(&mssl_dev_sessions[0], peer);
    writes = 0;
    return 1;
}

/* Gives bytes until the session is closed; at[0] counts them. */
static uint8_t give(void)
{
    uint8_t n = *at++;

    for (answered = 0; n; n--) {
        if (answered)
            return 0;
        answered = mssl_dev_input(&mssl_dev_sessions[0], buf, *at++);
    }
    return 1;
}

static uint8_t answer(void)
{
    uint8_t n = *at++;

    return answered == n && same(buf, n);
}

static uint8_t session(void)
{
    return mssl_dev_sessions[0].state == MSSL_DEV_AWAIT_PROOF
        && same(mssl_dev_sessions[0].key, MSSL_KEY_LEN);
}

static uint8_t eeprom(void)
{
    uint8_t address = *at++, n = *at++;

    return same(cells + address, n);
}

static uint8_t over(void)
{
    return mssl_dev_sessions[0].state == MSSL_DEV_CLOSED
        && zero((const uint8_t *)&mssl_dev_sessions[0], sizeof mssl_dev_sessions[0]);
}

/* A message that is awaited still, since its length byte was too high, ends
 * with the timeout. */
static uint8_t forged(void)
{
    uint8_t i;

    if (!give() || answered)
        return 0;
    for (i = 0; i < 4 * MSSL_HELLO_TIMEOUT_S; i++)
        if (mssl_dev_tick(&mssl_dev_sessions[0], buf))
            return 0;
    return over();
}

static uint8_t refused(void)
{
    return forged() && writes == 0;
}

static uint8_t step(uint8_t code)
{
    switch (code) {
    case PORTS_AES:
        return aes();
    case PORTS_F:
        return f();
    case PORTS_LAB:
        return lab();
    case PORTS_RECORD:
        return record();
    case PORTS_DEVICE:
        return device();
    case PORTS_GIVE:
        return give();
    case PORTS_ANSWER:
        return answer();
    case PORTS_SESSION:
        return session();
    case PORTS_EEPROM:
        return eeprom();
    case PORTS_REFUSED:
        return refused();
    case PORTS_FORGED:
        return forged();
    case PORTS_OVER:
        return over();
    }
    return 0;
}

uint16_t ports_run(void)
{
    uint8_t code;

    ports_cases = 0;
    at = ports_steps;
    while ((code = *at++) != PORTS_END)
        if (code == PORTS_CASE)
            ports_cases++;
        else if (!step(code) || faults)
            return ports_cases;
    return 0;
}
