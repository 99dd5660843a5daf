/* SPDX-License-Identifier: ISC */
/* Where the operands of the RSA check lie in the ENC28J60's packet memory: in
 * its spare part (net/enc28j60_map.h), which the receive ring and the sending
 * buffers never reach. Plain numbers, for C and the assembler; main.c checks them.
 *
 * Each operand ends where a page of OPERANDS_ALIGN bytes ends, and both ends are
 * alike in bit OPERANDS_BIT of their page's number, which none of their pages
 * before has so: that one bit ends the loop over an operand. */
#ifndef OPERANDS_AT_H
#define OPERANDS_AT_H

#define OPERANDS_LEN    (MSSL_DEV_RSA_BITS / 8 + 1)
#define OPERANDS_START  (0x1200 + MSSL_DEV_SESSIONS * 0x0200)

#if MSSL_DEV_RSA_BITS <= 3072
#define OPERANDS_ALIGN  0x0200
#define OPERANDS_BIT    1
#else
#define OPERANDS_ALIGN  0x0400
#define OPERANDS_BIT    2
#endif
#define OPERANDS_U_END  ((OPERANDS_START + OPERANDS_LEN + OPERANDS_ALIGN - 1) \
                         / OPERANDS_ALIGN * OPERANDS_ALIGN)
#define OPERANDS_X_END  (OPERANDS_U_END + 2 * OPERANDS_ALIGN)
#define OPERANDS_U      (OPERANDS_U_END - OPERANDS_LEN)
#define OPERANDS_X      (OPERANDS_X_END - OPERANDS_LEN)

#endif
