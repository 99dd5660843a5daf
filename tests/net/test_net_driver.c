/* SPDX-License-Identifier: ISC */
/* The driver of the ENC28J60 and the stack above it, on the model of the chip. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "driver_bench.h"
#include "enc28j60.h"
#include "enc28j60_codes.h"
#include "enc28j60_map.h"
#include "mssl_net.h"

/* An echo request with n bytes, to the chip. */
static uint8_t ping_frame[ENC28J60_FRAME_MAX];

static void ping(size_t n, uint8_t salt)
{
    static const uint8_t head[34] = { 0x02, 1, 2, 3, 4, 5, 0x52, 0x55, 10, 0, 2, 2, 8, 0, 0x45, 0, 0, 0,
        0, 0, 0, 0, 64, 1, 0, 0, 10, 0, 2, 2, 10, 0, 2, 15 };
    uint8_t *f = ping_frame;
    uint16_t s;

    memcpy(f, head, sizeof head);
    f[16] = (uint8_t)((28 + n) >> 8);
    f[17] = (uint8_t)(28 + n);
    s = sum(f + 14, 20);
    f[24] = (uint8_t)(s >> 8);
    f[25] = (uint8_t)s;
    memset(f + 34, 0, 8);
    f[34] = 8;
    for (size_t i = 0; i < n; i++)
        f[42 + i] = (uint8_t)(salt + i * 7);
    s = sum(f + 34, n + 8);
    f[36] = (uint8_t)(s >> 8);
    f[37] = (uint8_t)s;
    wire(f, 42 + n);
}

static void expect_pong(size_t n)
{
    unsigned before = sent.n;

    net_poll();
    assert_int_equal(sent.n, before + 1);
    assert_true(sent.len == 42 + n || (42 + n < 60 && sent.len == 60));
    assert_memory_equal(sent.frame + 6, mac, 6);
    assert_int_equal(sum(sent.frame + 14, 20), 0);
    assert_int_equal(sum(sent.frame + 34, n + 8), 0);
    assert_memory_equal(sent.frame + 42, ping_frame + 42, n);
}

/* -- Tests -- */

/* 0.x is "this network", and 224.x the first of the groups. RFC 1122 3.2.1.3 */
static void hosts_from_1_to_223_are_answered(void **state)
{
    uint8_t *f = ping_frame;
    uint16_t s;

    (void)state;
    for (unsigned first = 0; first < 256; first++) {
        ping(18, 1);
        net_poll();
        f[26] = (uint8_t)first;
        f[24] = f[25] = 0;
        s = sum(f + 14, 20);
        f[24] = (uint8_t)(s >> 8);
        f[25] = (uint8_t)s;
        sent.n = 0;
        wire(f, 60);
        net_poll();
        assert_int_equal(sent.n, first >= 1 && first <= 223);
    }
}

static void the_announcement_leaves_the_chip_padded(void **state)
{
    (void)state;
    assert_int_equal(sent.n, 1);
    assert_int_equal(sent.len, 60);
    assert_memory_equal(sent.frame, "\xFF\xFF\xFF\xFF\xFF\xFF", 6);
    assert_memory_equal(sent.frame + 6, mac, 6);
}

static void a_missing_chip_is_noticed(void **state)
{
    (void)state;
    dead = 1;
    assert_int_not_equal(net_init(mac), 0);
}

static void half_duplex_is_set_in_mac_and_phy_alike(void **state)
{
    (void)state;
    assert_int_equal(chip.bank[2][MACON3 & ENC_ADDRESS] & 1, 0);
    assert_int_equal(chip.bank[2][MACON4 & ENC_ADDRESS], MACON4_DEFER);
    assert_int_equal(chip.bank[2][MABBIPG & ENC_ADDRESS], 0x12);
    assert_int_equal(chip.phy[PHCON1] & 0x0100, 0);
    assert_int_equal(chip.phy[PHCON2], PHCON2_HDLDIS);
}

