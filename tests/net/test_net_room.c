/* SPDX-License-Identifier: ISC */
/* Room in a connection's sending buffer: an answer and a close behind it fit before
 * the seven bytes that the chip writes there, wherever the next segment begins. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "enc28j60_map.h"
#include "net_conn.h"

#define STATUS_LEN 7

static void room_is_given_just_where_an_answer_and_a_close_fit(void **state)
{
    struct net_conn *c = &net_conns[NET_CONNS - 1];
    unsigned begins, waiting, end;

    (void)state;
    for (begins = 0; begins < ENC_TX_LEN - ENC_HEADERS - STATUS_LEN; begins++)
        for (waiting = 0; waiting < 512; waiting++) {
            c->tx = (uint16_t)(ENC_TX(NET_CONNS - 1) + begins);
            c->len = (uint16_t)waiting;
            end = begins + ENC_HEADERS + waiting + NET_ANSWER_MAX + NET_CLOSING_MAX + STATUS_LEN;
            assert_int_equal(net_conn_has_room(c) != 0, end <= ENC_TX_LEN);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(room_is_given_just_where_an_answer_and_a_close_fit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
