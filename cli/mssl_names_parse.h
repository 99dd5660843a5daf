/* SPDX-License-Identifier: ISC */
/* The text of the file of names. docs/man/mssl-config.5 */
#ifndef MSSL_NAMES_PARSE_H
#define MSSL_NAMES_PARSE_H

#include "mssl.h"
#include "mssl_names.h"

/* Reads the text of the file at path (its folder is where relative paths begin); take
 * may be NULL. false: *why says the line and the reason. */
bool mssl_names_parse(const char *text, size_t len, const char *path, mssl_name_take *take, void *ctx,
                      struct mssl_why *why);

/* Is word a command of mssl, so that no device can have it as its name? */
bool mssl_command_name(const char *word);

#endif
