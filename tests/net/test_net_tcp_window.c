/* SPDX-License-Identifier: ISC */
/* TCP: the peer's window and its maximum segment size. One session. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "net_bench.h"

static void the_peers_window_is_respected(void **state)
{
    struct peer p = bench_connect(0, 1000);

    (void)state;
    p.window = 3;
    bench_data(&p, "a.b.c.");
    bench_expect(&p, ACK, "oko");
    bench_send(&p, ACK, NULL, 0);
    bench_expect(&p, ACK, "kok");
    bench_send(&p, ACK, NULL, 0);
    bench_expect_none();
}

static void a_closed_window_is_probed_with_one_byte_until_it_opens(void **state)
{
    struct peer p = bench_connect(0, 1000), q;

    (void)state;
    p.window = 0;
    bench_data(&p, "a.");
    q = p;
    bench_expect(&p, ACK, "");
    for (int i = 0; i < 40; i++) {      /* far longer than it would wait for a silent peer */
        bench_ticks(161);
        for (struct got g; bench_take(&g); ) {
            assert_int_equal(g.len, 1);
            bench_send(&q, ACK, NULL, 0);
        }
    }
    assert_int_equal(app[0].lost, 0);
    q.window = 100;
    bench_send(&q, ACK, NULL, 0);
    bench_ticks(1);
    bench_expect(&p, ACK, "ok");
    bench_send(&p, ACK, NULL, 0);
    bench_ticks(200);
    bench_expect_none();
}

/* What asks for an acknowledgement gets no probe: those have their own times. */
static void a_closed_window_gets_bare_acknowledgements(void **state)
{
    struct peer p = bench_connect(0, 1000), q;

    (void)state;
    p.window = 0;
    bench_data(&p, "a.");
    bench_expect(&p, ACK, "");
    q = p;
    q.seq += 5;
    bench_send(&q, RST, NULL, 0);       /* near, but not at the number we await */
    bench_expect(&p, ACK, "");
    bench_send(&q, ACK, "x", 1);        /* out of order */
    bench_expect(&p, ACK, "");
    q = p;
    q.ack += 3;
    bench_send(&q, ACK, NULL, 0);       /* of what was never sent */
    bench_expect(&p, ACK, "");
    for (int i = 0; i < 2; i++) {       /* its FIN, and another one behind that */
        bench_send(&p, ACK | FIN, NULL, 0);
        p.seq++;
        bench_expect(&p, ACK, "");
    }
}

static void an_opened_window_is_used_at_once(void **state)
{
    struct peer p = bench_connect(0, 1000);

    (void)state;
    p.window = 0;
    bench_data(&p, "a.");
    bench_expect(&p, ACK, "");
    p.window = 100;
    bench_send(&p, ACK, NULL, 0);
    bench_expect(&p, ACK, "ok");
}

static void a_window_that_opens_behind_a_lost_probe_is_used_at_the_next_tick(void **state)
{
    struct peer p = bench_connect(0, 1000);
    struct got g;

    (void)state;
    p.window = 0;
    bench_data(&p, "a.");
    bench_expect(&p, ACK, "");
    for (int i = 0; i < 200 && !bench_take(&g); i++)
        bench_ticks(1);
    assert_int_equal(g.len, 1);         /* the probe; its answer is lost */
    p.window = 100;
    bench_send(&p, ACK, NULL, 0);
    bench_ticks(1);
    bench_expect(&p, ACK, "ok");
}

/* A peer whose SYN has these options; its answers come in pieces of its MSS. */
static void expect_mss(const uint8_t *options, size_t n, size_t mss)
{
    struct peer p = bench_peer(0, 1000);

    bench_start(NULL);
    bench_send_options(&p, SYN, options, n, 0);
    p.seq++;
    bench_expect(&p, SYN | ACK, "");
    bench_data(&p, "LL");
    for (size_t left = 2 * NET_ANSWER_MAX, n_now; left; left -= n_now) {
        n_now = left < mss ? left : mss;
        bench_expect_len(&p, ACK, n_now);
        bench_send(&p, ACK, NULL, 0);
    }
    bench_expect_none();
}

static void the_peers_mss_is_respected_wherever_it_stands(void **state)
{
    (void)state;
    expect_mss((const uint8_t *)"\2\4\0\310", 4, 200);
    expect_mss((const uint8_t *)"\1\1\2\4\0\310\0\0", 8, 200);
    expect_mss((const uint8_t *)"\1\2\4\0\310\0\0\0", 8, 200);
    expect_mss((const uint8_t *)"\3\3\7\4\2\2\4\0\310\0\0\0", 12, 200);
    expect_mss((const uint8_t *)"\10\12\1\1\1\1\1\1\1\1\2\4\0\310\1\1", 16, 200);
}

/* A peer that takes less than this takes nothing: each answer would need dozens of segments. */
static void a_tiny_mss_counts_as_the_least(void **state)
{
    (void)state;
    expect_mss((const uint8_t *)"\2\4\0\0", 4, 48);
    expect_mss((const uint8_t *)"\2\4\0\57", 4, 48);
    expect_mss((const uint8_t *)"\2\4\0\61", 4, 49);
}

static void malformed_options_mean_the_default_mss(void **state)
{
    static const struct { const char *bytes; size_t n; } bad[] = {
        { "\0\4\0\310", 4 }, { "\2\0\0\310", 4 }, { "\2\1\0\310", 4 }, { "\2\3\0\310", 4 },
        { "\2\5\0\310", 4 }, { "\1\1\1\2", 4 }, { "\1\1\2\4", 4 }, { "\3\377\2\4\0\310\0\0", 8 },
        { "\2\2\2\2", 4 }, { "\3\1\2\4\0\310\0\0", 8 }, { "\0\2\2\4\0\310\0\0", 8 } };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        expect_mss((const uint8_t *)bad[i].bytes, bad[i].n, 2 * NET_ANSWER_MAX);
}

static void data_of_a_syn_is_no_option(void **state)
{
    static const struct { const char *bytes; size_t n; } syn[] = {
        { "\1\1\1\1\2\4\0\310", 4 }, { "\10\12\1\1\1\1\1\1\1\1\1\1\2\4\0\310", 12 },
        { "\1\1\2\4\0\310\0\0", 4 }, { "\1\1\1\2\4\0\310\0", 4 } };   /* begun as one, ends as data */

    (void)state;
    for (size_t i = 0; i < sizeof syn / sizeof *syn; i++) {
        struct peer p = bench_peer(0, 1000);

        bench_start(NULL);
        bench_send_options(&p, SYN, (const uint8_t *)syn[i].bytes, syn[i].n, 4);
        p.seq++;                        /* its data is not taken */
        bench_expect(&p, SYN | ACK, "");
        bench_data(&p, "LL");
        bench_expect_len(&p, ACK, 2 * NET_ANSWER_MAX);
    }
}

#define T(f) cmocka_unit_test_setup(f, bench_start)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(the_peers_window_is_respected),
        T(a_closed_window_is_probed_with_one_byte_until_it_opens),
        T(a_closed_window_gets_bare_acknowledgements),
        T(an_opened_window_is_used_at_once),
        T(the_peers_mss_is_respected_wherever_it_stands),
        T(a_window_that_opens_behind_a_lost_probe_is_used_at_the_next_tick),
        T(a_tiny_mss_counts_as_the_least),
        T(malformed_options_mean_the_default_mss),
        T(data_of_a_syn_is_no_option),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
