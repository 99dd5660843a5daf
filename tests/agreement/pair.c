/* SPDX-License-Identifier: ISC */
/* A client and a device with a line between: see pair.h. */
#include <stdarg.h>
#include <string.h>
#include "pair.h"
#include <cmocka.h>

static const uint8_t peer[MSSL_PEER_LEN] = { 10, 0, 2, 2, 0x52, 0x55, 0, 0, 2, 2 };

void pair_setup(struct pair *p, uint32_t tasks)
{
    struct mssl_grant g = { .type = MSSL_TYPE_GRANT, .table = 1, .device = 1, .slot = 3,
                            .generation = 0, .tasks = tasks, .host = "alice" };

    memset(p, 0, sizeof *p);
    ram_provision();
    ram_reset_chip();
    p->chunk_max = 64;
    p->tasks = tasks;
    p->device = &mssl_dev_sessions[0];
    memcpy(p->peer, peer, sizeof p->peer);
    p->grant.count = 1;
    assert_int_equal(mssl_grant_encode(p->grant.blocks[0], &g), MSSL_OK);
    assert_int_equal(mssl_f(p->grant.key, ram.cells, p->grant.blocks[0]), MSSL_OK);
    ram.status = MSSL_STATUS_BUSY;
    ram.data_len = 9;
    memcpy(ram.data, "try later", 9);
}

void pair_restrict(struct pair *p, uint32_t tasks, const struct mssl_address *address)
{
    assert_int_equal(mssl_grant_file_restrict(&p->grant, tasks, address, "helper"), MSSL_OK);
    p->tasks &= tasks;
}

static void to_line(uint8_t *line, size_t *len, const uint8_t *bytes, size_t n)
{
    assert_true(*len + n <= PAIR_ROOM);
    memcpy(line + *len, bytes, n);
    *len += n;
}

void pair_connect(struct pair *p)
{
    uint8_t hello[MSSL_HELLO_LEN_MAX], nc[MSSL_NONCE_LEN], n;

    p->up_len = p->down_len = p->first = p->waiting = p->answers = p->sent = 0;
    p->welcomed = p->closed = 0;
    p->failure = MSSL_OK;
    ram_forget();
    mssl_dev_begin(p->device, p->peer);
    model_random_bytes(nc, sizeof nc);
    assert_int_equal(mssl_client_begin(&p->client, p->grant.blocks, p->grant.count, p->grant.key,
                                       nc, hello, &n), MSSL_OK);
    to_line(p->up, &p->up_len, hello, n);
}

static uint8_t without_zeros(const uint8_t *data, size_t len)
{
    while (len && data[len - 1] == 0)
        len--;
    return (uint8_t)len;
}

static void answer_text(struct pair_answer *a, uint8_t status, const char *text)
{
    a->status = status;
    a->len = (uint8_t)strlen(text);
    memcpy(a->data, text, a->len);
}

static void describe(const struct pair *p, struct pair_answer *a, const uint8_t *args, size_t len)
{
    int i;

    if (len >= 2 && args[0] == 1) {
        a->status = MSSL_STATUS_UNKNOWN;
        if (args[1] == 1 || args[1] == 2)
            answer_text(a, 0, args[1] == 1 ? "echo TEXT" : "fail ");
        return;
    }
    a->data[0] = 1;
    for (i = 0; i < 4; i++)
        a->data[1 + i] = (uint8_t)(p->tasks >> 8 * i);
    a->len = without_zeros(a->data, 6);
}

/* PROTOCOL 7, for the tasks of ram_port. */
static void expect(struct pair *p, uint8_t task, const uint8_t *args, size_t len)
{
    struct pair_answer *a = &p->expected[(p->first + p->waiting++) % (MSSL_PIPELINE_MAX + 1)];

    memset(a, 0, sizeof *a);
    a->task = task;
    if (task == MSSL_TASK_DESCRIBE) {
        describe(p, a, args, len);
        return;
    }
    a->status = MSSL_STATUS_UNKNOWN;
    if (task != MSSL_TASK_ENROL && !(p->tasks >> task & 1))
        a->status = MSSL_STATUS_DENIED;
    if (a->status == MSSL_STATUS_DENIED || (task != 1 && task != 2 && task != RAM_TOLD))
        return;
    p->sent_order[p->sent++ % sizeof p->sent_order] = len ? args[0] : 0;
    if (task == 1) {
        a->status = 0;
        a->len = without_zeros(args, len);
        memcpy(a->data, args, a->len);
    } else {
        answer_text(a, task == 2 ? MSSL_STATUS_FAILED : ram.status,
                    task == 2 ? "" : (const char *)ram.data);
    }
}

