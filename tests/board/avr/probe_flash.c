/* SPDX-License-Identifier: ISC */
/* Says the last four bytes of its flash, and a byte of its own that is 0x5A. */
#include <avr/pgmspace.h>
#include "probe.h"

static const uint8_t own PROGMEM __attribute__((used)) = 0x5A;

int main(void)
{
    uint16_t at;

    for (at = FLASHEND - 3; at != 0 && at <= FLASHEND; at++)
        probe_say(pgm_read_byte(at));
    probe_say(pgm_read_byte(&own));
    probe_end();
}
