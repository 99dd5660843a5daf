/* SPDX-License-Identifier: ISC */
/* Wiping: the C twin. */
#include "mssl_dev_engine.h"

void mssl_dev_wipe(void *p, uint8_t n)
{
    /* volatile: a compiler deletes a memset of what is never read again. */
    volatile uint8_t *b = p;

    while (n--)
        *b++ = 0;
}
