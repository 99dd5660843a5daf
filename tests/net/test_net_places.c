/* SPDX-License-Identifier: ISC */
/* Several sessions: proven connections, the one unproven, and who gives way. PROTOCOL 8 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "net_bench.h"

/* Connections 0 .. n - 1, proven. */
static struct peer proven[NET_CONNS];

static void connect_proven(int n)
{
    for (int i = 0; i < n; i++) {
        proven[i] = bench_connect(0, (uint16_t)(1000 + i));
        assert_int_equal(app[i].opened, 1);
        app[i].proven = 1;
    }
}

static void expect_proven_work(int n)
{
    for (int i = 0; i < n; i++) {
        bench_data(&proven[i], ".");
        bench_expect(&proven[i], ACK, "ok");
        assert_int_equal(app[i].lost, 0);
    }
}

static void proven_connections_work_side_by_side(void **state)
{
    (void)state;
    connect_proven(NET_CONNS);
    expect_proven_work(NET_CONNS);
    expect_proven_work(NET_CONNS);
}

static void all_proven_a_newcomer_is_refused_at_once(void **state)
{
    struct peer q = bench_peer(1, 2000);

    (void)state;
    connect_proven(NET_CONNS);
    bench_ticks(100);
    q.ack = 0;
    bench_send(&q, SYN, NULL, 0);
    q.seq++;
    bench_expect(&q, RST | ACK, "");
    expect_proven_work(NET_CONNS);
}

static void there_is_one_unproven_connection_though_places_are_free(void **state)
{
    struct peer p, q = bench_peer(1, 2000);

    (void)state;
    connect_proven(1);
    p = bench_connect(0, 3000);
    bench_send(&q, SYN, NULL, 0);
    bench_expect_none();                /* p is young */
    bench_ticks(7);
    bench_send(&q, SYN, NULL, 0);
    q.seq++;
    bench_expect(&q, SYN | ACK, "");    /* p is old: q has its place */
    bench_data(&p, "x");
    bench_expect(&p, RST, "");
    assert_int_equal(app[1].lost, 1);
    expect_proven_work(1);
}

static void a_syn_without_a_third_segment_is_the_unproven_connection_too(void **state)
{
    struct peer p = bench_peer(0, 3000), q = bench_peer(1, 2000);

    (void)state;
    bench_send(&p, SYN, NULL, 0);
    p.seq++;
    bench_expect(&p, SYN | ACK, "");
    bench_send(&q, SYN, NULL, 0);
    bench_expect_none();
    bench_ticks(7);
    bench_send(&q, SYN, NULL, 0);
    q.seq++;
    bench_expect(&q, SYN | ACK, "");
    assert_int_equal(app[0].lost, 0);   /* nobody had told the application */
}

static void a_closing_connection_keeps_its_place_while_others_are_free(void **state)
{
    struct peer q;

    (void)state;
    connect_proven(2);
    bench_data(&proven[0], "#");
    bench_expect(&proven[0], ACK | FIN, "bye");
    bench_ticks(10);
    q = bench_connect(1, 2000);         /* at once, in a free place */
    assert_int_equal(app[2].opened, 1);
    bench_send(&proven[0], ACK | FIN, NULL, 0);
    proven[0].seq++;
    bench_expect(&proven[0], ACK, "");
    bench_data(&q, ".");
    bench_expect(&q, ACK, "ok");
}

static void of_closing_connections_the_oldest_gives_way(void **state)
{
    struct peer q;

    (void)state;
    connect_proven(NET_CONNS);
    for (int i = 0; i < NET_CONNS; i++) {       /* whichever place it has, and whichever are younger */
        for (int j = 0; j < NET_CONNS; j++) {
            int n = (i + j) % NET_CONNS;

            bench_data(&proven[n], "#");
            bench_expect(&proven[n], ACK | FIN, "bye");
            if (j == 0)
                bench_ticks(7);
        }
        q = bench_connect(1, (uint16_t)(2000 + i));
        bench_data(&q, ".");
        bench_expect(&q, ACK, "ok");
        bench_start(NULL);
        connect_proven(NET_CONNS);
    }
}

/* nic_send waits for a chip that hangs, and the watchdog waits for the tick. */
static void a_tick_sends_one_frame_a_connection_at_most(void **state)
{
    struct got g;
    unsigned frames;

    (void)state;
    connect_proven(NET_CONNS);
    for (int round = 0; round < 100; round++) {
        for (uint8_t i = 0; i < NET_CONNS; i++)
            if (round % 20 == 19)
                net_send(i, (const uint8_t *)"x", 1);
        bench_ticks(1);
        for (frames = 0; bench_take(&g); frames++)
            ;
        assert_in_range(frames, 0, NET_CONNS);
    }
}

static void a_freed_place_is_used_again(void **state)
{
    struct peer q;

    (void)state;
    connect_proven(NET_CONNS);
    bench_send(&proven[2], RST, NULL, 0);
    bench_expect_none();
    assert_int_equal(app[2].lost, 1);
    q = bench_connect(1, 2000);
    assert_int_equal(app[2].opened, 2);
    bench_data(&q, ".");
    bench_expect(&q, ACK, "ok");
}

