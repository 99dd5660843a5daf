/* SPDX-License-Identifier: ISC */
/* --json: results and errors as one JSON object a line on standard output. Without it
 * every function here does nothing, so callers need not ask. Keys: docs/FORMATS.md. */
#ifndef MSSL_JSON_H
#define MSSL_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* From here on. */
void mssl_json_use(void);
bool mssl_json(void);

/* An object from begin to end, which prints it as a line; what is set meanwhile are its
 * keys. Errors reported meanwhile become its key "error" (the first does); others are
 * objects of their own. end without begin does nothing. */
void mssl_json_begin(void);
void mssl_json_end(void);

void mssl_json_text(const char *key, const char *text);
void mssl_json_number(const char *key, long long n);
void mssl_json_real(const char *key, double n);
void mssl_json_bool(const char *key, bool yes);

/* What a device said, of which any byte may be anything: "text" where it is UTF-8
 * without a zero byte (else null), and always "hex". */
void mssl_json_bytes(const uint8_t *p, size_t n);

/* The keys until up belong to an object inside: the value of key, or one more element
 * of the array key. Once deep. */
void mssl_json_down(const char *key);
void mssl_json_down_element(const char *key);
void mssl_json_up(void);

/* An empty array, so that it is there without an element too. */
void mssl_json_array(const char *key);

/* By mssl_report. */
void mssl_json_error(int code, const char *thing, const char *reason, const char *remedy);

#endif
