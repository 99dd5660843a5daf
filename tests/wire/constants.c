/* SPDX-License-Identifier: ISC */
/* The numbers of mssl_wire.h are those of docs/PROTOCOL.md, written out here once
 * more by hand, so that one slip of a finger can't change both ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "mssl_wire.h"

/* Section 2. */
static void types_and_sizes_of_the_primitives(void **state)
{
    (void)state;
    assert_int_equal(MSSL_TYPE_GRANT, 0x11);
    assert_int_equal(MSSL_TYPE_RESTRICTION, 0x12);
    assert_int_equal(MSSL_TYPE_TRANSCRIPT, 0x21);
    assert_int_equal(MSSL_TYPE_EPOCH, 0x31);
    assert_int_equal(MSSL_TYPE_SEED, 0x41);
    assert_int_equal(MSSL_TYPE_NONCE, 0x42);
    assert_int_equal(MSSL_TAG_LEN, 8);
    assert_int_equal(MSSL_CCM_NONCE_LEN, 13);
    assert_int_equal(MSSL_DIR_DEVICE, 0);
    assert_int_equal(MSSL_DIR_HOST, 1);
    assert_int_equal(MSSL_COUNTER_LAST, 0xFF00);
}

/* Section 3. */
static void fields_of_the_grant(void **state)
{
    static const int offsets[][2] = {
        { MSSL_G_TYPE, 0 }, { MSSL_G_TABLE, 1 }, { MSSL_G_DEVICE, 2 }, { MSSL_G_SLOT, 6 },
        { MSSL_G_GENERATION, 7 }, { MSSL_G_ADDRESS_LEN, 8 }, { MSSL_G_ADDRESS_KIND, 9 },
        { MSSL_G_EPOCH, 10 }, { MSSL_G_TASKS, 12 }, { MSSL_G_ADDRESS, 16 },
        { MSSL_G_PARAM, 22 }, { MSSL_G_HOST, 25 }, { MSSL_GRANT_LEN, 32 },
        { MSSL_SLOTS, 16 }, { MSSL_GENERATION_MAX, 254 }, { MSSL_GENERATION_ERASED, 255 },
        { MSSL_RESTRICTIONS_MAX, 3 }, { MSSL_ADDRESS_IPV4, 0 }, { MSSL_ADDRESS_MAC, 4 },
        { MSSL_ADDRESS_IPV4_MAX, 4 }, { MSSL_ADDRESS_MAC_MAX, 6 },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof offsets / sizeof *offsets; i++)
        assert_int_equal(offsets[i][0], offsets[i][1]);
}

/* Section 6. */
static void lengths_of_the_messages(void **state)
{
    (void)state;
    assert_int_equal(MSSL_NONCE_LEN, 12);
    assert_int_equal(MSSL_HELLO_LEN, 45);
    assert_int_equal(MSSL_HELLO_LEN_BYTE, 44);
    assert_int_equal(MSSL_HELLO_LEN_MAX, 45 + 3 * 32);
    assert_int_equal(MSSL_WELCOME_LEN, 21);
    assert_int_equal(MSSL_RECORD_OVERHEAD, 9);
    assert_int_equal(MSSL_RECORD_DATA_MIN, 8);
    assert_int_equal(MSSL_RECORD_DATA_MAX, 128);
    assert_int_equal(MSSL_CLOSE_LEN, 9);
}

/* Sections 7, 9, 10. */
static void tasks_and_statuses(void **state)
{
    (void)state;
    assert_int_equal(MSSL_TASK_APP_MAX, 28);
    assert_int_equal(MSSL_TASK_DESCRIBE, 29);
    assert_int_equal(MSSL_TASK_ENROL, 30);
    assert_int_equal(MSSL_TASK_ADMIN, 31);
    assert_int_equal(MSSL_ADMIN_EPOCH, 0x80);
    assert_int_equal(MSSL_STATUS_OK, 0);
    assert_int_equal(MSSL_STATUS_UNKNOWN, 1);
    assert_int_equal(MSSL_STATUS_DENIED, 2);
    assert_int_equal(MSSL_STATUS_ARGUMENT, 3);
    assert_int_equal(MSSL_STATUS_SIGNATURE, 4);
    assert_int_equal(MSSL_STATUS_BUSY, 5);
    assert_int_equal(MSSL_STATUS_FAILED, 6);
    assert_int_equal(MSSL_STATUS_EVENT, 0x80);
    assert_int_equal(MSSL_ENROL_OFFSET, 0);
    assert_int_equal(MSSL_ENROL_COUNT, 2);
    assert_int_equal(MSSL_ENROL_HEAD_LEN, 3);
    assert_int_equal(MSSL_ENROL_CHUNK_MAX, 124);
    assert_int_equal(MSSL_FLAG_SIGNATURE, 1);
    assert_int_equal(MSSL_FLAG_ENROLLED, 2);
}

/* Sections 6 and 8. */
static void times(void **state)
{
    (void)state;
    assert_int_equal(MSSL_HELLO_TIMEOUT_S, 5);
    assert_int_equal(MSSL_PROOF_TIMEOUT_S, 5);
    assert_int_equal(MSSL_IDLE_TIMEOUT_S, 60);
    assert_int_equal(MSSL_KEEPALIVE_S, 20);
    assert_int_equal(MSSL_UNPROVEN_MS, 300);
    assert_int_equal(MSSL_RETRY_MIN_MS, 300);
    assert_int_equal(MSSL_RETRY_MAX_MS, 2000);
    assert_int_equal(MSSL_SILENCE_MS, 100);
}

/* Section 11: in the order of its text. */
static void places_in_eeprom(void **state)
{
    (void)state;
    assert_int_equal(MSSL_EE_KD, 0);
    assert_int_equal(MSSL_EE_DEVICE, 16);
    assert_int_equal(MSSL_EE_GENERATIONS, 20);
    assert_int_equal(MSSL_EE_SEED, 36);
    assert_int_equal(MSSL_EE_ENROLMENTS, 52);
    assert_int_equal(MSSL_EE_ENROLMENT_LEN, 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_and_sizes_of_the_primitives),
        cmocka_unit_test(fields_of_the_grant),
        cmocka_unit_test(lengths_of_the_messages),
        cmocka_unit_test(tasks_and_statuses),
        cmocka_unit_test(times),
        cmocka_unit_test(places_in_eeprom),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
