/* SPDX-License-Identifier: ISC */
/* The key log: lines "MSSL_SESSION Nc Ns K_s". docs/FORMATS.md */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "decode.h"

#define KEYS_MAX  (1u << 20)
#define LINE_SIZE 128
#define WORD      "MSSL_SESSION "
#define NONCES    (2 * MSSL_NONCE_LEN)
/* WORD, then three hex words with a space between them. */
#define LINE_LEN  (sizeof WORD - 1 + 2 * (NONCES + MSSL_KEY_LEN) + 2)

struct entry {
    uint8_t nonces[NONCES];         /* Nc, then Ns */
    uint8_t key[MSSL_KEY_LEN];
};

struct decode_keys {
    struct entry *entries;
    size_t count, room;
};

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, NONCES);
}

static bool take(struct entry *e, const char *line, size_t len)
{
    static const uint8_t parts[] = { MSSL_NONCE_LEN, MSSL_NONCE_LEN, MSSL_KEY_LEN };
    uint8_t *to = e->nonces;        /* key follows */
    uint8_t bytes[NONCES + MSSL_KEY_LEN];
    size_t i, at = sizeof WORD - 1, done = 0;

    if (len != LINE_LEN || memcmp(line, WORD, at) != 0)
        return false;
    for (i = 0; i < sizeof parts; i++) {
        if ((i > 0 && line[at++] != ' ') || mssl_from_hex(bytes + done, parts[i], line + at, 2u * parts[i]) != MSSL_OK)
            return false;
        at += 2u * parts[i];
        done += parts[i];
    }
    memcpy(to, bytes, NONCES);
    memcpy(e->key, bytes + NONCES, MSSL_KEY_LEN);
    mssl_wipe(bytes, sizeof bytes);
    return true;
}

/* One more entry's room. NULL: errno. */
static struct entry *grow(struct decode_keys *k)
{
    size_t room = k->room == 0 ? 16 : 2 * k->room;
    struct entry *more;

    if (k->count < k->room)
        return &k->entries[k->count];
    if (k->count >= KEYS_MAX) {
        errno = EFBIG;
        return NULL;
    }
    more = calloc(room, sizeof *more);
    if (more == NULL)
        return NULL;
    if (k->entries != NULL) {
        memcpy(more, k->entries, k->count * sizeof *more);
        mssl_wipe(k->entries, k->count * sizeof *more);
    }
    free(k->entries);
    k->entries = more;
    k->room = room;
    return &more[k->count];
}

/* The next line without its end; *len counts all of it, of which LINE_SIZE bytes are
 * kept: a file may hold anything, zeros too. false: no more. */
static bool read_line(FILE *file, char text[LINE_SIZE], size_t *len)
{
    int c, last = 0;

    for (*len = 0; (c = getc(file)) != EOF && c != '\n'; last = c) {
        if (*len < LINE_SIZE)
            text[*len] = (char)c;
        ++*len;
    }
    if (c == EOF && *len == 0)
        return false;
    *len -= *len > 0 && last == '\r';
    return true;
}

static bool read_lines(struct decode_keys *k, FILE *file, unsigned *line)
{
    char text[LINE_SIZE];
    unsigned number;
    size_t len;
    bool fine = true;

    for (number = 1; fine && read_line(file, text, &len); number++) {
        struct entry *e;
        if (len == 0 || text[0] == '#')
            continue;
        e = grow(k);
        fine = e != NULL && take(e, text, len);
        if (e != NULL && !fine)
            *line = number;
        k->count += fine;
    }
    mssl_wipe(text, sizeof text);
    return fine && !ferror(file);
}

struct decode_keys *decode_keys_read(FILE *file, unsigned *line)
{
    struct decode_keys *k = calloc(1, sizeof *k);
    int error;
    bool fine;

    *line = 0;
    fine = k != NULL && read_lines(k, file, line);
    error = errno;
    if (!fine) {
        decode_keys_free(k);
        errno = error;
        return NULL;
    }
    if (k->count > 0)
        qsort(k->entries, k->count, sizeof *k->entries, compare);
    return k;
}

const uint8_t *decode_keys_find(const struct decode_keys *k, const uint8_t nc[MSSL_NONCE_LEN],
                                const uint8_t ns[MSSL_NONCE_LEN])
{
    struct entry wanted, *found;

    if (k == NULL || k->count == 0)
        return NULL;
    memcpy(wanted.nonces, nc, MSSL_NONCE_LEN);
    memcpy(wanted.nonces + MSSL_NONCE_LEN, ns, MSSL_NONCE_LEN);
    found = bsearch(&wanted, k->entries, k->count, sizeof *k->entries, compare);
    return found != NULL ? found->key : NULL;
}

void decode_keys_free(struct decode_keys *k)
{
    if (k == NULL)
        return;
    if (k->entries != NULL)
        mssl_wipe(k->entries, k->count * sizeof *k->entries);
    free(k->entries);
    free(k);
}
