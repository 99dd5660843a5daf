/* SPDX-License-Identifier: ISC */
/* Moves a pin, speaks on the serial port, reads INT0's pin and the ADC, then hangs
 * until the watchdog bites; after that it halts. */
#include <avr/wdt.h>
#include "probe.h"

static void say(const char *text)
{
    while (*text) {
        while (!(UCSR0A & (1 << UDRE0)))
            ;
        UDR0 = (uint8_t)*text++;
    }
}

static uint16_t adc(uint8_t channel)
{
    ADMUX = (uint8_t)(1 << REFS0 | channel);
    ADCSRA = 1 << ADEN | 1 << ADSC | 7;
    while (ADCSRA & (1 << ADSC))
        ;
    return ADC;
}

int main(void)
{
    uint8_t cause = MCUSR;
    uint16_t volts;

    MCUSR = 0;
    wdt_disable();
    UBRR0 = 8;
    UCSR0B = 1 << TXEN0;
    probe_say(cause);
    DDRB |= 1 << PB1;
    PORTB |= 1 << PB1;
    PORTB &= (uint8_t)~(1 << PB1);
    if (cause & (1 << WDRF))
        probe_end();
    probe_say((PIND >> PD2) & 1);
    volts = adc(3);
    probe_say((uint8_t)(volts >> 8));
    probe_say((uint8_t)volts);
    say("hello \"board\"\n");
    wdt_enable(WDTO_15MS);
    for (;;)
        ;
}
