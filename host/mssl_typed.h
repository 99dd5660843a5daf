/* SPDX-License-Identifier: ISC */
/* libmssl: a grant as lines that a person can type into another machine, or a camera read.
 *
 * A line is its number, 24 symbols for 15 bytes and 5 symbols for a check over number and
 * bytes, so that an error is known at once and by its line. docs/FORMATS.md, "Typed
 * grant". The lines hold the grant's key: guard them as the file. */
#ifndef MSSL_TYPED_H
#define MSSL_TYPED_H

#include "mssl.h"

#define MSSL_TYPED_BYTES   15       /* in a line */
#define MSSL_TYPED_LINES   250
#define MSSL_TYPED_MAX     (MSSL_TYPED_BYTES * MSSL_TYPED_LINES)
#define MSSL_TYPED_TEXT    (48 * MSSL_TYPED_LINES)

/* What was typed so far. Zeroed memory awaits the first line. */
struct mssl_typed {
    unsigned lines;                 /* taken */
    unsigned wanted;                /* 0 until the first line was taken */
    uint8_t bytes[MSSL_TYPED_MAX];
};

/* Writes g as lines and a terminating zero; *len: room in (MSSL_TYPED_TEXT is enough),
 * length out. compact: without spaces inside, a '/' for each line's end: what fits a QR
 * code's alphanumeric mode. MSSL_E_ARGUMENT: g is no grant. out holds a key: wipe it. */
mssl_err mssl_typed_format(const struct mssl_grant_file *g, bool compact, char *out, size_t *len);

/* Takes one line, without its end. Small letters, o for 0, i and l for 1, spaces and
 * hyphens are as good; an empty line and one that begins with # are passed over.
 * MSSL_E_FORMAT: it is mistyped or not the next; *reason says what. Nothing changed: the
 * line may be typed again. */
mssl_err mssl_typed_line(struct mssl_typed *t, const char *line, size_t len, const char **reason);

/* After the last line (lines == wanted, wanted > 0): the grant.
 * MSSL_E_STATE: lines are missing. MSSL_E_FORMAT: they make no grant; *g is wiped. */
mssl_err mssl_typed_end(const struct mssl_typed *t, struct mssl_grant_file *g);

void mssl_typed_wipe(struct mssl_typed *t);

#endif
