/* SPDX-License-Identifier: ISC */
/* Values as text for people, and as JSON for programs, by jansson. */
#include "authority_cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#define DEPTH 8                         /* of objects and arrays in each other */

static json_t *open_items[DEPTH], *root;
static int depth;

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

/* Hangs the item into what is open; the first one is the root. */
static void hang(const char *key, json_t *item)
{
    json_t *parent = depth ? open_items[depth - 1] : NULL;

    if (!item || (parent && (key ? json_object_set_new(parent, key, item)
                                 : json_array_append_new(parent, item))))
        exit(cli_fail(MSSL_AUTH_FILE, "out of memory"));
    if (!parent)
        root = item;
}

void json_open(const char *key, char bracket)
{
    json_t *item = bracket == '[' ? json_array() : json_object();

    hang(key, item);
    open_items[depth++] = item;
}

void json_shut(char bracket)
{
    (void)bracket;                      /* as the caller reads it */
    depth--;
}

void json_text(const char *key, const char *value)
{
    hang(key, json_string(value));
}

void json_number(const char *key, uint32_t value)
{
    hang(key, json_integer(value));
}

void json_bool(const char *key, int value)
{
    hang(key, json_boolean(value));
}

void json_hex(const char *key, const uint8_t *value, size_t len)
{
    char *hex = malloc(2 * len + 1);

    if (hex)
        mssl_to_hex(hex, value, len);
    hang(key, hex ? json_string(hex) : NULL);
    if (hex)
        mssl_wipe(hex, 2 * len);
    free(hex);
}

/* A key may be among the values, so the text is wiped. jansson's own copies live as
 * long as this process. */
void json_end(void)
{
    char *text = json_dumps(root, JSON_COMPACT);

    if (!text)
        exit(cli_fail(MSSL_AUTH_FILE, "out of memory"));
    puts(text);
    mssl_wipe(text, strlen(text));
    free(text);
    json_decref(root);
    root = NULL;
}
