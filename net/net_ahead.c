/* SPDX-License-Identifier: ISC */
/* The distance of two sequence numbers. Chips have avr/net_ahead.S instead. */
#include "net_conn.h"

static uint16_t get16(const uint8_t *p)
{
    return (uint16_t)((uint16_t)p[0] << 8 | p[1]);
}

uint16_t net_ahead(const uint8_t a[4], const uint8_t b[4])
{
    uint16_t high = (uint16_t)(get16(a) - get16(b)), low = get16(a + 2);

    if (low < get16(b + 2))
        high--;
    return high ? NET_FAR : (uint16_t)(low - get16(b + 2));
}
