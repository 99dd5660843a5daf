/* SPDX-License-Identifier: ISC */
/* The chip's mended times and its resets, asked by programs that run on it: board-probe_*.elf in argv[1]. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "chip_probe.h"

static uint64_t between(unsigned first)
{
    return t.at[first + 1] - t.at[first];
}

static void assert_about(uint64_t cycles, uint64_t us, uint64_t more)
{
    assert_in_range(cycles, us * CHIP_US_CYCLES, us * CHIP_US_CYCLES + more);
}

/* -- EEPROM -- */

static void eeprom_operations_take_their_times(void **state)
{
    (void)state;
    open_probe("atmega168", "eeprom");
    chip_run(t.chip, 100 * MS);
    assert_int_equal(t.marks, 5);
    assert_about(between(0), 3400, 100);   /* erase and write */
    assert_about(between(1), 1800, 100);   /* write */
    assert_about(between(3), 1800, 100);   /* erase */
}

static void eeprom_modes_erase_write_and_refuse_unarmed_writes(void **state)
{
    static const uint8_t said[] = { 0xA5 & 0x0F, 0xFF, 0, 0, 0xFF, 0x02 };

    (void)state;
    open_probe("atmega168", "eeprom");
    chip_run(t.chip, 100 * MS);
    assert_int_equal(chip_state(t.chip), CHIP_HALTED);
    assert_int_equal(t.said_len, sizeof said);
    assert_memory_equal(t.said, said, sizeof said);
    assert_int_equal(t.cells.byte[11], 0x77);
    assert_int_equal(t.cells.wear[10], 3);
}

static void cut_tears_the_next_cell_and_takes_the_power(void **state)
{
    (void)state;
    open_probe("atmega168", "eeprom");
    chip_cut(t.chip, 6, 0x99);             /* 3 on cell 10, 1 on 11, 2 of the run of 8 */
    chip_run(t.chip, 100 * MS);
    assert_int_equal(chip_state(t.chip), CHIP_OFF);
    assert_int_equal(t.torn, 1);
    assert_memory_equal(t.cells.byte + 20, "\x30\x31\x99\xff", 4);
    assert_string_equal(t.resets, "power off ");
}

static void power_on_after_a_cut_starts_anew(void **state)
{
    (void)state;
    open_probe("atmega168", "eeprom");
    chip_cut(t.chip, 0, -1);
    chip_run(t.chip, 10 * MS);
    assert_int_equal(t.torn, 1);
    chip_power(t.chip, 1);
    chip_run(t.chip, 100 * MS);
    assert_int_equal(chip_state(t.chip), CHIP_HALTED);
    assert_int_equal(t.cells.byte[27], 0x37);
    assert_string_equal(t.resets, "power off power ");
}

static void power_off_during_a_write_tears_its_cell(void **state)
{
    (void)state;
    open_probe("atmega168", "eeprom");
    chip_run(t.chip, 1 * MS);
    chip_power(t.chip, 0);
    assert_int_equal(t.torn, 1);
    assert_int_equal(t.cells.wear[10], 1);
    assert_int_equal(t.cells.byte[10], t.torn_value);
}

static void time_goes_on_while_the_power_is_off(void **state)
{
    uint64_t before;

    (void)state;
    open_probe("atmega168", "eeprom");
    chip_power(t.chip, 0);
    before = chip_cycle(t.chip);
    chip_run(t.chip, 5 * MS);
    assert_int_equal(chip_cycle(t.chip) - before, 5 * MS);
    assert_int_equal(t.marks, 0);
}

static void reset_does_not_stop_a_write(void **state)
{
    (void)state;
    open_probe("atmega168", "eeprom");
    chip_run(t.chip, 2 * MS);
    chip_reset(t.chip);
    chip_run(t.chip, 2 * MS);
    assert_int_equal(t.cells.byte[10], 0xA5);
    assert_int_equal(t.torn, 0);
}

/* -- SPI -- */

static void spi_byte_takes_eight_periods_of_each_rate(void **state)
{
    static const unsigned divider[8] = { 4, 2, 16, 8, 64, 32, 128, 64 };

    (void)state;
    open_probe("atmega168", "spi");
    chip_run(t.chip, 10 * MS);
    assert_int_equal(t.marks, 16);
    for (unsigned i = 0; i < 8; i++)       /* the loop that polls SPIF costs up to a few cycles */
        assert_in_range(between(2 * i), 8 * divider[i], 8 * divider[i] + 24);
}

static void spi_master_receives_what_the_slave_sends(void **state)
{
    (void)state;
    open_probe("atmega168", "spi");
    chip_run(t.chip, 10 * MS);
    assert_int_equal(t.said_len, 8);
    for (unsigned i = 0; i < 8; i++)
        assert_int_equal(t.said[i], (uint8_t)~(0x40 + i / 2));
}

/* -- Pins, serial port, resets -- */

static void pins_uart_adc_and_reset_causes_reach_the_world(void **state)
{
    (void)state;
    open_probe("atmega168", "pins");
    chip_adc(t.chip, 3, 2500);
    chip_run(t.chip, 50 * MS);
    assert_int_equal(chip_state(t.chip), CHIP_HALTED);
    assert_int_equal(t.pins, 2);
    assert_string_equal(t.uart, "hello \"board\"\n");
    assert_string_equal(t.resets, "power watchdog ");
    assert_int_equal(t.said_len, 5);
    assert_int_equal(t.said[0], 1);        /* PORF */
    assert_int_equal(t.said[1], 1);        /* PD2 is high from outside */
    assert_in_range(t.said[2] << 8 | t.said[3], 508, 515);   /* half of 5 V */
    assert_int_equal(t.said[4], 8);        /* WDRF */
}

