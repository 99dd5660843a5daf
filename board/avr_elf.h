/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads an AVR ELF file: every loaded segment into flash, and its symbols.
 *
 * simavr's own loader takes only .text and .data; this one takes the program
 * headers as a programmer would, so sections of one's own land where they belong. */
#ifndef BOARD_ELF_H
#define BOARD_ELF_H

#include <stddef.h>
#include <stdint.h>

struct board_elf {
    uint8_t *file;
    size_t len;
};

/* Loads path into flash (size bytes) and sets *end behind the last byte used.
 * Returns 0, or -1 with error set. board_elf_free afterwards in both cases. */
int board_elf_load(struct board_elf *e, const char *path, uint8_t *flash, uint32_t size, uint32_t *end,
                   char *error, size_t error_len);
int32_t board_elf_symbol(const struct board_elf *e, const char *name);
void board_elf_free(struct board_elf *e);

#endif
