/* SPDX-License-Identifier: ISC */
/* The ENC28J60 model against the datasheet: SPI, banks, reset, memory pointers, PHY, interrupts, DMA. */
#include <string.h>
#include "cmocka_all.h"
#include "enc28j60_regs.h"
#include "enc_bench.h"

static struct enc_bench b;

static int powered(void **state)
{
    (void)state;
    enc_bench_on(&b);
    enc_bench_wait(&b, 400);
    return 0;
}

static void clock_becomes_ready_300_us_after_power_on(void **state)
{
    (void)state;
    enc_bench_on(&b);
    enc_bench_wait(&b, 299);
    assert_int_equal(enc_bench_get(&b, ESTAT) & ESTAT_CLKRDY, 0);
    enc_bench_wait(&b, 1);
    assert_int_equal(enc_bench_get(&b, ESTAT) & ESTAT_CLKRDY, ESTAT_CLKRDY);
}

static void registers_have_their_reset_values(void **state)
{
    (void)state;
    assert_int_equal(enc_bench_get(&b, ECON2), 0x80);
    assert_int_equal(enc_bench_get16(&b, ERDPT), 0x05FA);
    assert_int_equal(enc_bench_get16(&b, ERXST), 0x05FA);
    assert_int_equal(enc_bench_get16(&b, ERXND), 0x1FFF);
    enc_bench_bank(&b, 1);
    assert_int_equal(enc_bench_get(&b, ERXFCON), 0xA1);
    enc_bench_bank(&b, 2);
    assert_int_equal(enc_bench_get_mac(&b, MACLCON2), 0x37);
    assert_int_equal(enc_bench_get_mac(&b, MAMXFL + 1), 0x06);
    enc_bench_bank(&b, 3);
    assert_int_equal(enc_bench_get(&b, EREVID), 0x06);
}

static void unselected_chip_ignores_spi(void **state)
{
    (void)state;
    assert_int_equal(enc28j60_spi(&b.chip, OP_WCR << 5 | EWRPT), 0xFF);
    enc28j60_spi(&b.chip, 0x55);
    assert_int_equal(enc_bench_get(&b, EWRPT), 0);
}

static void banks_keep_their_registers_apart(void **state)
{
    (void)state;
    enc_bench_set(&b, EWRPT, 0x11);
    enc_bench_bank(&b, 1);
    enc_bench_set(&b, EHT0 + EWRPT, 0x22);
    enc_bench_bank(&b, 0);
    assert_int_equal(enc_bench_get(&b, EWRPT), 0x11);
    enc_bench_bank(&b, 1);
    assert_int_equal(enc_bench_get(&b, EHT0 + EWRPT), 0x22);
    enc_bench_set(&b, EIE, 0x80);
    enc_bench_bank(&b, 3);
    assert_int_equal(enc_bench_get(&b, EIE), 0x80);
}

static void mac_registers_are_read_behind_a_dummy_byte(void **state)
{
    (void)state;
    enc_bench_bank(&b, 2);
    assert_int_equal(enc_bench_get(&b, MACLCON2), 0);
    assert_int_equal(enc_bench_get_mac(&b, MACLCON2), 0x37);
    enc_bench_bank(&b, 3);
    assert_int_equal(enc_bench_get(&b, EREVID), 0x06);   /* an ETH register of bank 3 */
}

static void bit_operations_change_only_their_bits(void **state)
{
    (void)state;
    enc_bench_set(&b, EIE, 0x0B);
    enc_bench_bits_set(&b, EIE, 0x40);
    assert_int_equal(enc_bench_get(&b, EIE), 0x4B);
    enc_bench_bits_clear(&b, EIE, 0x03);
    assert_int_equal(enc_bench_get(&b, EIE), 0x48);
    assert_int_equal(b.broken_count, 0);
}

static void bit_operation_on_a_mac_register_is_reported_and_does_nothing(void **state)
{
    (void)state;
    enc_bench_bank(&b, 2);
    enc_bench_bits_set(&b, MACON1, 1);
    assert_non_null(strstr(b.broken, "4.2.5"));
    assert_int_equal(enc_bench_get_mac(&b, MACON1), 0);
}

static void writing_a_reserved_register_is_reported(void **state)
{
    (void)state;
    enc_bench_set(&b, ERXWRPT, 1);
    assert_int_equal(b.broken_count, 1);
    enc_bench_bank(&b, 2);
    enc_bench_set(&b, 0x01, 0);
    assert_int_equal(b.broken_count, 2);
    enc_bench_set(&b, EIE, 0x04);
    assert_int_equal(b.broken_count, 3);
}

static void mac_register_before_the_clock_is_reported(void **state)
{
    (void)state;
    enc_bench_on(&b);
    enc_bench_bank(&b, 2);
    assert_int_equal(b.broken_count, 0);
    enc_bench_set(&b, MACON1, 1);
    assert_non_null(strstr(b.broken, "CLKRDY"));
}

