/* SPDX-License-Identifier: ISC */
/* A grant as lines to type: see mssl_typed.h. */
#include "mssl_typed.h"

#include <string.h>

#define VERSION     1
#define AT_LENGTH   1               /* two bytes: of all that follows the padding aside */
#define SYMBOLS     24              /* of 5 bits for the bytes of a line */
#define CHECK       5               /* for 24 bits of CRC */
#define GROUP       4
#define SIG_UNIT    64

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";  /* Crockford's base 32 */

/* CRC-24 of OpenPGP (RFC 4880 6.1), over the line's number and bytes. */
static uint32_t check_of(uint8_t number, const uint8_t bytes[MSSL_TYPED_BYTES])
{
    uint32_t crc = 0xB704CE;
    int i, bit;

    for (i = -1; i < MSSL_TYPED_BYTES; i++) {
        crc ^= (uint32_t)(i < 0 ? number : bytes[i]) << 16;
        for (bit = 0; bit < 8; bit++)
            crc = crc & 0x800000 ? (crc << 1 ^ 0x1864CFB) & 0xFFFFFF : crc << 1;
    }
    return crc;
}

/* -- The bytes of a grant -- */

struct bytes {
    uint8_t *at;
    size_t len, room;
    bool failed;
};

static void put(struct bytes *b, const void *p, size_t n)
{
    if (b->failed || n > b->room - b->len) {
        b->failed = true;
        return;
    }
    memcpy(b->at + b->len, p, n);
    b->len += n;
}

static void put_byte(struct bytes *b, size_t value)
{
    uint8_t byte = (uint8_t)value;

    put(b, &byte, 1);
}

static void put_text(struct bytes *b, const char *text)
{
    size_t n = strlen(text);

    put_byte(b, n);
    put(b, text, n);
}

static void put_table(struct bytes *b, const struct mssl_task_table *t)
{
    size_t i, count = 0;

    for (i = 0; i <= MSSL_TASK_APP_MAX; i++)
        count += t->tasks[i].present;
    put_byte(b, t->number);
    put_byte(b, count);
    for (i = 0; i <= MSSL_TASK_APP_MAX; i++) {
        if (!t->tasks[i].present)
            continue;
        put_byte(b, i);
        put_text(b, t->tasks[i].name);
        put_text(b, t->tasks[i].usage);
    }
}

static bool pack(struct bytes *b, const struct mssl_grant_file *g)
{
    put_byte(b, VERSION);
    put(b, "\0", 2);
    put_text(b, g->device_name);
    put_table(b, &g->table);
    put_byte(b, g->count);
    put(b, g->blocks, (size_t)g->count * MSSL_GRANT_LEN);
    put_byte(b, g->signature_len / SIG_UNIT);
    put(b, g->signature, g->signature_len);
    put(b, g->key, MSSL_KEY_LEN);
    b->at[AT_LENGTH] = (uint8_t)(b->len >> 8);
    b->at[AT_LENGTH + 1] = (uint8_t)b->len;
    return !b->failed;
}

static void get(struct bytes *b, void *p, size_t n)
{
    if (b->failed || n > b->room - b->len) {
        b->failed = true;
        return;
    }
    memcpy(p, b->at + b->len, n);
    b->len += n;
}

static size_t get_byte(struct bytes *b)
{
    uint8_t byte = 0;

    get(b, &byte, 1);
    return byte;
}

/* out is zeroed, so that the text ends. A zero inside would end it too early. */
static void get_text(struct bytes *b, char *out, size_t max)
{
    size_t n = get_byte(b);

    if (n > max)
        b->failed = true;
    get(b, out, n);
    if (strlen(out) != n)
        b->failed = true;
}

static void get_table(struct bytes *b, struct mssl_task_table *t)
{
    size_t count, i;

    t->number = (uint8_t)get_byte(b);
    for (count = get_byte(b); count && !b->failed; count--) {
        i = get_byte(b);
        if (i > MSSL_TASK_APP_MAX || t->tasks[i].present) {
            b->failed = true;
            return;
        }
        t->tasks[i].present = true;
        get_text(b, t->tasks[i].name, MSSL_TASK_NAME_MAX);
        get_text(b, t->tasks[i].usage, MSSL_TASK_TEXT_MAX);
    }
}

