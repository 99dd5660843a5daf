/* SPDX-License-Identifier: ISC */
/* On the chip: a core whose functions tests/chip/chip_core.c calls from
 * outside, one by one. This program only keeps them from being dropped, and
 * says where the core's data lies. */
#include <avr/io.h>
#include <avr/pgmspace.h>

#include "chip_layout.h"
#include "mssl_dev_engine.h"

/* On AVR no field has padding, so a field that CHIP_FIELDS lacks shows here. */
typedef char chip_layout_is_whole[
    CHIP_FIELDS_SIZE + sizeof(void *) + CHIP_UNUSED_MAX >= sizeof(struct mssl_dev_session)
    ? 1 : -1];

/* Functions of the engine and of options: there or not. */
#pragma weak mssl_dev_event_ready
#pragma weak mssl_dev_event
#pragma weak mssl_dev_aes
#pragma weak mssl_dev_f
#pragma weak mssl_dev_lab
#pragma weak mssl_dev_ccm_seal
#pragma weak mssl_dev_ccm_open
#pragma weak mssl_dev_wipe

extern uint8_t _end;    /* the linker's: what follows is free RAM */
extern void chip_return(void);

const struct chip_layout chip_layout PROGMEM = CHIP_LAYOUT;
const uint8_t *const chip_free PROGMEM = &_end;
void (*const chip_functions[])(void) PROGMEM = {
    (void (*)(void))mssl_dev_begin, (void (*)(void))mssl_dev_input,
    (void (*)(void))mssl_dev_tick, (void (*)(void))mssl_dev_end,
    (void (*)(void))mssl_dev_event_ready, (void (*)(void))mssl_dev_event,
    (void (*)(void))mssl_dev_aes, (void (*)(void))mssl_dev_f, (void (*)(void))mssl_dev_lab,
    (void (*)(void))mssl_dev_ccm_seal, (void (*)(void))mssl_dev_ccm_open,
    (void (*)(void))mssl_dev_wipe,
};

int main(void)
{
    GPIOR1 = pgm_read_byte(&chip_layout);
    GPIOR1 = pgm_read_byte(&chip_free);
    GPIOR1 = pgm_read_byte(&chip_functions);
    GPIOR1 = mssl_dev_sessions[0].state + mssl_dev_nonce.state;
    chip_return();
    return 0;
}
