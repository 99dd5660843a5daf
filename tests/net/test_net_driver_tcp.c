/* SPDX-License-Identifier: ISC */
/* TCP through the driver, on the model of the chip. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "driver_bench.h"
#include "mssl_net.h"

/* A TCP segment to the chip, from port 1000 to the server's. */
static void segment(uint32_t seq, uint32_t ack, uint8_t flags, uint16_t window, size_t n)
{
    static const uint8_t head[34] = { 0x02, 1, 2, 3, 4, 5, 0x52, 0x55, 10, 0, 2, 2, 8, 0, 0x45, 0, 0, 0,
        0, 0, 0, 0, 64, 6, 0, 0, 10, 0, 2, 2, 10, 0, 2, 15 };
    uint8_t f[ENC28J60_FRAME_MAX], pseudo[12 + 20 + 256];
    uint16_t s;

    memcpy(f, head, sizeof head);
    f[17] = (uint8_t)(40 + n);
    s = sum(f + 14, 20);
    f[24] = (uint8_t)(s >> 8);
    f[25] = (uint8_t)s;
    memset(f + 34, 0, 20);
    f[34] = 1000 >> 8;
    f[35] = 1000 & 0xFF;
    f[36] = 6775 >> 8;
    f[37] = 6775 & 0xFF;
    for (int i = 0; i < 4; i++) {
        f[38 + i] = (uint8_t)(seq >> (24 - 8 * i));
        f[42 + i] = (uint8_t)(ack >> (24 - 8 * i));
    }
    f[46] = 5 << 4;
    f[47] = flags;
    f[48] = (uint8_t)(window >> 8);
    f[49] = (uint8_t)window;
    for (size_t i = 0; i < n; i++)
        f[54 + i] = (uint8_t)(i + 1);
    memcpy(pseudo, f + 26, 8);
    memcpy(pseudo + 8, (const uint8_t[]){ 0, 6, 0, (uint8_t)(20 + n) }, 4);
    memcpy(pseudo + 12, f + 34, 20 + n);
    s = sum(pseudo, 32 + n);
    f[50] = (uint8_t)(s >> 8);
    f[51] = (uint8_t)s;
    wire(f, 54 + n);
    net_poll();
}

#define SYN_FLAG 0x02
#define ACK_FLAG 0x10

/* The chip writes 7 bytes of status behind each frame it sends: there lie the
 * bytes that the peer's window did not take yet. */
static void an_answer_longer_than_the_peers_window_arrives_whole(void **state)
{
    const size_t n = 137, window = 20;
    uint32_t una = 0;
    size_t got = 0;

    (void)state;
    segment(99, 0, SYN_FLAG, (uint16_t)window, 0);
    for (int i = 0; i < 4; i++)
        una = una << 8 | sent.frame[38 + i];
    una++;
    segment(100, una, ACK_FLAG, (uint16_t)window, 0);
    segment(100, una, ACK_FLAG, (uint16_t)window, n);
    while (got < n) {
        size_t part = (size_t)(sent.frame[16] << 8 | sent.frame[17]) - 40;

        assert_in_range(part, 1, window);
        for (size_t i = 0; i < part; i++)
            assert_int_equal(sent.frame[54 + i], (uint8_t)(got + i + 1));
        got += part;
        segment((uint32_t)(100 + n), (uint32_t)(una + got), ACK_FLAG, (uint16_t)window, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_answer_longer_than_the_peers_window_arrives_whole, driver_start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
