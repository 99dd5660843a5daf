/* SPDX-License-Identifier: ISC */
/* What the tunnel says: its log, and a line for each stream or command in the
 * access log. Never a secret, never a byte that was carried. */
#ifndef TUNNEL_LOG_H
#define TUNNEL_LOG_H

enum tunnel_level { TUNNEL_ERROR, TUNNEL_WARNING, TUNNEL_NOTICE, TUNNEL_INFO };

/* "stderr", "syslog" or a file, which is opened anew by each call (after a rotation);
 * access may be NULL for none. Returns NULL, or which of the two can't be opened: errno
 * says why, and what was open stays. */
const char *tunnel_log_open(const char *log, const char *access, enum tunnel_level level);

/* "mssl: THING: REASON: REMEDY"; remedy may be NULL. */
void tunnel_log(enum tunnel_level level, const char *thing, const char *reason, const char *remedy);

/* One line: the time, then what the format makes. */
void tunnel_access(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
