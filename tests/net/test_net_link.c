/* SPDX-License-Identifier: ISC */
/* ARP, IPv4 and ICMP echo. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "net_bench.h"

#define ICMP_MAX (1500 - 20)

static uint8_t frame[FRAME_MAX];
static struct got g;

static size_t arp_request(const uint8_t target[4])
{
    static const uint8_t request[42] = {
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x52, 0x55, 10, 0, 2, 2, 0x08, 0x06,
        0, 1, 8, 0, 6, 4, 0, 1, 0x52, 0x55, 10, 0, 2, 2, 10, 0, 2, 2 };

    memset(frame, 0, 60);
    memcpy(frame, request, sizeof request);
    memcpy(frame + 38, target, 4);
    return 60;
}

/* An echo request with n bytes of data. */
static size_t echo(size_t n)
{
    uint16_t sum;

    memcpy(frame + 34, "\x08\0\0\0\x12\x34\x00\x01", 8);
    for (size_t i = 0; i < n; i++)
        frame[42 + i] = (uint8_t)(i * 3);
    sum = (uint16_t)~bench_sum(0, frame + 34, n + 8);
    frame[36] = (uint8_t)(sum >> 8);
    frame[37] = (uint8_t)sum;
    return bench_ip_frame(frame, 0, 1, n + 8);
}

static void start_announces_the_address(void **state)
{
    (void)state;
    bench_frame(frame, echo(20));       /* leaves traces in the header buffer */
    assert_int_equal(bench_take(&g), 1);
    assert_int_equal(net_init(bench_address), 0);
    assert_int_equal(bench_take(&g), 1);
    assert_memory_equal(g.raw, "\xFF\xFF\xFF\xFF\xFF\xFF", 6);
    assert_memory_equal(g.raw + 12, "\x08\x06\0\1\x08\0\6\4\0\1", 10);
    assert_memory_equal(g.raw + 22, bench_mac, 6);
    assert_memory_equal(g.raw + 28, bench_ip, 4);
    assert_memory_equal(g.raw + 38, bench_ip, 4);
}

static void start_without_a_chip_fails_and_says_nothing(void **state)
{
    (void)state;
    nic_fails = 1;
    assert_int_not_equal(net_init(bench_address), 0);
    bench_expect_none();
}

static void a_chip_that_lost_its_settings_is_started_again(void **state)
{
    (void)state;
    nic_lost = 1;
    bench_ticks(2);
    assert_int_equal(nic_starts, 2);
}

static void arp_request_for_us_is_answered_to_its_sender(void **state)
{
    (void)state;
    bench_frame(frame, arp_request(bench_ip));
    assert_int_equal(bench_take(&g), 1);
    assert_int_equal(g.raw_len, 42);
    assert_memory_equal(g.raw, "\x52\x55\x0a\0\2\2", 6);
    assert_memory_equal(g.raw + 12, "\x08\x06\0\1\x08\0\6\4\0\2", 10);
    assert_memory_equal(g.raw + 22, bench_mac, 6);
    assert_memory_equal(g.raw + 28, bench_ip, 4);
    assert_memory_equal(g.raw + 32, "\x52\x55\x0a\0\2\2\x0a\0\2\2", 10);
    bench_expect_none();
}

static void arp_for_others_replies_and_odd_kinds_are_ignored(void **state)
{
    static const struct { uint8_t at, value; } bad[] = {
        { 41, 16 }, { 21, 2 }, { 20, 1 }, { 15, 6 }, { 16, 9 }, { 18, 8 }, { 19, 16 }, { 13, 7 }, { 12, 0x86 } };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        size_t n = arp_request(bench_ip);

        frame[bad[i].at] = bad[i].value;
        bench_frame(frame, n);
        bench_expect_none();
    }
}

static void frames_too_short_for_their_headers_are_ignored(void **state)
{
    (void)state;
    for (size_t n = 1; n < 42; n++) {
        arp_request(bench_ip);
        bench_frame(frame, n);
        echo(0);
        bench_frame(frame, n);
        bench_expect_none();
    }
    arp_request(bench_ip);
    bench_frame(frame, 42);
    assert_int_equal(bench_take(&g), 1);
}

static void echo_of_every_length_comes_back(void **state)
{
    (void)state;
    for (size_t n = 0; n <= ICMP_MAX - 8; n += n < 40 ? 1 : 47) {
        bench_frame(frame, echo(n));
        assert_int_equal(bench_take(&g), 1);
        assert_int_equal(g.raw_len, 42 + n);
        assert_int_equal(g.raw[34], 0);
        assert_int_equal(g.raw[22], 64);
        assert_int_equal(bench_sum(0, g.raw + 34, n + 8), 0xFFFF);
        assert_memory_equal(g.raw + 38, frame + 38, n + 4);
        bench_expect_none();
    }
}

