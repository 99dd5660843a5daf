/* SPDX-License-Identifier: ISC */
/* A byte over SPI: enc28j60_port_spi of net/enc28j60.h. It changes r24 and r25
 * only, which the RSA check counts on (operands.h). */
#define __SFR_OFFSET 0
#include <avr/io.h>

        .section .text.enc28j60_port_spi, "ax", @progbits
        .global enc28j60_port_spi
        .type   enc28j60_port_spi, @function
enc28j60_port_spi:
        in      r25, SPSR               /* the flag of a byte that nobody waited for */
        out     SPDR, r24               /* goes away by these two */
1:      in      r25, SPSR
        sbrs    r25, SPIF
        rjmp    1b
        in      r24, SPDR
        ret
        .size   enc28j60_port_spi, . - enc28j60_port_spi
