/* SPDX-License-Identifier: ISC */
/* See script.h. RFC 3610 with M = 8, L = 2 and no associated data. */
#include <string.h>
#include <openssl/aes.h>

#include "script.h"

void seal_aes(uint8_t out[16], const uint8_t key[16], const uint8_t in[16])
{
    static uint8_t last[16];
    static AES_KEY schedule;
    static int made;

    if (!made || memcmp(last, key, 16) != 0) {
        AES_set_encrypt_key(key, 128, &schedule);
        memcpy(last, key, 16);
        made = 1;
    }
    AES_encrypt(in, out, &schedule);
}

void seal_f(uint8_t out[16], const uint8_t key[16], const uint8_t x[32])
{
    uint8_t block[16];
    int i;

    seal_aes(block, key, x);
    for (i = 0; i < 16; i++)
        block[i] ^= x[16 + i];
    seal_aes(out, key, block);
}

void seal_lab(uint8_t out[16], const uint8_t key[16], uint8_t type)
{
    uint8_t x[32] = { type };

    seal_f(out, key, x);
}

static void block_of(uint8_t out[16], const uint8_t key[16], uint8_t flags, uint8_t dir,
                     uint16_t counter, uint8_t last)
{
    uint8_t block[16] = { flags, dir, (uint8_t)(counter >> 8), (uint8_t)counter };

    block[15] = last;
    seal_aes(out, key, block);
}

static void tag_of(uint8_t tag[8], const uint8_t *plain, size_t n, const uint8_t key[16],
                   uint8_t dir, uint16_t counter)
{
    uint8_t mac[16], stream[16];
    size_t i;

    block_of(mac, key, 0x19, dir, counter, (uint8_t)n);
    for (i = 0; i < n; i++) {
        mac[i % 16] ^= plain[i];
        if (i % 16 == 15 || i + 1 == n)
            seal_aes(mac, key, mac);
    }
    block_of(stream, key, 0x01, dir, counter, 0);
    for (i = 0; i < 8; i++)
        tag[i] = mac[i] ^ stream[i];
}

static void stream_xor(uint8_t *out, const uint8_t *in, size_t n, const uint8_t key[16],
                       uint8_t dir, uint16_t counter)
{
    uint8_t stream[16];
    size_t i;

    for (i = 0; i < n; i++) {
        if (i % 16 == 0)
            block_of(stream, key, 0x01, dir, counter, (uint8_t)(1 + i / 16));
        out[i] = in[i] ^ stream[i % 16];
    }
}

size_t seal_record(uint8_t *out, const uint8_t *plain, uint8_t n, const uint8_t key[16],
                   uint8_t dir, uint16_t counter)
{
    out[0] = n;
    tag_of(out + 1 + n, plain, n, key, dir, counter);
    stream_xor(out + 1, plain, n, key, dir, counter);
    return (size_t)n + 9;
}

int seal_open(uint8_t *plain, const uint8_t *in, size_t len, const uint8_t key[16], uint8_t dir,
              uint16_t counter)
{
    uint8_t tag[8];

    if (len < 9 || len != (size_t)in[0] + 9)
        return -1;
    stream_xor(plain, in + 1, in[0], key, dir, counter);
    tag_of(tag, plain, in[0], key, dir, counter);
    return memcmp(tag, in + 1 + in[0], 8) == 0 ? in[0] : -1;
}
