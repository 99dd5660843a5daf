/* SPDX-License-Identifier: ISC */
/* Arbitrary values for the harnesses: EVA takes what these contracts say. */
#ifndef PROVE_H
#define PROVE_H

#include <stdint.h>

extern uint8_t prove_anything;

/*@ assigns \result \from low, high, prove_anything;
    ensures low <= \result <= high; */
uint8_t any8(uint8_t low, uint8_t high);

/*@ assigns \result \from prove_anything; */
uint16_t any16(void);

/*@ requires \valid(p + (0 .. n - 1));
    assigns p[0 .. n - 1] \from prove_anything;
    ensures \initialized(p + (0 .. n - 1)); */
void any_bytes(uint8_t *p, uint16_t n);

#endif
