/* SPDX-License-Identifier: ISC */
/* Writing a file to the chip's flash beside the firmware: board-probe_flash.elf in argv[1]. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "chip_probe.h"

/* Writes text as a file to the chip's flash; *error says what was wrong. */
static int write_flash(const char *text, char error[300])
{
    char path[] = "/tmp/mssl-flash-XXXXXX";
    int fd = mkstemp(path), result;

    assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    result = chip_flash(t.chip, path, error, 300);
    unlink(path);
    return result;
}

static void a_file_is_written_to_the_flash_beside_the_firmware(void **state)
{
    char error[300] = "";

    (void)state;
    open_probe("atmega168", "flash");
    assert_int_equal(write_flash(":023FFC00014280\n" ":013FFF0000C1\n" ":00000001FF\n", error), 0);
    chip_run(t.chip, 10 * MS);
    assert_int_equal(t.said_len, 5);
    assert_memory_equal(t.said, "\x01\x42\xff\x00\x5a", 5);
}

static void writing_makes_zeros_and_no_ones(void **state)
{
    char error[300] = "";

    (void)state;
    open_probe("atmega168", "flash");
    assert_int_equal(write_flash(":013FFF0033 8E\n" ":00000001FF\n", error), -1);
    assert_int_equal(write_flash(":013FFF00338E\n" ":00000001FF\n", error), 0);
    assert_int_equal(write_flash(":013FFF00556C\n" ":00000001FF\n", error), 0);
    chip_run(t.chip, 10 * MS);
    assert_int_equal(t.said[3], 0x33 & 0x55);
}

static void a_file_beyond_the_flash_is_refused(void **state)
{
    char error[300] = "";

    (void)state;
    open_probe("atmega168", "flash");
    assert_int_equal(write_flash(":0140000000BF\n" ":00000001FF\n", error), -1);
    assert_non_null(strstr(error, "beyond"));
    assert_int_equal(chip_flash(t.chip, "/nonexistent.hex", error, sizeof error), -1);
    assert_non_null(strstr(error, "/nonexistent.hex"));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        T(a_file_is_written_to_the_flash_beside_the_firmware), T(writing_makes_zeros_and_no_ones),
        T(a_file_beyond_the_flash_is_refused),
    };

    if (argc != 2) {
        fputs("usage: test_board_chip_flash FOLDER-OF-PROBES\n", stderr);
        return 1;
    }
    folder = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
