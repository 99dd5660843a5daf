/* SPDX-License-Identifier: ISC */
/* libmssl: a session's key for a key log file. DANGEROUS: who has the line reads all of
 * the session, and can forge in it while it runs. For finding faults in a network, with
 * tools that decode captures; nothing else needs it, so it has a header of its own.
 * Only a program's user may ask for it, each time anew. */
#ifndef MSSL_KEYLOG_H
#define MSSL_KEYLOG_H

#include "mssl.h"

/* A line of a key log file (docs/FORMATS.md), its LF and a terminating zero. */
#define MSSL_KEYLOG_SIZE (13 + 2 * MSSL_NONCE_LEN + 1 + 2 * MSSL_NONCE_LEN + 1 + 2 * MSSL_KEY_LEN + 2)

/* The line of the session that is open: to be called after m.kind == MSSL_WELCOME. Wipe
 * out. MSSL_E_STATE: no session is open; out is empty. */
mssl_err mssl_client_keylog(const struct mssl_client *c, char out[MSSL_KEYLOG_SIZE]);

#endif
