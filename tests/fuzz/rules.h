/* SPDX-License-Identifier: ISC */
/* What PROTOCOL says of a HELLO and of a command, from its text. */
#ifndef FUZZ_RULES_H
#define FUZZ_RULES_H

#include <stdint.h>

/* Are all 16 cells from at on without a byte other than 0xff and 0x00? 11 */
int rules_unprovisioned(const uint8_t *cells, uint16_t at);

/* Does a device of these cells let the peer in with this HELLO? Section 6 */
int rules_hello_fits(const uint8_t *hello, const uint8_t *peer, const uint8_t *cells, uint8_t table);

/* The tasks that all blocks of a HELLO allow. 3 */
uint32_t rules_tasks(const uint8_t *hello);

/* The status that the gate gives a command, or -1: the task says. Section 7 */
int rules_gate(uint32_t tasks, uint8_t task);

/* Do the AES blocks come from the core's own engine, and not from libcrypto? */
void rules_own_blocks(int yes);

#endif
