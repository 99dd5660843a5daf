/* SPDX-License-Identifier: ISC */
/* TCP: how connections end. One session. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "net_bench.h"

/* The connection's place is free: the next SYN is answered at once. */
static void expect_free(void)
{
    struct peer q = bench_peer(1, 4000);

    bench_send(&q, SYN, NULL, 0);
    q.seq++;
    bench_expect(&q, SYN | ACK, "");
}

static void expect_taken(void)
{
    struct peer q = bench_peer(1, 4000);

    bench_send(&q, SYN, NULL, 0);
    bench_expect_none();
}

static void the_application_closes_first(void **state)
{
    struct peer p = bench_connect(0, 1000);

    (void)state;
    bench_data(&p, "#");
    bench_expect(&p, ACK | FIN, "bye");
    bench_send(&p, ACK, NULL, 0);
    bench_expect_none();
    bench_send(&p, ACK | FIN, NULL, 0);
    p.seq++;
    bench_expect(&p, ACK, "");
    assert_int_equal(app[0].lost, 0);
    bench_send(&p, ACK, NULL, 0);           /* a stray: nothing is left */
    bench_expect(&p, RST, "");
    expect_free();
}

static void one_segment_may_acknowledge_our_fin_and_close(void **state)
{
    struct peer p = bench_connect(0, 1000);

    (void)state;
    bench_data(&p, "#");
    bench_expect(&p, ACK | FIN, "bye");
    bench_send(&p, ACK | FIN, NULL, 0);
    p.seq++;
    bench_expect(&p, ACK, "");
    expect_free();
}

static void both_close_at_once(void **state)
{
    struct peer p = bench_connect(0, 1000), q;

    (void)state;
    bench_data(&p, "!");
    q = p;
    bench_send(&p, ACK | FIN, NULL, 0);     /* before it saw ours */
    p.seq++;
    bench_expect(&q, ACK | FIN, "");
    bench_expect(&p, ACK | FIN, "");        /* ours again: not acknowledged yet */
    bench_send(&p, ACK, NULL, 0);
    bench_expect_none();
    bench_send(&p, ACK, NULL, 0);           /* a stray: nothing is left */
    bench_expect(&p, RST, "");
}

static void the_peer_closes_first(void **state)
{
    struct peer p = bench_connect(0, 1000);

    (void)state;
    bench_send(&p, ACK | FIN, NULL, 0);
    p.seq++;
    bench_expect(&p, ACK | FIN, "");
    assert_int_equal(app[0].lost, 1);
    bench_send(&p, ACK, NULL, 0);
    bench_expect_none();
    expect_free();
    assert_int_equal(app[0].lost, 1);
}

static void data_with_the_peers_fin_is_handed_on_and_answered(void **state)
{
    struct peer p = bench_connect(0, 1000);

    (void)state;
    bench_send(&p, ACK | FIN, "a.", 2);
    p.seq += 3;
    bench_expect(&p, ACK | FIN, "ok");
    assert_int_equal(app[0].len, 2);
    assert_int_equal(app[0].lost, 1);
}

static void a_fin_behind_data_without_room_waits(void **state)
{
    struct peer p = bench_connect(0, 1000);

    (void)state;
    bench_send(&p, ACK | FIN, "LLLL", 4);
    p.seq += 3;
    bench_expect_len(&p, ACK, 3 * NET_ANSWER_MAX);
    assert_int_equal(app[0].lost, 0);
    bench_send(&p, ACK | FIN, "L", 1);
    p.seq += 2;
    bench_expect_len(&p, ACK | FIN, NET_ANSWER_MAX);
    assert_int_equal(app[0].lost, 1);
}

static void an_out_of_order_fin_closes_nothing(void **state)
{
    struct peer p = bench_connect(0, 1000), q = p;

    (void)state;
    q.seq += 1;
    bench_send(&q, ACK | FIN, NULL, 0);
    bench_expect(&p, ACK, "");
    assert_int_equal(app[0].lost, 0);
}

