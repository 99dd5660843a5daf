/* SPDX-License-Identifier: ISC */
/* The known answers of docs/PROTOCOL.md 12. */
#ifndef MSSL_TEST_KNOWN_H
#define MSSL_TEST_KNOWN_H

/* cmocka.h wants these first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "mssl.h"

#define KNOWN_KD      "000102030405060708090a0b0c0d0e0f"
#define KNOWN_GRANT   "110100000001000004000000020000000a0002020000000000616c6963650000"
#define KNOWN_K0      "bd541439a7b0a65dad2b4b4893382c9d"
#define KNOWN_NC      "404142434445464748494a4b"
#define KNOWN_HELLO   "2c" KNOWN_GRANT KNOWN_NC
#define KNOWN_WELCOME "cf7026fe6dab3ac6759b874700815bea9cf0979b57"
#define KNOWN_COMMAND "08e81d0d9b28cbfde021834531b354ad6d"
#define KNOWN_ANSWER  "08c3a7012cf6fda9d42f5ee7d096fbdd93"
#define KNOWN_CLOSE   "00d2e0326a28e42e50"
#define KNOWN_KS      "0dec19f6ab9dee08ba05f7d050c8009f"
#define KNOWN_KD_NEXT "b5eddff6bfabd5f35f1a873f1e2a0c7e"

static inline void unhex(uint8_t *out, size_t len, const char *text)
{
    assert_int_equal(mssl_from_hex(out, len, text, strlen(text)), MSSL_OK);
}

/* A text that ends where its memory ends, so that a byte read behind it is found; to be freed. */
static inline char *exact_copy(const char *text, size_t len)
{
    char *copy = malloc(len ? len : 1);

    assert_non_null(copy);
    memcpy(copy, text, len);
    return copy;
}

static inline void assert_hex(const uint8_t *got, size_t len, const char *want)
{
    char text[2 * 512 + 1];

    assert_true(len <= 512);
    mssl_to_hex(text, got, len);
    assert_string_equal(text, want);
}

#endif
