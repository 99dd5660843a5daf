/* SPDX-License-Identifier: ISC */
/* Runs the vectors and says how it went, in one line that run.py reads. */
#include "ports.h"

static void say(const char *text)
{
    while (*text)
        ports_put(*text++);
}

static void say_number(uint16_t n)
{
    char digits[6];
    uint8_t i = sizeof digits - 1;

    digits[i] = 0;
    do
        digits[--i] = (char)('0' + n % 10);
    while ((n /= 10) != 0);
    say(digits + i);
}

int main(void)
{
    uint16_t failed = ports_run();

    say(failed ? "ports: failed in case " : "ports: passed ");
    say_number(failed ? failed : ports_cases);
    say(failed ? "\n" : " cases\n");
    ports_put(0);
    return failed != 0;
}