static void a_repetition_comes_from_its_own_buffer(void **state)
{
    struct peer late[2];

    (void)state;
    connect_proven(2);
    bench_data(&proven[0], ".");
    bench_data(&proven[1], "L");
    late[0] = proven[0];
    late[1] = proven[1];
    bench_expect(&proven[0], ACK, "ok");
    bench_expect_len(&proven[1], ACK, NET_ANSWER_MAX);
    bench_ticks(20);
    bench_expect(&late[0], ACK, "ok");
    bench_expect_len(&late[1], ACK, NET_ANSWER_MAX);
}

#define T(f) cmocka_unit_test_setup(f, bench_start)

/* -- Time in which the application works on one byte: net_pause -- */

static void pauses(unsigned n)
{
    while (n--)
        net_pause();
}

static void what_a_pause_made_due_is_repeated_with_the_next_tick(void **state)
{
    struct peer p = bench_connect(0, 1000), q = p, r = bench_peer(1, 2000);

    (void)state;
    app[0].proven = 1;
    bench_data(&p, "a.");
    q = p;
    bench_expect(&p, ACK, "ok");
    bench_send(&r, SYN, NULL, 0);
    r.seq++;
    bench_expect(&r, SYN | ACK, "");
    r.ack--;
    pauses(44);
    bench_expect_none();
    bench_ticks(1);
    p = q;
    bench_expect(&p, ACK, "ok");
    bench_expect(&r, SYN | ACK, "");
    bench_ticks(39);        /* and the pauses grow as ever */
    bench_expect_none();
    bench_ticks(1);
    p = q;
    bench_expect(&p, ACK, "ok");
}

static void an_answer_behind_a_pause_has_all_its_time(void **state)
{
    struct peer p = bench_connect(0, 1000), q;

    (void)state;
    pauses(44);
    bench_data(&p, "a.");
    q = p;
    bench_expect(&p, ACK, "ok");
    bench_ticks(19);
    bench_expect_none();
    bench_ticks(1);
    bench_expect(&q, ACK, "ok");
}

static void what_waits_to_be_sent_has_all_its_time(void **state)
{
    struct peer p = bench_connect(0, 1000), q = p;

    (void)state;
    net_send(0, (const uint8_t *)"x", 1);
    pauses(44);
    bench_ticks(1);
    bench_expect(&p, ACK, "x");
    bench_ticks(19);
    bench_expect_none();
    bench_ticks(1);
    bench_expect(&q, ACK, "x");
}

static void an_unproven_connection_ages_in_a_pause(void **state)
{
    struct peer q = bench_peer(1, 2000);

    (void)state;
    bench_connect(0, 1000);
    pauses(6);
    bench_send(&q, SYN, NULL, 0);
    bench_expect_none();
    pauses(1);
    bench_send(&q, SYN, NULL, 0);
    q.seq++;
    bench_expect(&q, SYN | ACK, "");
    assert_int_equal(app[0].lost, 1);
}

static void an_unproven_connection_gives_way_however_long_pauses_were(void **state)
{
    struct peer q = bench_peer(1, 2000);

    (void)state;
    for (unsigned n = 250; n < 270; n++) {
        bench_start(NULL);
        bench_connect(0, 1000);
        pauses(n);
        bench_send(&q, SYN, NULL, 0);
        q.seq++;
        bench_expect(&q, SYN | ACK, "");
    }
}

/* Its place was given up when the peer acknowledged our FIN. */
static void a_connection_that_has_closed_gives_way_after_a_pause_too(void **state)
{
    struct peer q = bench_peer(1, 2000);

    (void)state;
    connect_proven(NET_CONNS);
    bench_data(&proven[1], "#");
    bench_expect(&proven[1], ACK | FIN, "bye");
    bench_send(&proven[1], ACK, NULL, 0);
    pauses(1);
    bench_send(&q, SYN, NULL, 0);
    q.seq++;
    bench_expect(&q, SYN | ACK, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(proven_connections_work_side_by_side),
        T(all_proven_a_newcomer_is_refused_at_once),
        T(there_is_one_unproven_connection_though_places_are_free),
        T(a_syn_without_a_third_segment_is_the_unproven_connection_too),
        T(a_closing_connection_keeps_its_place_while_others_are_free),
        T(of_closing_connections_the_oldest_gives_way),
        T(a_tick_sends_one_frame_a_connection_at_most),
        T(a_freed_place_is_used_again),
        T(a_repetition_comes_from_its_own_buffer),
        T(what_a_pause_made_due_is_repeated_with_the_next_tick),
        T(an_answer_behind_a_pause_has_all_its_time),
        T(what_waits_to_be_sent_has_all_its_time),
        T(an_unproven_connection_ages_in_a_pause),
        T(an_unproven_connection_gives_way_however_long_pauses_were),
        T(a_connection_that_has_closed_gives_way_after_a_pause_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
