/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads an AVR ELF file. Every offset in it is checked before it is followed. */
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "avr_elf.h"

#define FILE_MAX     (8u << 20)
#define DATA_SPACE   0x800000u    /* where avr-gcc puts RAM; EEPROM and fuses follow */

static int fail(const char *path, const char *what, char *error, size_t error_len)
{
    snprintf(error, error_len, "%s: %s; give the chip's ELF file with --firmware", path, what);
    return -1;
}

static int read_file(struct board_elf *e, const char *path, char *error, size_t error_len)
{
    FILE *f = fopen(path, "rb");
    long len;

    e->file = NULL;
    e->len = 0;
    if (!f)
        return fail(path, strerror(errno), error, error_len);
    if (fseek(f, 0, SEEK_END) == 0 && (len = ftell(f)) > 0 && len < (long)FILE_MAX
        && fseek(f, 0, SEEK_SET) == 0 && (e->file = malloc((size_t)len)) != NULL)
        e->len = fread(e->file, 1, (size_t)len, f);
    fclose(f);
    return e->len ? 0 : fail(path, "can't be read as a firmware file", error, error_len);
}

/* Copies len bytes at offset out of the file; 0 when they are not in it. */
static int get(const struct board_elf *e, uint64_t offset, void *out, size_t len)
{
    if (offset > e->len || len > e->len - offset)
        return 0;
    memcpy(out, e->file + offset, len);
    return 1;
}

static int header(const struct board_elf *e, Elf32_Ehdr *h)
{
    return get(e, 0, h, sizeof *h) && memcmp(h->e_ident, ELFMAG, SELFMAG) == 0
        && h->e_ident[EI_CLASS] == ELFCLASS32 && h->e_ident[EI_DATA] == ELFDATA2LSB
        && h->e_machine == EM_AVR && h->e_phentsize == sizeof(Elf32_Phdr);
}

int board_elf_load(struct board_elf *e, const char *path, uint8_t *flash, uint32_t size, uint32_t *end,
                   char *error, size_t error_len)
{
    Elf32_Ehdr h;
    Elf32_Phdr p;

    *end = 0;
    if (read_file(e, path, error, error_len) != 0)
        return -1;
    if (!header(e, &h))
        return fail(path, "not an ELF file for AVR", error, error_len);
    for (uint16_t i = 0; i < h.e_phnum; i++) {
        if (!get(e, h.e_phoff + (uint64_t)i * sizeof p, &p, sizeof p))
            return fail(path, "the file is cut short", error, error_len);
        if (p.p_type != PT_LOAD || p.p_filesz == 0 || p.p_paddr >= DATA_SPACE)
            continue;
        if (p.p_paddr > size || p.p_filesz > size - p.p_paddr)
            return fail(path, "larger than the chip's flash", error, error_len);
        if (!get(e, p.p_offset, flash + p.p_paddr, p.p_filesz))
            return fail(path, "the file is cut short", error, error_len);
        if (p.p_paddr + p.p_filesz > *end)
            *end = p.p_paddr + p.p_filesz;
    }
    return *end ? 0 : fail(path, "holds no program", error, error_len);
}

static int32_t symbol_in(const struct board_elf *e, const Elf32_Shdr *table, const Elf32_Shdr *names,
                         const char *name)
{
    size_t len = strlen(name) + 1;
    Elf32_Sym s;

    for (uint32_t at = 0; at + sizeof s <= table->sh_size; at += (uint32_t)sizeof s) {
        uint64_t text;

        if (!get(e, table->sh_offset + (uint64_t)at, &s, sizeof s))
            return -1;
        text = (uint64_t)names->sh_offset + s.st_name;
        if (text <= e->len && len <= e->len - text && memcmp(e->file + text, name, len) == 0)
            return (int32_t)(s.st_value >= DATA_SPACE ? s.st_value - DATA_SPACE : s.st_value);
    }
    return -1;
}

int32_t board_elf_symbol(const struct board_elf *e, const char *name)
{
    Elf32_Ehdr h;
    Elf32_Shdr table, names;

    if (!header(e, &h) || h.e_shentsize != sizeof table)
        return -1;
    for (uint16_t i = 0; i < h.e_shnum; i++) {
        if (get(e, h.e_shoff + (uint64_t)i * sizeof table, &table, sizeof table)
            && table.sh_type == SHT_SYMTAB
            && get(e, h.e_shoff + (uint64_t)table.sh_link * sizeof names, &names, sizeof names))
            return symbol_in(e, &table, &names, name);
    }
    return -1;
}

void board_elf_free(struct board_elf *e)
{
    free(e->file);
    e->file = NULL;
    e->len = 0;
}
