/* SPDX-License-Identifier: ISC */
/* Secrets and generations in EEPROM. PROTOCOL 11. */
#include "mssl_dev_core.h"

MSSL_DEV_INTERNAL uint8_t mssl_dev_load(uint8_t out[MSSL_KEY_LEN], uint8_t address)
{
    uint8_t i, byte, seen = 0;

    for (i = 0; i < MSSL_KEY_LEN; i++) {
        byte = mssl_port_eeprom_read(address + i);
        out[i] = byte;
        /* 0xff and 0x00, plus one, are 0 and 1: they leave bits 1 to 7 clear. */
        seen |= (uint8_t)(byte + 1);
    }
    return seen & 0xfe;
}

MSSL_DEV_INTERNAL uint8_t mssl_dev_store(uint8_t address, const uint8_t *from, uint8_t n)
{
    while (n--) {
        mssl_port_eeprom_write(address, *from);
        if (mssl_port_eeprom_read(address++) != *from++)
            return 1;
    }
    return 0;
}