static void a_repeated_fin_is_acknowledged_again(void **state)
{
    struct peer p = bench_connect(0, 1000), q = p, r;

    (void)state;
    bench_send(&q, ACK | FIN, NULL, 0);
    p.seq++;
    r = p;
    bench_expect(&p, ACK | FIN, "");
    bench_send(&q, ACK | FIN, NULL, 0);
    bench_expect(&r, ACK | FIN, "");
    assert_int_equal(app[0].lost, 1);
}

static void what_comes_after_the_applications_end_is_acknowledged_and_dropped(void **state)
{
    struct peer p = bench_connect(0, 1000);

    (void)state;
    bench_data(&p, "x#yz.");
    bench_expect(&p, ACK | FIN, "bye");
    assert_int_equal(app[0].len, 2);
    bench_data(&p, "more.");
    bench_expect(&p, ACK, "");
    assert_int_equal(app[0].len, 2);
}

static void a_lost_fin_is_repeated_with_its_data(void **state)
{
    struct peer p = bench_connect(0, 1000), q;

    (void)state;
    bench_data(&p, "#");
    q = p;
    bench_expect(&p, ACK | FIN, "bye");
    bench_ticks(20);
    p = q;
    bench_expect(&p, ACK | FIN, "bye");
    bench_ticks(40);
    p = q;
    bench_expect(&p, ACK | FIN, "bye");
}

static void a_peer_that_vanishes_while_closing_is_given_up(void **state)
{
    struct peer p = bench_connect(0, 1000);
    struct got g;

    (void)state;
    bench_data(&p, "!");
    bench_expect(&p, ACK | FIN, "");
    bench_ticks(31 * 20);
    while (bench_take(&g))
        ;
    expect_free();
    assert_int_equal(app[0].lost, 0);
}

static void a_peer_that_never_closes_is_given_up(void **state)
{
    struct peer p = bench_connect(0, 1000);
    struct got g;

    (void)state;
    bench_data(&p, "!");
    bench_expect(&p, ACK | FIN, "");
    bench_send(&p, ACK, NULL, 0);
    bench_ticks(19);
    bench_expect_none();
    bench_ticks(31 * 20);
    while (bench_take(&g))
        ;
    bench_send(&p, ACK | FIN, NULL, 0);     /* a stray by now */
    bench_expect(&p, RST, "");
}

static void last_words_are_safe_from_newcomers_for_300_ms(void **state)
{
    struct peer p = bench_connect(0, 1000);

    (void)state;
    app[0].proven = 1;
    bench_ticks(200);
    bench_data(&p, "#");
    bench_expect(&p, ACK | FIN, "bye");
    bench_ticks(6);
    expect_taken();
    bench_ticks(1);
    expect_free();
    assert_int_equal(app[0].lost, 0);
}

static void a_connection_whose_last_words_arrived_gives_way_at_once(void **state)
{
    struct peer p = bench_connect(0, 1000);

    (void)state;
    bench_data(&p, "#");
    bench_expect(&p, ACK | FIN, "bye");
    bench_send(&p, ACK, NULL, 0);
    bench_expect_none();
    bench_ticks(1);
    expect_free();
}

static void a_reset_at_the_right_number_ends_the_connection(void **state)
{
    struct peer p = bench_connect(0, 1000);

    (void)state;
    bench_send(&p, RST, NULL, 0);
    bench_expect_none();
    assert_int_equal(app[0].lost, 1);
    expect_free();
}

static void a_reset_elsewhere_near_is_questioned(void **state)
{
    struct peer p = bench_connect(0, 1000), q = p;

    (void)state;
    q.seq += 535;                   /* the window's last number */
    bench_send(&q, RST, NULL, 0);
    bench_expect(&p, ACK, "");      /* RFC 5961: a real one comes again, at our number */
    assert_int_equal(app[0].lost, 0);
}

