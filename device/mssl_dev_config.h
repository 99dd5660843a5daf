/* SPDX-License-Identifier: ISC */
/* The build constants of the core. Only #define lines, so that C and the AVR
 * assembler read this one file. */
#ifndef MSSL_DEV_CONFIG_H
#define MSSL_DEV_CONFIG_H

#include "mssl_wire.h"

#ifndef MSSL_DEV_SESSIONS
#define MSSL_DEV_SESSIONS 1         /* 1..250 sessions at a time */
#endif
#ifndef MSSL_DEV_RESTRICTIONS
#define MSSL_DEV_RESTRICTIONS 0     /* longest chain of restrictions, 0..3 */
#endif
#ifndef MSSL_DEV_SIGNATURE
#define MSSL_DEV_SIGNATURE 0        /* 1: the signature option. PROTOCOL 10 */
#endif
/* The task table's number, a constant of the firmware. PROTOCOL 3. */
#ifndef MSSL_DEV_TASK_TABLE
#define MSSL_DEV_TASK_TABLE 1
#endif
/* Bytes of a peer's address that the transport knows: 0 on a line without
 * IPv4 or without MAC, where every grant bound to one is refused. M-6.15. */
#ifndef MSSL_DEV_IPV4_MAX
#define MSSL_DEV_IPV4_MAX MSSL_ADDRESS_IPV4_MAX
#endif
#ifndef MSSL_DEV_MAC_MAX
#define MSSL_DEV_MAC_MAX MSSL_ADDRESS_MAC_MAX
#endif

/* What a session awaits. CLOSED is 0, so zeroed memory is a closed session. PROTOCOL 8. */
#define MSSL_DEV_CLOSED       0     /* no connection, or: close it */
#define MSSL_DEV_AWAIT_HELLO  1
#define MSSL_DEV_AWAIT_PROOF  2
#define MSSL_DEV_OPEN         3

/* Ticks of 250 ms. PROTOCOL 8. */
#define MSSL_DEV_TICKS(seconds) ((seconds) * 4)

/* What the nonce awaits, for who writes the core twice: C and assembly. PROTOCOL 5. */
#define MSSL_DEV_NONCE_RESET   0    /* the first good HELLO since the reset */
#define MSSL_DEV_NONCE_REFUSED 1    /* the next reset: the seed is missing or could not be stored */
#define MSSL_DEV_NONCE_READY   2

#endif
