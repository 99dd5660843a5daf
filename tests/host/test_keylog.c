/* SPDX-License-Identifier: ISC */
/* The line of a key log file: mssl_keylog.h. */
#include <stdio.h>

#include "session.h"

#include "mssl_keylog.h"

static void an_open_session_has_a_line(void **state)
{
    char out[MSSL_KEYLOG_SIZE], want[MSSL_KEYLOG_SIZE];
    struct mssl_client c;

    (void)state;
    open_session(&c);
    assert_int_equal(mssl_client_keylog(&c, out), MSSL_OK);
    assert_int_equal(snprintf(want, sizeof want, "MSSL_SESSION %s %.24s %s\n", KNOWN_NC, KNOWN_WELCOME, KNOWN_KS),
                     MSSL_KEYLOG_SIZE - 1);
    assert_string_equal(out, want);
    command(&c, 1, "on");
    assert_int_equal(mssl_client_keylog(&c, out), MSSL_OK);
    assert_string_equal(out, want);
}

/* K_0 is in the client before WELCOME, and must not get out. */
static void a_session_that_is_not_open_has_none(void **state)
{
    char out[MSSL_KEYLOG_SIZE] = "x";
    uint8_t close[MSSL_CLOSE_LEN], n;
    struct mssl_client c = { 0 };

    (void)state;
    assert_int_equal(mssl_client_keylog(&c, out), MSSL_E_STATE);
    assert_string_equal(out, "");
    begin(&c);
    assert_int_equal(mssl_client_keylog(&c, out), MSSL_E_STATE);
    open_session(&c);
    assert_int_equal(mssl_client_close(&c, close, &n), MSSL_OK);
    assert_int_equal(mssl_client_keylog(&c, out), MSSL_E_STATE);
    mssl_client_end(&c);
    assert_int_equal(mssl_client_keylog(&c, out), MSSL_E_STATE);
    assert_string_equal(out, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_open_session_has_a_line),
        cmocka_unit_test(a_session_that_is_not_open_has_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
