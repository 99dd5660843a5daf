/* SPDX-License-Identifier: ISC */
/* SHA-256 against NIST's CAVP vectors: the harness pads and loops the one-block
 * function. FIPS 180-4. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "check.h"
#include "subject.h"

#define MESSAGE_MAX 6400
#define ROUNDS      1000

void check_sha256(uint8_t out[32], const uint8_t *message, size_t len)
{
    uint8_t padded[MESSAGE_MAX + 128] = { 0 };
    size_t at, end = (len + 8) / 64 * 64 + 64;
    int i;

    memcpy(padded, message, len);
    padded[len] = 0x80;
    for (i = 0; i < 4; i++)
        padded[end - 1 - (size_t)i] = (uint8_t)(len * 8 >> 8 * i);
    for (at = 0; at < end; at += 64)
        subject_sha_block(out, padded + at, at == 0);
}

static void message_is_hashed(char **field, size_t count)
{
    uint8_t message[MESSAGE_MAX], wanted[32], got[32];
    size_t len = subject_bytes(field[0], message, sizeof message);

    assert_int_equal(count, 2);
    if (subject_effort == 0 && len > 64)
        return;
    subject_bytes(field[1], wanted, sizeof wanted);
    check_sha256(got, message, len);
    assert_memory_equal(got, wanted, 32);
    if (len == 32) {
        subject_sha_replace(message);
        assert_memory_equal(message, wanted, 32);
    }
}

/* SHAVS 6.4: each message is the last three digests. */
static void checkpoint_is_reached(char **field, size_t count)
{
    static unsigned done;
    uint8_t m[96], md[32], wanted[32];
    int i;

    assert_int_equal(count, 2);
    if (done++ >= subject_effort)
        return;
    for (i = 0; i < 3; i++)
        subject_bytes(field[0], m + 32 * i, 32);
    subject_bytes(field[1], wanted, sizeof wanted);
    for (i = 0; i < ROUNDS; i++) {
        check_sha256(md, m, sizeof m);
        memmove(m, m + 32, 64);
        memcpy(m + 64, md, 32);
    }
    assert_memory_equal(md, wanted, 32);
}

void nist_messages_have_their_digests(void **state)
{
    (void)state;
    subject_lines("sha", message_is_hashed);
}

void nist_monte_carlo_reaches_its_checkpoints(void **state)
{
    (void)state;
    subject_lines("monte", checkpoint_is_reached);
}
