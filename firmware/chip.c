/* SPDX-License-Identifier: ISC */
/* Clock, pins and SPI of an ATmega168 or 328P. No interrupts: all is polled. */
#include "chip.h"

#include <avr/io.h>
#include <avr/wdt.h>
#include <util/delay.h>

#include MSSL_BOARD_H
#include "enc28j60.h"
#include "mssl_net.h"

#define TIMER_HZ      (F_CPU / 256)
#define TICK_COUNTS   (TIMER_HZ / 1000 * NET_TICK_MS + TIMER_HZ % 1000 * NET_TICK_MS / 1000)
#define TICKS_PER_S   (1000 / NET_TICK_MS)

_Static_assert(TICK_COUNTS * TICKS_PER_S == TIMER_HZ, "the clock would be wrong");
_Static_assert(F_CPU / 2 >= 8000000, "the ENC28J60 needs 8 MHz of SPI: erratum 1");

uint32_t chip_seconds;
static uint16_t tick_at;
static uint8_t ticks;       /* of the second that runs */
static uint8_t due;         /* ticks that chip_tick owes */

void chip_start(void)
{
    MCUSR = 0;                  /* or the watchdog stays on at 16 ms after it bit */
    wdt_enable(WDTO_2S);
    LED_DDR |= _BV(LED);
    SPI_PORT |= _BV(SPI_CS);
    SPI_DDR |= _BV(SPI_CS) | _BV(SPI_MOSI) | _BV(SPI_SCK);
    SPCR = _BV(SPE) | _BV(MSTR);
    SPSR = _BV(SPI2X);          /* half the CPU's clock */
    TCCR1B = _BV(CS12);         /* timer 1 counts ticks, every 256 cycles */
    TCCR0B = _BV(CS00);         /* timer 0 counts cycles: noise */
}

void chip_clock(void)
{
    wdt_reset();
    while ((uint16_t)(TCNT1 - tick_at) >= TICK_COUNTS) {
        tick_at += TICK_COUNTS;
        if (due < TICKS_PER_S)
            due++;
        if (++ticks == TICKS_PER_S) {
            ticks = 0;
            chip_seconds++;
        }
    }
}

uint8_t chip_tick(void)
{
    chip_clock();
    if (due == 0)
        return 0;
    due--;
    return 1;
}

uint8_t net_jitter(void)
{
    return TCNT0;
}

void enc28j60_port_select(void)
{
    SPI_PORT &= ~_BV(SPI_CS);
}

void enc28j60_port_deselect(void)
{
    SPI_PORT |= _BV(SPI_CS);
}

void enc28j60_port_wait_1ms(void)
{
    _delay_ms(1.1);
}
