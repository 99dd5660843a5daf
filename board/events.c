/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The board's events as lines that programs read. See the header. */
#include <stdarg.h>
#include <string.h>
#include "events.h"

#define US 1000000u

void board_events_init(struct board_events *e, FILE *out, const uint64_t *now_us)
{
    memset(e, 0, sizeof *e);
    e->out = out;
    e->now_us = now_us;
    e->uart.name = "uart";
    e->console.name = "console";
    setvbuf(out, NULL, _IOLBF, 0);
}

void board_event(struct board_events *e, const char *format, ...)
{
    va_list ap;

    fprintf(e->out, "%llu.%06llu ", (unsigned long long)(*e->now_us / US), (unsigned long long)(*e->now_us % US));
    va_start(ap, format);
    vfprintf(e->out, format, ap);
    va_end(ap);
    fputc('\n', e->out);
}

/* C escapes, so that a line stays a line whatever the firmware says. */
static void escape(char *out, const uint8_t *text, unsigned len)
{
    for (unsigned i = 0; i < len; i++) {
        if (text[i] == '"' || text[i] == '\\')
            out += sprintf(out, "\\%c", text[i]);
        else if (text[i] >= ' ' && text[i] < 0x7F)
            *out++ = (char)text[i];
        else if (text[i] == '\t')
            out += sprintf(out, "\\t");
        else
            out += sprintf(out, "\\x%02x", text[i]);
    }
    *out = 0;
}

static void tell(struct board_events *e, struct board_line *line)
{
    char text[4 * BOARD_LINE_MAX + 1];

    escape(text, line->text, line->len);
    line->len = 0;
    board_event(e, "%s \"%s\"", line->name, text);
}

void board_event_byte(struct board_events *e, struct board_line *line, uint8_t byte)
{
    if (byte != '\n' && byte != '\r')
        line->text[line->len++] = byte;
    if (byte == '\n' || line->len == BOARD_LINE_MAX)
        tell(e, line);
}

void board_events_flush(struct board_events *e)
{
    if (e->uart.len)
        tell(e, &e->uart);
    if (e->console.len)
        tell(e, &e->console);
}
