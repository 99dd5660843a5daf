/* SPDX-License-Identifier: ISC */
/* The device core under Frama-C's EVA: one call of it, from every state that
 * holds the invariant below, with every byte, peer, EEPROM and task. That the
 * invariant holds again after the call is asserted, so by induction no sequence
 * of calls, however long, does what C leaves undefined.
 *
 * PROVE_SESSION is the session that is called; the others are arbitrary too. */
#include "prove.h"

#include "mssl_dev_core.h"

static uint8_t buf[MSSL_DEV_BUF_LEN], event_buf[MSSL_RECORD_LEN_MAX], peer[MSSL_PEER_LEN];
static uint8_t told;    /* how long the port's next answer is */

/* -- The port: anything -- */

uint8_t mssl_port_eeprom_read(uint16_t address)
{
    /*@ check inside_the_map: address < 326; */
    return any8(0, 255);
}

void mssl_port_eeprom_write(uint16_t address, uint8_t value)
{
    /*@ check inside_the_map: address < 326; */
    (void)value;
}

uint8_t mssl_port_task(uint8_t task, const struct mssl_dev_caller *caller, uint8_t *data,
                       uint8_t *len)
{
    /*@ check the_applications: task <= 28; */
    /*@ check a_record_at_most: *len <= 127; */
    /*@ check the_callers: \valid_read(caller); */
    any_bytes(data, 127);
    *len = told;
    return any8(0, 255);
}

uint8_t mssl_port_task_text(uint8_t task, uint8_t *out)
{
    (void)task;     /* a host may ask for any number */
    any_bytes(out, 127);
    return told;
}

/* -- States -- */

/* A session in state, of whose message fill bytes have come. */
static struct mssl_dev_session *session(uint8_t state)
{
    struct mssl_dev_session *s = mssl_dev_sessions + PROVE_SESSION;

    any_bytes((uint8_t *)mssl_dev_sessions, (uint16_t)sizeof mssl_dev_sessions);
    any_bytes((uint8_t *)&mssl_dev_nonce, (uint16_t)sizeof mssl_dev_nonce);
    any_bytes(buf, (uint16_t)sizeof buf);
    any_bytes(peer, (uint16_t)sizeof peer);
    s->peer = peer;
    s->state = state;
    s->fill = 0;
    /* One session alone never waits with no time left. */
    s->ticks = any8(MSSL_DEV_SESSIONS == 1 && state != MSSL_DEV_CLOSED, 255);
    return s;
}

/* The invariant: what session() chose from. */
static void holds(const struct mssl_dev_session *s)
{
    /*@ check a_state: s->state <= 3; */
    /*@ check has_time: MSSL_DEV_SESSIONS > 1 || s->state == 0 || s->ticks >= 1; */
    /*@ check inside_the_buffer: s->fill <= 141; */
    /*@ check closed_is_empty: s->state != 0 || s->fill == 0; */
}

/* Bytes in hand before the call: none; or all but the last; or others, so that
 * the message goes on. After the call the message is whole or has one more. */
static void input(uint8_t state, uint8_t first, uint8_t size)
{
    struct mssl_dev_session *s;
    uint8_t n;

    if (size > 1) {
        s = session(state);
        buf[0] = first;
        s->fill = any8(1, (uint8_t)(size - 1));
        if (s->fill < size - 1) {               /* it goes on */
            n = mssl_dev_input(s, buf, any8(0, 255));
            /*@ check goes_on: s->state == 0 || (n == 0 && 1 <= s->fill < size && buf[0] == first); */
            holds(s);
        }
        s = session(state);
        buf[0] = first;
        s->fill = (uint8_t)(size - 1);          /* it is whole */
        n = mssl_dev_input(s, buf, any8(0, 255));
        /*@ check fits_the_buffer: n <= 137; */
        /*@ check consumed: s->fill == 0; */
        holds(s);
    }
}

/* The first byte of a message: any. */
static void first_byte(uint8_t state)
{
    struct mssl_dev_session *s;
    uint16_t first;
    uint8_t n;

    for (first = 0; first < 256; first++) {
        s = session(state);
        n = mssl_dev_input(s, buf, (uint8_t)first);
        /*@ check one_came: s->fill <= 1; */
        /*@ check known_length: s->fill == 0 ||
              (state == 1 ? first == 44 || first == 76 || first == 108 || first == 140
                          : first == 0 || first == 8 || first == 16 || first == 32 || first == 64
                            || first == 128); */
        /*@ check a_close_or_nothing: n == 0 || n == 9; */
        holds(s);
    }
}

/* Every HELLO; an entry of its own for the seeded mistake, which it must meet. */
int hello(void);

int hello(void)
{
    uint8_t r;

    for (r = 0; r <= MSSL_DEV_RESTRICTIONS; r++)
        input(MSSL_DEV_AWAIT_HELLO, (uint8_t)(44 + 32 * r), (uint8_t)(45 + 32 * r));
    return 0;
}

static void records(uint8_t state)
{
    static const uint8_t lengths[] = { 0, 8, 16, 32, 64, 128 };
    uint8_t i;

    for (i = 0; i < sizeof lengths; i++)
        input(state, lengths[i], (uint8_t)(lengths[i] + 9));
}

static void others(uint8_t state)
{
    struct mssl_dev_session *s = session(state);
    uint8_t n;

    mssl_dev_begin(s, peer);
    holds(s);
    s = session(state);
    mssl_dev_end(s);
    holds(s);
    s = session(state);
    s->fill = any8(0, state == MSSL_DEV_CLOSED ? 0 : 140);
    n = mssl_dev_tick(s, buf);
    /*@ check a_close_or_nothing: n == 0 || n == 9; */
    holds(s);
}

static void event(uint8_t state)
{
    struct mssl_dev_session *s = session(state);
    uint8_t n;

    n = mssl_dev_event(s, event_buf, any8(0, 255), told);
    /*@ check fits_the_buffer: n <= 137; */
    holds(s);
}

int main(void)
{
    uint8_t state;

    told = 0;
    for (state = MSSL_DEV_CLOSED; state <= MSSL_DEV_OPEN; state++) {
        first_byte(state);
        others(state);
        event(state);
    }
    hello();
    records(MSSL_DEV_AWAIT_PROOF);
    for (told = 0; told < 128; told += PROVE_STEP) {
        records(MSSL_DEV_OPEN);
        event(MSSL_DEV_OPEN);
    }
    return 0;
}
