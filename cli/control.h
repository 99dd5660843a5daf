/* SPDX-License-Identifier: ISC */
/* Bytes that must not reach a terminal. */
#ifndef CLI_CONTROL_H
#define CLI_CONTROL_H

#include <stdbool.h>

/* Whether c may command a terminal: a line's end, too. */
static inline bool cli_is_control(char c)
{
    return (unsigned char)c < ' ' || c == 0x7f;
}

#endif
