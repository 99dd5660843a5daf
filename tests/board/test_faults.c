/* SPDX-License-Identifier: ISC */
/* The faults of the chip's link. */
#include <string.h>
#include "cmocka_all.h"
#include "faults.h"

#define FRAMES 10000
#define LEN    100

static struct board_faults f;
static unsigned seen[FRAMES], arrived, late, changed, out_of_order;

static void faulty(const char *text)
{
    struct board_fault_rates rates;
    char error[300];

    assert_int_equal(board_faults_parse(&rates, text, error, sizeof error), 0);
    board_faults_init(&f);
    board_faults_set(&f, &rates);
}

static void make(uint8_t *frame, unsigned number)
{
    memset(frame, 0x5A, LEN);
    frame[12] = 0x08;
    frame[13] = 0x00;
    memcpy(frame, &number, 4);
}

static void take_all(uint64_t now)
{
    static unsigned last;
    uint8_t wanted[LEN];
    const uint8_t *got;
    unsigned number, bits = 0;
    uint16_t len;
    int way;

    if (now == 0)
        last = 0;
    while ((got = board_faults_take(&f, now, &way, &len)) != NULL) {
        memcpy(&number, got, 4);
        assert_int_equal(way, number & 1);
        assert_int_equal(len, LEN);
        assert_true(number < FRAMES);
        make(wanted, number);
        bits = 0;
        for (unsigned i = 0; i < LEN; i++)
            bits += (unsigned)__builtin_popcount((unsigned)(got[i] ^ wanted[i]));
        assert_in_range(bits, 0, 1);
        changed += bits;
        seen[number]++;
        arrived++;
        late += now > number * 1000u;
        out_of_order += number < last;
        last = number;
    }
}

/* A frame each millisecond. */
static void run(const char *text)
{
    uint8_t frame[LEN];
    unsigned i;

    faulty(text);
    memset(seen, 0, sizeof seen);
    arrived = late = changed = out_of_order = 0;
    for (i = 0; i < FRAMES; i++) {
        make(frame, i);
        board_faults_put(&f, i * 1000u, (int)(i & 1), frame, LEN);
        take_all(i * 1000u);
    }
    for (; i < FRAMES + 100; i++)
        take_all(i * 1000u);
    assert_int_equal(f.count, 0);
}

static void a_link_without_faults_passes_all_in_order(void **state)
{
    (void)state;
    run("none");
    assert_int_equal(f.on, 0);
    assert_int_equal(arrived, FRAMES);
    assert_int_equal(late + changed + out_of_order, 0);
}

static void frames_are_lost(void **state)
{
    (void)state;
    run("loss=100");
    assert_int_equal(arrived, 0);
    run("loss=10,seed=3");
    assert_in_range(arrived, FRAMES * 88 / 100, FRAMES * 92 / 100);
    assert_int_equal(f.lost, FRAMES - arrived);
    assert_int_equal(late + changed + out_of_order, 0);
}

static void frames_are_duplicated(void **state)
{
    (void)state;
    run("duplicate=10");
    assert_in_range(arrived, FRAMES * 108 / 100, FRAMES * 112 / 100);
    assert_int_equal(f.duplicated, arrived - FRAMES);
    for (unsigned i = 0; i < FRAMES; i++)
        assert_in_range(seen[i], 1, 2);
}

static void frames_are_reordered(void **state)
{
    (void)state;
    run("reorder=10");
    assert_int_equal(arrived, FRAMES);
    assert_in_range(out_of_order, FRAMES * 7 / 100, FRAMES * 12 / 100);
    assert_int_equal(changed, 0);
}

static void frames_are_late(void **state)
{
    (void)state;
    run("delay=20");
    assert_int_equal(arrived, FRAMES);
    assert_in_range(late, FRAMES * 90 / 100, FRAMES);
}

static void one_bit_of_an_ip_packet_flips(void **state)
{
    (void)state;
    run("corrupt=10");
    assert_int_equal(arrived, FRAMES);
    assert_in_range(changed, FRAMES * 8 / 100, FRAMES * 12 / 100);
    assert_int_equal(f.corrupted, changed);
}

static void arp_is_not_corrupted(void **state)
{
    uint8_t frame[60] = { 0 };
    const uint8_t *got;
    uint16_t len;
    int way;

    (void)state;
    faulty("corrupt=100");
    frame[12] = 0x08;
    frame[13] = 0x06;
    board_faults_put(&f, 0, BOARD_TO_CHIP, frame, sizeof frame);
    got = board_faults_take(&f, 0, &way, &len);
    assert_non_null(got);
    assert_memory_equal(got, frame, sizeof frame);
}

static void the_same_seed_gives_the_same_faults(void **state)
{
    static unsigned first[FRAMES];

    (void)state;
    run("loss=10,duplicate=10,reorder=10,corrupt=10,delay=3,seed=1");
    memcpy(first, seen, sizeof seen);
    run("loss=10,duplicate=10,reorder=10,corrupt=10,delay=3,seed=1");
    assert_memory_equal(first, seen, sizeof seen);
    run("loss=10,duplicate=10,reorder=10,corrupt=10,delay=3,seed=2");
    assert_memory_not_equal(first, seen, sizeof seen);
}

static void malformed_lists_are_refused(void **state)
{
    static const char *const bad[] = { "", "loss", "loss=", "loss=x", "loss=101", "loss=-1", "loss=1,", "los=1",
        "losss=1", "loss=1 ", "delay=nan", "seed=-1", "none,loss=1" };
    struct board_fault_rates rates;
    char error[300];

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (board_faults_parse(&rates, bad[i], error, sizeof error) == 0)
            fail_msg("'%s' was taken", bad[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_link_without_faults_passes_all_in_order), cmocka_unit_test(frames_are_lost),
        cmocka_unit_test(frames_are_duplicated), cmocka_unit_test(frames_are_reordered),
        cmocka_unit_test(frames_are_late), cmocka_unit_test(one_bit_of_an_ip_packet_flips),
        cmocka_unit_test(arp_is_not_corrupted), cmocka_unit_test(the_same_seed_gives_the_same_faults),
        cmocka_unit_test(malformed_lists_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