mssl_err pair_command(struct pair *p, uint8_t task, const uint8_t *args, size_t len)
{
    uint8_t out[MSSL_RECORD_LEN_MAX], n;
    mssl_err e = mssl_client_command(&p->client, task, args, len, out, &n);

    if (e != MSSL_OK)
        return e;
    to_line(p->up, &p->up_len, out, n);
    expect(p, task, args, len);
    return MSSL_OK;
}

mssl_err pair_random_command(struct pair *p)
{
    static const uint8_t tasks[] = { 0, 1, 1, 1, 1, 2, RAM_TOLD, 8, 28, 29, 30 };
    uint8_t args[127], task = tasks[model_random() % sizeof tasks];
    size_t len = model_random() % 4 ? model_random() % 20 : model_random() % 128;

    model_random_bytes(args, sizeof args);
    if (task == MSSL_TASK_DESCRIBE) {
        len = model_random() % 2 ? 2 : 0;
        args[0] = 1;
        args[1] = (uint8_t)(model_random() % 40);
    }
    return pair_command(p, task, args, len);
}

void pair_close(struct pair *p)
{
    uint8_t out[MSSL_CLOSE_LEN], n;

    assert_int_equal(mssl_client_close(&p->client, out, &n), MSSL_OK);
    to_line(p->up, &p->up_len, out, n);
}

static void check_answer(struct pair *p, const struct mssl_message *m)
{
    const struct pair_answer *a = &p->expected[p->first];

    if (p->waiting == 0)
        fail_msg("an answer without a command");
    if (m->task != a->task || m->status != a->status
        || without_zeros(m->data, m->len) != a->len || memcmp(m->data, a->data, a->len) != 0)
        fail_msg("answer %u: task %u status %u, not task %u status %u, or other data",
                 p->answers, m->task, m->status, a->task, a->status);
    p->first = (p->first + 1) % (MSSL_PIPELINE_MAX + 1);
    p->waiting--;
    p->answers++;
}

static void to_client(struct pair *p, const uint8_t *bytes, size_t len)
{
    struct mssl_message m;
    size_t used, at = 0;

    while (at < len && p->failure == MSSL_OK) {
        p->failure = mssl_client_input(&p->client, bytes + at, len - at, &used, &m);
        at += used;
        assert_true(used <= len && (used > 0 || p->failure));
        if (m.kind == MSSL_WELCOME)
            p->welcomed++;
        else if (m.kind == MSSL_ANSWER)
            check_answer(p, &m);
        else if (m.kind == MSSL_CLOSE)
            p->closed++;
        else
            assert_int_equal(m.kind, MSSL_NOTHING);
    }
}

/* Takes up to chunk_max bytes from the line. */
static size_t take(struct pair *p, uint8_t *line, size_t *len, uint8_t *chunk)
{
    size_t n = 1 + model_random() % p->chunk_max;

    n = n > *len ? *len : n;
    memcpy(chunk, line, n);
    memmove(line, line + n, *len - n);
    *len -= n;
    return n;
}

void pair_carry(struct pair *p)
{
    uint8_t chunk[PAIR_ROOM], sent;
    size_t i, n;

    while (p->up_len || p->down_len) {
        if (p->down_len == 0 || (p->up_len && model_random() % 2)) {
            n = take(p, p->up, &p->up_len, chunk);
            for (i = 0; i < n; i++) {
                sent = mssl_dev_input(p->device, p->buf, chunk[i]);
                to_line(p->down, &p->down_len, p->buf, sent);
            }
        } else {
            n = take(p, p->down, &p->down_len, chunk);
            to_client(p, chunk, n);
        }
    }
}

void pair_tick(struct pair *p)
{
    uint8_t n = mssl_dev_tick(p->device, p->buf);

    to_line(p->down, &p->down_len, p->buf, n);
}

void pair_ran_in_order(const struct pair *p)
{
    unsigned i;

    if (ram.ran > p->sent)
        fail_msg("%u commands ran of %u that were sent", ram.ran, p->sent);
    for (i = 0; i < ram.ran && i < sizeof ram.order; i++)
        if (p->sent <= sizeof ram.order && ram.order[i] != p->sent_order[i])
            fail_msg("run %u is not command %u", i, i);
}
