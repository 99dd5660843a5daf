/* SPDX-License-Identifier: ISC */
/* Reads the lines of check_vectors.py: see subject.h. */
#define _POSIX_C_SOURCE 200809L
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "subject.h"

#define FIELDS 8

void subject_lines(const char *name, void (*f)(char **fields, size_t count))
{
    FILE *file = fopen(MSSL_CHECK_VECTORS, "r");
    char *line = NULL, *fields[FIELDS];
    size_t room = 0, count, lines = 0;

    if (!file)
        fail_msg("%s: can't be opened", MSSL_CHECK_VECTORS);
    while (getline(&line, &room, file) > 0) {
        count = 0;
        for (char *word = strtok(line, " \n"); word && count < FIELDS; word = strtok(NULL, " \n"))
            fields[count++] = word;
        if (count && strcmp(fields[0], name) == 0) {
            f(fields + 1, count - 1);
            lines++;
        }
    }
    free(line);
    fclose(file);
    if (lines == 0)
        fail_msg("%s: no line %s", MSSL_CHECK_VECTORS, name);
}

size_t subject_bytes(const char *field, uint8_t *out, size_t max)
{
    size_t i, n = strlen(field) / 2;
    unsigned byte;

    if (strcmp(field, "-") == 0)
        return 0;
    if (n > max)
        fail_msg("%zu bytes in a field of %zu", n, max);
    for (i = 0; i < n; i++) {
        if (sscanf(field + 2 * i, "%2x", &byte) != 1)
            fail_msg("not hex: %s", field);
        out[i] = (uint8_t)byte;
    }
    return n;
}
