/* SPDX-License-Identifier: ISC */
/* Where there is a libc. */
#include <stdio.h>

#include "ports.h"

void ports_put(char c)
{
    if (c)
        putchar(c);
}
