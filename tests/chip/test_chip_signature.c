/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tests of the signature option's policy (tests/device/signature_*.c) on the
 * simulated chip: test_chip_signature chip-core-signature.elf. Left out is what a
 * mirror can't show: torn and worn cells, restrictions and events. */
int enrol_main(void);
int refusal_main(void);

#define main enrol_main
#include "../device/signature_enrol.c"
#undef main
#define main refusal_main
#include "../device/signature_refusal.c"
#undef main

#include <stdio.h>

#include "device_modulus.h"
#include "mirror.h"
#include "mssl_dev_option.h"
#include "mssl_dev_sha256.h"

void device_modulus_set(const uint8_t *bytes)
{
    uint8_t erased[260];

    memset(erased, 0xff, sizeof erased);
    mirror_flash_end(bytes ? bytes : erased, sizeof erased);
}

/* The chip's own are out of reach; these stand in for enrol.c. */
void mssl_dev_signature_discard(const struct mssl_dev_session *s)
{
    (void)s;
}

uint8_t mssl_dev_event(struct mssl_dev_session *s, uint8_t *buf, uint8_t task, uint8_t len)
{
    (void)s;
    (void)buf;
    (void)task;
    (void)len;
    return 0;
}

void __real_mssl_dev_sha256_replace(struct mssl_dev_sha256 *w, uint8_t x[32]);
void __real_mssl_dev_sha256_replace(struct mssl_dev_sha256 *w, uint8_t x[32])
{
    (void)w;
    (void)x;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_task_but_describe_and_enrol_wants_a_signature, enrol_setup),
        cmocka_unit_test_setup(a_task_that_is_not_granted_is_denied_and_not_asked_to_enrol,
                               enrol_setup),
        cmocka_unit_test_setup(good_signature_enrols_the_grant, enrol_setup),
        cmocka_unit_test_setup(chunks_before_the_last_want_more, enrol_setup),
        cmocka_unit_test_setup(enrolment_outlives_session_and_reset, enrol_setup),
        cmocka_unit_test_setup(enrolled_grant_gets_status_1_and_nothing_is_written, enrol_setup),
        cmocka_unit_test_setup(every_slot_has_an_enrolment_of_its_own, enrol_setup),
        cmocka_unit_test_setup(a_risen_generation_is_not_enrolled, enrol_setup),
        cmocka_unit_test_setup(an_epoch_step_clears_all_enrolments, enrol_setup),
        cmocka_unit_test_setup(a_gap_gets_status_3, enrol_setup),
        cmocka_unit_test_setup(an_overlap_gets_status_3, enrol_setup),
        cmocka_unit_test_setup(a_repeated_chunk_gets_status_3, enrol_setup),
        cmocka_unit_test_setup(chunks_out_of_order_get_status_3, enrol_setup),
        cmocka_unit_test_setup(an_empty_chunk_gets_status_3, enrol_setup),
        cmocka_unit_test_setup(a_chunk_beyond_its_record_gets_status_3, enrol_setup),
        cmocka_unit_test_setup(a_chunk_beyond_the_signature_gets_status_3, enrol_setup),
        cmocka_unit_test_setup(an_offset_256_too_high_gets_status_3, enrol_setup),
        cmocka_unit_test_setup(offset_0_starts_afresh, enrol_setup),
        cmocka_unit_test_setup(a_short_signature_is_never_verified, enrol_setup),
        cmocka_unit_test_setup(a_flipped_bit_of_the_signature_ends_the_session, enrol_setup),
        cmocka_unit_test_setup(anothers_signature_ends_the_session, enrol_setup),
        cmocka_unit_test_setup(nothing_is_enrolled_without_a_modulus, enrol_setup),
        cmocka_unit_test_setup(ends_discard_the_check_under_way, enrol_setup),
        cmocka_unit_test_setup(a_new_connection_discards_the_check_under_way, enrol_setup),
    };

    (void)enrol_main;
    (void)refusal_main;
    if (argc != 2) {
        fprintf(stderr, "usage: test_chip_signature ELF\n");
        return 1;
    }
    if (mirror_start(argv[1]))
        return 1;
    return cmocka_run_group_tests(tests, enrol_key_make, enrol_key_free);
}
