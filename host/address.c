/* SPDX-License-Identifier: ISC */
/* Addresses that a grant is bound to, as text and back: see mssl.h 5. */
#include "text.h"

#include <string.h>

#define DOT_PARTS 4

/* The part of text behind '/', and text itself cut before it. */
static bool cut_prefix(struct mssl_span *text, struct mssl_span *prefix)
{
    struct mssl_span all = *text;
    struct mssl_span head = mssl_span_word(&all, '/');
    bool has = head.len < text->len;

    *text = head;
    *prefix = all;
    return has;
}

mssl_err mssl_address_parse_ipv4(struct mssl_address *a, const char *text)
{
    struct mssl_address got = { .kind = MSSL_ADDRESS_IPV4, .len = MSSL_ADDRESS_IPV4_MAX };
    struct mssl_span s = mssl_span_of(text), prefix;
    uint32_t n;
    int i;

    if (cut_prefix(&s, &prefix)) {
        if (!mssl_span_number(prefix, 32, &n) || n == 0 || n % 8 != 0)
            return MSSL_E_FORMAT;
        got.len = (uint8_t)(n / 8);
    }
    for (i = 0; i < DOT_PARTS; i++) {
        struct mssl_span part = mssl_span_word(&s, '.');
        bool more = part.p + part.len < s.p;    /* a dot was taken */
        if (!mssl_span_number(part, 255, &n) || more != (i < DOT_PARTS - 1))
            return MSSL_E_FORMAT;
        if (i >= got.len && n != 0)
            return MSSL_E_FORMAT;
        got.bytes[i] = (uint8_t)n;
    }
    *a = got;
    return MSSL_OK;
}

mssl_err mssl_address_parse_mac(struct mssl_address *a, const char *text)
{
    struct mssl_address got = { .kind = MSSL_ADDRESS_MAC, .len = MSSL_ADDRESS_MAC_MAX };
    struct mssl_span s = mssl_span_of(text), prefix;
    uint32_t n;
    int i;

    if (cut_prefix(&s, &prefix)) {
        if (!mssl_span_number(prefix, MSSL_ADDRESS_MAC_MAX, &n) || n == 0)
            return MSSL_E_FORMAT;
        got.len = (uint8_t)n;
    }
    for (i = 0; i < MSSL_ADDRESS_MAC_MAX; i++) {
        struct mssl_span part = mssl_span_word(&s, ':');
        bool more = part.p + part.len < s.p;
        if (more != (i < MSSL_ADDRESS_MAC_MAX - 1)
            || mssl_from_hex(&got.bytes[i], 1, part.p, part.len) != MSSL_OK)
            return MSSL_E_FORMAT;
        if (i >= got.len && got.bytes[i] != 0)
            return MSSL_E_FORMAT;
    }
    *a = got;
    return MSSL_OK;
}

static void format_ipv4(struct mssl_writer *w, const struct mssl_address *a)
{
    int i;

    for (i = 0; i < DOT_PARTS; i++) {
        if (i > 0)
            mssl_put_char(w, '.');
        mssl_put_number(w, i < a->len ? a->bytes[i] : 0);
    }
    if (a->len < MSSL_ADDRESS_IPV4_MAX) {
        mssl_put_char(w, '/');
        mssl_put_number(w, 8u * a->len);
    }
}

static void format_mac(struct mssl_writer *w, const struct mssl_address *a)
{
    static const uint8_t zero;
    int i;

    for (i = 0; i < MSSL_ADDRESS_MAC_MAX; i++) {
        if (i > 0)
            mssl_put_char(w, ':');
        mssl_put_hex(w, i < a->len ? &a->bytes[i] : &zero, 1);
    }
    if (a->len < MSSL_ADDRESS_MAC_MAX) {
        mssl_put_char(w, '/');
        mssl_put_number(w, a->len);
    }
}

void mssl_address_format(char out[MSSL_ADDRESS_TEXT_SIZE], const struct mssl_address *a)
{
    struct mssl_writer w;
    size_t len;

    mssl_writer_begin(&w, out, MSSL_ADDRESS_TEXT_SIZE);
    if (a->len == 0)
        mssl_put(&w, "any");
    else if (a->kind == MSSL_ADDRESS_IPV4)
        format_ipv4(&w, a);
    else
        format_mac(&w, a);
    mssl_writer_end(&w, &len);      /* the longest fits */
}

bool mssl_address_conflict(const struct mssl_address *a, const struct mssl_address *b)
{
    uint8_t common = a->len < b->len ? a->len : b->len;

    return a->kind == b->kind && memcmp(a->bytes, b->bytes, common) != 0;
}
