/* SPDX-License-Identifier: ISC */
/* TCP: data in and out, repetitions. One session. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "enc28j60_map.h"
#include "net_bench.h"

static void expect_in(const char *text)
{
    assert_int_equal(app[0].len, strlen(text));
    assert_memory_equal(app[0].in, text, strlen(text));
}

static void data_is_handed_on_and_acknowledged(void **state)
{
    struct peer p = bench_connect(0, 1000);

    (void)state;
    bench_data(&p, "hello");
    bench_expect(&p, ACK, "");
    expect_in("hello");
}

static void an_answer_carries_the_acknowledgement(void **state)
{
    struct peer p = bench_connect(0, 1000);

    (void)state;
    bench_data(&p, "hello.");
    bench_expect(&p, ACK, "ok");
    bench_send(&p, ACK, NULL, 0);
    bench_ticks(200);
    bench_expect_none();
}

/* RFC 9293 3.9.1, MUST-61: a sender that has no call for it sets PSH with the last of its data. */
static void data_is_pushed_and_a_bare_acknowledgement_is_not(void **state)
{
    struct peer p = bench_connect(0, 1000);
    struct got g;

    (void)state;
    bench_data(&p, "a");
    assert_int_equal(bench_take(&g), 1);
    assert_int_equal(g.flags, ACK);
    bench_data(&p, ".");
    assert_int_equal(bench_take(&g), 1);
    assert_int_equal(g.flags, ACK | PSH);
}

static void padding_and_options_are_no_data(void **state)
{
    static const uint8_t stamp[12] = { 1, 1, 8, 10 };
    struct peer p = bench_connect(0, 1000);

    (void)state;
    bench_send_options(&p, ACK, stamp, sizeof stamp, 0);
    bench_expect_none();
    bench_data(&p, "a");
    bench_expect(&p, ACK, "");
    expect_in("a");
}

static void several_commands_in_one_segment_are_answered_in_one(void **state)
{
    struct peer p = bench_connect(0, 1000);

    (void)state;
    bench_data(&p, "a.b.c.");
    bench_expect(&p, ACK, "okokok");
}

static void commands_sent_before_the_first_answer_is_acknowledged_are_answered(void **state)
{
    struct peer p = bench_connect(0, 1000), q;

    (void)state;
    bench_data(&p, "a.");
    q = p;
    bench_data(&p, "b.");       /* p has not seen the answer */
    bench_expect(&q, ACK, "ok");
    bench_expect(&p, ACK, "okok");  /* from the first unacknowledged byte on */
    bench_send(&p, ACK, NULL, 0);
    bench_ticks(200);
    bench_expect_none();
    expect_in("a.b.");
}

static void a_duplicate_is_acknowledged_and_not_handed_on(void **state)
{
    struct peer p = bench_connect(0, 1000), q = p;

    (void)state;
    bench_data(&p, "hello");
    bench_expect(&p, ACK, "");
    bench_send(&q, ACK, "hello", 5);
    bench_expect(&p, ACK, "");
    expect_in("hello");
}

static void a_duplicate_of_an_answered_command_gets_the_answer_again(void **state)
{
    struct peer p = bench_connect(0, 1000), q = p;

    (void)state;
    bench_data(&p, "a.");
    bench_data(&q, "a.");       /* the answer was lost */
    bench_expect(&p, ACK, "ok");
    bench_expect(&q, ACK, "ok");
    expect_in("a.");
}

static void overlapping_data_is_handed_on_once(void **state)
{
    struct peer p = bench_connect(0, 1000), q = p;

    (void)state;
    bench_data(&p, "hello");
    bench_expect(&p, ACK, "");
    q.seq += 2;
    bench_data(&q, "llo world");
    bench_expect(&q, ACK, "");
    expect_in("hello world");
}

static void out_of_order_data_is_asked_for_again(void **state)
{
    struct peer p = bench_connect(0, 1000), q = p;

    (void)state;
    q.seq += 3;
    bench_send(&q, ACK, "def", 3);
    bench_expect(&p, ACK, "");
    bench_data(&p, "abcdef");
    bench_expect(&p, ACK, "");
    expect_in("abcdef");
}

static void far_sequence_numbers_are_acknowledged_and_ignored(void **state)
{
    static const uint32_t far[] = { 0x1000, 0x7FFFFFFF, 0x80000000, 0x80000001, 0xFFFF0000 };
    struct peer p = bench_connect(0, 1000), q;

    (void)state;
    for (size_t i = 0; i < sizeof far / sizeof *far; i++) {
        q = p;
        q.seq += far[i];
        bench_send(&q, ACK, "evil", 4);
        bench_expect(&p, ACK, "");
    }
    expect_in("");
}

