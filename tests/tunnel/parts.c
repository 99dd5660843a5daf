/* SPDX-License-Identifier: ISC */
/* The tunnel's parts that need no socket: frames, credit, telnet's lines, the store's
 * text, the queue. What comes from outside is cut at each byte and made of noise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "config.h"
#include "frame.h"
#include "queue.h"
#include "store.h"
#include "telnet.h"

static uint32_t noise_state = 1;

static uint8_t noise(void)
{
    noise_state = noise_state * 1103515245u + 12345u;
    return (uint8_t)(noise_state >> 16);
}

/* A copy of its own size, so that a read beyond it shows. */
static uint8_t *exact(const void *from, size_t len)
{
    uint8_t *copy = malloc(len > 0 ? len : 1);

    assert_non_null(copy);
    memcpy(copy, from, len);
    return copy;
}

static bool reads(struct tunnel_frame *f, const void *from, size_t len)
{
    uint8_t *copy = exact(from, len);
    bool ok = tunnel_frame_read(f, copy, len);

    free(copy);
    return ok;
}

static void every_frame_is_read_again_with_any_padding(void **state)
{
    static const uint8_t id[TUNNEL_ID_LEN] = "an id of sixteen";
    uint8_t out[TUNNEL_FRAME_MAX + 1], data[TUNNEL_DATA_MAX];
    struct tunnel_frame f;
    size_t n, pad;

    (void)state;
    memset(data, 'x', sizeof data);
    for (n = 1; n <= TUNNEL_DATA_MAX; n++) {
        memset(out, 0, sizeof out);
        assert_int_equal(tunnel_frame_data(out, data, (uint8_t)n), n + 1);
        for (pad = n + 1; pad <= TUNNEL_FRAME_MAX; pad++)
            assert_true(reads(&f, out, pad) && f.kind == TUNNEL_DATA && f.len == n);
        out[TUNNEL_FRAME_MAX - 1] |= 1;
        assert_true(reads(&f, out, TUNNEL_FRAME_MAX) == (n == TUNNEL_DATA_MAX));
        assert_false(reads(&f, out, n));
    }
    memset(out, 0, sizeof out);
    n = tunnel_frame_credit(out, 0x01020304);
    assert_true(reads(&f, out, n + 10) && f.kind == TUNNEL_CREDIT && f.n == 0x01020304);
    memset(out, 0, sizeof out);
    n = tunnel_frame_attach(out, id);
    assert_true(reads(&f, out, n) && f.kind == TUNNEL_ATTACH);
    memset(out, 0, sizeof out);
    n = tunnel_frame_byte(out, TUNNEL_RESET, TUNNEL_IDLE);
    assert_true(reads(&f, out, n) && f.kind == TUNNEL_RESET && f.n == TUNNEL_IDLE);
}

static void a_frame_that_is_cut_or_noise_is_never_read_beyond_its_end(void **state)
{
    uint8_t in[TUNNEL_FRAME_MAX];
    struct tunnel_frame f;
    int round;
    size_t i, n;

    (void)state;
    for (round = 0; round < 20000; round++) {
        n = noise() % (sizeof in + 1);
        for (i = 0; i < n; i++)
            in[i] = round % 2 ? noise() : noise() % 8;
        if (reads(&f, in, n) && f.kind == TUNNEL_DATA)
            assert_in_range(f.len, 1, n - 1);
    }
}

static void credit_and_window_never_pass_their_limit(void **state)
{
    struct tunnel_frame data = { TUNNEL_DATA, TUNNEL_DATA_MAX, NULL, 0 }, credit = { TUNNEL_CREDIT, 0, NULL, 0 };
    struct tunnel_flow f;
    uint32_t taken = 0;

    (void)state;
    tunnel_flow_begin(&f);
    while (tunnel_flow_take(&f, &data))
        taken += data.len;
    assert_in_range(taken, TUNNEL_WINDOW - TUNNEL_DATA_MAX + 1, TUNNEL_WINDOW);
    tunnel_flow_passed(&f, taken);
    assert_true(tunnel_flow_owes(&f));
    assert_int_equal(tunnel_flow_tell(&f), taken);
    assert_int_equal(f.window, TUNNEL_WINDOW);
    credit.n = 1;
    assert_false(tunnel_flow_take(&f, &credit));
    f.credit = 0;
    credit.n = 0xFFFFFFFF;
    assert_false(tunnel_flow_take(&f, &credit));
    credit.n = TUNNEL_WINDOW;
    assert_true(tunnel_flow_take(&f, &credit));
    assert_int_equal(f.credit, TUNNEL_WINDOW);
}

