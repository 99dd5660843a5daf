/* SPDX-License-Identifier: ISC */
/* The mailbox between a test and the program on the simulated chip. Bytes
 * only, so that both sides lay it out alike. */
#ifndef CHIP_MAIL_H
#define CHIP_MAIL_H

#include <stdint.h>

/* Commands of avr/engine_main.c. What they take and give: see there. */
#define CHIP_AES      1
#define CHIP_F        2
#define CHIP_LAB      3
#define CHIP_SEAL     4
#define CHIP_OPEN     5
#define CHIP_WIPE     6
#define CHIP_EE_WRITE 7
#define CHIP_EE_READ  8

/* Commands of avr/core_main.c. */
#define CHIP_BEGIN    1
#define CHIP_INPUT    2
#define CHIP_TICK     3
#define CHIP_END      4

/* Commands of avr/check_main.c. */
#define CHIP_SHA_FIRST   1
#define CHIP_SHA_BLOCK   2
#define CHIP_SHA_REPLACE 3
#define CHIP_RSA_PUT     4
#define CHIP_RSA_CHECK   5

#define CHIP_BUF_LEN 160

struct chip_mail {
    uint8_t command;
    uint8_t n;              /* length, type, or number of bytes in buf */
    uint8_t count_high;     /* counter of a record, or an EEPROM address */
    uint8_t count_low;
    uint8_t result;
    uint8_t key[16];
    uint8_t buf[CHIP_BUF_LEN];
};

#endif
