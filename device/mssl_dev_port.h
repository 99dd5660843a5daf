/* SPDX-License-Identifier: ISC */
/* What the core needs from the chip and the application: link-time functions,
 * since pointers would cost twice the flash. docs/PORTING.md shows a port. */
#ifndef MSSL_DEV_PORT_H
#define MSSL_DEV_PORT_H

#include <stdint.h>

#include "mssl_dev.h"

/* One byte of the device's EEPROM, addresses as in mssl_wire.h. write returns
 * when the byte is stored; the core reads back what must be certain. */
uint8_t mssl_port_eeprom_read(uint16_t address);
void mssl_port_eeprom_write(uint16_t address, uint8_t value);

/* Runs task (0..28) for caller, who may do it.
 * buf: *len argument bytes, zero padding included, at most 127. On return,
 * buf holds *len bytes of answer, at most 127 (0 if there is none). More would lie
 * beyond buf; of such a length the low 7 bits count: 128 gives an answer without data.
 * Returns a status of PROTOCOL 7: MSSL_STATUS_UNKNOWN when there is no such
 * task here; then buf and *len don't count. */
uint8_t mssl_port_task(uint8_t task, const struct mssl_dev_caller *caller,
                       uint8_t *buf, uint8_t *len);

/* Writes the name of task, a space and its usage to out, at most 127 bytes
 * without terminating zero. Returns how many, of which the low 7 bits count; 0: no
 * such task. A host may ask for any number, so whoever indexes a table with it
 * checks it first. M-7.10. */
uint8_t mssl_port_task_text(uint8_t task, uint8_t *out);

#endif
