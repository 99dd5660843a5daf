/* SPDX-License-Identifier: ISC */
/* Text in arguments and answers of tasks. Constant text stays in flash: PSTR("..."). */
#ifndef TEXT_H
#define TEXT_H

#include <avr/pgmspace.h>
#include <stdint.h>

/* The length of a text in len bytes of buf: without the zeros that pad it. */
uint8_t text_len(const uint8_t *buf, uint8_t len);

/* Not 0: the text in buf is word. */
uint8_t text_is(const uint8_t *buf, uint8_t len, PGM_P word);

/* Writes word to buf; returns its length. */
uint8_t text_put(uint8_t *buf, PGM_P word);

/* Writes n in decimal to buf, up to 10 bytes, and a zero; returns its length. */
uint8_t text_number(uint8_t *buf, uint32_t n);

#endif