static void register_within_a_millisecond_after_soft_reset_is_reported(void **state)
{
    (void)state;
    enc_bench_soft_reset(&b);
    assert_int_equal(enc_bench_get(&b, ESTAT) & ESTAT_CLKRDY, ESTAT_CLKRDY);   /* errata 2 */
    assert_int_equal(b.broken_count, 0);
    enc_bench_wait(&b, 999);
    enc_bench_set(&b, EWRPT, 0);
    assert_non_null(strstr(b.broken, "errata 2"));
    b.broken_count = 0;
    enc_bench_wait(&b, 1);
    enc_bench_set(&b, EWRPT, 0);
    assert_int_equal(b.broken_count, 0);
}

static void soft_reset_restores_registers_and_keeps_memory(void **state)
{
    uint8_t in[2] = { 0xAA, 0xBB }, out[2];

    (void)state;
    enc_bench_write(&b, in, 2);
    enc_bench_set(&b, EIE, 0x80);
    enc_bench_soft_reset(&b);
    enc_bench_wait(&b, 1000);
    assert_int_equal(enc_bench_get(&b, EIE), 0);
    enc_bench_set16(&b, ERDPT, 0);
    enc_bench_read(&b, out, 2);
    assert_memory_equal(in, out, 2);
}

static void read_pointer_wraps_at_the_ring_s_end_and_write_pointer_does_not(void **state)
{
    uint8_t in[3] = { 1, 2, 3 }, out[2];

    (void)state;
    enc_bench_set16(&b, ERXST, 0x0100);
    enc_bench_set16(&b, ERXND, 0x01FF);
    enc_bench_set16(&b, EWRPT, 0x0100);
    enc_bench_write(&b, in, 1);
    enc_bench_set16(&b, EWRPT, 0x01FF);
    enc_bench_write(&b, in + 1, 2);
    assert_int_equal(enc_bench_get16(&b, EWRPT), 0x0201);
    enc_bench_set16(&b, ERDPT, 0x01FF);
    enc_bench_read(&b, out, 2);
    assert_int_equal(out[0], 2);
    assert_int_equal(out[1], 1);
    assert_int_equal(enc_bench_get16(&b, ERDPT), 0x0101);
}

static void both_pointers_wrap_at_the_memory_s_end(void **state)
{
    uint8_t in[2] = { 7, 8 };

    (void)state;
    enc_bench_set16(&b, EWRPT, 0x1FFF);
    enc_bench_write(&b, in, 2);
    assert_int_equal(b.chip.memory[0x1FFF], 7);
    assert_int_equal(b.chip.memory[0], 8);
    assert_int_equal(enc_bench_get16(&b, EWRPT), 1);
}

static void pointers_stand_still_without_autoinc(void **state)
{
    uint8_t in[2] = { 7, 8 };

    (void)state;
    enc_bench_bits_clear(&b, ECON2, ECON2_AUTOINC);
    enc_bench_write(&b, in, 2);
    assert_int_equal(b.chip.memory[0], 8);
    assert_int_equal(enc_bench_get16(&b, EWRPT), 0);
}

static void erxrdpt_changes_only_with_its_high_byte(void **state)
{
    (void)state;
    enc_bench_set(&b, ERXRDPT, 0x35);
    assert_int_equal(enc_bench_get16(&b, ERXRDPT), 0x05FA);
    enc_bench_set(&b, ERXRDPT + 1, 0x02);
    assert_int_equal(enc_bench_get16(&b, ERXRDPT), 0x0235);
}

static void setting_the_ring_moves_the_hardware_s_write_pointer(void **state)
{
    (void)state;
    enc_bench_set16(&b, ERXST, 0x0000);
    assert_int_equal(enc_bench_get16(&b, ERXWRPT), 0);
}

static void phy_access_takes_its_time_and_keeps_its_value(void **state)
{
    (void)state;
    assert_int_equal(enc_bench_phy_read(&b, PHID1), 0x0083);
    enc_bench_phy_write(&b, PHLCON, 0x3472);
    assert_int_equal(enc_bench_phy_read(&b, PHLCON), 0x3472);
    enc_bench_set(&b, MICMD, MICMD_MIIRD);
    enc_bench_bank(&b, 3);
    assert_int_equal(enc_bench_get_mac(&b, MISTAT) & MISTAT_BUSY, MISTAT_BUSY);
    enc_bench_wait(&b, 11);
    assert_int_equal(enc_bench_get_mac(&b, MISTAT) & MISTAT_BUSY, 0);
    assert_int_equal(b.broken_count, 0);
}