/* Its data is on the way, or it is late itself; an answer could be answered. */
static void a_bare_acknowledgement_out_of_order_is_not_answered(void **state)
{
    static const uint32_t off[] = { 1, 100, 70000, 0x80000000, 0xFFFFFFFE, 0xFFFFFF00 };
    struct peer p = bench_connect(0, 1000), q;

    (void)state;
    for (size_t i = 0; i < sizeof off / sizeof *off; i++) {
        q = p;
        q.seq += off[i];
        bench_send(&q, ACK, NULL, 0);
        bench_expect_none();
    }
    bench_data(&p, ".");
    bench_expect(&p, ACK, "ok");
}

static void a_keepalive_probe_is_answered(void **state)
{
    struct peer p = bench_connect(0, 1000), q = p;

    (void)state;
    q.seq--;
    bench_send(&q, ACK, NULL, 0);
    bench_expect(&p, ACK, "");
    bench_send(&q, ACK, "x", 1);
    bench_expect(&p, ACK, "");
    expect_in("");
}

static void an_acknowledgement_of_what_was_never_sent_is_answered_and_its_data_ignored(void **state)
{
    struct peer p = bench_connect(0, 1000), q = p;

    (void)state;
    q.ack += 1;
    bench_send(&q, ACK, "evil", 4);
    bench_expect(&p, ACK, "");
    q.ack = p.ack - 0x10001;
    bench_send(&q, ACK, "evil", 4);
    bench_expect(&p, ACK, "");
    expect_in("");
    q.ack = p.ack - 5;      /* an old one is harmless */
    bench_data(&q, "good");
    p.seq = q.seq;
    bench_expect(&p, ACK, "");
    expect_in("good");
}

static void a_segment_without_ack_is_ignored(void **state)
{
    struct peer p = bench_connect(0, 1000);

    (void)state;
    bench_send(&p, PSH, "evil", 4);
    bench_expect_none();
    expect_in("");
}

static void a_lost_answer_is_repeated_with_growing_pauses(void **state)
{
    static const unsigned pause[] = { 20, 40, 80, 160, 160 };
    struct peer p = bench_connect(0, 1000), q;

    (void)state;
    bench_ticks(33);        /* the timer starts with the answer */
    bench_data(&p, "a.");
    q = p;
    bench_expect(&p, ACK, "ok");
    for (size_t i = 0; i < sizeof pause / sizeof *pause; i++) {
        bench_ticks(pause[i] - 1);
        bench_expect_none();
        bench_ticks(1);
        p = q;
        bench_expect(&p, ACK, "ok");
    }
    bench_ticks(159);
    assert_int_equal(app[0].lost, 0);
    bench_ticks(1);
    bench_expect_none();
    assert_int_equal(app[0].lost, 1);   /* 31 s without an acknowledgement */
}

static void an_acknowledgement_starts_patience_anew(void **state)
{
    struct peer p = bench_connect(0, 1000), q;

    (void)state;
    bench_data(&p, "a.");
    bench_expect(&p, ACK, "ok");
    for (int i = 0; i < 10; i++) {
        q = p;
        bench_ticks(20);
        q.ack -= 2;
        bench_expect(&q, ACK, "ok");
        bench_data(&p, ".");
        bench_expect(&p, ACK, "ok");
    }
    assert_int_equal(app[0].lost, 0);
}

static void a_partial_acknowledgement_moves_on(void **state)
{
    struct peer p = bench_connect(0, 1000), q = p;

    (void)state;
    bench_data(&p, "a.b.");
    bench_expect(&p, ACK, "okok");
    q.seq = p.seq;
    for (int i = 1; i < 4; i++) {
        q.ack++;
        bench_send(&q, ACK, NULL, 0);
        bench_expect_none();            /* the rest is under way */
    }
    bench_ticks(20);
    bench_expect(&q, ACK, "k");
    bench_data(&p, "c.");
    bench_expect(&p, ACK, "ok");
}

static void full_acknowledgement_frees_the_whole_buffer(void **state)
{
    struct peer p = bench_connect(0, 1000);

    (void)state;
    bench_data(&p, "L");
    bench_expect_len(&p, ACK, NET_ANSWER_MAX);
    p.ack -= 37;
    bench_send(&p, ACK, NULL, 0);
    p.ack += 37;
    bench_send(&p, ACK, NULL, 0);
    bench_data(&p, "LLL");
    bench_expect_len(&p, ACK, 3 * NET_ANSWER_MAX);
}

