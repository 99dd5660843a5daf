/* SPDX-License-Identifier: ISC */
/* Secrets and generations in EEPROM. PROTOCOL 11. */
#include "mssl_dev_core.h"

MSSL_DEV_INTERNAL void mssl_dev_copy(uint8_t *to, const uint8_t *from, uint8_t n)
{
    do
        *to++ = *from++;
    while (--n);
}

MSSL_DEV_INTERNAL uint8_t mssl_dev_cells(uint8_t address, uint8_t *p, uint8_t n, uint8_t how)
{
    /* WRITE and COMPARE set a bit above bit 0 by themselves: what they find
     * may be all 0xff or 0x00. */
    uint8_t byte, seen = how;

    do {
        if (how == MSSL_DEV_WRITE)
            mssl_port_eeprom_write(address, *p);
        byte = mssl_port_eeprom_read(address);
        if (how == MSSL_DEV_READ)
            *p = byte;
        if (byte != *p)
            return 0;
        /* 0xff and 0x00, plus one, are 0 and 1: they leave bits 1 to 7 clear. */
        seen |= (uint8_t)(byte + 1);
        p++;
        address++;
    } while (--n);
    return seen & 0xfe;
}

MSSL_DEV_INTERNAL uint8_t mssl_dev_step(uint8_t key[MSSL_KEY_LEN], uint8_t address, uint8_t type)
{
    if (!mssl_dev_cells(address, key, MSSL_KEY_LEN, MSSL_DEV_READ))
        return 0;
    mssl_dev_lab(key, key, type);
    return mssl_dev_cells(address, key, MSSL_KEY_LEN, MSSL_DEV_WRITE);
}
