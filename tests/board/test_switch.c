/* SPDX-License-Identifier: ISC */
/* The switch, the wire to the chip, who hears what, and the capture file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "attach.h"
#include "cmocka_all.h"
#include "enc28j60_model.h"
#include "pcap.h"
#include "switch.h"

static struct board_switch lan;
static struct board_wire wire;
static unsigned heard[3];

static void hear(void *peer, const uint8_t *frame, uint16_t len)
{
    (void)frame;
    (void)len;
    ++*(unsigned *)peer;
}

static int three_ports(void **state)
{
    (void)state;
    board_switch_init(&lan);
    board_wire_init(&wire);
    memset(heard, 0, sizeof heard);
    for (int i = 0; i < 3; i++)
        board_switch_attach(&lan, hear, &heard[i]);
    return 0;
}

static void send(int port, uint8_t from, uint8_t to)
{
    uint8_t frame[60] = { 0 };

    memset(frame, to == 0xFF ? 0xFF : 0, 6);
    frame[5] = to;
    frame[11] = from;
    board_switch_input(&lan, port, frame, sizeof frame);
}

static void assert_heard(unsigned a, unsigned b, unsigned c)
{
    assert_int_equal(heard[0], a);
    assert_int_equal(heard[1], b);
    assert_int_equal(heard[2], c);
}

static void unknown_destination_floods_but_not_back(void **state)
{
    (void)state;
    send(0, 1, 2);
    assert_heard(0, 1, 1);
}

static void learned_destination_goes_to_its_port_alone(void **state)
{
    (void)state;
    send(1, 2, 9);
    send(0, 1, 2);
    assert_heard(1, 1, 1);
}

static void broadcast_always_floods(void **state)
{
    (void)state;
    send(1, 0xFF, 9);
    send(0, 1, 0xFF);
    assert_heard(1, 1, 2);
}

static void station_that_moves_is_learned_anew(void **state)
{
    (void)state;
    send(1, 2, 9);
    send(2, 2, 9);
    memset(heard, 0, sizeof heard);
    send(0, 1, 2);
    assert_heard(0, 0, 1);
}

static void frame_to_its_own_port_stays_there(void **state)
{
    (void)state;
    send(1, 2, 9);
    memset(heard, 0, sizeof heard);
    send(1, 3, 2);
    assert_heard(0, 0, 0);
}

static void runt_and_giant_are_dropped(void **state)
{
    static const uint8_t frame[BOARD_FRAME_MAX + 1];

    (void)state;
    board_switch_input(&lan, 0, frame, 13);
    board_switch_input(&lan, 0, frame, BOARD_FRAME_MAX + 1);
    assert_heard(0, 0, 0);
}

static void more_stations_than_the_table_holds_still_get_frames(void **state)
{
    (void)state;
    for (int i = 0; i <= BOARD_SWITCH_MACS; i++)
        send(1, (uint8_t)(10 + i), 9);
    memset(heard, 0, sizeof heard);
    send(0, 1, 10);                        /* forgotten: floods */
    assert_heard(0, 1, 1);
}

static void ninth_port_is_refused(void **state)
{
    (void)state;
    for (int i = 3; i < BOARD_SWITCH_PORTS; i++)
        assert_int_equal(board_switch_attach(&lan, hear, &heard[0]), i);
    assert_int_equal(board_switch_attach(&lan, hear, &heard[0]), -1);
}

static void wire_delivers_at_10_mbit_in_order(void **state)
{
    uint8_t a[60] = { 1 }, b[1514] = { 2 };
    const uint8_t *got;
    uint16_t len;

    (void)state;
    board_wire_push(&wire, 1000, b, sizeof b);
    board_wire_push(&wire, 1000, a, sizeof a);
    assert_null(board_wire_pop(&wire, 2229, &len));
    got = board_wire_pop(&wire, 2230, &len);          /* 1538 byte times */
    assert_non_null(got);
    assert_int_equal(len, 1518);
    assert_int_equal(got[0], 2);
    assert_null(board_wire_pop(&wire, 2296, &len));
    assert_non_null(board_wire_pop(&wire, 2297, &len));
    assert_int_equal(len, 64);
}

static void wire_pads_and_adds_a_check_sequence(void **state)
{
    uint8_t a[42] = { 1 };
    const uint8_t *got;
    uint16_t len;

    (void)state;
    board_wire_push(&wire, 0, a, sizeof a);
    got = board_wire_pop(&wire, 1000, &len);
    assert_int_equal(len, 64);
    assert_int_equal(got[60] | got[61] << 8, enc28j60_crc32(got, 60) & 0xFFFF);
}

static void full_wire_loses_frames_and_counts_them(void **state)
{
    uint8_t a[60] = { 0 };

    (void)state;
    for (int i = 0; i < BOARD_WIRE_FRAMES + 3; i++)
        board_wire_push(&wire, 0, a, sizeof a);
    assert_int_equal(wire.lost, 3);
}

static void host_hears_its_unicast_and_arp_for_itself_only(void **state)
{
    uint8_t frame[60] = { 0x52, 0x55, 10, 0, 2, 3 };

    (void)state;
    assert_false(board_host_hears('A', frame, 60));
    assert_true(board_host_hears('B', frame, 60));
    memset(frame, 0xFF, 6);
    frame[12] = 0x08;
    assert_false(board_host_hears('A', frame, 60));   /* broadcast IP */
    frame[13] = 0x06;
    memcpy(frame + 38, "\x0a\x00\x02\x02", 4);
    assert_true(board_host_hears('A', frame, 60));
    assert_false(board_host_hears('B', frame, 60));
    assert_false(board_host_hears('A', frame, 41));
}

static void capture_stops_at_its_size(void **state)
{
    char path[] = "pcap.XXXXXX", error[200];
    uint8_t frame[60] = { 0 };
    struct board_pcap p;
    int fd = mkstemp(path);
    long size;

    (void)state;
    assert_int_equal(board_pcap_open(&p, path, 24 + 2 * 76, error, sizeof error), 0);
    assert_int_equal(board_pcap_frame(&p, 1500000, frame, 60), 0);
    assert_int_equal(board_pcap_frame(&p, 1500000, frame, 60), 0);
    assert_int_equal(board_pcap_frame(&p, 1500000, frame, 60), -1);
    assert_int_equal(board_pcap_frame(&p, 1500000, frame, 60), 0);   /* told once */
    size = (long)lseek(fd, 0, SEEK_END);
    close(fd);
    unlink(path);
    assert_int_equal(size, 24 + 2 * 76);
}

#define T(f) cmocka_unit_test_setup(f, three_ports)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(unknown_destination_floods_but_not_back), T(learned_destination_goes_to_its_port_alone),
        T(broadcast_always_floods), T(station_that_moves_is_learned_anew),
        T(frame_to_its_own_port_stays_there), T(runt_and_giant_are_dropped),
        T(more_stations_than_the_table_holds_still_get_frames), T(ninth_port_is_refused),
        T(wire_delivers_at_10_mbit_in_order), T(wire_pads_and_adds_a_check_sequence),
        T(full_wire_loses_frames_and_counts_them), T(host_hears_its_unicast_and_arp_for_itself_only),
        T(capture_stops_at_its_size),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
