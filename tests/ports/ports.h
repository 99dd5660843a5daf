/* SPDX-License-Identifier: ISC */
/* The vectors of wire/vectors as a list of steps, and what a target supplies.
 *
 * vectors.py writes ports_steps: a step is a code and its operands, as below;
 * "bytes" is a length byte and so many bytes. */
#ifndef PORTS_H
#define PORTS_H

#include <stdint.h>

#define PORTS_END     0     /* */
#define PORTS_CASE    1     /* : a case begins */
#define PORTS_AES     2     /* key 16, plain 16, cipher 16 */
#define PORTS_F       3     /* k 16, x 32, out 16 */
#define PORTS_LAB     4     /* k 16, type 1, out 16 */
#define PORTS_RECORD  5     /* key 16, dir 1, counter 2, bytes plain, tag and ciphertext: n + 8 */
#define PORTS_DEVICE  6     /* the EEPROM's first 52 bytes, peer 10: first boot, connected */
#define PORTS_GIVE    7     /* bytes from the host, all but the last one unanswered */
#define PORTS_ANSWER  8     /* bytes: just these were answered */
#define PORTS_SESSION 9     /* ks 16: the host is known, its key is this */
#define PORTS_EEPROM  10    /* address 1, bytes: that is what it holds */
#define PORTS_REFUSED 11    /* bytes from the host: closed, nothing said, written or left */
#define PORTS_FORGED  12    /* bytes from the host: the session is over, nothing said or left */
#define PORTS_OVER    13    /* the session is closed and wiped */

extern const uint8_t ports_steps[];

/* Runs them all. Returns 0, or the number of the case (from 1) that failed. */
uint16_t ports_run(void);
extern uint16_t ports_cases;    /* that passed */

/* The target's: one character to whoever reads. */
void ports_put(char c);

#endif
