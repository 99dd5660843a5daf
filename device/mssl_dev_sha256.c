/* SPDX-License-Identifier: ISC */
/* SHA-256: the C twin. FIPS 180-4. */
#include "mssl_dev_sha256.h"

#include "mssl_dev_flash.h"

#define ROUNDS 64

/* Fractional parts of the cube roots of the first 64 primes; of the square
 * roots of the first 8. FIPS 180-4 4.2.2, 5.3.3. */
static const uint32_t constants[ROUNDS] MSSL_DEV_FLASH = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
    0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
    0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
    0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
    0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};
static const uint32_t initial[8] MSSL_DEV_FLASH = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

static uint32_t get(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void put(uint8_t *p, uint32_t x)
{
    p[0] = (uint8_t)(x >> 24);
    p[1] = (uint8_t)(x >> 16);
    p[2] = (uint8_t)(x >> 8);
    p[3] = (uint8_t)x;
}

static uint32_t right(uint32_t x, uint8_t n)
{
    return x >> n | x << (32 - n);
}

/* One round on h, g, .. a, and the word of the block that 16 rounds later is due. */
static void round_do(struct mssl_dev_sha256 *w, uint32_t k)
{
    uint8_t *s = w->state, i;
    uint32_t e = get(s + 12), a = get(s + 28);
    uint32_t w0 = get(w->block), w1 = get(w->block + 4), w14 = get(w->block + 56);
    uint32_t due = w0 + get(w->block + 36)
        + (right(w1, 7) ^ right(w1, 18) ^ w1 >> 3) + (right(w14, 17) ^ right(w14, 19) ^ w14 >> 10);
    uint32_t t = get(s) + (right(e, 6) ^ right(e, 11) ^ right(e, 25))
        + ((e & get(s + 8)) ^ (~e & get(s + 4))) + k + w0;

    put(s + 16, get(s + 16) + t);
    t += right(a, 2) ^ right(a, 13) ^ right(a, 22);
    t += (a & get(s + 24)) ^ (a & get(s + 20)) ^ (get(s + 24) & get(s + 20));
    for (i = 0; i < MSSL_DEV_SHA256_LEN - 4; i++)
        s[i] = s[i + 4];
    put(s + i, t);
    for (i = 0; i < MSSL_DEV_SHA256_BLOCK - 4; i++)
        w->block[i] = w->block[i + 4];
    put(w->block + i, due);
}

/* p[i]; on AVR the tables are in flash. */
static uint32_t constant(const uint32_t *p)
{
    const uint8_t *b = (const uint8_t *)p;
    union {
        uint8_t bytes[4];
        uint32_t word;
    } u;
    uint8_t i;

    for (i = 0; i < 4; i++)
        u.bytes[i] = mssl_dev_flash_byte(b + i);
    return u.word;
}

void mssl_dev_sha256_first(struct mssl_dev_sha256 *w)
{
    uint8_t i;

    for (i = 0; i < 8; i++)
        put(w->hash + 4 * i, constant(initial + i));
    mssl_dev_sha256_block(w);
}

void mssl_dev_sha256_block(struct mssl_dev_sha256 *w)
{
    uint8_t i;

    for (i = 0; i < 8; i++)
        put(w->state + 28 - 4 * i, get(w->hash + 4 * i));
    for (i = 0; i < ROUNDS; i++)
        round_do(w, constant(constants + i));
    for (i = 0; i < 8; i++)
        put(w->hash + 4 * i, get(w->hash + 4 * i) + get(w->state + 28 - 4 * i));
}

/* The padded block of a message of 32 bytes: its end, 0x80, zeros, 256 bits. */
void mssl_dev_sha256_replace(struct mssl_dev_sha256 *w, uint8_t x[MSSL_DEV_SHA256_LEN])
{
    uint8_t i;

    for (i = 0; i < MSSL_DEV_SHA256_LEN; i++) {
        w->block[i] = x[i];
        w->block[MSSL_DEV_SHA256_LEN + i] = 0;
    }
    w->block[MSSL_DEV_SHA256_LEN] = 0x80;
    w->block[MSSL_DEV_SHA256_BLOCK - 2] = 256 >> 8;
    mssl_dev_sha256_first(w);
    for (i = 0; i < MSSL_DEV_SHA256_LEN; i++)
        x[i] = w->hash[i];
}
