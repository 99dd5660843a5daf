/* SPDX-License-Identifier: ISC */
/* An authority in a temporary directory, and a device made of its image. */
#ifndef AUTHORITY_FIXTURE_H
#define AUTHORITY_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "authority.h"

#define LED   ((uint32_t)1 << 1)
#define ADC   ((uint32_t)1 << 2)
#define ADMIN ((uint32_t)1 << 31)

extern char work[];                 /* the temporary directory */
extern char dir[];                  /* the authority in it */
extern struct mssl_auth *a;         /* open, without a passphrase */

int make_authority(void **state);   /* cmocka group setup and teardown */
int remove_all(void **state);

/* A path in work that does not exist yet; valid until the fourth next call. */
const char *fresh(const char *ending);

/* Opens the authority once more, as after a kill. */
void open_again(void);

/* Its log's chain fits. */
void log_is_whole(void);

/* Adds a device; its name is the behaviour's. */
struct mssl_auth_device add_device(const char *name);

/* Makes a grant and reads its file back. */
mssl_auth_err try_grant(const char *host, const char *device, uint32_t tasks, int slot,
                        struct mssl_auth_grant *made, struct mssl_grant_file *file);
struct mssl_auth_grant grant(const char *host, const char *device, uint32_t tasks);

/* The state of the host's grant of this generation and epoch; 255: no such grant. */
uint8_t state_of(const char *device, const char *host, uint8_t generation, uint32_t epoch);
int count_grants(const char *device);

/* Makes an image and reads its bytes. */
void image_of(const char *device, uint8_t image[MSSL_EE_LEN]);

/* Parses Intel HEX, checking form and checksums; returns the length. */
size_t parse_hex(const char *text, uint8_t *out, size_t room);

/* A chip with this K_D answers the HELLO of a grant: fills both. */
size_t handshake(const uint8_t kd[MSSL_KEY_LEN], const struct mssl_grant_file *file,
                 uint8_t hello[MSSL_HELLO_LEN_MAX], uint8_t welcome[MSSL_WELCOME_LEN]);

size_t read_all(const char *path, char *out, size_t room);

#endif
