/* SPDX-License-Identifier: ISC */
/* A device core on the test bench: see bench.h. */
#include <stdarg.h>
#include <string.h>
#include "bench.h"
#include <cmocka.h>

#define CANARY 0xC5

const uint8_t bench_peer[MSSL_PEER_LEN] = { 10, 0, 2, 2, 0x52, 0x55, 0, 0, 2, 2 };

int bench_setup(void **state)
{
    static struct bench b;

    memset(&b, 0, sizeof b);
    ram_provision();
    ram_reset_chip();
    model_random_seed(7);
    bench_connect(&b, 0);
    *state = &b;
    return 0;
}

void bench_connect(struct bench *b, unsigned i)
{
    b->s = &mssl_dev_sessions[i];
    memcpy(b->peer, bench_peer, sizeof b->peer);
    memset(b->before, CANARY, sizeof b->before);
    memset(b->after, CANARY, sizeof b->after);
    memset(b->buf, 0xEE, sizeof b->buf);
    b->out_len = 0;
    mssl_dev_begin(b->s, b->peer);
    assert_int_equal(b->s->state, MSSL_DEV_AWAIT_HELLO);
}

static void check(const struct bench *b)
{
    size_t i;

    for (i = 0; i < sizeof b->before; i++)
        if (b->before[i] != CANARY || b->after[i] != CANARY)
            fail_msg("the core wrote outside its buffer");
}

static void keep(struct bench *b, uint8_t n)
{
    check(b);
    assert_true(n <= MSSL_RECORD_LEN_MAX);
    memcpy(b->out, b->buf, n);
    b->out_len = n;
}

void bench_give(struct bench *b, const void *bytes, size_t len)
{
    const uint8_t *byte = bytes;
    uint8_t n = 0;
    size_t i;

    assert_true(len <= sizeof b->message);
    memmove(b->message, bytes, len);
    b->message_len = len;
    byte = b->message;
    for (i = 0; i < len; i++) {
        if (n)
            fail_msg("an answer after %zu of %zu bytes", i, len);
        n = mssl_dev_input(b->s, b->buf, byte[i]);
        check(b);
    }
    keep(b, n);
}

unsigned bench_ticks(struct bench *b, unsigned ticks)
{
    unsigned i;

    b->out_len = 0;
    for (i = 0; i < ticks; i++) {
        keep(b, mssl_dev_tick(b->s, b->buf));
        if (b->out_len || b->s->state == MSSL_DEV_CLOSED)
            return i + 1;
    }
    return ticks;
}

void bench_hello(struct bench *b)
{
    uint8_t hello[MSSL_HELLO_LEN_MAX];
    size_t n = model_hello(&b->host, hello);

    bench_give(b, hello, n);
}

void bench_greet_as(struct bench *b)
{
    uint8_t kd[16];

    memcpy(kd, ram.cells + MSSL_EE_KD, 16);
    bench_hello(b);
    if (!model_welcome(&b->host, kd, b->out, b->out_len))
        fail_msg("no WELCOME, or not the device's (%zu bytes)", b->out_len);
    assert_int_equal(b->s->state, MSSL_DEV_AWAIT_PROOF);
}

void bench_greet(struct bench *b, uint32_t tasks)
{
    model_grant(&b->host, tasks);
    bench_greet_as(b);
}

int bench_ask(struct bench *b, uint8_t task, const void *args, size_t len)
{
    uint8_t record[MSSL_RECORD_LEN_MAX];
    size_t n = model_command(&b->host, task, args, len, record);

    bench_give(b, record, n);
    if (b->out_len == 0)
        return -1;
    if (model_open(&b->host, b->out, b->out_len, b->plain) < 8)
        fail_msg("the answer is not a valid record");
    return b->plain[0];
}

void bench_open(struct bench *b, uint32_t tasks)
{
    bench_greet(b, tasks);
    assert_int_equal(bench_ask(b, MSSL_TASK_DESCRIBE, NULL, 0), 0);
    assert_int_equal(b->s->state, MSSL_DEV_OPEN);
}

void bench_is_over(struct bench *b)
{
    uint8_t sent[MSSL_RECORD_LEN_MAX];
    size_t n = b->out_len;
    int i;

    assert_int_equal(b->s->state, MSSL_DEV_CLOSED);
    assert_true(model_zero(b->s, sizeof *b->s));
    memcpy(sent, b->out, n);
    for (i = 0; i < 300; i++)
        assert_int_equal(mssl_dev_input(b->s, b->buf, (uint8_t)(i % 9 ? 0 : 44)), 0);
    for (i = 0; i < 300; i++)
        assert_int_equal(mssl_dev_tick(b->s, b->buf), 0);
    assert_true(model_zero(b->s, sizeof *b->s));
    memcpy(b->out, sent, n);
}

void bench_is_over_silently(struct bench *b)
{
    assert_int_equal(b->out_len, 0);
    bench_is_over(b);
}

void bench_is_closed(struct bench *b)
{
    bench_is_over(b);
    assert_int_equal(b->out_len, MSSL_CLOSE_LEN);
    assert_int_equal(model_open(&b->host, b->out, b->out_len, b->plain), 0);
}

void bench_is_refused(struct bench *b)
{
    bench_is_over_silently(b);
    assert_int_equal(ram.writes, 0);
    assert_int_equal(ram.aes, 0);
    assert_int_equal(ram.ran, 0);
}
