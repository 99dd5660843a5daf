/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The signature option on the simulated chip, for tests that are linked with
 * chip_core.c: its modulus; and what tests/support/enrol.c wants of a native one. */
#include <stdarg.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "chip_ram.h"
#include "device_modulus.h"
#include "mssl_dev_option.h"
#include "mssl_dev_sha256.h"

void device_modulus_set(const uint8_t *bytes)
{
    uint8_t erased[260];

    memset(erased, 0xff, sizeof erased);
    chip_ram_flash_end(bytes ? bytes : erased, sizeof erased);
}

/* Tests call it for all sessions when they have reset the chip. */
void mssl_dev_signature_discard(const struct mssl_dev_session *s)
{
    (void)s;
    chip_ram_reset();
}

/* Only for the linker: the chip has its own. */
void mssl_dev_sha256_replace(struct mssl_dev_sha256 *w, uint8_t x[MSSL_DEV_SHA256_LEN])
{
    (void)w;
    (void)x;
    fail_msg("a native SHA-256 was called");
}
