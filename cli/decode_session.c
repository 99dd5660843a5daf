/* SPDX-License-Identifier: ISC */
/* One connection as an observer sees it: bytes of either direction become messages.
 * The dissector's wireshark/mssl_session.lua says the same. PROTOCOL 6 to 10. */
#include <string.h>

#include "decode.h"
#include "mssl_observe.h"

#define WARN(w) (1u << (w))

static bool hello_length_ok(uint8_t n)
{
    return n >= MSSL_HELLO_LEN_BYTE && n < MSSL_HELLO_LEN_MAX && (n - MSSL_HELLO_LEN_BYTE) % MSSL_GRANT_LEN == 0;
}

/* The kind of the message that begins with n, and in *len its length; 0: it can't be,
 * and *why says why. */
static uint8_t next(const struct decode_session *s, uint8_t dir, uint8_t n, uint8_t *len, uint8_t *why)
{
    const struct decode_side *side = &s->side[dir];

    *len = 0;
    *why = DECODE_W_RECORD_LENGTH;
    if (!side->began && dir == MSSL_DIR_HOST) {
        *why = DECODE_W_HELLO_LENGTH;
        if (hello_length_ok(n))
            *len = (uint8_t)(n + 1);
        if (*len > 0 || s->syn)
            return DECODE_HELLO;
    } else if (!side->began && s->hello) {
        *len = MSSL_WELCOME_LEN;
        return DECODE_WELCOME;
    } else if (!side->began) {
        *why = DECODE_W_DEVICE_EARLY;
        if (s->syn)
            return DECODE_RECORD;
    }
    if (mssl_observe_length_ok(n))
        *len = (uint8_t)(n + MSSL_RECORD_OVERHEAD);
    return DECODE_RECORD;
}

/* Zero in a restriction: bytes 1..5, 10, 11, 22..24. M-3.7 */
static bool reserved_is_zero(const uint8_t *b)
{
    uint8_t any = 0;
    int i;

    for (i = MSSL_G_TABLE; i < MSSL_G_SLOT; i++)
        any |= b[i];
    for (i = MSSL_G_PARAM; i < MSSL_G_HOST; i++)
        any |= b[i];
    return (any | b[MSSL_G_EPOCH] | b[MSSL_G_EPOCH + 1]) == 0;
}

static bool host_id_ok(const uint8_t *id)
{
    char name[MSSL_HOST_SIZE] = "";
    size_t i;

    memcpy(name, id, MSSL_G_HOST_LEN);
    for (i = strlen(name); i < MSSL_G_HOST_LEN; i++)
        if (id[i] != 0)
            return false;
    return mssl_host_name_ok(name);
}

static uint32_t check_block(const uint8_t *b, bool first)
{
    uint8_t kind = b[MSSL_G_ADDRESS_KIND];
    uint8_t most = kind == MSSL_ADDRESS_IPV4 ? MSSL_ADDRESS_IPV4_MAX : MSSL_ADDRESS_MAC_MAX;
    uint32_t w = 0;

    if (b[MSSL_G_TYPE] != (first ? MSSL_TYPE_GRANT : MSSL_TYPE_RESTRICTION))
        w |= WARN(DECODE_W_BLOCK_TYPE);
    if (b[MSSL_G_SLOT] >= MSSL_SLOTS)
        w |= WARN(DECODE_W_SLOT);
    if (b[MSSL_G_GENERATION] == MSSL_GENERATION_ERASED)
        w |= WARN(DECODE_W_GENERATION);
    if (kind != MSSL_ADDRESS_IPV4 && kind != MSSL_ADDRESS_MAC)
        w |= WARN(DECODE_W_ADDRESS_KIND);
    if (b[MSSL_G_ADDRESS_LEN] > most)
        w |= WARN(DECODE_W_ADDRESS_LENGTH);
    if (!first && !reserved_is_zero(b))
        w |= WARN(DECODE_W_RESERVED);
    if (!host_id_ok(b + MSSL_G_HOST))
        w |= WARN(DECODE_W_HOST_ID);
    return w;
}

static void take_hello(struct decode_session *s, struct decode_message *m)
{
    uint8_t at, end = (uint8_t)(m->len - MSSL_NONCE_LEN);

    s->hello = true;
    for (at = 1; at < end; at = (uint8_t)(at + MSSL_GRANT_LEN))
        m->warnings |= check_block(m->raw + at, at == 1);
    memcpy(s->nc, m->raw + end, MSSL_NONCE_LEN);
}

/* Opens a record, if its key and number are known. */
static void open_record(struct decode_session *s, struct decode_message *m, const uint8_t *record, size_t len)
{
    m->tag = DECODE_UNCHECKED;
    if (s->key == NULL || !m->counted)
        return;
    m->tag = mssl_observe_record(m->plain, &m->n, record, len, s->key, m->dir, m->counter) == MSSL_OK
        ? DECODE_TAG_OK : DECODE_TAG_BAD;
    if (m->tag == DECODE_TAG_BAD) {
        m->warnings |= WARN(DECODE_W_BAD_TAG);
        s->side[m->dir].bad = true;
    }
}

static void take_welcome(struct decode_session *s, struct decode_message *m, const struct decode_keys *keys)
{
    s->welcome = true;
    s->key = decode_keys_find(keys, s->nc, m->raw);
    s->side[m->dir].count = 1;
    m->counted = true;
    m->tag = DECODE_UNCHECKED;
    if (m->raw[MSSL_NONCE_LEN] == 0) {
        open_record(s, m, m->raw + MSSL_NONCE_LEN, MSSL_CLOSE_LEN);
    } else {
        m->warnings |= WARN(DECODE_W_WELCOME_RECORD);
        s->side[m->dir].lost = true;
    }
}

