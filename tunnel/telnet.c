/* SPDX-License-Identifier: ISC */
/* See telnet.h. */
#include "telnet.h"

#define SE   240
#define IP   244            /* interrupt process: what was typed doesn't count */
#define EC   247            /* erase character */
#define EL   248            /* erase line */
#define SB   250
#define WILL 251
#define WONT 252
#define DO   253
#define DONT 254
#define IAC  255

enum { TEXT, AFTER_IAC, OPTION, SUB, SUB_IAC };

static void clear(struct tunnel_telnet *t)
{
    t->len = 0;
    t->bad = false;
}

static void add(struct tunnel_telnet *t, uint8_t byte)
{
    t->bad |= byte == 0;
    if (t->len < TUNNEL_LINE_MAX)
        t->line[t->len] = (char)byte;
    if (t->len <= TUNNEL_LINE_MAX)
        t->len++;
}

/* A byte that is no part of a command. CR LF, CR NUL and LF end a line. */
static int text(struct tunnel_telnet *t, uint8_t byte)
{
    bool after_cr = t->cr;

    t->cr = byte == '\r';
    if (after_cr && (byte == '\n' || byte == 0))
        return TUNNEL_LINE_NONE;        /* its line ended at the CR */
    if (byte != '\r' && byte != '\n') {
        add(t, byte);
        return TUNNEL_LINE_NONE;
    }
    if (t->bad)
        return TUNNEL_LINE_BAD;
    if (t->len > TUNNEL_LINE_MAX)
        return TUNNEL_LINE_LONG;
    t->line[t->len] = '\0';
    return TUNNEL_LINE_WHOLE;
}

static void command(struct tunnel_telnet *t, uint8_t byte)
{
    t->state = TEXT;
    switch (byte) {
    case IAC:
        add(t, byte);
        break;
    case WILL:
    case WONT:
    case DO:
    case DONT:
        t->verb = byte;
        t->state = OPTION;
        break;
    case SB:
        t->state = SUB;
        break;
    case IP:
    case EL:
        clear(t);
        break;
    case EC:
        if (t->len > 0)
            t->len--;
        break;
    default:
        break;
    }
}

/* Every option is refused; a refusal needs no answer, so no loop can arise. */
static void option(struct tunnel_telnet *t, uint8_t byte, uint8_t *reply, size_t *reply_len)
{
    t->state = TEXT;
    if (t->verb != DO && t->verb != WILL)
        return;
    reply[0] = IAC;
    reply[1] = t->verb == DO ? WONT : DONT;
    reply[2] = byte;
    *reply_len = 3;
}

int tunnel_telnet_byte(struct tunnel_telnet *t, uint8_t byte, uint8_t reply[TUNNEL_REPLY_SIZE],
                       size_t *reply_len)
{
    *reply_len = 0;
    switch (t->state) {
    case AFTER_IAC:
        command(t, byte);
        break;
    case OPTION:
        option(t, byte, reply, reply_len);
        break;
    case SUB:
        if (byte == IAC)
            t->state = SUB_IAC;
        break;
    case SUB_IAC:
        t->state = byte == SE ? TEXT : SUB;
        break;
    default:
        if (byte == IAC)
            t->state = AFTER_IAC;
        else
            return text(t, byte);
    }
    return TUNNEL_LINE_NONE;
}

void tunnel_telnet_next(struct tunnel_telnet *t)
{
    clear(t);
}

bool tunnel_telnet_inside(const struct tunnel_telnet *t)
{
    return t->len > 0;
}