static void a_reset_outside_the_window_is_ignored(void **state)
{
    static const uint32_t far[] = { 0xFFFFFFFF, 536, 0xFFFF, 0x10001, 0x80000000 };
    struct peer p = bench_connect(0, 1000), q;

    (void)state;
    for (size_t i = 0; i < sizeof far / sizeof *far; i++) {
        q = p;
        q.seq += far[i];
        bench_send(&q, RST, NULL, 0);
        bench_expect_none();
    }
    assert_int_equal(app[0].lost, 0);
}

static void a_syn_inside_a_connection_is_questioned(void **state)
{
    struct peer p = bench_connect(0, 1000), q = p;

    (void)state;
    app[0].proven = 1;
    for (int i = 0; i < 3; i++) {
        q.seq += 0x1000u * (unsigned)i;
        bench_send(&q, SYN, NULL, 0);
        bench_expect(&p, ACK, "");
    }
    assert_int_equal(app[0].lost, 0);
    bench_data(&p, ".");
    bench_expect(&p, ACK, "ok");
}

static void a_restarted_peer_gets_rid_of_its_old_connection(void **state)
{
    struct peer p = bench_connect(0, 1000), q = bench_peer(0, 1000), r = p;

    (void)state;
    q.seq += 99999;
    bench_send(&q, SYN, NULL, 0);
    bench_expect(&p, ACK, "");          /* which it does not know, so: */
    bench_send(&r, RST, NULL, 0);
    bench_send(&q, SYN, NULL, 0);       /* and again */
    q.seq++;
    bench_expect(&q, SYN | ACK, "");
    assert_int_equal(app[0].lost, 1);
}

static void a_reset_of_our_syn_frees_the_place(void **state)
{
    struct peer p = bench_peer(0, 1000);

    (void)state;
    bench_send(&p, SYN, NULL, 0);
    p.seq++;
    bench_expect(&p, SYN | ACK, "");
    bench_send(&p, RST, NULL, 0);
    bench_expect_none();
    assert_int_equal(app[0].opened + app[0].lost, 0);
    expect_free();
}

static void closing_what_is_not_open_does_nothing(void **state)
{
    struct peer p = bench_peer(0, 1000);

    (void)state;
    net_close(0);
    bench_send(&p, SYN, NULL, 0);
    p.seq++;
    bench_expect(&p, SYN | ACK, "");
    net_close(0);
    bench_ticks(1);
    bench_expect_none();
    bench_data(&p, ".");
    bench_expect(&p, ACK, "ok");
}

static void a_close_from_the_tick_goes_out_with_its_words(void **state)
{
    struct peer p = bench_connect(0, 1000);

    (void)state;
    net_send(0, (const uint8_t *)"end", 3);
    net_close(0);
    bench_ticks(1);
    bench_expect(&p, ACK | FIN, "end");
}

#define T(f) cmocka_unit_test_setup(f, bench_start)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(the_application_closes_first),
        T(one_segment_may_acknowledge_our_fin_and_close),
        T(both_close_at_once),
        T(the_peer_closes_first),
        T(data_with_the_peers_fin_is_handed_on_and_answered),
        T(a_fin_behind_data_without_room_waits),
        T(an_out_of_order_fin_closes_nothing),
        T(a_repeated_fin_is_acknowledged_again),
        T(what_comes_after_the_applications_end_is_acknowledged_and_dropped),
        T(a_lost_fin_is_repeated_with_its_data),
        T(a_peer_that_vanishes_while_closing_is_given_up),
        T(a_peer_that_never_closes_is_given_up),
        T(last_words_are_safe_from_newcomers_for_300_ms),
        T(a_connection_whose_last_words_arrived_gives_way_at_once),
        T(a_reset_at_the_right_number_ends_the_connection),
        T(a_reset_elsewhere_near_is_questioned),
        T(a_reset_outside_the_window_is_ignored),
        T(a_syn_inside_a_connection_is_questioned),
        T(a_restarted_peer_gets_rid_of_its_old_connection),
        T(a_reset_of_our_syn_frees_the_place),
        T(closing_what_is_not_open_does_nothing),
        T(a_close_from_the_tick_goes_out_with_its_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