static void the_mac_is_set_up_for_half_duplex_as_datasheet_6_5_says(void **state)
{
    static const struct { uint8_t reg, value; } mac_setup[] = {
        { MACON1, 0x01 },                           /* 1: MARXEN, no flow control */
        { MACON3, 0x32 },                           /* 2: pads to 60 bytes, appends the CRC, checks lengths */
        { MACON4, 0x40 },                           /* 3: DEFER, for IEEE 802.3 */
        { MAMXFLL, 1518 & 0xFF }, { MAMXFLH, 1518 >> 8 },   /* 4 */
        { MABBIPG, 0x12 }, { MAIPGL, 0x12 }, { MAIPGH, 0x0C } };  /* 5 to 7 */

    (void)state;
    for (size_t i = 0; i < sizeof mac_setup / sizeof *mac_setup; i++)
        assert_int_equal(chip.bank[2][mac_setup[i].reg & ENC_ADDRESS], mac_setup[i].value);
}

static void the_own_address_is_where_the_chip_wants_it(void **state)
{
    static const uint8_t order[6] = { 4, 5, 2, 3, 0, 1 };

    (void)state;
    for (int i = 0; i < 6; i++)
        assert_int_equal(chip.bank[3][order[i]], mac[i]);
    assert_int_equal(chip.bank[3][6], 0);       /* what lies behind it is the self-test's */
}

static void frames_of_all_lengths_pass_the_rings_end_again_and_again(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3000; i++) {
        size_t n = i * 37 % 1473;

        ping(n, (uint8_t)i);
        expect_pong(n);
    }
    assert_int_equal(chip.dropped, 0);
}

static void frames_that_wait_are_taken_in_order(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 200; round++) {
        for (uint8_t i = 0; i < 5; i++)
            ping(100u + i, i);
        for (uint8_t i = 0; i < 5; i++) {
            net_poll();
            assert_int_equal(sent.len, 142 + i);
            assert_int_equal(sent.frame[42], i);
        }
    }
}

static void a_full_ring_drops_and_goes_on(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 50; round++) {
        for (unsigned i = 0; i < 40; i++)
            ping(500 + round, (uint8_t)i);
        for (unsigned i = 0; i < 40; i++)
            net_poll();
        ping(9, 9);
        expect_pong(9);
    }
    assert_true(chip.dropped > 0);
    net_tick();
    ping(9, 9);
    expect_pong(9);
}

static void frames_for_others_stay_out(void **state)
{
    uint8_t frame[60];
    unsigned before = sent.n;

    (void)state;
    ping(20, 1);
    net_poll();
    memcpy(frame, ping_frame, sizeof frame);
    frame[5] ^= 1;
    wire(frame, sizeof frame);
    net_poll();
    frame[0] |= 1;                  /* multicast */
    wire(frame, sizeof frame);
    net_poll();
    assert_int_equal(sent.n, before + 1);
    assert_int_equal(chip.filtered, 2);
}

static void frames_with_a_bad_check_sequence_stay_out(void **state)
{
    uint8_t frame[64];
    unsigned before = sent.n;

    (void)state;
    ping(18, 1);
    net_poll();
    memcpy(frame, ping_frame, 60);
    memset(frame + 60, 0x55, 4);
    enc28j60_receive(&chip, frame, sizeof frame);
    net_poll();
    assert_int_equal(sent.n, before + 1);
}

static void a_broadcast_comes_in(void **state)
{
    static const uint8_t who_has[42] = { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x52, 0x55, 10, 0, 2, 2, 8, 6,
        0, 1, 8, 0, 6, 4, 0, 1, 0x52, 0x55, 10, 0, 2, 2, 10, 0, 2, 2, 0, 0, 0, 0, 0, 0, 10, 0, 2, 15 };
    unsigned before = sent.n;

    (void)state;
    wire(who_has, sizeof who_has);
    net_poll();
    assert_int_equal(sent.n, before + 1);
    assert_memory_equal(sent.frame + 22, mac, NET_ADDRESS_LEN);
}

static void a_chip_that_was_reset_is_set_up_again(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        enc28j60_port_select();
        enc28j60_port_spi(ENC_SRC);
        enc28j60_port_deselect();
        pass(2000);
        ping(20, 1);
        net_poll();
        net_tick();
        ping(20, 2);
        expect_pong(20);
    }
}

