/* SPDX-License-Identifier: ISC */
/* Moves its stack pointer across a page and says the lowest place. SP is written in
 * two halves, the high one first, so for an instruction it points lower still. */
#include "probe.h"

#define HIGH_PLACE (RAMEND - 0xFD)      /* 0x402: 12 bytes less is another page */
#define DEEP       12

int main(void)
{
    uint16_t kept = SP;

    SP = HIGH_PLACE;
    SP -= DEEP;
    SP = kept;
    probe_say((uint8_t)((HIGH_PLACE - DEEP) >> 8));
    probe_say((uint8_t)(HIGH_PLACE - DEEP));
    probe_end();
}
