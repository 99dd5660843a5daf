/* SPDX-License-Identifier: ISC */
/* --keylog FILE: the keys of sessions, for decoding captures. docs/FORMATS.md */
#ifndef MSSL_KEYLOG_FILE_H
#define MSSL_KEYLOG_FILE_H

#include "mssl.h"

/* Opens the file to append to, and warns on standard error. It must be an ordinary file
 * of this user that nobody else may read. Reports and returns an exit code. */
int mssl_keylog_open(const char *path);

/* Appends the open session's line; without an open file nothing. Reports and returns an
 * exit code. */
int mssl_keylog_write(const struct mssl_client *c);

#endif
