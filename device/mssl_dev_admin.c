/* SPDX-License-Identifier: ISC */
/* Administration: revokes a host, steps the epoch. PROTOCOL 9. */
#include "mssl_dev_core.h"

/* Raises the generation of a slot. A stored 255 counts as below every value,
 * which is what adding one to both sides in 8 bits makes of it. M-9.1, M-9.2. */
static uint8_t generation_raise(uint8_t slot, const uint8_t *generation)
{
    uint8_t stored = mssl_port_eeprom_read(MSSL_EE_GENERATIONS + slot);

    if (*generation == MSSL_GENERATION_ERASED
        || (uint8_t)(*generation + 1) < (uint8_t)(stored + 1))
        return MSSL_STATUS_ARGUMENT;
    if (*generation == stored)
        return MSSL_STATUS_OK;
    return mssl_dev_store(MSSL_EE_GENERATIONS + slot, generation, 1)
        ? MSSL_STATUS_FAILED : MSSL_STATUS_OK;
}

/* K_D = lab(K_D, 0x31). A cut leaves new bytes, one arbitrary byte, old bytes:
 * the authority can search those. The answer wipes room. M-9.3 to M-9.5, M-9.9. */
static uint8_t epoch_step(uint8_t room[MSSL_KEY_LEN])
{
    mssl_dev_signature_clear();
    mssl_dev_load(room, MSSL_EE_KD);
    mssl_dev_lab(room, room, MSSL_TYPE_EPOCH);
    return mssl_dev_store(MSSL_EE_KD, room, MSSL_KEY_LEN)
        ? MSSL_DEV_STATUS_SILENT : MSSL_STATUS_OK;
}

MSSL_DEV_INTERNAL uint8_t mssl_dev_admin_run(uint8_t *buf)
{
    uint8_t i;

    /* The timeout of every proven or welcomed session is now; the asking one
     * ends after its answer. M-9.7, M-9.8. */
    for (i = 0; i < MSSL_DEV_SESSIONS; i++)
        if (mssl_dev_sessions[i].state >= MSSL_DEV_AWAIT_PROOF)
            mssl_dev_sessions[i].ticks = 0;
    if (buf[2] < MSSL_SLOTS)
        return generation_raise(buf[2], buf + 3);
    if (buf[2] == MSSL_ADMIN_EPOCH && buf[3] == 0)
        return epoch_step(buf + 2);
    return MSSL_STATUS_ARGUMENT;
}
