/* SPDX-License-Identifier: ISC */
/* Enrolment: who shows the authority's signature over his grant, once. PROTOCOL 10.
 *
 * What is stored for a slot is the first half of SHA-256(G), and a grant counts
 * as enrolled only if all 16 bytes match. So any order of writing is safe: what a
 * cut leaves (new bytes, a torn one, old bytes) is the hash of nothing that
 * anybody can find. G holds its generation: a risen one matches no more. M-10.15. */
#include <stddef.h>

#include "mssl_dev_option.h"
#include "mssl_dev_port.h"
#include "mssl_dev_rsa.h"

#define HEAD_LEN 4              /* task, offset, n: before the bytes of a chunk */

/* The grant G of each session; from the first use on, its hash. */
static struct {
    uint8_t grant[MSSL_GRANT_LEN];
    uint8_t hashed;
} marks[MSSL_DEV_SESSIONS];

/* The check under way: whose it is (NULL: nobody's), and the bytes it has. M-10.8. */
static const struct mssl_dev_session *owner;
static uint16_t filled;

static uint8_t index_of(const struct mssl_dev_session *s)
{
    uint8_t i = 0;

    while (MSSL_DEV_SESSIONS > 1 && s != &mssl_dev_sessions[i])
        i++;
    return i;
}

/* Called only for a proven session. M-10.9, M-10.14: of G, not of a restriction. */
static const uint8_t *digest_of(const struct mssl_dev_session *s)
{
    uint8_t i = index_of(s);

    if (!marks[i].hashed) {
        marks[i].hashed = 1;
        mssl_dev_sha256_replace(&mssl_dev_check.sha256, marks[i].grant);
    }
    return marks[i].grant;
}

static uint16_t cells_of(const struct mssl_dev_session *s)
{
    return (uint16_t)(MSSL_EE_ENROLMENTS + s->caller.slot * MSSL_EE_ENROLMENT_LEN);
}

void mssl_dev_signature_take(const struct mssl_dev_session *s, const uint8_t *g)
{
    uint8_t i, at = index_of(s);

    for (i = 0; i < MSSL_GRANT_LEN; i++)
        marks[at].grant[i] = g[i];
    marks[at].hashed = 0;
}

uint8_t mssl_dev_signature_wanted(const struct mssl_dev_session *s)
{
    const uint8_t *digest = digest_of(s);
    uint16_t cell = cells_of(s);
    uint8_t i;

    for (i = 0; i < MSSL_EE_ENROLMENT_LEN; i++)
        if (mssl_port_eeprom_read(cell + i) != digest[i])
            return 1;
    return 0;
}

uint8_t mssl_dev_signature_flags(const struct mssl_dev_session *s)
{
    return mssl_dev_signature_wanted(s) ? MSSL_FLAG_SIGNATURE
                                        : MSSL_FLAG_SIGNATURE | MSSL_FLAG_ENROLLED;
}

void mssl_dev_signature_discard(const struct mssl_dev_session *s)
{
    if (owner == s) {
        owner = NULL;
        filled = 0;
    }
}

void mssl_dev_signature_clear(void)
{
    uint16_t cell = MSSL_EE_ENROLMENTS;

    for (; cell < MSSL_EE_ENROLMENTS + MSSL_SLOTS * MSSL_EE_ENROLMENT_LEN; cell++)
        if (mssl_port_eeprom_read(cell) != 0xff)    /* spares time and wear */
            mssl_port_eeprom_write(cell, 0xff);
}

/* The last byte is there: verifies and stores. Returns 0 if the grant is enrolled. */
static uint8_t finish(const struct mssl_dev_session *s)
{
    const uint8_t *digest = digest_of(s);
    uint16_t cell = cells_of(s);
    uint8_t i;

    mssl_dev_signature_discard(s);
    if (mssl_dev_rsa_check(digest))
        return 1;
    for (i = 0; i < MSSL_EE_ENROLMENT_LEN; i++)
        mssl_port_eeprom_write(cell + i, digest[i]);
    return mssl_dev_signature_wanted(s);            /* reads it back */
}

/* M-10.2, M-10.4 to M-10.8. */
uint8_t mssl_dev_signature_enrol(struct mssl_dev_session *s, uint8_t *buf, uint8_t n)
{
    uint16_t offset = (uint16_t)(buf[2] << 8 | buf[3]);
    uint8_t len = buf[4];

    if (!mssl_dev_signature_wanted(s))
        return MSSL_STATUS_UNKNOWN;
    if (owner && owner != s)
        return MSSL_STATUS_BUSY;
    owner = s;
    if (offset == 0)
        filled = 0;
    /* len 0 becomes 255, which no record holds. */
    if (offset != filled || (uint8_t)(len - 1) >= n - HEAD_LEN
        || (uint16_t)(filled + len) > MSSL_DEV_RSA_LEN) {
        mssl_dev_signature_discard(s);
        return MSSL_STATUS_ARGUMENT;
    }
    mssl_dev_rsa_put(offset, buf + 1 + HEAD_LEN, len);
    filled = (uint16_t)(filled + len);
    buf[2] = MSSL_ENROL_MORE;
    if (filled == MSSL_DEV_RSA_LEN) {
        if (finish(s))
            return MSSL_DEV_STATUS_FORGED;
        buf[2] = MSSL_ENROL_DONE;
    }
    s->fill = 1;
    return MSSL_STATUS_OK;
}
