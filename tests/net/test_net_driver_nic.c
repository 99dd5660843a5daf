/* SPDX-License-Identifier: ISC */
/* What net_nic.h promises, by the driver alone, on the model of its chip. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "driver_bench.h"
#include "enc28j60.h"
#include "enc28j60_codes.h"
#include "enc28j60_map.h"

#define SHORTEST 60
#define LONGEST  1514

/* A frame to the chip: its bytes count on from a start of their own. */
static uint8_t frame[LONGEST];

static void arrives(size_t len, uint8_t start)
{
    for (size_t i = 0; i < sizeof frame; i++)
        frame[i] = (uint8_t)(start + i + i / 251);
    memcpy(frame, mac, 6);
    wire(frame, len);
}

static void each_frame_has_its_length_without_the_check_sequence(void **state)
{
    (void)state;
    assert_int_equal(nic_receive(), 0);
    for (uint16_t len = SHORTEST; len <= LONGEST; len++) {
        arrives(len, (uint8_t)len);
        assert_int_equal(nic_receive(), len);
        nic_release();
        assert_int_equal(nic_receive(), 0);
    }
}

static void reading_begins_at_the_first_byte_and_goes_on_where_sought(void **state)
{
    uint8_t got[SHORTEST];

    (void)state;
    for (unsigned round = 0; round < 2 * (ENC_RX_END + 1) / 258; round++) {     /* the ring's end is everywhere once */
        arrives(250, (uint8_t)round);
        assert_int_equal(nic_receive(), 250);
        nic_read(got, sizeof got);
        assert_memory_equal(got, frame, sizeof got);
        for (unsigned offset = 0; offset < 250; offset++) {
            nic_seek((uint8_t)offset);
            assert_int_equal(nic_get(), frame[offset]);
        }
        nic_release();
    }
}

/* The receiver may write up to ERXRDPT, which must be odd: datasheet 7.2.4, erratum 14.
 * Packets begin at even addresses, the next one right behind. */
static void releasing_gives_back_just_the_frames_room(void **state)
{
    uint16_t next = 0, limit;

    (void)state;
    for (unsigned round = 0; round < 100; round++) {
        arrives(SHORTEST + round, (uint8_t)round);
        assert_int_equal(nic_receive(), SHORTEST + round);
        nic_release();
        next = (uint16_t)((next + 6 + SHORTEST + round + 4 + (round & 1)) % (ENC_RX_END + 1));
        limit = (uint16_t)(chip.bank[0][ERXRDPT] | chip.bank[0][ERXRDPT + 1] << 8);
        assert_int_equal(limit, next ? next - 1 : ENC_RX_END);
    }
}

static void a_damaged_packet_pointer_yields_no_frame_and_a_chip_that_is_lost(void **state)
{
    (void)state;
    assert_int_equal(nic_is_lost(), 0);
    arrives(SHORTEST, 1);
    chip.memory[0] = (ENC_RX_END + 1) & 0xFF;   /* the first that is out of the ring */
    chip.memory[1] = (ENC_RX_END + 1) >> 8;
    assert_int_equal(nic_receive(), 0);
    assert_int_not_equal(nic_is_lost(), 0);
    assert_int_equal(nic_start(mac), 0);
    assert_int_equal(nic_is_lost(), 0);
}

#define T(f) cmocka_unit_test_setup(f, driver_start)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(each_frame_has_its_length_without_the_check_sequence),
        T(reading_begins_at_the_first_byte_and_goes_on_where_sought),
        T(releasing_gives_back_just_the_frames_room),
        T(a_damaged_packet_pointer_yields_no_frame_and_a_chip_that_is_lost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
