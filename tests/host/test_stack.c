/* SPDX-License-Identifier: ISC */
/* No key and nothing that was sealed or opened stays on the stack. Not under ASan, whose
 * locals lie elsewhere. */
#include "mssl_observe.h"
#include "own_stack.h"
#include "session.h"

#define SECRET_LEN 16

static uint8_t key[MSSL_KEY_LEN], made[MSSL_KEY_LEN], command_text[32];
static struct mssl_client client;

static bool on_stack(const uint8_t *secret)
{
    return left_on_stack(secret, SECRET_LEN);
}

static bool (*call)(void);
static bool good;

static void make_call(void)
{
    good = call();
}

static void run(bool (*what)(void))
{
    call = what;
    good = false;
    run_on_own_stack(make_call);
    assert_true(good);
}

static int setup(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < sizeof key; i++)
        key[i] = (uint8_t)(37 * i + 11);
    for (i = 0; i < sizeof command_text; i++)
        command_text[i] = (uint8_t)(91 * i + 5);
    return 0;
}

static bool careless(void)
{
    uint8_t copy[MSSL_KEY_LEN];
    volatile uint8_t *volatile p = copy;
    size_t i;

    for (i = 0; i < sizeof copy; i++)
        p[i] = key[i];
    return p[0] == key[0];
}

static void the_search_finds_what_is_there(void **state)
{
    (void)state;
    run(careless);
    assert_true(on_stack(key));
    assert_false(on_stack(command_text));
}

static bool make_key(void)
{
    static const uint8_t x[MSSL_F_INPUT_LEN] = { 0x21 };

    return mssl_f(made, key, x) == MSSL_OK;
}

static void f_leaves_neither_key(void **state)
{
    (void)state;
    assert_true(make_key());
    run(make_key);
    assert_false(on_stack(key));
    assert_false(on_stack(made));
}

static bool send_command(void)
{
    static uint8_t out[MSSL_RECORD_LEN_MAX], n;

    return mssl_client_command(&client, 1, command_text, sizeof command_text, out, &n) == MSSL_OK;
}

static void a_command_leaves_neither_its_arguments_nor_the_key(void **state)
{
    (void)state;
    open_session(&client);
    assert_true(send_command());
    run(send_command);
    assert_false(on_stack(command_text));
    assert_false(on_stack(command_text + 16));
    assert_false(on_stack(client.key));
}

static uint8_t record[MSSL_RECORD_LEN_MAX], record_len;

static bool observe(void)
{
    static uint8_t plain[MSSL_RECORD_DATA_MAX], n;

    return mssl_observe_record(plain, &n, record, record_len, key, MSSL_DIR_HOST, 7) == MSSL_OK;
}

static void a_record_that_is_observed_leaves_nothing(void **state)
{
    (void)state;
    assert_int_equal(mssl_record_seal(record, &record_len, command_text, sizeof command_text, key, MSSL_DIR_HOST, 7),
                     MSSL_OK);
    assert_true(observe());
    run(observe);
    assert_false(on_stack(command_text));
    assert_false(on_stack(command_text + 16));
    assert_false(on_stack(key));
}

static struct mssl_grant_file file;

static bool narrow(void)
{
    return mssl_grant_file_restrict(&file, 2, NULL, "carol") == MSSL_OK;
}

static void a_restriction_leaves_neither_key(void **state)
{
    (void)state;
    file.count = 1;
    unhex(file.blocks[0], MSSL_GRANT_LEN, KNOWN_GRANT);
    assert_true(narrow());
    memcpy(file.key, key, sizeof key);
    run(narrow);
    assert_false(on_stack(key));
    assert_false(on_stack(file.key));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_search_finds_what_is_there, setup),
        cmocka_unit_test_setup(f_leaves_neither_key, setup),
        cmocka_unit_test_setup(a_command_leaves_neither_its_arguments_nor_the_key, setup),
        cmocka_unit_test_setup(a_record_that_is_observed_leaves_nothing, setup),
        cmocka_unit_test_setup(a_restriction_leaves_neither_key, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
