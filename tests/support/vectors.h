/* SPDX-License-Identifier: ISC */
/* Reads the text vectors of wire/vectors: cases of `name = value` lines. */
#ifndef MSSL_TEST_VECTORS_H
#define MSSL_TEST_VECTORS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define VECTOR_LINES    48      /* of a case */
#define VECTOR_VALUE    1024    /* characters of a value */

struct vector_line {
    char name[32];
    char value[VECTOR_VALUE];
};

struct vector_case {
    size_t count;
    struct vector_line lines[VECTOR_LINES];
};

/* Opens a file of the folder MSSL_VECTORS; a missing one fails the test. */
FILE *vectors_open(const char *name);

/* Reads the next case: 1, or 0 at the end. A malformed line fails the test. */
int vectors_next(FILE *f, struct vector_case *c);

/* The text of a value; NULL when the case has none of that name. */
const char *vector_text(const struct vector_case *c, const char *name);

/* The bytes of a value, *len of them, at most max; a missing one fails the test. */
void vector_bytes(const struct vector_case *c, const char *name, uint8_t *out, size_t max,
                  size_t *len);

/* The same for a value of exactly len bytes. */
void vector_exactly(const struct vector_case *c, const char *name, uint8_t *out, size_t len);

/* Fails the test, naming case and value, unless the value is these bytes. */
void vector_equal(const struct vector_case *c, const char *name, const uint8_t *got, size_t len);

#endif
