/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Faults of the chip's link. See the header. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "faults.h"

#define HELD_US    4000        /* a reordered frame is late by that, and up to as much more */
#define IP_START   14

/* -- The text -- */

static int number(const char *text, const char *end, double max, double *value)
{
    char *stop;

    *value = strtod(text, &stop);
    return stop == text || stop != end || !(*value >= 0 && *value <= max) ? -1 : 0;
}

static int part(struct board_fault_rates *r, const char *name, size_t name_len, const char *text, const char *end)
{
    const struct { const char *name; double *value, max; } known[] = {
        { "loss", &r->loss, 100 }, { "duplicate", &r->duplicate, 100 }, { "reorder", &r->reorder, 100 },
        { "corrupt", &r->corrupt, 100 }, { "delay", &r->delay_ms, 10000 } };
    double seed;

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strlen(known[i].name) == name_len && memcmp(known[i].name, name, name_len) == 0)
            return number(text, end, known[i].max, known[i].value);
    if (name_len != 4 || memcmp(name, "seed", 4) != 0 || number(text, end, 4294967295.0, &seed) != 0)
        return -1;
    r->seed = (uint64_t)seed;
    return 0;
}

int board_faults_parse(struct board_fault_rates *rates, const char *text, char *error, size_t error_len)
{
    const char *p = text, *end, *equals;

    memset(rates, 0, sizeof *rates);
    if (strcmp(text, "none") == 0)
        return 0;
    for (;; p = end + 1) {
        end = p + strcspn(p, ",");
        equals = memchr(p, '=', (size_t)(end - p));
        if (!equals || part(rates, p, (size_t)(equals - p), equals + 1, end) != 0) {
            snprintf(error, error_len, "%.80s: not understood; loss=, duplicate=, reorder= and corrupt= are percent, "
                     "delay= milliseconds, seed= a number, with commas between; or none", text);
            return -1;
        }
        if (*end == 0)
            return 0;
    }
}

/* -- The link -- */

void board_faults_init(struct board_faults *f)
{
    memset(f, 0, sizeof *f);
}

void board_faults_set(struct board_faults *f, const struct board_fault_rates *rates)
{
    f->rates = *rates;
    f->on = rates->loss > 0 || rates->duplicate > 0 || rates->reorder > 0 || rates->corrupt > 0
        || rates->delay_ms > 0;
    f->random = rates->seed;
}

/* splitmix64, by Sebastiano Vigna, public domain: the next 32 bits. */
static uint32_t next(struct board_faults *f)
{
    uint64_t z = f->random += 0x9E3779B97F4A7C15u;

    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return (uint32_t)(z >> 32);
}

static int strikes(struct board_faults *f, double percent)
{
    return next(f) / 4294967296.0 * 100 < percent;
}

static void flip(struct board_faults *f, uint8_t *bytes, uint16_t len)
{
    uint32_t bit = next(f);

    if (len <= IP_START || bytes[12] != 0x08 || bytes[13] != 0x00)
        return;
    bit %= (uint32_t)(len - IP_START) * 8;
    bytes[IP_START + bit / 8] ^= (uint8_t)(1 << bit % 8);
    f->corrupted++;
}

static void add(struct board_faults *f, uint64_t now_us, int way, const uint8_t *frame, uint16_t len)
{
    uint64_t late = (uint64_t)(f->rates.delay_ms * 1000 * (next(f) / 4294967296.0));

    if (f->count == BOARD_FAULTS_FRAMES || len > BOARD_FRAME_MAX) {
        f->lost++;
        return;
    }
    if (strikes(f, f->rates.reorder)) {
        late += HELD_US + next(f) % HELD_US;
        f->reordered++;
    }
    memcpy(f->frame[f->count].bytes, frame, len);
    f->frame[f->count].due_us = now_us + late;
    f->frame[f->count].order = f->order++;
    f->frame[f->count].way = way;
    f->frame[f->count].len = len;
    if (strikes(f, f->rates.corrupt))
        flip(f, f->frame[f->count].bytes, len);
    f->count++;
}

void board_faults_put(struct board_faults *f, uint64_t now_us, int way, const uint8_t *frame, uint16_t len)
{
    if (strikes(f, f->rates.loss)) {
        f->lost++;
        return;
    }
    add(f, now_us, way, frame, len);
    if (strikes(f, f->rates.duplicate)) {
        f->duplicated++;
        add(f, now_us, way, frame, len);
    }
}

const uint8_t *board_faults_take(struct board_faults *f, uint64_t now_us, int *way, uint16_t *len)
{
    static uint8_t bytes[BOARD_FRAME_MAX];
    unsigned best = f->count;

    for (unsigned i = 0; i < f->count; i++)
        if (f->frame[i].due_us <= now_us
            && (best == f->count || f->frame[i].due_us < f->frame[best].due_us
                || (f->frame[i].due_us == f->frame[best].due_us && f->frame[i].order < f->frame[best].order)))
            best = i;
    if (best == f->count)
        return NULL;
    *way = f->frame[best].way;
    *len = f->frame[best].len;
    memcpy(bytes, f->frame[best].bytes, *len);
    f->frame[best] = f->frame[--f->count];
    f->passed++;
    return bytes;
}
