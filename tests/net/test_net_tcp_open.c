/* SPDX-License-Identifier: ISC */
/* TCP: how connections come to be, and what strays get. One session. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "net_bench.h"

static void three_segments_open_a_connection(void **state)
{
    (void)state;
    bench_connect(0, 1000);
    assert_int_equal(app[0].opened, 1);
    assert_memory_equal(app[0].peer, "\x0a\0\2\2\x52\x55\x0a\0\2\2", NET_PEER_LEN);
}

static void the_application_hears_of_it_with_the_third_segment(void **state)
{
    struct peer p = bench_peer(0, 1000);

    (void)state;
    bench_send(&p, SYN, NULL, 0);
    p.seq++;
    bench_expect(&p, SYN | ACK, "");
    assert_int_equal(app[0].opened, 0);
    bench_data(&p, "x.");       /* which may carry data */
    bench_expect(&p, ACK, "ok");
    assert_int_equal(app[0].opened, 1);
}

static void a_repeated_syn_gets_the_same_answer(void **state)
{
    struct peer p = bench_peer(0, 1000), q;

    (void)state;
    bench_send(&p, SYN, NULL, 0);
    q = p;
    p.seq++;
    bench_expect(&p, SYN | ACK, "");
    bench_send(&q, SYN, NULL, 0);
    q.seq++;
    bench_expect(&q, SYN | ACK, "");
    assert_int_equal(p.ack, q.ack);
}

static void syn_ack_is_repeated_with_growing_pauses_then_given_up(void **state)
{
    static const unsigned pause[] = { 20, 40, 80, 160, 160 };
    struct peer p = bench_peer(0, 1000);

    (void)state;
    bench_send(&p, SYN, NULL, 0);
    p.seq++;
    bench_expect(&p, SYN | ACK, "");
    for (size_t i = 0; i < sizeof pause / sizeof *pause; i++) {
        bench_ticks(pause[i] - 1);
        bench_expect_none();
        bench_ticks(1);
        bench_expect(&p, SYN | ACK, "");
    }
    bench_ticks(1000);
    bench_expect_none();
    assert_int_equal(app[0].opened + app[0].lost, 0);
    bench_send(&p, ACK, NULL, 0);       /* it is a stray now */
    bench_expect(&p, RST, "");
    p.seq--;
    bench_send(&p, SYN, NULL, 0);       /* and a new one has all the patience again */
    p.seq++;
    bench_expect(&p, SYN | ACK, "");
    bench_ticks(31 * 20 - 1);
    for (size_t i = 0; i < sizeof pause / sizeof *pause; i++)
        bench_expect(&p, SYN | ACK, "");
    bench_expect_none();
}

static void a_wrong_acknowledgement_of_our_syn_is_reset(void **state)
{
    struct peer p = bench_peer(0, 1000), q;

    (void)state;
    bench_send(&p, SYN, NULL, 0);
    p.seq++;
    bench_expect(&p, SYN | ACK, "");
    for (int wrong = -1; wrong < 2; wrong++) {
        q = p;
        q.ack = p.ack + (wrong ? (uint32_t)wrong : 0x12345u);
        bench_send(&q, ACK, NULL, 0);
        bench_expect(&q, RST, "");
    }
    assert_int_equal(app[0].opened, 0);
    bench_send(&p, ACK, NULL, 0);       /* the right one still opens it */
    assert_int_equal(app[0].opened, 1);
}

static void initial_sequence_numbers_differ(void **state)
{
    struct peer p = bench_peer(0, 1000), q = bench_peer(1, 2000);

    (void)state;
    bench_send(&p, SYN, NULL, 0);
    p.seq++;
    bench_expect(&p, SYN | ACK, "");
    bench_ticks(7);
    bench_send(&q, SYN, NULL, 0);
    q.seq++;
    bench_expect(&q, SYN | ACK, "");
    assert_int_not_equal(p.ack, q.ack);
}

/* mssl_net.h: they are made of the sum of each frame's noise. */
static void each_byte_of_an_initial_sequence_number_gets_every_fourth_frames_noise(void **state)
{
    struct peer p = bench_peer(0, 1000), q = bench_peer(1, 2000), stray = bench_peer(1, 3000);

    (void)state;
    bench_send(&p, SYN, NULL, 0);
    p.seq++;
    bench_expect(&p, SYN | ACK, "");
    bench_ticks(7);
    bench_noise = 5;
    for (int i = 0; i < 3; i++)
        bench_send(&stray, RST, NULL, 0);
    bench_send(&q, SYN, NULL, 0);
    q.seq++;
    bench_expect(&q, SYN | ACK, "");
    for (int shift = 0; shift < 32; shift += 8)
        assert_int_equal((uint8_t)((q.ack - 1) >> shift), (uint8_t)(((p.ack - 1) >> shift) + 5));
}

