/* SPDX-License-Identifier: ISC */
/* Lines of a person (with editing and history) or of a pipe. */
#ifndef MSSL_LINES_H
#define MSSL_LINES_H

#include <stdbool.h>
#include <stddef.h>

#define MSSL_LINE_MAX 1024      /* a line of so many bytes or more comes cut to this */

/* Called whenever input is wanted: returns true when standard input can be read,
 * false to end. It may serve other things meanwhile. */
typedef bool mssl_lines_wait(void *ctx);

struct mssl_lines;

/* prompt: shown to a person. NULL: no memory. */
struct mssl_lines *mssl_lines_open(const char *prompt, mssl_lines_wait *wait, void *ctx);

/* Is there a person at a terminal? */
bool mssl_lines_person(const struct mssl_lines *s);

/* The next line without its end; NULL: input or the session ended.
 * *len counts its bytes, of which some may be zero. The caller's to change until
 * the next call. */
char *mssl_lines_next(struct mssl_lines *s, size_t *len);

/* Why input could not be read (errno), or 0: it ended. */
int mssl_lines_error(const struct mssl_lines *s);

/* To be called from within wait, around other output: clears the line being
 * typed, and shows it again. */
void mssl_lines_hide(struct mssl_lines *s);
void mssl_lines_show(struct mssl_lines *s);

void mssl_lines_close(struct mssl_lines *s);

#endif
