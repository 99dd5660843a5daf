/* SPDX-License-Identifier: ISC */
/* Grants to be typed, and lines made without libmssl. docs/FORMATS.md, "Typed grant". */
#ifndef MSSL_TEST_TYPED_H
#define MSSL_TEST_TYPED_H

#include <stdio.h>

#include "known.h"
#include "mssl_typed.h"

static const char symbols[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static inline void make(struct mssl_grant_file *g, uint16_t signature_len, int restrictions)
{
    static const char table[] = "table 1\ntask 1 led on|off|state\ntask 2 adc CHANNEL\ntask 3 uptime\n";
    struct mssl_grant block = { .type = MSSL_TYPE_GRANT, .table = 1, .device = 0x01020304, .slot = 3,
                                .generation = 7, .tasks = 6, .host = "alice" };
    struct mssl_why why;
    int i;

    memset(g, 0, sizeof *g);
    assert_int_equal(mssl_task_table_parse(&g->table, table, sizeof table - 1, &why), MSSL_OK);
    strcpy(g->device_name, "porch");
    strcpy(g->host_name, "alice");
    assert_int_equal(mssl_grant_encode(g->blocks[0], &block), MSSL_OK);
    g->count = 1;
    g->signature_len = signature_len;
    for (i = 0; i < signature_len; i++)
        g->signature[i] = (uint8_t)(i * 37 + 11);
    for (i = 0; i < MSSL_KEY_LEN; i++)
        g->key[i] = (uint8_t)(0xf0 - i);
    for (i = 0; i < restrictions; i++)
        assert_int_equal(mssl_grant_file_restrict(g, 2, NULL, "bob"), MSSL_OK);
}

/* A right line of these bytes; the check is computed here, bit by bit. */
static inline void line_of(char out[40], uint8_t number, const uint8_t bytes[MSSL_TYPED_BYTES])
{
    uint8_t all[MSSL_TYPED_BYTES + 4] = { number };
    uint32_t crc = 0xB704CE;
    int bit, n = sprintf(out, "%02u ", number);

    memcpy(all + 1, bytes, MSSL_TYPED_BYTES);
    for (bit = 0; bit < 8 * (MSSL_TYPED_BYTES + 1); bit++) {
        uint32_t top = (crc >> 23 ^ (uint32_t)(all[bit / 8] >> (7 - bit % 8))) & 1;

        crc = (crc << 1 & 0xFFFFFF) ^ (top ? 0x864CFB : 0);
    }
    for (bit = 8; bit < 8 + 8 * MSSL_TYPED_BYTES; bit += 5) {
        unsigned pair = (unsigned)all[bit / 8] << 8 | all[bit / 8 + 1];

        out[n++] = symbols[pair >> (11 - bit % 8) & 31];
    }
    for (bit = 20; bit >= 0; bit -= 5)
        out[n++] = symbols[crc >> bit & 31];
    out[n] = 0;
}

#endif
