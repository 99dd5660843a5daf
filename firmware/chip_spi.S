/* SPDX-License-Identifier: ISC */
/* A byte over SPI: enc28j60_port_spi of net/enc28j60.h. A build with the signature
 * option has the one of operands.h. */
#define __SFR_OFFSET 0
#include <avr/io.h>

        .section .text.enc28j60_port_spi, "ax", @progbits
        .global enc28j60_port_spi
        .type   enc28j60_port_spi, @function
enc28j60_port_spi:
        out     SPDR, r24
1:      in      r0, SPSR
        sbrs    r0, SPIF
        rjmp    1b
        in      r24, SPDR
        ret
        .size   enc28j60_port_spi, . - enc28j60_port_spi
