/* SPDX-License-Identifier: ISC */
/* Reading and writing text without libc: lines in, bounded text out. */
#ifndef MSSL_TEXT_H
#define MSSL_TEXT_H

#include "mssl.h"

/* A piece of text, not zero-terminated. */
struct mssl_span {
    const char *p;
    size_t len;
};

/* Text being read; line is the number of the line last taken. */
struct mssl_reader {
    struct mssl_span rest;
    unsigned line;
};

/* Text being written. ok turns false, and stays so, when room is short; there
 * is always room for the terminating zero. */
struct mssl_writer {
    char *p;
    size_t size;
    size_t len;
    bool ok;
};

size_t mssl_strlen(const char *s);
bool mssl_span_is(struct mssl_span s, const char *text);
struct mssl_span mssl_span_of(const char *text);

/* Takes the next line, without its LF. false: no more. */
bool mssl_reader_line(struct mssl_reader *r, struct mssl_span *line);

/* Takes the word before the next sep, or all; s is what follows sep. */
struct mssl_span mssl_span_word(struct mssl_span *s, char sep);

/* A decimal number 0..max without sign or leading zeros. false: it is none. */
bool mssl_span_number(struct mssl_span s, uint32_t max, uint32_t *out);

/* Copies s and a terminating zero. false: longer than size - 1. */
bool mssl_span_copy(char *out, size_t size, struct mssl_span s);

/* Only printable ASCII, space included? */
bool mssl_span_printable(struct mssl_span s);

void mssl_writer_begin(struct mssl_writer *w, char *out, size_t size);
void mssl_put(struct mssl_writer *w, const char *text);
void mssl_put_char(struct mssl_writer *w, char c);
void mssl_put_number(struct mssl_writer *w, uint32_t n);
void mssl_put_hex(struct mssl_writer *w, const uint8_t *in, size_t len);

/* Terminates the text; *len gets its length. MSSL_E_ROOM: it didn't fit. */
mssl_err mssl_writer_end(struct mssl_writer *w, size_t *len);

/* Is s 1..max characters of [a-z0-9._-]? */
bool mssl_span_name(struct mssl_span s, size_t max);

#endif
