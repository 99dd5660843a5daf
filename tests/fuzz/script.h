/* SPDX-License-Identifier: ISC */
/* What the fuzz targets share: an input is a script of operations, read byte by
 * byte; what must be sealed is sealed by the target, so that every mutation of
 * a script gets past tags and checksums. */
#ifndef FUZZ_SCRIPT_H
#define FUZZ_SCRIPT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "mssl_wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An oracle: what must hold, or the input is a finding. */
#define MUST(that) \
    do { \
        if (!(that)) { \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #that); \
            abort(); \
        } \
    } while (0)

struct script {
    const uint8_t *p;
    size_t left;
};

/* The next byte; 0 when the script is at its end. */
static inline uint8_t take(struct script *s)
{
    if (s->left == 0)
        return 0;
    s->left--;
    return *s->p++;
}

static inline uint16_t take16(struct script *s)
{
    uint16_t high = take(s);

    return (uint16_t)(high << 8 | take(s));
}

static inline void take_bytes(struct script *s, uint8_t *out, size_t n)
{
    while (n--)
        *out++ = take(s);
}

/* PROTOCOL 2 by its text, over the block cipher of libcrypto: a third
 * implementation beside core and libmssl, without allocation. */
void seal_aes(uint8_t out[16], const uint8_t key[16], const uint8_t in[16]);
void seal_f(uint8_t out[16], const uint8_t key[16], const uint8_t x[32]);
void seal_lab(uint8_t out[16], const uint8_t key[16], uint8_t type);

/* A record of n plaintext bytes, n = 0..128: n + 9 bytes. */
size_t seal_record(uint8_t *out, const uint8_t *plain, uint8_t n, const uint8_t key[16],
                   uint8_t dir, uint16_t counter);

/* Opens a record of len bytes: its n, or -1. */
int seal_open(uint8_t *plain, const uint8_t *in, size_t len, const uint8_t key[16], uint8_t dir,
              uint16_t counter);

#endif
