/* SPDX-License-Identifier: ISC */
/* Random frames, and random damage to good ones: the stack keeps within its
 * buffers (the bench asserts that, the sanitizers the rest), answers only with
 * well-formed frames, and a proven connection lives through all of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "net_bench.h"

#define ROUNDS 60000

static uint32_t dice_state;

static uint32_t dice(uint32_t sides)
{
    dice_state ^= dice_state << 13;
    dice_state ^= dice_state >> 17;
    dice_state ^= dice_state << 5;
    return dice_state % sides;
}

static void drain(void)
{
    struct got g;

    while (bench_take(&g))
        ;
}

static void random_frames_hurt_nobody(void **state)
{
    uint8_t frame[FRAME_MAX];
    struct peer p;

    (void)state;
    dice_state = 1;
    p = bench_connect(0, 1000);
    app[0].proven = 1;
    for (int i = 0; i < ROUNDS; i++) {
        size_t n = 1 + dice(sizeof frame);

        for (size_t k = 0; k < 80 && k < n; k++)
            frame[k] = (uint8_t)dice(256);
        if (dice(2))
            memcpy(frame + 12, "\x08\x00\x45", 3);
        bench_frame(frame, n);
        drain();
    }
    bench_data(&p, ".");
    bench_expect(&p, ACK, "ok");
    assert_int_equal(app[0].lost, 0);
}

/* Strangers with right checksums and any flags, numbers and lengths. */
static void random_segments_of_others_never_touch_a_proven_connection(void **state)
{
    static const char data[] = "!L#..xLLL!!#LLLLLLLLLL.....";
    uint8_t frame[FRAME_MAX];
    struct peer p, q;
    struct got g;

    (void)state;
    dice_state = 2;
    p = bench_connect(0, 1000);
    app[0].proven = 1;
    for (int i = 0; i < ROUNDS; i++) {
        q = bench_peer(1, (uint16_t)(2000 + dice(3)));
        q.window = (uint16_t)(dice(2) ? dice(300) : 0);
        q.seq = dice(4) ? q.seq + dice(3) : dice(0xFFFFFFFF);
        q.ack = dice(0xFFFFFFFF);
        for (unsigned k = 1; k < NET_CONNS; k++)
            app[k].len = 0;
        bench_frame(frame, bench_segment(frame, &q, (uint8_t)dice(64), data, dice(sizeof data)));
        while (bench_take(&g)) {
            if (!(g.flags & SYN) || dice(2))
                continue;
            q.seq++;                    /* go on with it now and then */
            q.ack = g.seq + 1;
            bench_send(&q, ACK, data, dice(sizeof data));
        }
        if (dice(10) == 0)
            bench_ticks(dice(200));
        drain();
    }
    bench_data(&p, ".");
    bench_expect(&p, ACK, "ok");
    assert_int_equal(app[0].lost, 0);
    assert_int_equal(app[0].opened, 1);
}

static void a_flipped_bit_anywhere_in_a_segment_changes_nothing(void **state)
{
    uint8_t frame[FRAME_MAX];
    struct peer p = bench_connect(0, 1000);
    size_t n;

    (void)state;
    app[0].proven = 1;
    for (size_t bit = 14 * 8; bit < (54 + 6) * 8; bit++) {
        n = bench_segment(frame, &p, ACK | PSH, "hello.", 6);
        frame[bit / 8] ^= (uint8_t)(1 << bit % 8);
        bench_frame(frame, n);
        bench_expect_none();
    }
    assert_int_equal(app[0].len, 0);
    bench_data(&p, "hello.");
    bench_expect(&p, ACK, "ok");
}

/* One host, one connection, every segment of either side lost, doubled or
 * delayed at random: all commands are answered once and in order. */
static void a_bad_wire_loses_and_doubles_nothing(void **state)
{
    enum { COMMANDS = 400 };
    struct peer p, q;
    struct got g;
    unsigned sent = 0, answered = 0;
    uint32_t start;

    (void)state;
    dice_state = 3;
    p = bench_connect(0, 1000);
    start = p.ack;
    for (int i = 0; i < 200000 && answered < COMMANDS; i++) {
        if (sent < COMMANDS && sent < answered + 3)
            sent++;
        q = p;                          /* everything from the first unacknowledged command on */
        if (dice(3))
            bench_send(&q, ACK, "......", sent - (p.seq - (0xFFFFFFF1u + 1000)));
        bench_ticks(dice(30));
        while (bench_take(&g)) {
            if (dice(3) == 0)
                continue;               /* lost */
            if ((int32_t)(g.ack - p.seq) > 0)
                p.seq = g.ack;
            if ((int32_t)(g.seq + g.len - p.ack) > 0 && (int32_t)(g.seq - p.ack) <= 0)
                p.ack = g.seq + (uint32_t)g.len;
            answered = (p.ack - start) / 2;
            for (size_t k = 0; k < g.len; k++)
                assert_int_equal(g.data[k], "ok"[(g.seq - start + k) & 1]);
        }
    }
    assert_int_equal(answered, COMMANDS);
    assert_int_equal(app[0].len, COMMANDS);
}

#define T(f) cmocka_unit_test_setup(f, bench_start)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(random_frames_hurt_nobody),
        T(random_segments_of_others_never_touch_a_proven_connection),
        T(a_flipped_bit_anywhere_in_a_segment_changes_nothing),
        T(a_bad_wire_loses_and_doubles_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
