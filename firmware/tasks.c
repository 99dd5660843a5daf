/* SPDX-License-Identifier: ISC */
/* What this micro server can do: the one file to edit, beside tasks.table,
 * where each task has its number, its name and its usage.
 *
 * A task is a function. It finds its argument in buf (*len bytes, padded with
 * zeros), writes its answer there (at most 127 bytes), sets *len to its length
 * and returns a status: MSSL_STATUS_OK, _ARGUMENT, _BUSY or _FAILED. It is
 * called only for a host with the right to it; caller says which one, and has
 * the three parameter bytes of its grant. It must be done within a second.
 * text.h has helpers for text. */
#include <avr/io.h>

#include MSSL_BOARD_H
#include "chip.h"
#include "mssl_dev_port.h"
#include "tasks_table.h"        /* made of tasks.table: TASK_LED and so on */
#include "text.h"

#define ADC_CHANNELS  8

static uint8_t led(uint8_t *buf, uint8_t *len)
{
    if (text_is(buf, *len, PSTR("on")))
        LED_PORT |= _BV(LED);
    else if (text_is(buf, *len, PSTR("off")))
        LED_PORT &= ~_BV(LED);
    else if (!text_is(buf, *len, PSTR("state")))
        return MSSL_STATUS_ARGUMENT;
    *len = text_put(buf, bit_is_set(LED_PORT, LED) ? PSTR("on") : PSTR("off"));
    return MSSL_STATUS_OK;
}

static uint8_t adc(uint8_t *buf, uint8_t *len)
{
    uint8_t channel = buf[0] - '0';

    if (text_len(buf, *len) != 1 || channel >= ADC_CHANNELS)
        return MSSL_STATUS_ARGUMENT;
    ADMUX = _BV(REFS0) | channel;                               /* against the supply */
    ADCSRA = _BV(ADEN) | _BV(ADSC) | _BV(ADPS2) | _BV(ADPS1) | _BV(ADPS0);  /* 125 kHz */
    loop_until_bit_is_clear(ADCSRA, ADSC);
    *len = text_number(buf, ADC);
    return MSSL_STATUS_OK;
}

static uint8_t uptime(uint8_t *buf, uint8_t *len)
{
    *len = text_number(buf, chip_seconds);
    return MSSL_STATUS_OK;
}

uint8_t mssl_port_task(uint8_t task, const struct mssl_dev_caller *caller,
                       uint8_t *buf, uint8_t *len)
{
    (void)caller;
    switch (task) {
    case TASK_LED:    return led(buf, len);
    case TASK_ADC:    return adc(buf, len);
    case TASK_UPTIME: return uptime(buf, len);
    default:          return MSSL_STATUS_UNKNOWN;
    }
}
