/* SPDX-License-Identifier: ISC */
/* Values as text for people, and a tiny writer of JSON for programs. */
#include "authority_cli.h"

#include <stdio.h>

static int first = 1;                   /* no comma before the next value */

void text_ip(char out[16], const uint8_t ip[4])
{
    snprintf(out, 16, "%u.%u.%u.%u", ip[0], ip[1], ip[2], ip[3]);
}

void text_mac(char out[18], const uint8_t mac[6])
{
    snprintf(out, 18, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4],
             mac[5]);
}

const char *text_state(uint8_t state)
{
    static const char *const names[] = { "valid", "waiting", "revoking", "revoked", "dead" };

    return state < sizeof names / sizeof names[0] ? names[state] : "?";
}

static void quoted(const char *s)
{
    putchar('"');
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;

        if (c == '"' || c == '\\')
            printf("\\%c", c);
        else if (c < ' ')
            printf("\\u%04x", c);
        else
            putchar(c);
    }
    putchar('"');
}

static void lead(const char *key)
{
    if (!first)
        putchar(',');
    first = 0;
    if (key) {
        quoted(key);
        putchar(':');
    }
}

void json_open(const char *key, char bracket)
{
    lead(key);
    putchar(bracket);
    first = 1;
}

void json_shut(char bracket)
{
    putchar(bracket);
    first = 0;
}

void json_text(const char *key, const char *value)
{
    lead(key);
    quoted(value);
}

void json_number(const char *key, uint32_t value)
{
    lead(key);
    printf("%lu", (unsigned long)value);
}

void json_bool(const char *key, int value)
{
    lead(key);
    fputs(value ? "true" : "false", stdout);
}

void json_hex(const char *key, const uint8_t *value, size_t len)
{
    size_t i;

    lead(key);
    putchar('"');
    for (i = 0; i < len; i++)
        printf("%02x", value[i]);
    putchar('"');
}

void json_end(void)
{
    putchar('\n');
    first = 1;
}
