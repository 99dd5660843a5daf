/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chip-run ELF [MCU]: runs a program on the simulated chip. Prints its console
 * (GPIOR0), the cycles and stack between its markers (GPIOR1 non-zero, then 0),
 * and exits with what it writes to GPIOR2. 125: it crashed or never ended. */
#include <stdio.h>

#include "chip.h"

#define MAX_CYCLES 16000000000ull

int main(int argc, char **argv)
{
    struct chip *c;
    int result;

    if (argc < 2) {
        fprintf(stderr, "usage: chip-run ELF [MCU]\n");
        return 125;
    }
    c = chip_new(argv[1], argc > 2 ? argv[2] : "atmega168");
    if (!c)
        return 125;
    result = chip_run(c, MAX_CYCLES);
    if (result < 0)
        fprintf(stderr, "chip-run: %s: no result\n", argv[1]);
    chip_free(c);
    return result < 0 ? 125 : result;
}
