/* SPDX-License-Identifier: ISC */
/* The RSA check: the C twin, all operands in RAM. docs/RSA.md. */
#include "mssl_dev_rsa.h"

#include "mssl_dev_flash.h"

/* An operand has one byte more than N, so that R = 256^OPERAND_LEN. Numbers lie
 * lowest byte first. */
#define OPERAND_LEN (MSSL_DEV_RSA_LEN + 1)

/* The section of the modulus: docs/FORMATS.md. N has a zero byte behind it. */
#define SQUARINGS 1
#define INVERSE   2
#define N         3

union mssl_dev_check mssl_dev_check;
static uint8_t u[OPERAND_LEN], x[OPERAND_LEN];

#define T (mssl_dev_check.row + 1)

/* What stands in EMSA-PKCS1-v1_5 before the hash, from its end backwards: the
 * DigestInfo of SHA-256. RFC 8017 9.2 note 1. */
static const uint8_t digest_info[] MSSL_DEV_FLASH = {
    0x20, 0x04, 0x00, 0x05, 0x01, 0x02, 0x04, 0x03, 0x65, 0x01,
    0x48, 0x86, 0x60, 0x09, 0x06, 0x0d, 0x30, 0x31, 0x30,
};

static uint8_t modulus(uint16_t i)
{
    return mssl_dev_flash_byte(mssl_modulus + i);
}

/* T = (T + a x + m N) / 256, m making it divide. */
static void row_add(uint8_t a)
{
    uint8_t m = (uint8_t)((uint8_t)(T[0] + a * x[0]) * modulus(INVERSE));
    uint32_t carry = 0;
    uint16_t j;

    for (j = 0; j < OPERAND_LEN; j++) {
        carry += T[j];
        carry += (uint16_t)((uint16_t)a * x[j]);
        carry += (uint16_t)((uint16_t)m * modulus(N + j));
        mssl_dev_check.row[j] = (uint8_t)carry;     /* T[j - 1] */
        carry >>= 8;
    }
    mssl_dev_check.row[j] = (uint8_t)carry;
}

/* x = a x / R mod N, in T; then x = T and T = 0. */
static void multiply(const uint8_t *a)
{
    uint16_t i;

    mssl_port_alive();
    for (i = 0; i < OPERAND_LEN; i++)
        row_add(a[i]);
    for (i = 0; i < OPERAND_LEN; i++) {
        x[i] = T[i];
        T[i] = 0;
    }
}

/* The byte of the expected block at its i-th place from the end. RFC 8017 9.2. */
static uint8_t expected(uint16_t i, const uint8_t *digest)
{
    if (i < MSSL_DEV_SHA256_LEN)
        return digest[MSSL_DEV_SHA256_LEN - 1 - i];
    i -= MSSL_DEV_SHA256_LEN;
    if (i < sizeof digest_info)
        return mssl_dev_flash_byte(digest_info + i);
    if (i == sizeof digest_info)
        return 0x00;
    i += MSSL_DEV_SHA256_LEN;
    if (i < MSSL_DEV_RSA_LEN - 2)
        return 0xff;
    return i == MSSL_DEV_RSA_LEN - 2 ? 0x01 : 0x00;
}

void mssl_dev_rsa_put(uint16_t offset, const uint8_t *bytes, uint8_t n)
{
    uint8_t *to = u + MSSL_DEV_RSA_LEN - offset;

    while (n--)
        *--to = *bytes++;
}

uint8_t mssl_dev_rsa_check(const uint8_t digest[MSSL_DEV_SHA256_LEN])
{
    uint8_t squarings = modulus(SQUARINGS), bad = 0;
    uint16_t i;

    if (squarings != 1 && squarings != 16)
        return 1;
    u[MSSL_DEV_RSA_LEN] = 0;
    for (i = 0; i < OPERAND_LEN; i++) {
        x[i] = u[i];
        T[i] = 0;
    }
    do
        multiply(x);
    while (--squarings);
    multiply(u);
    /* Out of Montgomery form: x is the accumulator, divided by R. What comes is
     * below N, or N itself for 0: the canonical residue of all that can be equal. */
    for (i = 0; i < OPERAND_LEN; i++) {
        T[i] = x[i];
        x[i] = 0;
    }
    multiply(u);
    for (i = 0; i < OPERAND_LEN; i++)
        bad |= x[i] ^ expected(i, digest);
    return bad;
}
