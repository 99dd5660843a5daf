/* SPDX-License-Identifier: ISC */
/* Text for tasks, and the describe text of the task table: see text.h. */
#include "text.h"

#include <stdlib.h>
#include <string.h>

#include "mssl_dev_port.h"
#include "tasks_table.h"

/* M-11.1 */
_Static_assert(TASK_TABLE == MSSL_DEV_TASK_TABLE,
               "tasks.table and the core's MSSL_DEV_TASK_TABLE differ");

uint8_t text_len(const uint8_t *buf, uint8_t len)
{
    while (len && buf[len - 1] == 0)
        len--;
    return len;
}

uint8_t text_is(const uint8_t *buf, uint8_t len, PGM_P word)
{
    uint8_t c;

    len = text_len(buf, len);
    for (; (c = pgm_read_byte(word)) != 0; word++, buf++)
        if (len-- == 0 || *buf != c)
            return 0;
    return len == 0;
}

uint8_t text_put(uint8_t *buf, PGM_P word)
{
    uint8_t n = 0, c;

    while ((c = pgm_read_byte(word++)) != 0)
        buf[n++] = c;
    return n;
}

uint8_t text_number(uint8_t *buf, uint32_t n)
{
    ultoa(n, (char *)buf, 10);
    return strlen((const char *)buf);
}

/* Number, text and a zero for every task, then 0xFF. */
static const char texts[] PROGMEM = TASK_TEXTS "\377";

uint8_t mssl_port_task_text(uint8_t task, uint8_t *out)
{
    PGM_P p = texts;
    uint8_t t;

    while ((t = pgm_read_byte(p++)) != 0xFF) {
        if (t == task)
            return text_put(out, p);
        while (pgm_read_byte(p++))
            ;
    }
    return 0;
}
