/* SPDX-License-Identifier: ISC */
/* The example port of docs/PORTING.md takes the core through the handshake of
 * PROTOCOL 12 and a command. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "mssl_dev.h"
#include "mssl_dev_engine.h"

uint8_t porch_cells[MSSL_EE_LEN];
uint8_t porch_lamp;

static uint8_t buf[MSSL_DEV_BUF_LEN];
static const uint8_t peer[MSSL_PEER_LEN] = { 10, 0, 2, 2 };
static const uint8_t grant[MSSL_GRANT_LEN] = {
    0x11, 1, 0, 0, 0, 1, 0, 0, 4, 0, 0, 0, 2, 0, 0, 0,
    10, 0, 2, 2, 0, 0, 0, 0, 0, 'a', 'l', 'i', 'c', 'e', 0, 0,
};

static uint8_t give(const uint8_t *bytes, size_t len)
{
    uint8_t n = 0;
    size_t i;

    for (i = 0; i < len && n == 0; i++)
        n = mssl_dev_input(&mssl_dev_sessions[0], buf, bytes[i]);
    return n;
}

static void the_example_port_switches_its_lamp(void **state)
{
    static const uint8_t welcome[4] = { 0xcf, 0x70, 0x26, 0xfe };   /* PROTOCOL 12 */
    static const uint8_t ks[MSSL_KEY_LEN] = {
        0x0d, 0xec, 0x19, 0xf6, 0xab, 0x9d, 0xee, 0x08,
        0xba, 0x05, 0xf7, 0xd0, 0x50, 0xc8, 0x00, 0x9f,
    };
    uint8_t hello[MSSL_HELLO_LEN] = { MSSL_HELLO_LEN_BYTE };
    uint8_t record[8 + MSSL_RECORD_OVERHEAD] = { 8, 1, 1 };         /* lamp 1 */
    uint8_t i;

    (void)state;
    for (i = 0; i < MSSL_KEY_LEN; i++) {
        porch_cells[MSSL_EE_KD + i] = i;
        porch_cells[MSSL_EE_SEED + i] = 0x55;
    }
    porch_cells[MSSL_EE_DEVICE + 3] = 1;
    memcpy(hello + 1, grant, sizeof grant);
    for (i = 0; i < MSSL_NONCE_LEN; i++)
        hello[1 + MSSL_GRANT_LEN + i] = (uint8_t)(0x40 + i);

    mssl_dev_begin(&mssl_dev_sessions[0], peer);
    assert_int_equal(give(hello, sizeof hello), MSSL_WELCOME_LEN);
    assert_memory_equal(buf, welcome, sizeof welcome);

    mssl_dev_ccm_seal(record + 1, 8, ks, MSSL_DIR_HOST, 0);
    assert_int_equal(give(record, sizeof record), sizeof record);
    assert_int_equal(mssl_dev_ccm_open(buf + 1, 8, ks, MSSL_DIR_DEVICE, 1), 0);
    assert_int_equal(buf[1], MSSL_STATUS_OK);
    assert_int_equal(porch_lamp, 1);
    mssl_dev_end(&mssl_dev_sessions[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_port_switches_its_lamp),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
