/* SPDX-License-Identifier: ISC */
/* JSON by jansson: see mssl_json.h. All but ASCII is escaped, so that a device can't play
 * with a terminal. Where memory ends a key is missing, or the object is. */
#include "mssl_json.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "mssl.h"

#define STYLE (JSON_COMPACT | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(9))

static bool in_use;
static json_t *whole, *inside;      /* inside is part of whole, or NULL */

void mssl_json_use(void)
{
    in_use = true;
}

bool mssl_json(void)
{
    return in_use;
}

static void print(json_t *object)
{
    if (object != NULL && json_dumpf(object, stdout, STYLE) == 0)
        putchar('\n');
    fflush(stdout);
    json_decref(object);
}

void mssl_json_begin(void)
{
    if (in_use && whole == NULL)
        whole = json_object();
}

void mssl_json_end(void)
{
    if (whole == NULL)
        return;
    print(whole);
    whole = inside = NULL;
}

/* Takes value over. */
static void set(const char *key, json_t *value)
{
    json_object_set_new(inside != NULL ? inside : whole, key, value);
}

/* A path or a word of the command line may be no UTF-8: then it is shown escaped. */
static json_t *string(const char *text)
{
    json_t *s = json_string(text);
    char escaped[4096];
    size_t len = sizeof escaped;

    if (s == NULL && mssl_text_escape(escaped, &len, (const uint8_t *)text, strlen(text)) == MSSL_OK)
        s = json_string(escaped);
    return s != NULL ? s : json_null();
}

void mssl_json_text(const char *key, const char *text)
{
    if (whole != NULL)
        set(key, string(text));
}

void mssl_json_number(const char *key, long long n)
{
    if (whole != NULL)
        set(key, json_integer(n));
}

void mssl_json_real(const char *key, double n)
{
    if (whole != NULL)
        set(key, json_real(n));
}

void mssl_json_bool(const char *key, bool yes)
{
    if (whole != NULL)
        set(key, json_boolean(yes));
}

void mssl_json_bytes(const uint8_t *p, size_t n)
{
    char hex[2 * MSSL_RECORD_DATA_MAX + 1];
    json_t *text;

    if (whole == NULL || n > MSSL_RECORD_DATA_MAX)
        return;
    text = n == 0 || memchr(p, 0, n) == NULL ? json_stringn(n > 0 ? (const char *)p : "", n) : NULL;
    set("text", text != NULL ? text : json_null());
    mssl_to_hex(hex, p, n);
    set("hex", json_string(hex));
}

void mssl_json_down(const char *key)
{
    if (whole == NULL)
        return;
    json_object_set_new(whole, key, json_object());
    inside = json_object_get(whole, key);
}

void mssl_json_array(const char *key)
{
    if (whole != NULL)
        json_object_set_new(whole, key, json_array());
}

void mssl_json_down_element(const char *key)
{
    json_t *list;

    if (whole == NULL)
        return;
    list = json_object_get(whole, key);
    json_array_append_new(list, json_object());
    inside = json_array_get(list, json_array_size(list) - 1);
}

void mssl_json_up(void)
{
    inside = NULL;
}

static json_t *error_object(int code, const char *thing, const char *reason, const char *remedy)
{
    json_t *error = json_object();

    json_object_set_new(error, "code", json_integer(code));
    json_object_set_new(error, "thing", string(thing));
    json_object_set_new(error, "reason", string(reason));
    json_object_set_new(error, "remedy", remedy != NULL ? string(remedy) : json_null());
    return error;
}

void mssl_json_error(int code, const char *thing, const char *reason, const char *remedy)
{
    bool alone = whole == NULL;

    if (!in_use)
        return;
    mssl_json_begin();
    if (json_object_get(whole, "error") == NULL)
        json_object_set_new(whole, "error", error_object(code, thing, reason, remedy));
    if (alone)
        mssl_json_end();
}
