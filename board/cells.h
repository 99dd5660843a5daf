/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The EEPROM's cells: what each holds, how worn it is, and the file that keeps both.
 *
 * A file is the cells' bytes followed by their wear counts (32 bits, little
 * endian), one after the other. Every change is written through at once, so a
 * killed board loses nothing. The file is locked while it is open. */
#ifndef BOARD_CELLS_H
#define BOARD_CELLS_H

#include <stddef.h>
#include <stdint.h>

#define BOARD_CELLS_MAX 1024

enum board_program {          /* EECR.EEPM1:0, ATmega168 datasheet table 8-1 */
    BOARD_ERASE_AND_WRITE = 0,
    BOARD_ERASE_ONLY = 1,
    BOARD_WRITE_ONLY = 2
};

struct board_cells {
    uint16_t size;
    uint8_t byte[BOARD_CELLS_MAX];
    uint32_t wear[BOARD_CELLS_MAX];   /* programming operations, torn ones included */
    uint32_t random;                  /* state of the generator for torn bytes */
    int fd;                           /* the file, or -1 */
    int made;                         /* the file was missing and was made */
};

/* Erased cells, never worn, in no file. */
void board_cells_init(struct board_cells *c, uint16_t size);

/* One finished programming operation. Erasing sets every bit, writing clears
 * bits: a write without erase gives the AND of old and new. */
void board_cells_program(struct board_cells *c, uint16_t cell, uint8_t value, enum board_program mode);

/* One operation interrupted by a power cut. torn < 0: a byte that a cut could
 * leave, by chance; else that value. */
void board_cells_tear(struct board_cells *c, uint16_t cell, uint8_t value, enum board_program mode, int torn);

/* Opens the file at path; a missing one is created with mode 0600 from image
 * (len bytes, the rest 0xFF). It holds the device's key, so one that others may use is
 * refused. Returns 0, or -1 with what failed and the remedy in error. */
int board_cells_open(struct board_cells *c, const char *path, const uint8_t *image, uint16_t len,
                     char *error, size_t error_len);

/* Lets go of the file, if any. Returns 0, or -1 when the last bytes could not be written. */
int board_cells_close(struct board_cells *c);

/* Reads an Intel HEX file into image (size bytes; gaps 0xFF). Returns the
 * number of bytes up to the last one given, or -1 with error set. */
int board_ihex_read(const char *path, uint8_t *image, uint16_t size, char *error, size_t error_len);

#endif