static void a_stray_with_ack_is_reset_at_its_ack(void **state)
{
    struct peer p = bench_peer(0, 1000);

    (void)state;
    p.ack = 0xDEADBEEF;
    bench_send(&p, ACK | PSH, "x", 1);
    bench_expect(&p, RST, "");
}

static void a_stray_without_ack_is_reset_with_its_length_acknowledged(void **state)
{
    struct peer p = bench_peer(0, 1000);

    (void)state;
    p.seq = 0xFEDCBA98;
    p.ack = 0;
    bench_send(&p, FIN, "abc", 3);
    p.seq += 4;
    bench_expect(&p, RST | ACK, "");
}

static void a_stray_reset_gets_no_answer(void **state)
{
    struct peer p = bench_peer(0, 1000);

    (void)state;
    bench_send(&p, RST, NULL, 0);
    bench_send(&p, RST | ACK, NULL, 0);
    bench_send(&p, RST | SYN, NULL, 0);
    bench_expect_none();
}

static void another_port_is_closed(void **state)
{
    struct peer p = bench_peer(0, 1000);
    uint8_t frame[FRAME_MAX];
    size_t n = bench_segment(frame, &p, SYN, NULL, 0);
    struct got g;

    (void)state;
    frame[37] ^= 1;
    bench_tcp_sum(frame);
    bench_frame(frame, n);
    assert_int_equal(bench_take(&g), 1);
    assert_int_equal(g.flags, RST | ACK);
    assert_memory_equal(g.raw + 34, frame + 36, 2);
}

static void syn_with_fin_opens_nothing(void **state)
{
    struct peer p = bench_peer(0, 1000);

    (void)state;
    p.ack = 0;
    bench_send(&p, SYN | FIN, NULL, 0);
    p.seq += 2;
    bench_expect(&p, RST | ACK, "");
}

static void bad_checksums_get_no_answer(void **state)
{
    struct peer p = bench_connect(0, 1000);
    uint8_t frame[FRAME_MAX];

    (void)state;
    for (size_t at = 34; at < 60; at++) {
        size_t n = bench_segment(frame, &p, ACK | PSH, "hello.", 6);

        frame[at] ^= 0x40;
        bench_frame(frame, n);
        bench_expect_none();
    }
    assert_int_equal(app[0].len, 0);
}

static void data_offsets_out_of_range_get_no_answer(void **state)
{
    struct peer p = bench_connect(0, 1000);
    uint8_t frame[FRAME_MAX];

    (void)state;
    for (unsigned words = 0; words < 16; words++) {
        size_t n = bench_segment(frame, &p, ACK | PSH, "abc.", 4);

        if (words == 5 || words == 6)
            continue;
        frame[46] = (uint8_t)(words << 4);
        bench_tcp_sum(frame);
        bench_frame(frame, n);
        bench_expect_none();
    }
}

static void reserved_bits_are_ignored(void **state)     /* RFC 9293 3.1 */
{
    struct peer p = bench_connect(0, 1000);
    uint8_t frame[FRAME_MAX];
    size_t n = bench_segment(frame, &p, ACK | PSH, "a.", 2);

    (void)state;
    frame[46] |= 0x0F;
    bench_tcp_sum(frame);
    bench_frame(frame, n);
    p.seq += 2;
    bench_expect(&p, ACK, "ok");
}

static void a_segment_cut_short_gets_no_answer(void **state)
{
    struct peer p = bench_connect(0, 1000);
    uint8_t frame[FRAME_MAX];

    (void)state;
    for (uint8_t total = 20; total < 40; total++) {
        size_t n = bench_segment(frame, &p, ACK, NULL, 0);

        frame[17] = total;
        bench_ip_sum(frame);
        bench_tcp_sum(frame);
        bench_frame(frame, n);
        bench_expect_none();
    }
}