static bool unpack(struct bytes *b, struct mssl_grant_file *g)
{
    get_text(b, g->device_name, MSSL_DEVICE_NAME_MAX);
    get_table(b, &g->table);
    g->count = (uint8_t)get_byte(b);
    if (!g->count || g->count > MSSL_BLOCKS_MAX)
        b->failed = true;
    get(b, g->blocks, (size_t)g->count * MSSL_GRANT_LEN);
    g->signature_len = (uint16_t)(get_byte(b) * SIG_UNIT);
    if (g->signature_len > MSSL_SIGNATURE_MAX)
        b->failed = true;
    get(b, g->signature, g->signature_len);
    get(b, g->key, MSSL_KEY_LEN);
    return !b->failed && b->len == b->room;
}

/* -- Lines -- */

static char *put_symbols(char *out, const uint8_t bytes[MSSL_TYPED_BYTES], bool compact)
{
    uint32_t bits = 0;
    int have = 0, i, n = 0;

    for (i = 0; i < MSSL_TYPED_BYTES; i++) {
        bits = bits << 8 | bytes[i];
        for (have += 8; have >= 5; have -= 5) {
            *out++ = alphabet[bits >> (have - 5) & 31];
            if (++n % GROUP == 0 && !compact)
                *out++ = ' ';
        }
    }
    return out;
}

static char *put_line(char *out, unsigned number, const uint8_t bytes[MSSL_TYPED_BYTES], bool compact)
{
    uint32_t check = check_of((uint8_t)number, bytes);
    int i;

    if (number >= 100)
        *out++ = (char)('0' + number / 100);
    *out++ = (char)('0' + number / 10 % 10);
    *out++ = (char)('0' + number % 10);
    *out++ = ' ';
    out = put_symbols(out, bytes, compact);
    for (i = CHECK - 1; i >= 0; i--)
        *out++ = alphabet[check >> (5 * i) & 31];
    *out++ = compact ? '/' : '\n';
    return out;
}

mssl_err mssl_typed_format(const struct mssl_grant_file *g, bool compact, char *out, size_t *len)
{
    uint8_t bytes[MSSL_TYPED_MAX] = { 0 };
    struct bytes b = { bytes, 0, sizeof bytes, false };
    char *at = out;
    unsigned i, lines;

    if (*len < MSSL_TYPED_TEXT)
        return MSSL_E_ROOM;
    if (!g->count || g->count > MSSL_BLOCKS_MAX || g->signature_len > MSSL_SIGNATURE_MAX ||
        g->signature_len % SIG_UNIT || !pack(&b, g))
        return MSSL_E_ARGUMENT;     /* bytes holds no key: that is put last */
    lines = (unsigned)((b.len + MSSL_TYPED_BYTES - 1) / MSSL_TYPED_BYTES);
    for (i = 0; i < lines; i++)
        at = put_line(at, i + 1, bytes + i * MSSL_TYPED_BYTES, compact);
    *at = 0;
    *len = (size_t)(at - out);
    mssl_wipe(bytes, sizeof bytes);
    return MSSL_OK;
}

static int value_of(char c)
{
    const char *at;

    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    if (c == 'O')
        c = '0';
    if (c == 'I' || c == 'L')
        c = '1';
    at = c ? strchr(alphabet, c) : NULL;
    return at ? (int)(at - alphabet) : -1;
}

/* The line's symbols into bytes and check; the reason when they are not 29. */
static const char *get_symbols(uint8_t bytes[MSSL_TYPED_BYTES], uint32_t *check, const char *line, size_t len)
{
    uint32_t bits = 0;
    size_t i, n = 0, out = 0;
    int have = 0, v;

    for (i = 0; i < len; i++) {
        if (line[i] == ' ' || line[i] == '-' || line[i] == '\t' || line[i] == '\r')
            continue;
        v = value_of(line[i]);
        if (v < 0)
            return "a symbol is none of 0-9 and A-Z without U";
        if (++n > SYMBOLS + CHECK)
            return "it has too many symbols";
        bits = bits << 5 | (uint32_t)v;
        have += 5;
        if (n <= SYMBOLS && have >= 8) {
            have -= 8;
            bytes[out++] = (uint8_t)(bits >> have);
        }
        if (n == SYMBOLS)
            bits = 0;
    }
    *check = bits;
    return n < SYMBOLS + CHECK ? "symbols are missing" : NULL;
}

