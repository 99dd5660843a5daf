/* SPDX-License-Identifier: ISC */
/* The port that docs/PORTING.md shows. */
#include <string.h>

#include "mssl_dev_port.h"

extern uint8_t porch_cells[MSSL_EE_LEN];    /* stands for the chip's EEPROM */
extern uint8_t porch_lamp;                  /* stands for a pin */

uint8_t mssl_port_eeprom_read(uint16_t address)
{
    return porch_cells[address];
}

void mssl_port_eeprom_write(uint16_t address, uint8_t value)
{
    porch_cells[address] = value;           /* a real one waits until the cell is written */
}

uint8_t mssl_port_task(uint8_t task, const struct mssl_dev_caller *caller,
                       uint8_t *buf, uint8_t *len)
{
    (void)caller;
    if (task != 1)
        return MSSL_STATUS_UNKNOWN;
    if (*len < 1 || buf[0] > 1)
        return MSSL_STATUS_ARGUMENT;
    porch_lamp = buf[0];
    *len = 0;
    return MSSL_STATUS_OK;
}

uint8_t mssl_port_task_text(uint8_t task, uint8_t *out)
{
    if (task != 1)
        return 0;
    memcpy(out, "lamp 0|1", 8);
    return 8;
}
