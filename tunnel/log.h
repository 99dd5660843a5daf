/* SPDX-License-Identifier: ISC */
/* What the tunnel says: its log, and a line for each stream or command in the
 * access log. Never a secret, never a byte that was carried. */
#ifndef TUNNEL_LOG_H
#define TUNNEL_LOG_H

#include <stdbool.h>

enum tunnel_level { TUNNEL_ERROR, TUNNEL_WARNING, TUNNEL_NOTICE, TUNNEL_INFO };

/* "stderr", "syslog" or a file, which is opened anew by each call (after a rotation);
 * access may be NULL for none. false: errno says why; what was open stays. */
bool tunnel_log_open(const char *log, const char *access, enum tunnel_level level);

/* "mssl: THING: REASON: REMEDY"; remedy may be NULL. */
void tunnel_log(enum tunnel_level level, const char *thing, const char *reason, const char *remedy);

/* One line: the time, then what the format makes. */
void tunnel_access(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
