/* SPDX-License-Identifier: ISC */
/* Text without libc: see text.h; hex, names and escapes of mssl.h. */
#include "text.h"

#include <string.h>

size_t mssl_strlen(const char *s)
{
    size_t n = 0;

    while (s[n] != '\0')
        n++;
    return n;
}

struct mssl_span mssl_span_of(const char *text)
{
    struct mssl_span s = { text, mssl_strlen(text) };

    return s;
}

bool mssl_span_is(struct mssl_span s, const char *text)
{
    return s.len == mssl_strlen(text) && memcmp(s.p, text, s.len) == 0;
}

struct mssl_span mssl_span_word(struct mssl_span *s, char sep)
{
    struct mssl_span word = { s->p, 0 };

    while (word.len < s->len && s->p[word.len] != sep)
        word.len++;
    s->p += word.len;
    s->len -= word.len;
    if (s->len > 0) {
        s->p++;
        s->len--;
    }
    return word;
}

bool mssl_reader_line(struct mssl_reader *r, struct mssl_span *line)
{
    if (r->rest.len == 0)
        return false;
    r->line++;
    *line = mssl_span_word(&r->rest, '\n');
    return true;
}

bool mssl_span_number(struct mssl_span s, uint32_t max, uint32_t *out)
{
    uint32_t n = 0;
    size_t i;

    if (s.len == 0 || s.len > 9 || (s.len > 1 && s.p[0] == '0'))
        return false;
    for (i = 0; i < s.len; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        n = 10 * n + (uint32_t)(s.p[i] - '0');
    }
    if (n > max)
        return false;
    *out = n;
    return true;
}

bool mssl_span_copy(char *out, size_t size, struct mssl_span s)
{
    if (s.len >= size)
        return false;
    memcpy(out, s.p, s.len);
    out[s.len] = '\0';
    return true;
}

bool mssl_span_printable(struct mssl_span s)
{
    size_t i;

    for (i = 0; i < s.len; i++)
        if (s.p[i] < ' ' || s.p[i] > '~')
            return false;
    return true;
}

bool mssl_span_name(struct mssl_span s, size_t max)
{
    size_t i;

    if (s.len == 0 || s.len > max)
        return false;
    for (i = 0; i < s.len; i++) {
        char c = s.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-'))
            return false;
    }
    return true;
}

bool mssl_host_name_ok(const char *s)
{
    return mssl_span_name(mssl_span_of(s), MSSL_G_HOST_LEN);
}

bool mssl_device_name_ok(const char *s)
{
    return mssl_span_name(mssl_span_of(s), MSSL_DEVICE_NAME_MAX);
}

void mssl_writer_begin(struct mssl_writer *w, char *out, size_t size)
{
    w->p = out;
    w->size = size;
    w->len = 0;
    w->ok = size > 0;
}

void mssl_put_char(struct mssl_writer *w, char c)
{
    if (w->ok && w->len + 1 < w->size)
        w->p[w->len++] = c;
    else
        w->ok = false;
}

void mssl_put(struct mssl_writer *w, const char *text)
{
    while (*text != '\0')
        mssl_put_char(w, *text++);
}

void mssl_put_number(struct mssl_writer *w, uint32_t n)
{
    char digits[10];
    int i = 0;

    do {
        digits[i++] = (char)('0' + n % 10);
        n /= 10;
    } while (n > 0);
    while (i > 0)
        mssl_put_char(w, digits[--i]);
}

/* -1 of a negative number, else 0: a mask instead of a branch, for keys are text too. */
static int negative(int small)
{
    return small >> 8;
}

static char hex_digit(uint8_t n)
{
    return (char)('0' + n + (negative(9 - n) & ('a' - '0' - 10)));
}

void mssl_put_hex(struct mssl_writer *w, const uint8_t *in, size_t len)
{
    size_t i;

    for (i = 0; i < len; i++) {
        mssl_put_char(w, hex_digit(in[i] >> 4));
        mssl_put_char(w, hex_digit(in[i] & 15));
    }
}

mssl_err mssl_writer_end(struct mssl_writer *w, size_t *len)
{
    if (!w->ok)
        return MSSL_E_ROOM;
    w->p[w->len] = '\0';
    *len = w->len;
    return MSSL_OK;
}

void mssl_to_hex(char *out, const uint8_t *in, size_t len)
{
    size_t i;

    for (i = 0; i < len; i++) {
        out[2 * i] = hex_digit(in[i] >> 4);
        out[2 * i + 1] = hex_digit(in[i] & 15);
    }
    out[2 * len] = '\0';
}

/* The value of a lower-case digit, -1 of anything else. */
static int hex_value(char c)
{
    int digit = c - '0', letter = c - 'a';
    int no_digit = negative(digit | (9 - digit));
    int no_letter = negative(letter | (5 - letter));

    return (digit & ~no_digit) | ((letter + 10) & ~no_letter) | (no_digit & no_letter);
}

mssl_err mssl_from_hex(uint8_t *out, size_t len, const char *text, size_t text_len)
{
    int high, low, all = 0;
    size_t i;

    if (text_len == 2 * len) {
        for (i = 0; i < len; i++) {
            high = hex_value(text[2 * i]);
            low = hex_value(text[2 * i + 1]);
            all |= high | low;
            out[i] = (uint8_t)(16 * high + low);
        }
        if (all >= 0)
            return MSSL_OK;
    }
    mssl_wipe(out, len);
    return MSSL_E_FORMAT;
}

uint8_t mssl_text_len(const uint8_t *data, uint8_t len)
{
    while (len > 0 && data[len - 1] == 0)
        len--;
    return len;
}

mssl_err mssl_text_escape(char *out, size_t *out_len, const uint8_t *in, size_t n)
{
    struct mssl_writer w;
    size_t i;

    mssl_writer_begin(&w, out, *out_len);
    for (i = 0; i < n; i++) {
        if (in[i] == '\\') {
            mssl_put(&w, "\\\\");
        } else if (in[i] >= ' ' && in[i] <= '~') {
            mssl_put_char(&w, (char)in[i]);
        } else {
            mssl_put(&w, "\\x");
            mssl_put_hex(&w, &in[i], 1);
        }
    }
    return mssl_writer_end(&w, out_len);
}
