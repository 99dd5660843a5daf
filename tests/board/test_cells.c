/* SPDX-License-Identifier: ISC */
/* The EEPROM's cells and file, and the reader of Intel HEX. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "cells.h"
#include "cmocka_all.h"

static struct board_cells c, again;
static char folder[] = "cells.XXXXXX", path[64], hex[64], error[300];
static uint8_t image[512];

static int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/device.eeprom", folder);
    snprintf(hex, sizeof hex, "%s/image.hex", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

static int fresh(void **state)
{
    (void)state;
    board_cells_init(&c, 512);
    board_cells_init(&again, 512);
    memset(image, 0x5A, sizeof image);
    return 0;
}

static int cleanup(void **state)
{
    (void)state;
    board_cells_close(&c);
    board_cells_close(&again);
    unlink(path);
    unlink(hex);
    return 0;
}

static void write_hex(const char *text)
{
    FILE *f = fopen(hex, "w");

    fputs(text, f);
    fclose(f);
}

static void erase_sets_and_write_clears_bits(void **state)
{
    (void)state;
    board_cells_program(&c, 3, 0xF0, BOARD_ERASE_AND_WRITE);
    assert_int_equal(c.byte[3], 0xF0);
    board_cells_program(&c, 3, 0x3C, BOARD_WRITE_ONLY);
    assert_int_equal(c.byte[3], 0x30);
    board_cells_program(&c, 3, 0x00, BOARD_ERASE_ONLY);
    assert_int_equal(c.byte[3], 0xFF);
    assert_int_equal(c.wear[3], 3);
    assert_int_equal(c.wear[4], 0);
}

/* What a cut can leave: in the erase, old with more ones; in the write, new with more ones. */
static void torn_byte_is_one_that_a_cut_could_leave(void **state)
{
    int erased = 0, written = 0, changed = 0;

    (void)state;
    for (int i = 0; i < 1000; i++) {
        c.byte[0] = 0x0F;
        board_cells_tear(&c, 0, 0x30, BOARD_ERASE_AND_WRITE, -1);
        assert_true((c.byte[0] & 0x0F) == 0x0F || (c.byte[0] & 0x30) == 0x30);
        erased += (c.byte[0] & 0x3F) == 0x0F;
        written += (c.byte[0] & 0x3F) == 0x30;
        changed += c.byte[0] != 0x0F && c.byte[0] != 0x30;
    }
    assert_true(erased > 0 && written > 0 && changed > 500);
}

static void torn_write_only_keeps_zeros(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++) {
        c.byte[0] = 0x0F;
        board_cells_tear(&c, 0, 0x03, BOARD_WRITE_ONLY, -1);
        assert_int_equal(c.byte[0] & 0xF0, 0);
        assert_int_equal(c.byte[0] & 0x03, 0x03);
    }
}

static void torn_byte_can_be_chosen(void **state)
{
    (void)state;
    board_cells_tear(&c, 0, 0x30, BOARD_ERASE_AND_WRITE, 0x99);
    assert_int_equal(c.byte[0], 0x99);
    assert_int_equal(c.wear[0], 1);
}

