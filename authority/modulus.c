/* SPDX-License-Identifier: ISC */
/* The authority's modulus for a chip's flash. PROTOCOL 10, M-11.1; docs/FORMATS.md,
 * "Modulus for the chip". */
#include "inside.h"

#include <stdlib.h>
#include <string.h>

/* Around N, whose lowest byte is at AT_N. */
#define AT_LEN      0           /* of N, in units of 32 bytes */
#define AT_SQUARE   1           /* e is 2 to this, plus 1 */
#define AT_INVERSE  2           /* -N^-1 mod 256 */
#define AT_N        3
#define EXTRA       4           /* these, and a 0: the chip computes with one byte more than N has */

struct section {
    uint8_t bytes[AUTH_RSA_MAX + EXTRA];
    size_t len;
};

/* The bytes are the last ones of the flash. 0: no such chip. */
static unsigned flash_end(const char *chip)
{
    static const struct { const char *chip; unsigned end; } chips[] = {
        { "atmega88", 0x2000 }, { "atmega168", 0x4000 }, { "atmega328p", 0x8000 },
    };
    size_t i;

    for (i = 0; i < sizeof chips / sizeof chips[0]; i++) {
        if (!strcmp(chip, chips[i].chip))
            return chips[i].end;
    }
    return 0;
}

/* Newton: each step doubles the bits that are right; an odd n is its own inverse mod 8. */
static uint8_t minus_inverse(uint8_t n)
{
    uint8_t inverse = n;

    inverse = (uint8_t)(inverse * (2 - n * inverse));
    inverse = (uint8_t)(inverse * (2 - n * inverse));
    return (uint8_t)-inverse;
}

static int lay_down(struct section *s, const uint8_t *n, size_t len, uint32_t e)
{
    size_t i;

    if ((len != 256 && len != 384 && len != 512) || !(n[0] & 0x80) || !(n[len - 1] & 1) ||
        (e != 3 && e != 65537))
        return 0;
    s->bytes[AT_LEN] = (uint8_t)(len / 32);
    s->bytes[AT_SQUARE] = e == 3 ? 1 : 16;
    s->bytes[AT_INVERSE] = minus_inverse(n[len - 1]);
    for (i = 0; i < len; i++)
        s->bytes[AT_N + i] = n[len - 1 - i];
    s->bytes[AT_N + len] = 0;
    s->len = len + EXTRA;
    return 1;
}

static mssl_auth_err make(struct mssl_auth *a, struct section *s)
{
    uint8_t n[AUTH_RSA_MAX];
    size_t n_len, len;
    uint32_t e;
    char *pem;
    mssl_auth_err err = auth_public(a, &pem, &len);

    if (!err && (!auth_rsa_numbers(pem, len, n, &n_len, &e) || !lay_down(s, n, n_len, e)))
        err = auth_fail(a, MSSL_AUTH_FILE, "%s/authority.pub is no RSA key that a chip takes (2048, "
                        "3072 or 4096 bits, exponent 65537 or 3): restore a backup", a->dir);
    free(pem);
    return err;
}

mssl_auth_err mssl_auth_modulus(struct mssl_auth *a, const char *chip, const char *path)
{
    char text[AUTH_HEX_SIZE(AUTH_RSA_MAX + EXTRA)];
    unsigned end = flash_end(chip);
    struct section s;
    mssl_auth_err err;
    int fd;

    if (!end)
        return auth_fail(a, MSSL_AUTH_USAGE, "chip \"%.40s\" is not known: choose atmega88, atmega168 "
                         "or atmega328p", chip);
    err = make(a, &s);
    if (!err)
        err = auth_create(a, path, 0644, &fd);
    if (!err)
        err = auth_fill(a, path, fd, text, auth_hex(text, end - (unsigned)s.len, s.bytes, s.len));
    return err;
}
