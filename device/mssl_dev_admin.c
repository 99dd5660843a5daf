/* SPDX-License-Identifier: ISC */
/* Administration: revokes a host, steps the epoch. PROTOCOL 9. */
#include "mssl_dev_core.h"

/* Raises the generation of a slot; a stored 255 counts as below every value. M-9.1, M-9.2. */
static uint8_t generation_raise(uint8_t slot, uint8_t *generation)
{
    uint8_t stored = mssl_port_eeprom_read(MSSL_EE_GENERATIONS + slot);

    if (*generation == MSSL_GENERATION_ERASED
        || (*generation < stored && stored != MSSL_GENERATION_ERASED))
        return MSSL_STATUS_ARGUMENT;
    if (*generation == stored)
        return MSSL_STATUS_OK;
    return mssl_dev_cells(MSSL_EE_GENERATIONS + slot, generation, 1, MSSL_DEV_WRITE)
        ? MSSL_STATUS_OK : MSSL_STATUS_FAILED;
}

/* K_D = lab(K_D, 0x31). A cut leaves new bytes, one arbitrary byte, old bytes:
 * the authority can search those. The answer's padding wipes room. M-9.3 to M-9.5. */
static uint8_t epoch_step(uint8_t room[MSSL_KEY_LEN])
{
    mssl_dev_signature_clear();
    return mssl_dev_step(room, MSSL_EE_KD, MSSL_TYPE_EPOCH)
        ? MSSL_STATUS_OK : MSSL_DEV_STATUS_SILENT;
}

/* The time of all proven or welcomed sessions is over. The asking one's ends
 * with its answer, the others' as by timeout. M-9.7, M-9.8. */
static void sessions_expire(struct mssl_dev_session *s)
{
    uint8_t i;

    s->ticks = 0;
    for (i = 0; MSSL_DEV_SESSIONS > 1 && i < MSSL_DEV_SESSIONS; i++)
        if (mssl_dev_sessions[i].state >= MSSL_DEV_AWAIT_PROOF)
            mssl_dev_sessions[i].ticks = 0;
}

MSSL_DEV_INTERNAL uint8_t mssl_dev_admin_run(struct mssl_dev_session *s, uint8_t *buf)
{
    sessions_expire(s);
    if (buf[2] < MSSL_SLOTS)
        return generation_raise(buf[2], buf + 3);
    if (buf[2] == MSSL_ADMIN_EPOCH && buf[3] == 0)
        return epoch_step(buf + 2);
    return MSSL_STATUS_ARGUMENT;
}
