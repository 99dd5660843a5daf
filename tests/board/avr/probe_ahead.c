/* SPDX-License-Identifier: ISC */
/* Compares net_ahead with its C twin: says 0 if they agree, and their answer to
 * two known questions. */
#include "net_conn.h"
#include "probe.h"

#define net_ahead twin
#include "net_ahead.c"
#undef net_ahead

uint16_t net_ahead(const uint8_t a[4], const uint8_t b[4]);

/* Bytes at which borrows begin and end. */
static const uint8_t bytes[] = { 0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF };

static uint8_t digit(uint16_t n)
{
    return bytes[n % sizeof bytes];
}

int main(void)
{
    uint8_t a[4], b[4], bad = 0, i;
    uint16_t n, m;

    for (n = 0; n < 6 * 6 * 6 * 6; n += 13)
        for (m = 0; m < 6 * 6 * 6 * 6; m += 11) {
            a[0] = digit(n), a[1] = digit(n / 6), a[2] = digit(n / 36), a[3] = digit(n / 216);
            b[0] = digit(m), b[1] = digit(m / 6), b[2] = digit(m / 36), b[3] = digit(m / 216);
            if (net_ahead(a, b) != twin(a, b))
                bad = 1;
        }
    probe_say(bad);
    for (i = 0; i < 4; i++)
        a[i] = i, b[i] = 0xFF;          /* 00010203 is 0x10204 after FFFFFFFF */
    probe_say(net_ahead(a, b) == NET_FAR);
    a[1] = 0;
    probe_say(net_ahead(a, b) == 0x0204);
    probe_end();
}