static void what_finds_no_room_for_its_answer_is_not_acknowledged(void **state)
{
    struct peer p = bench_connect(0, 1000), q = p;
    const size_t fit = (ENC_PAYLOAD - NET_CLOSING_MAX) / NET_ANSWER_MAX;

    (void)state;
    bench_send(&p, ACK, "LLLLLL", 6);
    p.seq += (uint32_t)fit;
    q = p;
    bench_expect_len(&p, ACK, fit * NET_ANSWER_MAX);
    assert_int_equal(app[0].len, fit);
    bench_send(&q, ACK, "LLL", 3);      /* and again: still none */
    bench_expect_len(&q, ACK, fit * NET_ANSWER_MAX);
    assert_int_equal(app[0].len, fit);
    bench_data(&p, "L");                /* acknowledges the answers: room */
    bench_expect_len(&p, ACK, NET_ANSWER_MAX);
}

static void a_new_connection_starts_with_an_empty_buffer_and_nothing_under_way(void **state)
{
    struct peer p = bench_connect(0, 1000);

    (void)state;
    bench_data(&p, "LLL");
    bench_expect_len(&p, ACK, 3 * NET_ANSWER_MAX);
    p.ack -= NET_ANSWER_MAX;            /* a part stays */
    bench_send(&p, ACK, NULL, 0);
    bench_send(&p, RST, NULL, 0);
    p = bench_connect(0, 1001);
    net_send(0, (const uint8_t *)"x", 1);
    bench_ticks(1);
    bench_expect(&p, ACK, "x");
    bench_data(&p, "LLL");
    bench_expect_len(&p, ACK, 3 * NET_ANSWER_MAX);
}

static void the_closing_words_find_room_behind_full_answers(void **state)
{
    struct peer p = bench_connect(0, 1000), q = p;
    const size_t fit = (ENC_PAYLOAD - NET_CLOSING_MAX) / NET_ANSWER_MAX;
    static const uint8_t words[NET_CLOSING_MAX];

    (void)state;
    bench_send(&p, ACK, "LLLLLL", 6);
    p.seq += (uint32_t)fit;
    q = p;
    bench_expect_len(&q, ACK, fit * NET_ANSWER_MAX);
    net_send(0, words, sizeof words);
    net_close(0);
    bench_ticks(20);
    bench_expect_len(&p, ACK | FIN, fit * NET_ANSWER_MAX + sizeof words);
}

static void what_the_application_sends_on_its_own_goes_with_the_next_tick(void **state)
{
    struct peer p = bench_connect(0, 1000);

    (void)state;
    net_send(0, (const uint8_t *)"news", 4);
    bench_expect_none();
    bench_ticks(1);
    bench_expect(&p, ACK, "news");
    bench_ticks(1);
    bench_expect_none();
}

#define T(f) cmocka_unit_test_setup(f, bench_start)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(data_is_handed_on_and_acknowledged),
        T(an_answer_carries_the_acknowledgement),
        T(data_is_pushed_and_a_bare_acknowledgement_is_not),
        T(padding_and_options_are_no_data),
        T(several_commands_in_one_segment_are_answered_in_one),
        T(commands_sent_before_the_first_answer_is_acknowledged_are_answered),
        T(a_duplicate_is_acknowledged_and_not_handed_on),
        T(a_duplicate_of_an_answered_command_gets_the_answer_again),
        T(overlapping_data_is_handed_on_once),
        T(out_of_order_data_is_asked_for_again),
        T(far_sequence_numbers_are_acknowledged_and_ignored),
        T(a_bare_acknowledgement_out_of_order_is_not_answered),
        T(a_keepalive_probe_is_answered),
        T(an_acknowledgement_of_what_was_never_sent_is_answered_and_its_data_ignored),
        T(a_segment_without_ack_is_ignored),
        T(a_lost_answer_is_repeated_with_growing_pauses),
        T(an_acknowledgement_starts_patience_anew),
        T(a_partial_acknowledgement_moves_on),
        T(full_acknowledgement_frees_the_whole_buffer),
        T(what_finds_no_room_for_its_answer_is_not_acknowledged),
        T(a_new_connection_starts_with_an_empty_buffer_and_nothing_under_way),
        T(the_closing_words_find_room_behind_full_answers),
        T(what_the_application_sends_on_its_own_goes_with_the_next_tick),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