/* The first line says how many there are; 0: it is of no grant. */
static unsigned lines_of(const uint8_t first[MSSL_TYPED_BYTES])
{
    unsigned len = (unsigned)first[AT_LENGTH] << 8 | first[AT_LENGTH + 1];

    if (first[0] != VERSION || len < AT_LENGTH + 2 || len > MSSL_TYPED_MAX)
        return 0;
    return (len + MSSL_TYPED_BYTES - 1) / MSSL_TYPED_BYTES;
}

static const char *take(struct mssl_typed *t, const char *line, size_t len)
{
    uint8_t *bytes = t->bytes + (size_t)t->lines * MSSL_TYPED_BYTES;
    unsigned number = 0;
    uint32_t check;
    const char *wrong;
    size_t i;

    for (i = 0; i < len && line[i] >= '0' && line[i] <= '9' && number <= MSSL_TYPED_LINES; i++)
        number = number * 10 + (unsigned)(line[i] - '0');
    if (!i || i == len || (line[i] != ' ' && line[i] != '\t'))
        return "it does not begin with its number and a space";
    if (t->wanted && t->lines == t->wanted)
        return "there are more lines than the grant has";
    if (number != t->lines + 1)
        return "it is not the next line";
    wrong = get_symbols(bytes, &check, line + i, len - i);
    if (!wrong && check != check_of((uint8_t)number, bytes))
        wrong = "a symbol of it is wrong";
    if (!wrong && number == 1 && !lines_of(bytes))
        wrong = "it begins no grant that this program knows";
    if (wrong) {
        mssl_wipe(bytes, MSSL_TYPED_BYTES);
        return wrong;
    }
    if (number == 1)
        t->wanted = lines_of(bytes);
    t->lines = number;
    return NULL;
}

mssl_err mssl_typed_line(struct mssl_typed *t, const char *line, size_t len, const char **reason)
{
    size_t i;

    for (i = 0; i < len && (line[i] == ' ' || line[i] == '\t' || line[i] == '\r'); i++)
        ;
    *reason = NULL;
    if (i < len && line[i] != '#')
        *reason = take(t, line + i, len - i);
    return *reason == NULL ? MSSL_OK : MSSL_E_FORMAT;
}

mssl_err mssl_typed_end(const struct mssl_typed *t, struct mssl_grant_file *g)
{
    uint8_t bytes[MSSL_TYPED_MAX];
    struct bytes b = { bytes, AT_LENGTH + 2, (size_t)t->bytes[AT_LENGTH] << 8 | t->bytes[AT_LENGTH + 1], false };
    char text[MSSL_GRANT_TEXT_MAX];
    size_t len = sizeof text;
    struct mssl_grant last;
    bool good;

    memset(g, 0, sizeof *g);
    if (!t->wanted || t->lines != t->wanted)
        return MSSL_E_STATE;
    memcpy(bytes, t->bytes, sizeof bytes);
    good = unpack(&b, g) && mssl_grant_decode(&last, g->blocks[g->count - 1]) == MSSL_OK;
    if (good)
        memcpy(g->host_name, last.host, sizeof g->host_name);
    /* What a grant file may not say, typed lines may not either. */
    good = good && mssl_grant_file_format(g, text, &len) == MSSL_OK;
    mssl_wipe(bytes, sizeof bytes);
    mssl_wipe(text, sizeof text);
    if (!good)
        mssl_grant_file_wipe(g);
    return good ? MSSL_OK : MSSL_E_FORMAT;
}

void mssl_typed_wipe(struct mssl_typed *t)
{
    mssl_wipe(t, sizeof *t);
}
