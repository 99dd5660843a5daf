/* SPDX-License-Identifier: ISC */
/* The device core reproduces the known answers of PROTOCOL 12, byte by byte. M-12.1. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "mssl_dev.h"
#include "mssl_dev_port.h"

static uint8_t eeprom[MSSL_EE_LEN];
static uint8_t buf[MSSL_DEV_BUF_LEN];
static struct mssl_dev_session *const s = &mssl_dev_sessions[0];
static const uint8_t peer[MSSL_PEER_LEN] = { 10, 0, 2, 2, 0x52, 0x55, 0x0a, 0x00, 0x02, 0x02 };

uint8_t mssl_port_eeprom_read(uint16_t address)
{
    return eeprom[address];
}

void mssl_port_eeprom_write(uint16_t address, uint8_t value)
{
    eeprom[address] = value;
}

/* Task 1 echoes its arguments; there is no other. */
uint8_t mssl_port_task(uint8_t task, const struct mssl_dev_caller *caller, uint8_t *data,
                       uint8_t *len)
{
    (void)data;
    (void)len;
    assert_memory_equal(caller->host, "alice\0", MSSL_G_HOST_LEN);
    return task == 1 ? MSSL_STATUS_OK : MSSL_STATUS_UNKNOWN;
}

uint8_t mssl_port_task_text(uint8_t task, uint8_t *out)
{
    (void)task;
    (void)out;
    return 0;
}

static uint8_t nibble(char c)
{
    return (uint8_t)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static size_t unhex(uint8_t *out, const char *hex)
{
    size_t n;

    for (n = 0; hex[2 * n]; n++)
        out[n] = (uint8_t)(nibble(hex[2 * n]) << 4 | nibble(hex[2 * n + 1]));
    return n;
}

/* Gives the message to the core; all but its last byte get no answer. */
static uint8_t give(const char *hex)
{
    uint8_t message[MSSL_HELLO_LEN_MAX], answer = 0;
    size_t i, n = unhex(message, hex);

    for (i = 0; i < n; i++) {
        assert_int_equal(answer, 0);
        answer = mssl_dev_input(s, buf, message[i]);
    }
    return answer;
}

static void assert_hex(const uint8_t *p, size_t len, const char *hex)
{
    uint8_t expected[MSSL_HELLO_LEN_MAX];

    assert_int_equal(len, unhex(expected, hex));
    assert_memory_equal(p, expected, len);
}

static int power_on(void **state)
{
    (void)state;
    memset(eeprom, 0xff, sizeof eeprom);
    unhex(eeprom + MSSL_EE_KD, "000102030405060708090a0b0c0d0e0f" "00000001");
    memset(eeprom + MSSL_EE_GENERATIONS, 0, MSSL_SLOTS);
    memset(eeprom + MSSL_EE_SEED, 0x55, MSSL_SEED_LEN);
    memset(mssl_dev_sessions, 0, sizeof mssl_dev_sessions);
    memset(&mssl_dev_nonce, 0, sizeof mssl_dev_nonce);
    mssl_dev_begin(s, peer);
    return 0;
}

#define HELLO "2c110100000001000004000000020000000a0002020000000000616c6963650000" \
              "404142434445464748494a4b"

static void hello_is_answered_with_the_known_welcome(void **state)
{
    (void)state;
    assert_hex(buf, give(HELLO), "cf7026fe6dab3ac6759b874700815bea9cf0979b57");
    assert_hex(s->key, MSSL_KEY_LEN, "0dec19f6ab9dee08ba05f7d050c8009f");
    assert_int_equal(s->state, MSSL_DEV_AWAIT_PROOF);
}

static void first_hello_steps_the_seed_to_the_known_one(void **state)
{
    (void)state;
    give(HELLO);
    assert_hex(eeprom + MSSL_EE_SEED, MSSL_SEED_LEN, "ef500703c46eab01611eac0d174d856a");
}

static void first_record_is_answered_with_the_known_one(void **state)
{
    (void)state;
    give(HELLO);
    assert_hex(buf, give("08e81d0d9b28cbfde021834531b354ad6d"),
               "08c3a7012cf6fda9d42f5ee7d096fbdd93");
    assert_int_equal(s->state, MSSL_DEV_OPEN);
}

static void known_close_is_answered_with_a_close_and_wipes(void **state)
{
    static const struct mssl_dev_session none;

    (void)state;
    give(HELLO);
    give("08e81d0d9b28cbfde021834531b354ad6d");
    assert_int_equal(give("00d2e0326a28e42e50"), MSSL_CLOSE_LEN);
    assert_int_equal(buf[0], 0);
    assert_memory_equal(s, &none, sizeof none);
}

static void flipped_bit_in_the_known_record_is_not_answered(void **state)
{
    (void)state;
    give(HELLO);
    assert_int_equal(give("08e81d0d9b28cbfde121834531b354ad6d"), 0);
    assert_int_equal(s->state, MSSL_DEV_CLOSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(hello_is_answered_with_the_known_welcome, power_on),
        cmocka_unit_test_setup(first_hello_steps_the_seed_to_the_known_one, power_on),
        cmocka_unit_test_setup(first_record_is_answered_with_the_known_one, power_on),
        cmocka_unit_test_setup(known_close_is_answered_with_a_close_and_wipes, power_on),
        cmocka_unit_test_setup(flipped_bit_in_the_known_record_is_not_answered, power_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
