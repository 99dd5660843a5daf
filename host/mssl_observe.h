/* SPDX-License-Identifier: ISC */
/* libmssl for an observer: who was given a session's key (a key log) opens the
 * records of a capture. Takes no part in a session and keeps no state. */
#ifndef MSSL_OBSERVE_H
#define MSSL_OBSERVE_H

#include "mssl.h"

/* Can n be a record's first byte? 0 (a close), 8, 16, 32, 64, 128. Section 6 */
bool mssl_observe_length_ok(uint8_t n);

/* Opens record number counter of direction dir (MSSL_DIR_*): *n plaintext bytes in
 * plain, 0 for a close or the record in WELCOME. record itself is left as it is.
 * MSSL_E_RECORD: len is not that of the record, or dir is none. MSSL_E_TAG: forged, or
 * another key, counter or direction. After an error *n is 0 and plain holds nothing of
 * it. Sections 2, 6. */
mssl_err mssl_observe_record(uint8_t plain[MSSL_RECORD_DATA_MAX], uint8_t *n, const uint8_t *record,
                             size_t len, const uint8_t key[MSSL_KEY_LEN], uint8_t dir, uint16_t counter);

#endif