static void external_reset_is_told_and_restores_inputs(void **state)
{
    (void)state;
    open_probe("atmega168", "pins");
    chip_run(t.chip, 1 * MS);
    chip_reset(t.chip);
    chip_run(t.chip, 1 * MS);
    assert_int_equal(t.said[4], 2);        /* EXTRF */
    assert_int_equal(t.said[5], 1);        /* PD2 */
    assert_string_equal(t.resets, "power external ");
}

static void atmega328p_runs_too(void **state)
{
    (void)state;
    open_probe("atmega328p", "spi");
    chip_run(t.chip, 10 * MS);
    assert_int_equal(chip_eeprom_size("atmega328p"), 1024);
    assert_int_equal(t.marks, 16);
}

static void ram_is_not_zero_after_power_on(void **state)
{
    unsigned zeros = 0;

    (void)state;
    open_probe("atmega168", "spi");
    for (uint16_t a = 0x100; a < 0x200; a++)
        zeros += chip_peek(t.chip, a) == 0;
    assert_in_range(zeros, 0, 10);
    assert_int_equal(chip_peek(t.chip, 0x150), chip_ram_fill(0x150));
}

static void deepest_stack_is_the_lowest_whole_stack_pointer(void **state)
{
    static const struct { const char *mcu; uint16_t ram_end; } chips[] = {
        { "atmega168", 0x4FF }, { "atmega328p", 0x8FF },
    };
    uint16_t room;

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        open_probe(chips[i].mcu, "stack");
        assert_int_equal(chip_stack(t.chip, &room), 0);
        chip_run(t.chip, 10 * MS);
        assert_int_equal(chip_stack(t.chip, &room), chips[i].ram_end - (t.said[0] << 8 | t.said[1]));
        assert_int_equal(room, chips[i].ram_end + 1 - chip_symbol(t.chip, "_end"));
        chip_close(t.chip);
    }
    t.chip = NULL;
}

static void symbols_are_found_by_name(void **state)
{
    (void)state;
    open_probe("atmega168", "spi");
    assert_in_range(chip_symbol(t.chip, "main"), 1, 2000);
    assert_int_equal(chip_symbol(t.chip, "no_such_symbol"), -1);
}

/* The firmware's clock: six tasks of 0.9 s in one segment are 5 s and some, and
 * a second of ticks is owed at most. */
static void tasks_that_take_long_cost_the_firmwares_clock_no_time(void **state)
{
    (void)state;
    open_probe("atmega168", "clock");
    chip_run(t.chip, 6000 * MS);
    assert_int_equal(chip_state(t.chip), CHIP_HALTED);
    assert_int_equal(t.said_len, 2);
    assert_int_equal(t.said[0], 5);
    assert_int_equal(t.said[1], 20);
    assert_null(strstr(t.resets, "watchdog"));
}

static void the_stacks_assembly_agrees_with_its_twin(void **state)
{
    static const uint8_t said[] = { 0, 1, 1 };

    (void)state;
    open_probe("atmega168", "ahead");
    chip_run(t.chip, 20000 * MS);
    assert_int_equal(chip_state(t.chip), CHIP_HALTED);
    assert_int_equal(t.said_len, sizeof said);
    assert_memory_equal(t.said, said, sizeof said);
}

static void unknown_chip_and_foreign_files_are_refused(void **state)
{
    const struct chip_world world = { 0 };
    char error[300] = "";

    (void)state;
    board_cells_init(&t.cells, 512);
    assert_null(chip_open("atmega8", "x.elf", &t.cells, &world, error, sizeof error));
    assert_non_null(strstr(error, "atmega8"));
    assert_null(chip_open("atmega168", "/nonexistent.elf", &t.cells, &world, error, sizeof error));
    assert_non_null(strstr(error, "--firmware"));
    assert_null(chip_open("atmega168", "/proc/self/exe", &t.cells, &world, error, sizeof error));
    assert_null(chip_open("atmega168", "/dev/null", &t.cells, &world, error, sizeof error));
    t.chip = NULL;
}

/* -- What is written beside the firmware -- */

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        T(eeprom_operations_take_their_times), T(eeprom_modes_erase_write_and_refuse_unarmed_writes),
        T(cut_tears_the_next_cell_and_takes_the_power), T(power_on_after_a_cut_starts_anew),
        T(power_off_during_a_write_tears_its_cell), T(time_goes_on_while_the_power_is_off),
        T(reset_does_not_stop_a_write), T(spi_byte_takes_eight_periods_of_each_rate),
        T(spi_master_receives_what_the_slave_sends), T(pins_uart_adc_and_reset_causes_reach_the_world),
        T(external_reset_is_told_and_restores_inputs), T(atmega328p_runs_too),
        T(ram_is_not_zero_after_power_on), T(deepest_stack_is_the_lowest_whole_stack_pointer), T(symbols_are_found_by_name),
        T(unknown_chip_and_foreign_files_are_refused),
        T(the_stacks_assembly_agrees_with_its_twin), T(tasks_that_take_long_cost_the_firmwares_clock_no_time),
    };

    if (argc != 2) {
        fputs("usage: test_board_chip FOLDER-OF-PROBES\n", stderr);
        return 1;
    }
    folder = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