static void phy_access_while_busy_is_reported(void **state)
{
    (void)state;
    enc_bench_bank(&b, 2);
    enc_bench_set(&b, MICMD, MICMD_MIIRD);
    enc_bench_get_mac(&b, MIRD);
    assert_non_null(strstr(b.broken, "MIRD"));
}

static void pulled_cable_shows_latched_and_interrupts(void **state)
{
    (void)state;
    enc_bench_phy_write(&b, PHIE, PHIE_PLNKIE | PHIE_PGEIE);
    enc_bench_set(&b, EIE, EIE_INTIE | EIR_LINKIF);
    enc28j60_link(&b.chip, 0);
    enc28j60_link(&b.chip, 1);
    assert_int_equal(b.int_level, 0);
    assert_int_equal(enc_bench_phy_read(&b, PHSTAT1) & PHSTAT1_LLSTAT, 0);
    assert_int_equal(enc_bench_phy_read(&b, PHSTAT1) & PHSTAT1_LLSTAT, PHSTAT1_LLSTAT);
    assert_int_equal(enc_bench_phy_read(&b, PHSTAT2) & PHSTAT2_LSTAT, PHSTAT2_LSTAT);
    enc_bench_phy_read(&b, PHIR);
    assert_int_equal(b.int_level, 1);
}

static void dma_copies_and_wraps_its_source_in_the_ring(void **state)
{
    uint8_t in[4] = { 1, 2, 3, 4 };

    (void)state;
    enc_bench_set16(&b, ERXST, 0x0100);
    enc_bench_set16(&b, ERXND, 0x0103);
    enc_bench_set16(&b, EWRPT, 0x0100);
    enc_bench_write(&b, in, 4);
    enc_bench_set16(&b, EDMAST, 0x0102);
    enc_bench_set16(&b, EDMAND, 0x0101);
    enc_bench_set16(&b, EDMADST, 0x0300);
    enc_bench_bits_set(&b, ECON1, ECON1_DMAST);
    enc_bench_wait(&b, 5);
    assert_int_equal(enc_bench_get(&b, ECON1) & ECON1_DMAST, 0);
    assert_int_equal(enc_bench_get(&b, EIR) & EIR_DMAIF, EIR_DMAIF);
    assert_memory_equal(b.chip.memory + 0x0300, "\3\4\1\2", 4);
}

/* The header of RFC 1071's kind worked by hand: 0001 f203 f4f5 f6f7 sums to ddf2. */
static void dma_checksum_is_the_internet_s(void **state)
{
    uint8_t in[8] = { 0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7 };

    (void)state;
    enc_bench_write(&b, in, 8);
    enc_bench_set16(&b, EDMAST, 0);
    enc_bench_set16(&b, EDMAND, 7);
    enc_bench_bits_set(&b, ECON1, ECON1_CSUMEN | ECON1_DMAST);
    enc_bench_wait(&b, 5);
    assert_int_equal(enc_bench_get16(&b, EDMACS), (uint16_t)~0xDDF2);
    enc_bench_set16(&b, EDMAND, 6);
    enc_bench_bits_set(&b, ECON1, ECON1_DMAST);
    enc_bench_wait(&b, 5);
    assert_int_equal(enc_bench_get16(&b, EDMACS), (uint16_t)~(0xDDF2 - 0xF7));
}

static void dma_checksum_during_reception_is_reported(void **state)
{
    (void)state;
    enc_bench_start(&b);
    enc_bench_set16(&b, EDMAND, 7);
    enc_bench_bits_set(&b, ECON1, ECON1_CSUMEN | ECON1_DMAST);
    assert_non_null(strstr(b.broken, "errata 17"));
}

#define T(f) cmocka_unit_test_setup(f, powered)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(clock_becomes_ready_300_us_after_power_on), T(registers_have_their_reset_values),
        T(unselected_chip_ignores_spi), T(banks_keep_their_registers_apart),
        T(mac_registers_are_read_behind_a_dummy_byte), T(bit_operations_change_only_their_bits),
        T(bit_operation_on_a_mac_register_is_reported_and_does_nothing),
        T(writing_a_reserved_register_is_reported), T(mac_register_before_the_clock_is_reported),
        T(register_within_a_millisecond_after_soft_reset_is_reported),
        T(soft_reset_restores_registers_and_keeps_memory),
        T(read_pointer_wraps_at_the_ring_s_end_and_write_pointer_does_not),
        T(both_pointers_wrap_at_the_memory_s_end), T(pointers_stand_still_without_autoinc),
        T(erxrdpt_changes_only_with_its_high_byte), T(setting_the_ring_moves_the_hardware_s_write_pointer),
        T(phy_access_takes_its_time_and_keeps_its_value), T(phy_access_while_busy_is_reported),
        T(pulled_cable_shows_latched_and_interrupts), T(dma_copies_and_wraps_its_source_in_the_ring),
        T(dma_checksum_is_the_internet_s), T(dma_checksum_during_reception_is_reported),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
