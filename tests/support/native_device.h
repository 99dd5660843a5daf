/* SPDX-License-Identifier: ISC */
/* What the files of native_device share. */
#ifndef MSSL_TEST_NATIVE_DEVICE_H
#define MSSL_TEST_NATIVE_DEVICE_H

#include <stddef.h>
#include <stdint.h>

/* Reads Intel HEX; its first record is for out[0]. Returns how far it reaches, or -1. */
long native_hex_read(const char *path, uint8_t *out, size_t size);

/* --modulus: the section of docs/FORMATS.md. -1: it can't be, or none is taken. */
int native_modulus_read(const char *path);

#endif
