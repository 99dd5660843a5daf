/* SPDX-License-Identifier: ISC */
/* The firmware's main.c, main itself renamed, and a segment full of commands that
 * take nearly a second each: says the seconds that its clock counted. */
#include <util/delay.h>

#include "chip.h"
#include "mssl_net.h"
#include "probe.h"

int main(void)
{
    uint8_t i;

    chip_start();
    for (i = 0; i < 6; i++) {
        _delay_ms(900);
        net_on_byte(0, 0);      /* the next command's first byte */
    }
    probe_say(chip_seconds);
    for (i = 0; chip_tick(); i++)
        ;
    probe_say(i);
    probe_end();
}