static void file_keeps_bytes_and_wear_between_runs(void **state)
{
    struct stat st;

    (void)state;
    assert_int_equal(board_cells_open(&c, path, image, 326, error, sizeof error), 0);
    board_cells_program(&c, 511, 0x11, BOARD_ERASE_AND_WRITE);
    board_cells_program(&c, 511, 0x12, BOARD_ERASE_AND_WRITE);
    assert_int_equal(board_cells_close(&c), 0);
    assert_int_equal(board_cells_open(&again, path, NULL, 0, error, sizeof error), 0);
    assert_int_equal(again.byte[0], 0x5A);
    assert_int_equal(again.byte[326], 0xFF);
    assert_int_equal(again.byte[511], 0x12);
    assert_int_equal(again.wear[511], 2);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void existing_file_is_not_replaced_by_an_image(void **state)
{
    (void)state;
    assert_int_equal(board_cells_open(&c, path, image, 326, error, sizeof error), 0);
    board_cells_program(&c, 0, 0x01, BOARD_ERASE_AND_WRITE);
    board_cells_close(&c);
    assert_int_equal(board_cells_open(&again, path, image, 326, error, sizeof error), 0);
    assert_int_equal(again.byte[0], 0x01);
}

static void killed_board_loses_nothing(void **state)
{
    uint8_t byte = 0;
    FILE *f;

    (void)state;
    assert_int_equal(board_cells_open(&c, path, image, 326, error, sizeof error), 0);
    board_cells_program(&c, 7, 0x21, BOARD_ERASE_AND_WRITE);
    f = fopen(path, "rb");
    fseek(f, 7, SEEK_SET);
    assert_int_equal(fread(&byte, 1, 1, f), 1);
    fclose(f);
    assert_int_equal(byte, 0x21);
}

static void missing_file_without_image_is_refused_with_the_remedy(void **state)
{
    (void)state;
    assert_int_equal(board_cells_open(&c, path, NULL, 0, error, sizeof error), -1);
    assert_non_null(strstr(error, "--image"));
    assert_int_equal(access(path, F_OK), -1);
}

static void file_of_another_chip_is_refused(void **state)
{
    (void)state;
    assert_int_equal(board_cells_open(&c, path, image, 326, error, sizeof error), 0);
    board_cells_close(&c);
    board_cells_init(&again, 1024);
    assert_int_equal(board_cells_open(&again, path, NULL, 0, error, sizeof error), -1);
    assert_non_null(strstr(error, "--mcu"));
}

static void second_board_on_one_file_is_refused(void **state)
{
    (void)state;
    assert_int_equal(board_cells_open(&c, path, image, 326, error, sizeof error), 0);
    assert_int_equal(board_cells_open(&again, path, image, 326, error, sizeof error), -1);
    assert_non_null(strstr(error, "another mssl-board"));
}

static void hex_is_read_with_gaps_erased(void **state)
{
    (void)state;
    write_hex(":020000000102FB\r\n:01000400AA51\n:00000001FF\n");
    assert_int_equal(board_ihex_read(hex, image, 512, error, sizeof error), 5);
    assert_memory_equal(image, "\x01\x02\xff\xff\xaa\xff", 6);
}

static void bad_hex_is_refused_with_its_line(void **state)
{
    static const char *const bad[] = {
        ":020000000102FC\n:00000001FF\n",       /* checksum */
        ":030000000102FA\n:00000001FF\n",       /* length */
        "020000000102FB\n:00000001FF\n",        /* no colon */
        ":020000000102FB x\n:00000001FF\n",     /* more than a record */
        ":0101FF00AA55\n:0102000000FD\n:00000001FF\n",  /* beyond 512 bytes */
        ":020000020000FC\n:00000001FF\n",       /* record type 2 */
        ":020000000102FB\n",                    /* no end */
        "",
    };

    (void)state;
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        write_hex(bad[i]);
        assert_int_equal(board_ihex_read(hex, image, 512, error, sizeof error), -1);
        assert_non_null(strstr(error, "image.hex:"));
    }
}

#define T(f) cmocka_unit_test_setup_teardown(f, fresh, cleanup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(erase_sets_and_write_clears_bits), T(torn_byte_is_one_that_a_cut_could_leave),
        T(torn_write_only_keeps_zeros), T(torn_byte_can_be_chosen),
        T(file_keeps_bytes_and_wear_between_runs), T(existing_file_is_not_replaced_by_an_image),
        T(killed_board_loses_nothing), T(missing_file_without_image_is_refused_with_the_remedy),
        T(file_of_another_chip_is_refused), T(second_board_on_one_file_is_refused),
        T(hex_is_read_with_gaps_erased), T(bad_hex_is_refused_with_its_line),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