/* The reply's differs by 0x0800, in ones' complement: RFC 1624. */
static void echo_comes_back_whatever_its_checksum_is(void **state)
{
    uint16_t sum;

    (void)state;
    echo(0);
    for (unsigned id = 0; id < 0x10000; id++) {
        frame[36] = frame[37] = 0;
        frame[38] = (uint8_t)(id >> 8);
        frame[39] = (uint8_t)id;
        sum = (uint16_t)~bench_sum(0, frame + 34, 8);
        frame[36] = (uint8_t)(sum >> 8);
        frame[37] = (uint8_t)sum;
        bench_frame(frame, 60);
        assert_int_equal(bench_take(&g), 1);
        assert_int_equal(bench_sum(0, g.raw + 34, 8), 0xFFFF);
        bench_expect_none();
    }
}

static void echo_with_a_bad_checksum_is_ignored(void **state)
{
    (void)state;
    size_t n = echo(56);

    frame[50] ^= 1;
    bench_frame(frame, n);
    bench_expect_none();
}

static void icmp_that_is_no_echo_request_is_ignored(void **state)
{
    (void)state;
    for (int type = 0; type < 20; type++) {
        size_t n = echo(8);

        if (type == 8)
            continue;
        frame[34] = (uint8_t)type;
        frame[36] = (uint8_t)(frame[36] + 8 - type);
        bench_frame(frame, n);
        bench_expect_none();
    }
}

/* Each of these spoils a good echo request; the header's checksum is right. */
static void bad_ip_headers_are_ignored(void **state)
{
    static const struct { const char *what; uint8_t at, value; } bad[] = {
        { "version 6", 14, 0x65 }, { "options", 14, 0x46 }, { "header too short", 14, 0x44 },
        { "total beyond the frame", 16, 1 }, { "more fragments", 20, 0x20 },
        { "fragment offset, high", 20, 0x01 }, { "fragment offset, low", 21, 1 },
        { "another's address", 33, 16 }, { "broadcast", 33, 255 },
        { "from multicast", 26, 224 }, { "from 0.x", 26, 0 }, { "unknown protocol", 23, 17 } };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        size_t n = echo(20);

        frame[bad[i].at] = bad[i].value;
        bench_ip_sum(frame);
        bench_frame(frame, n);
        bench_expect_none();
    }
}

static void a_total_length_below_the_header_is_ignored(void **state)
{
    (void)state;
    for (uint8_t total = 0; total < 28; total++) {
        size_t n = echo(20);

        frame[17] = total;
        bench_ip_sum(frame);
        bench_frame(frame, n);
        bench_expect_none();
    }
}

static void a_total_length_beyond_the_frame_is_ignored_though_the_sums_are_right(void **state)
{
    uint16_t sum;

    (void)state;
    echo(22);
    frame[62] = frame[63] = 0xEE;       /* what the NIC reads behind a frame, too */
    frame[36] = frame[37] = 0;
    sum = (uint16_t)~bench_sum(0, frame + 34, 30);
    frame[36] = (uint8_t)(sum >> 8);
    frame[37] = (uint8_t)sum;
    bench_frame(frame, 64);
    assert_int_equal(bench_take(&g), 1);
    bench_frame(frame, 62);
    bench_expect_none();
}

static void a_bad_ip_checksum_is_ignored(void **state)
{
    (void)state;
    size_t n = echo(20);

    frame[24] ^= 0x10;
    bench_frame(frame, n);
    bench_expect_none();
}

static void ip_in_a_broadcast_frame_is_ignored(void **state)
{
    (void)state;
    size_t n = echo(20);

    memset(frame, 0xFF, 6);
    bench_frame(frame, n);
    bench_expect_none();
}

static void frames_from_a_group_address_are_ignored(void **state)
{
    (void)state;
    size_t n = arp_request(bench_ip);

    frame[6] |= 1;
    bench_frame(frame, n);
    bench_expect_none();
}

static void dont_fragment_is_no_fragment(void **state)
{
    (void)state;
    size_t n = echo(20);

    frame[20] = 0x40;
    bench_ip_sum(frame);
    bench_frame(frame, n);
    assert_int_equal(bench_take(&g), 1);
}

#define T(f) cmocka_unit_test_setup(f, bench_start)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(start_announces_the_address),
        T(start_without_a_chip_fails_and_says_nothing),
        T(a_chip_that_lost_its_settings_is_started_again),
        T(arp_request_for_us_is_answered_to_its_sender),
        T(arp_for_others_replies_and_odd_kinds_are_ignored),
        T(frames_too_short_for_their_headers_are_ignored),
        T(echo_of_every_length_comes_back),
        T(echo_comes_back_whatever_its_checksum_is),
        T(echo_with_a_bad_checksum_is_ignored),
        T(icmp_that_is_no_echo_request_is_ignored),
        T(bad_ip_headers_are_ignored),
        T(a_total_length_below_the_header_is_ignored),
        T(a_total_length_beyond_the_frame_is_ignored_though_the_sums_are_right),
        T(a_bad_ip_checksum_is_ignored),
        T(ip_in_a_broadcast_frame_is_ignored),
        T(frames_from_a_group_address_are_ignored),
        T(dont_fragment_is_no_fragment),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
