/* SPDX-License-Identifier: ISC */
/* A device on its way to another authority, as text: what move_out.c and move_in.c share.
 * docs/FORMATS.md, "Exported device". */
#ifndef MSSL_AUTH_MOVE_H
#define MSSL_AUTH_MOVE_H

#include "inside.h"

#define MOVE_TEXT_MAX  ((size_t)8 << 20)
#define MOVE_LABEL     "mssl device"        /* sealed with the text */
#define MOVE_HEAD      "mssl-device: 1\nsalt: "
#define MOVE_BODY      "\nsealed: "

/* Text that grows; failed once it could not. */
struct move_text {
    char *text;
    size_t len, room;
    int failed;
};
void move_say(struct move_text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void move_hex(struct move_text *t, const void *bytes, size_t len);
void move_drop(struct move_text *t);        /* wipes */

#endif