static void noise_from_a_plain_client_stays_inside_the_line(void **state)
{
    struct tunnel_telnet *t = calloc(1, sizeof *t);
    uint8_t reply[TUNNEL_REPLY_SIZE];
    size_t n;
    long i;

    (void)state;
    assert_non_null(t);
    for (i = 0; i < 200000; i++) {
        uint8_t byte = i % 3 ? noise() : (uint8_t)(240 + noise() % 16);
        int what = tunnel_telnet_byte(t, i % 1000 < 300 ? 'x' : byte, reply, &n);
        assert_in_range(n, 0, TUNNEL_REPLY_SIZE);
        if (what == TUNNEL_LINE_WHOLE) {
            assert_in_range(t->len, 0, TUNNEL_LINE_MAX);
            assert_int_equal(strlen(t->line), t->len);
        }
        if (what != TUNNEL_LINE_NONE)
            tunnel_telnet_next(t);
    }
    free(t);
}

static void a_store_s_text_is_read_again_and_any_damage_is_refused(void **state)
{
    static char text[TUNNEL_HEX_SIZE];
    uint8_t bytes[MSSL_EE_LEN], again[MSSL_EE_LEN];
    size_t i, len;

    (void)state;
    for (i = 0; i < sizeof bytes; i++)
        bytes[i] = noise();
    len = tunnel_hex_write(text, bytes);
    assert_null(tunnel_hex_read(again, text));
    assert_memory_equal(again, bytes, sizeof bytes);
    for (i = 0; i < len; i++) {
        char was = text[i];
        text[i] = '\0';                     /* cut */
        if (i < len - 1)                    /* the last line's LF may be missing */
            assert_non_null(tunnel_hex_read(again, text));
        text[i] = was == '0' ? '1' : '0';   /* damaged; an end of line that joins two */
        if (i < len - 1)
            assert_non_null(tunnel_hex_read(again, text));
        text[i] = was;
    }
}

static void noise_is_no_config(void **state)
{
    static const char *const words[] = { "[a]\n", "[b]\n", "mode", "=", " ", "line\n", "accept", "1\n", "\n", "#",
                                         "fd:", "/", "renew", "99999999999\n", "connect", "[", "]", "\t", "\r\n" };
    char text[200];
    int round;

    (void)state;
    for (round = 0; round < 5000; round++) {
        struct tunnel_config c;
        struct tunnel_service *s, *next;
        struct mssl_why why;
        size_t n = 0;

        while (n < sizeof text - 20) {
            strcpy(text + n, words[noise() % (sizeof words / sizeof words[0])]);
            n += strlen(text + n);
        }
        memset(&c, 0, sizeof c);
        if (!tunnel_config_parse(&c, text, &why))
            assert_true(why.line > 0 && why.reason != NULL);
        for (s = c.services; s != NULL; s = next) {
            next = s->next;
            free(s);
        }
    }
}

static void a_queue_gives_what_it_got_and_holds_nothing_when_empty(void **state)
{
    struct tunnel_queue q = { NULL, 0, 0, 0 };
    uint8_t in = 0, out = 0;
    int round;

    (void)state;
    for (round = 0; round < 3000; round++) {
        uint8_t piece[100];
        size_t i, n = noise() % sizeof piece;
        for (i = 0; i < n; i++)
            piece[i] = in++;
        assert_true(tunnel_queue_put(&q, piece, n));
        n = noise() % 120;
        for (i = 0; i < n && q.len > 0; i++) {
            assert_int_equal(*tunnel_queue_head(&q), out++);
            tunnel_queue_drop(&q, 1);
        }
        assert_true(q.len > 0 || q.bytes == NULL);
    }
    tunnel_queue_end(&q);
    assert_null(q.bytes);
    assert_null(tunnel_queue_room(&q, SIZE_MAX));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_frame_is_read_again_with_any_padding),
        cmocka_unit_test(a_frame_that_is_cut_or_noise_is_never_read_beyond_its_end),
        cmocka_unit_test(credit_and_window_never_pass_their_limit),
        cmocka_unit_test(noise_from_a_plain_client_stays_inside_the_line),
        cmocka_unit_test(a_store_s_text_is_read_again_and_any_damage_is_refused),
        cmocka_unit_test(noise_is_no_config),
        cmocka_unit_test(a_queue_gives_what_it_got_and_holds_nothing_when_empty),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
