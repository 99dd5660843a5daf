/* SPDX-License-Identifier: ISC */
/* Where the fields of mssl_dev.h's structs lie on AVR: only #define lines, for
 * the assembler. mssl_avr_layout.c holds them against the compiler. */
#ifndef MSSL_AVR_LAYOUT_H
#define MSSL_AVR_LAYOUT_H

#include "mssl_dev_config.h"

/* struct mssl_dev_session */
#define S_KEY       0
#define S_SENT      16
#define S_RECEIVED  18
/* From here on as bytes 12 to 31 of a grant, so that one copy takes tasks,
 * parameters and host id; what lies where the grant has its address is set anew
 * just then. */
#define S_TASKS     20
#define S_FILL      24
#define S_UNUSED    25
#define S_CALLER    29
#define S_SLOT      29
#define S_PARAM     30
#define S_HOST      33
#define S_TAKEN_END 40
/* The end, which mssl_dev_begin fills from behind. */
#define S_TICKS     40
#define S_STATE     41
#define S_PEER      42
#define S_LEN       44

/* struct mssl_dev_nonce */
#define N_VALUE     0
#define N_STATE     12
#define N_LEN       13

#endif
