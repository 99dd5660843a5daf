/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How deep the firmware's stack went: the lowest stack pointer it ever had. */
#include "chip_inside.h"

#define OUT_MASK      0xFE0Fu      /* out PORT,r without r */
#define OUT_SPL       0xBE0Du
#define OUT_SPH       0xBE0Eu
#define UNSETTLED     2            /* instructions, at most, between its two halves */

/* The halves of SP are written one after the other, the high one first, so between
 * them it points anywhere: what counts is what the low half completes. */
static int settled(const avr_t *avr)
{
    for (uint32_t at = avr->pc, end = at + 2 * UNSETTLED; at < end && at < avr->flashend; at += 2) {
        unsigned next = (avr->flash[at] | (unsigned)avr->flash[at + 1] << 8) & OUT_MASK;

        if (next == OUT_SPL || next == OUT_SPH)
            return next == OUT_SPH;     /* another pair begins: this one is whole */
    }
    return 1;
}

void chip_stack_lower(struct chip *c, uint16_t sp)
{
    if (settled(c->avr))
        c->stack_low = sp;
}

uint16_t chip_stack(const struct chip *c, uint16_t *room)
{
    int32_t end = chip_symbol(c, "_end");

    *room = end > 0 && end <= c->avr->ramend ? (uint16_t)(c->avr->ramend + 1 - end) : 0;
    return (uint16_t)(c->avr->ramend - c->stack_low);
}