/* The processor's watchdog bites; the chip goes on, and frames wait in it. */
static void a_start_of_the_processor_alone_begins_anew(void **state)
{
    (void)state;
    ping(20, 1);
    ping(30, 2);
    net_poll();
    ping(40, 3);
    assert_int_equal(net_init(mac), 0);
    net_poll();
    ping(50, 4);
    expect_pong(50);
}

static void a_damaged_packet_pointer_restarts_the_chip(void **state)
{
    (void)state;
    ping(20, 1);
    chip.memory[0] = 0xFF;      /* the first packet's "next" */
    chip.memory[1] = 0xFF;
    net_poll();
    net_tick();
    ping(20, 2);
    expect_pong(20);
}

static void a_pulled_cable_stops_nothing_for_good(void **state)
{
    (void)state;
    enc28j60_link(&chip, 0);
    for (int i = 0; i < 10; i++)
        net_tick();
    enc28j60_link(&chip, 1);
    ping(20, 2);
    expect_pong(20);
}

/* A round of waiting takes two bytes of SPI, here 2 us and on the chip 6: with
 * four connections a tick must stay far below the watchdog's 2 s. Erratum 13. */
static void a_transmitter_that_hangs_is_given_up_soon(void **state)
{
    uint64_t before;

    (void)state;
    hung = 1;
    before = driver_us();
    ping(20, 1);
    net_poll();
    assert_in_range(driver_us() - before, 5000, 40000);
    hung = 0;
    ping(20, 2);
    expect_pong(20);
}

/* Here by a limit that is too small; on the wire a late collision does it. Erratum 12. */
static void an_aborted_transmission_does_not_stop_the_next(void **state)
{
    uint8_t *limit = &chip.bank[2][MAMXFLH & ENC_ADDRESS], whole = *limit;

    (void)state;
    ping(1000, 1);
    *limit = 1;
    net_poll();
    *limit = whole;
    ping(1000, 2);
    expect_pong(1000);
}

static void a_frame_is_waited_for_no_longer_than_it_takes(void **state)
{
    uint64_t before;

    (void)state;
    ping(18, 1);
    before = driver_us();
    net_poll();
    assert_in_range(driver_us() - before, 67, 2000);    /* 84 bytes on the wire, at 10 Mbit/s */
}

static void the_spare_memory_is_left_alone(void **state)
{
    (void)state;
    memset(chip.memory + ENC_SPARE(1), 0x5A, ENC_MEMORY_END + 1 - ENC_SPARE(1));
    for (unsigned i = 0; i < 200; i++) {
        ping(1472, (uint8_t)i);
        net_poll();
    }
    for (size_t i = ENC_SPARE(1); i <= ENC_MEMORY_END; i++)
        assert_int_equal(chip.memory[i], 0x5A);
}

#define T(f) cmocka_unit_test_setup(f, driver_start)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(hosts_from_1_to_223_are_answered),
        T(the_announcement_leaves_the_chip_padded),
        T(a_missing_chip_is_noticed),
        T(half_duplex_is_set_in_mac_and_phy_alike),
        T(the_mac_is_set_up_for_half_duplex_as_datasheet_6_5_says),
        T(the_own_address_is_where_the_chip_wants_it),
        T(frames_of_all_lengths_pass_the_rings_end_again_and_again),
        T(frames_that_wait_are_taken_in_order),
        T(a_full_ring_drops_and_goes_on),
        T(frames_for_others_stay_out),
        T(frames_with_a_bad_check_sequence_stay_out),
        T(a_broadcast_comes_in),
        T(a_chip_that_was_reset_is_set_up_again),
        T(a_start_of_the_processor_alone_begins_anew),
        T(a_damaged_packet_pointer_restarts_the_chip),
        T(a_pulled_cable_stops_nothing_for_good),
        T(a_transmitter_that_hangs_is_given_up_soon),
        T(an_aborted_transmission_does_not_stop_the_next),
        T(a_frame_is_waited_for_no_longer_than_it_takes),
        T(the_spare_memory_is_left_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
