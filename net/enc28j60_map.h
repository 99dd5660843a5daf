/* SPDX-License-Identifier: ISC */
/* Who owns which bytes of the ENC28J60's packet memory of 8 KB.
 *
 *              1 session          4 sessions
 *   receive    0x0000..0x0BFF     the same          ring, from 0: erratum 5
 *   sending    0x0C00..0x0DFF     0x0C00..0x13FF    a buffer a connection
 *   general    0x0E00..0x13FF     0x1400..0x19FF    ARP, echo, resets
 *   spare      0x1400..0x1FFF     0x1A00..0x1FFF    for others, e.g. the signature check
 *
 * A sending buffer holds the control byte, headers of 54 bytes, up to
 * ENC_PAYLOAD bytes and the chip's status vector of 7. */
#ifndef ENC28J60_MAP_H
#define ENC28J60_MAP_H

#include <stdint.h>

#define ENC_RX_END       0x0BFF     /* odd, as ERXRDPT must be: erratum 14 */
#define ENC_TX_START     0x0C00
#define ENC_TX_LEN       0x0200
#define ENC_TX_MASK      0xFE00     /* the beginning of the buffer that an address lies in */
#define ENC_HEADERS      55
#define ENC_PAYLOAD      (ENC_TX_LEN - ENC_HEADERS - 7)
#define ENC_TX(i)        ((uint16_t)(ENC_TX_START + (i) * ENC_TX_LEN))
#define ENC_GENERAL(n)   ENC_TX(n)  /* n: number of connections */
#define ENC_SPARE(n)     ((uint16_t)(ENC_GENERAL(n) + 0x0600))
#define ENC_MEMORY_END   0x1FFF

#endif
