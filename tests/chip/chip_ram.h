/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The core's data, copied between this program's variables and the chip's RAM.
 *
 * Before a call the sessions, the nonce and the buffer are copied into the
 * chip's RAM, and back after it, so that tests may look at them and change them.
 * The buffer lies elsewhere at each call. A call may change those, the work areas
 * and the stack below its own; any other changed byte fails the test. So does,
 * after a call, a half of K_D anywhere in the chip's RAM, stack included, or of
 * the key of a session that is over. */
#ifndef CHIP_RAM_H
#define CHIP_RAM_H

#include <stddef.h>
#include <stdint.h>

#include "mssl_dev.h"

/* Copies sessions and nonce in; first of all of a call. */
void chip_ram_in(void);

/* Where on the chip a session is. */
uint16_t chip_ram_session(const struct mssl_dev_session *s);

/* A peer's address, which session s is to have. */
uint16_t chip_ram_peer(const struct mssl_dev_session *s, const uint8_t *peer);

/* The buffer of a call, one at most; then, after the call, back. */
uint16_t chip_ram_buf_in(const uint8_t *buf, size_t len);
void chip_ram_buf_out(uint8_t *buf);

/* An input of a function of the engine, which may not change it: len bytes at
 * `at` of 64. */
uint16_t chip_ram_input(unsigned at, const uint8_t *from, size_t len);

/* A reset of the chip, which forgets what is in its RAM only. */
void chip_ram_reset(void);

/* Writes the last bytes of the flash: the modulus. */
void chip_ram_flash_end(const uint8_t *from, size_t len);

/* Calls a function of the core and copies sessions, nonce and work area back. */
uint8_t chip_ram_call(const char *function, const uint16_t *args, unsigned count);

#endif