static void the_unproven_gives_way_after_300_ms(void **state)
{
    struct peer p = bench_connect(0, 1000), q = bench_peer(1, 2000), r = bench_peer(1, 3000);

    (void)state;
    bench_ticks(6);
    bench_send(&q, SYN, NULL, 0);
    bench_expect_none();            /* no answer: it asks again */
    bench_ticks(1);
    bench_send(&q, SYN, NULL, 0);
    q.seq++;
    bench_expect(&q, SYN | ACK, "");
    assert_int_equal(app[0].lost, 1);
    bench_send(&r, SYN, NULL, 0);
    bench_expect_none();            /* q is young */
    bench_data(&p, "x");            /* the old one is a stray */
    bench_expect(&p, RST, "");
    bench_send(&q, ACK, NULL, 0);
    assert_int_equal(app[0].opened, 2);
}

static void the_unproven_age_counts_from_its_first_syn(void **state)
{
    struct peer p = bench_peer(0, 1000), q = bench_peer(1, 2000);

    (void)state;
    for (int i = 0; i < 7; i++) {   /* repeating it does not make it younger */
        bench_send(&p, SYN, NULL, 0);
        bench_ticks(1);
    }
    p.seq++;
    for (int i = 0; i < 7; i++)
        bench_expect(&p, SYN | ACK, "");
    bench_send(&q, SYN, NULL, 0);
    q.seq++;
    bench_expect(&q, SYN | ACK, "");
}

static void the_unproven_gives_way_however_old_it_is(void **state)
{
    struct peer q = bench_peer(1, 2000);

    (void)state;
    for (unsigned ticks = 250; ticks < 270; ticks++) {
        bench_start(NULL);
        bench_connect(0, 1000);
        bench_ticks(ticks);
        bench_send(&q, SYN, NULL, 0);
        q.seq++;
        bench_expect(&q, SYN | ACK, "");
    }
}

static void the_proven_stays_and_the_newcomer_is_refused_at_once(void **state)
{
    struct peer p = bench_connect(0, 1000), q = bench_peer(1, 2000);

    (void)state;
    app[0].proven = 1;
    bench_ticks(100);
    q.ack = 0;
    bench_send(&q, SYN, NULL, 0);
    q.seq++;
    bench_expect(&q, RST | ACK, "");
    bench_data(&p, "x.");
    bench_expect(&p, ACK, "ok");
    assert_int_equal(app[0].lost, 0);
}

static void a_connection_ends_for_its_own_address_and_port_only(void **state)
{
    struct peer p = bench_connect(0, 1000), q = p;

    (void)state;
    q.host = 1;
    bench_send(&q, RST, NULL, 0);
    q = p;
    q.port++;
    bench_send(&q, RST, NULL, 0);
    bench_expect_none();
    bench_data(&p, ".");
    bench_expect(&p, ACK, "ok");
}

/* Its way changed, say by a router's failover: a reset would end it at the peer,
 * whose numbers it fits. It is not taken either: the address check was of the
 * other MAC. */
static void a_segment_of_a_connection_from_another_mac_is_dropped_in_silence(void **state)
{
    struct peer p = bench_connect(0, 1000);
    uint8_t frame[FRAME_MAX];
    size_t len = bench_segment(frame, &p, ACK, ".", 1);

    (void)state;
    frame[11] ^= 1;
    bench_frame(frame, len);
    bench_expect_none();
    assert_int_equal(app[0].len, 0);
    bench_data(&p, ".");
    bench_expect(&p, ACK, "ok");
}

#define T(f) cmocka_unit_test_setup(f, bench_start)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(three_segments_open_a_connection),
        T(a_segment_of_a_connection_from_another_mac_is_dropped_in_silence),
        T(the_application_hears_of_it_with_the_third_segment),
        T(a_repeated_syn_gets_the_same_answer),
        T(syn_ack_is_repeated_with_growing_pauses_then_given_up),
        T(a_wrong_acknowledgement_of_our_syn_is_reset),
        T(initial_sequence_numbers_differ),
        T(each_byte_of_an_initial_sequence_number_gets_every_fourth_frames_noise),
        T(a_stray_with_ack_is_reset_at_its_ack),
        T(a_stray_without_ack_is_reset_with_its_length_acknowledged),
        T(a_stray_reset_gets_no_answer),
        T(another_port_is_closed),
        T(syn_with_fin_opens_nothing),
        T(bad_checksums_get_no_answer),
        T(data_offsets_out_of_range_get_no_answer),
        T(reserved_bits_are_ignored),
        T(a_segment_cut_short_gets_no_answer),
        T(the_unproven_gives_way_after_300_ms),
        T(the_unproven_gives_way_however_old_it_is),
        T(the_unproven_age_counts_from_its_first_syn),
        T(the_proven_stays_and_the_newcomer_is_refused_at_once),
        T(a_connection_ends_for_its_own_address_and_port_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
