/* SPDX-License-Identifier: ISC */
/* What a server knows as a device: its EEPROM, in a file of the form that
 * 'mssl-authority device image' writes; and the core's engine over libcrypto. */
#ifndef TUNNEL_STORE_H
#define TUNNEL_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mssl_wire.h"

/* Locks the file against other processes, reads it, and gives it a fresh random
 * seed, as a new image has: so a file that came back from a backup repeats no
 * nonce. false: it was logged. */
bool tunnel_store_open(const char *path);
void tunnel_store_close(void);
bool tunnel_store_is_open(void);
bool tunnel_store_is(const char *path);

/* Intel HEX of MSSL_EE_LEN bytes from address 0, as text, and back. out has room
 * for TUNNEL_HEX_SIZE. read: NULL is success, else what is wrong. */
#define TUNNEL_HEX_SIZE 2048
size_t tunnel_hex_write(char out[TUNNEL_HEX_SIZE], const uint8_t bytes[MSSL_EE_LEN]);
const char *tunnel_hex_read(uint8_t bytes[MSSL_EE_LEN], const char *text);

/* The engine's contexts of libcrypto, one each for the thread. false: there is no AES. */
bool tunnel_engine_begin(void);
void tunnel_engine_end(void);

#endif
