/* SPDX-License-Identifier: ISC */
/* Reads the text vectors: see vectors.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "vectors.h"

FILE *vectors_open(const char *name)
{
    char path[512];
    FILE *f;

    snprintf(path, sizeof path, "%s/%s", MSSL_VECTORS, name);
    f = fopen(path, "r");
    if (!f)
        fail_msg("%s: can't be opened", path);
    return f;
}

static void add_line(struct vector_case *c, char *text)
{
    char *equal = strstr(text, " =");
    struct vector_line *line = &c->lines[c->count];
    const char *value;

    if (!equal || c->count == VECTOR_LINES)
        fail_msg("not a `name = value` line, or too many of them: %s", text);
    *equal = 0;
    value = equal + 2;
    value += *value == ' ';
    if (strlen(text) >= sizeof line->name || strlen(value) >= sizeof line->value)
        fail_msg("line too long: %s", text);
    strcpy(line->name, text);
    strcpy(line->value, value);
    c->count++;
}

int vectors_next(FILE *f, struct vector_case *c)
{
    char text[sizeof(struct vector_line) + 8];

    c->count = 0;
    while (fgets(text, sizeof text, f)) {
        text[strcspn(text, "\n")] = 0;
        if (text[0] == '#')
            continue;
        if (text[0] == 0 && c->count)
            return 1;
        if (text[0])
            add_line(c, text);
    }
    return c->count != 0;
}

const char *vector_text(const struct vector_case *c, const char *name)
{
    size_t i;

    for (i = 0; i < c->count; i++)
        if (strcmp(c->lines[i].name, name) == 0)
            return c->lines[i].value;
    return NULL;
}

static unsigned nibble(char digit)
{
    const char *digits = "0123456789abcdef", *at = strchr(digits, digit);

    if (!at || digit == 0)
        fail_msg("not a hex digit: %c", digit);
    return (unsigned)(at - digits);
}

void vector_bytes(const struct vector_case *c, const char *name, uint8_t *out, size_t max,
                  size_t *len)
{
    const char *text = vector_text(c, name);
    size_t i;

    if (!text)
        fail_msg("case %s has no %s", c->lines[0].value, name);
    *len = strlen(text) / 2;
    if (strlen(text) % 2 || *len > max)
        fail_msg("case %s: %s has a wrong length", c->lines[0].value, name);
    for (i = 0; i < *len; i++)
        out[i] = (uint8_t)(nibble(text[2 * i]) << 4 | nibble(text[2 * i + 1]));
}

void vector_exactly(const struct vector_case *c, const char *name, uint8_t *out, size_t len)
{
    size_t n;

    vector_bytes(c, name, out, len, &n);
    if (n != len)
        fail_msg("case %s: %s has %zu bytes, not %zu", c->lines[0].value, name, n, len);
}

void vector_equal(const struct vector_case *c, const char *name, const uint8_t *got, size_t len)
{
    uint8_t expected[VECTOR_VALUE / 2];
    size_t n, i;

    vector_bytes(c, name, expected, sizeof expected, &n);
    if (n != len)
        fail_msg("case %s: %s should have %zu bytes, has %zu", c->lines[0].value, name, n, len);
    for (i = 0; i < n; i++)
        if (expected[i] != got[i])
            fail_msg("case %s: %s differs at byte %zu: %02x, not %02x", c->lines[0].value, name,
                     i, got[i], expected[i]);
}