/* A record's number, and what is strange about its place. */
static void find_place(struct decode_session *s, struct decode_message *m)
{
    struct decode_side *side = &s->side[m->dir];

    if (!side->began && !s->hello) {
        s->middle = true;
        m->warnings |= WARN(DECODE_W_MISSING);
    }
    if (!s->middle) {
        uint32_t number = side->count++;
        m->counted = number < MSSL_COUNTER_LAST || (number == MSSL_COUNTER_LAST && m->raw[0] == 0);
        m->counter = (uint16_t)number;
        if (!m->counted)
            m->warnings |= WARN(DECODE_W_COUNTER);
        if (m->dir == MSSL_DIR_HOST && !s->welcome)
            m->warnings |= WARN(DECODE_W_BEFORE_WELCOME);
    }
    if (side->closed)
        m->warnings |= WARN(DECODE_W_AFTER_CLOSE);
}

static void take_record(struct decode_session *s, struct decode_message *m)
{
    find_place(s, m);
    open_record(s, m, m->raw, m->len);
    if (m->tag == DECODE_TAG_BAD)
        return;
    if (m->raw[0] == 0) {
        m->kind = DECODE_CLOSE;
        s->side[m->dir].closed = true;
    } else if (m->tag == DECODE_TAG_OK) {
        decode_plain(s, m);
    } else {
        decode_sealed(s, m->dir);
    }
}

static void take(struct decode_session *s, struct decode_message *m, const struct decode_out *out)
{
    if (m->kind == DECODE_HELLO)
        take_hello(s, m);
    else if (m->kind == DECODE_WELCOME)
        take_welcome(s, m, out->keys);
    else
        take_record(s, m);
    s->side[m->dir].began = true;
    out->put(out->ctx, m);
    mssl_wipe(m->plain, sizeof m->plain);
}

static void lose(struct decode_session *s, uint8_t dir, uint8_t why, const struct decode_out *out)
{
    struct decode_message m = { .kind = DECODE_MALFORMED, .dir = dir, .warnings = WARN(why) };

    s->side[dir].lost = s->side[dir].began = true;
    s->side[dir].why = why;
    out->put(out->ctx, &m);
}

void decode_session_input(struct decode_session *s, uint8_t dir, const uint8_t *in, size_t len,
                          const struct decode_out *out)
{
    struct decode_side *side = &s->side[dir];
    size_t i;

    for (i = 0; i < len && !side->lost; i++) {
        struct decode_message m = { .dir = dir, .raw = side->in };
        uint8_t why;
        side->in[side->fill++] = in[i];
        m.kind = next(s, dir, side->in[0], &m.len, &why);
        if (m.len == 0) {
            lose(s, dir, why, out);
        } else if (side->fill == m.len) {
            side->fill = 0;
            take(s, &m, out);
        }
    }
}

void decode_session_gap(struct decode_session *s, uint8_t dir, const struct decode_out *out)
{
    if (!s->side[dir].lost)
        lose(s, dir, DECODE_W_GAP, out);
}

/* The device's end without a close. */
static uint8_t cut(const struct decode_session *s, bool reset)
{
    const struct decode_side *host = &s->side[MSSL_DIR_HOST];

    if (!host->began && host->fill > 0)
        return DECODE_E_CUT_HELLO;
    if (!host->began)
        return reset ? DECODE_E_CONNECTION_REFUSED : DECODE_E_NO_HELLO;
    if (host->lost && host->why != DECODE_W_GAP)
        return host->why == DECODE_W_HELLO_LENGTH ? DECODE_E_HELLO_LENGTH : DECODE_E_RECORD_LENGTH;
    if (!s->welcome)
        return DECODE_E_HELLO_REFUSED;
    if (host->bad)
        return DECODE_E_RECORD_TAG;
    return s->count > 0 || host->closed ? DECODE_E_NOT_ANSWERED : DECODE_E_CUT;
}

static uint8_t meaning(const struct decode_session *s, uint8_t dir, bool reset)
{
    bool host = s->side[MSSL_DIR_HOST].closed, device = s->side[MSSL_DIR_DEVICE].closed;

    if (s->middle || !(s->syn || s->side[MSSL_DIR_HOST].began))
        return DECODE_E_UNKNOWN;
    if (device)
        return host ? DECODE_E_CLOSED : s->enrol_bad ? DECODE_E_ENROL : DECODE_E_DEVICE_CLOSED;
    if (s->admin)
        return DECODE_E_ADMIN;
    if (dir == MSSL_DIR_DEVICE)
        return cut(s, reset);
    if (s->side[MSSL_DIR_DEVICE].bad)
        return DECODE_E_DEVICE_TAG;
    if (host)
        return DECODE_E_HOST_CLOSED;
    return s->welcome ? DECODE_E_HOST_LEFT : DECODE_E_HOST_LEFT_EARLY;
}

void decode_session_end(struct decode_session *s, uint8_t dir, bool reset, const struct decode_out *out)
{
    struct decode_message m = { .kind = DECODE_END, .dir = dir };

    if (s->over)
        return;
    s->over = true;
    m.end = meaning(s, dir, reset);
    out->put(out->ctx, &m);
}
