/* SPDX-License-Identifier: ISC */
/* Everything that libmssl reads as text or blocks. Oracle: what is accepted is
 * written again, and the writing is accepted and gives the same; what is refused
 * leaves nothing behind and says why. The first byte says which reader. */
#include <string.h>

#include "mssl.h"
#include "script.h"

static char out[MSSL_GRANT_TEXT_MAX * 2], again[MSSL_GRANT_TEXT_MAX * 2];

/* The parts of an accepted file fit each other. */
static void parts_fit(const struct mssl_grant_file *g)
{
    struct mssl_grant first, block;
    uint8_t i;

    MUST(g->count >= 1 && g->count <= 4 && mssl_grant_decode(&first, g->blocks[0]) == MSSL_OK);
    MUST(first.type == MSSL_TYPE_GRANT && first.table == g->table.number);
    for (i = 0; i < g->count; i++) {
        MUST(mssl_grant_decode(&block, g->blocks[i]) == MSSL_OK);
        MUST(i == 0 || block.type == MSSL_TYPE_RESTRICTION);
        MUST(block.slot == first.slot && block.generation == first.generation);
    }
    MUST(strcmp(block.host, g->host_name) == 0);
}

static void grant_file(const char *text, size_t n)
{
    static struct mssl_grant_file g, h;
    struct mssl_why why = { 0, NULL };
    size_t len = sizeof out, len2 = sizeof again;

    if (mssl_grant_file_parse(&g, text, n, &why) != MSSL_OK) {
        static const struct mssl_grant_file none;
        MUST(why.reason != NULL && memcmp(&g, &none, sizeof g) == 0);
        return;
    }
    parts_fit(&g);
    MUST(mssl_grant_file_format(&g, out, &len) == MSSL_OK);
    MUST(mssl_grant_file_parse(&h, out, len, &why) == MSSL_OK);
    MUST(mssl_grant_file_format(&h, again, &len2) == MSSL_OK);
    MUST(len == len2 && memcmp(out, again, len) == 0);
    if (mssl_grant_file_restrict(&g, mssl_grant_file_tasks(&g) & 0x0F, NULL, "helper") == MSSL_OK) {
        len = sizeof out;
        MUST(mssl_grant_file_format(&g, out, &len) == MSSL_OK);
        MUST(mssl_grant_file_parse(&h, out, len, &why) == MSSL_OK);
        MUST((mssl_grant_file_tasks(&h) & ~0x0Fu) == 0);
    }
}

static void task_table(const char *text, size_t n)
{
    struct mssl_task_table t, u;
    struct mssl_why why = { 0, NULL };
    size_t len = sizeof out, i;

    if (mssl_task_table_parse(&t, text, n, &why) != MSSL_OK) {
        MUST(why.reason != NULL);
        return;
    }
    MUST(mssl_task_table_format(&t, out, &len) == MSSL_OK);
    MUST(mssl_task_table_parse(&u, out, len, &why) == MSSL_OK && u.number == t.number);
    for (i = 0; i <= MSSL_TASK_APP_MAX; i++) {
        MUST(strcmp(t.tasks[i].name, u.tasks[i].name) == 0);
        MUST(strcmp(t.tasks[i].usage, u.tasks[i].usage) == 0);
        if (t.tasks[i].present)
            MUST(mssl_task_find(&t, t.tasks[i].name) == (int)i);
    }
}

static void task_set(const char *text, size_t n)
{
    static const char words[] = "table 1\ntask 0 led on\ntask 7 adc\ntask 28 x-y_9\n";
    struct mssl_task_table t;
    struct mssl_why why;
    uint32_t tasks, read;
    size_t at, len = sizeof out;

    MUST(mssl_task_table_parse(&t, words, sizeof words - 1, &why) == MSSL_OK);
    if (mssl_task_set_parse(&tasks, &t, text, &at, &why) != MSSL_OK) {
        MUST(at <= n && why.reason != NULL);
        return;
    }
    MUST(mssl_task_set_format(tasks, &t, out, &len) == MSSL_OK);
    MUST(mssl_task_set_parse(&read, &t, out, &at, &why) == MSSL_OK && read == tasks);
}

static void addresses(const char *text)
{
    struct mssl_address a = { 0 }, b = { 0 };
    int ipv4 = mssl_address_parse_ipv4(&a, text) == MSSL_OK;

    if (!ipv4 && mssl_address_parse_mac(&a, text) != MSSL_OK)
        return;
    mssl_address_format(out, &a);
    MUST((ipv4 ? mssl_address_parse_ipv4(&b, out) : mssl_address_parse_mac(&b, out)) == MSSL_OK);
    MUST(memcmp(&a, &b, sizeof a) == 0 && !mssl_address_conflict(&a, &b));
}

static void blocks(const uint8_t *data, size_t n)
{
    struct mssl_grant g;
    struct mssl_describe d;
    uint8_t block[MSSL_GRANT_LEN] = { 0 }, back[MSSL_GRANT_LEN];

    memcpy(block, data, n < sizeof block ? n : sizeof block);
    if (mssl_grant_decode(&g, block) == MSSL_OK) {
        MUST(mssl_grant_encode(back, &g) == MSSL_OK && memcmp(block, back, sizeof back) == 0);
    }
    MUST((mssl_describe_parse(&d, data, (uint8_t)n) == MSSL_OK) == ((uint8_t)n >= 6));
}

static void hex_and_escape(const char *text, size_t n)
{
    uint8_t bytes[64];
    size_t len = sizeof out, i;

    if (n / 2 <= sizeof bytes && mssl_from_hex(bytes, n / 2, text, n) == MSSL_OK) {
        mssl_to_hex(out, bytes, n / 2);
        MUST(memcmp(out, text, n) == 0);
    }
    len = n > 1000 ? 100 : sizeof out;
    if (mssl_text_escape(out, &len, (const uint8_t *)text, n) == MSSL_OK)
        for (i = 0; i < len; i++)
            MUST(out[i] >= ' ' && out[i] <= '~');
}

static void pem(const uint8_t *data, size_t n)
{
    static const uint8_t block[MSSL_GRANT_LEN] = { 0x11 };
    static uint8_t sig[256];

    MUST(mssl_signature_verify(block, sig, sizeof sig, (const char *)data, n) != MSSL_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char text[1 << 16];

    if (size == 0 || size >= sizeof text)
        return 0;
    size--;
    memcpy(text, data + 1, size);
    text[size] = '\0';
    switch (data[0] % 8) {
    case 0: case 1: grant_file(text, size); break;
    case 2: task_table(text, size); break;
    case 3: task_set(text, strlen(text)); break;
    case 4: addresses(text); break;
    case 5: blocks(data + 1, size); break;
    case 6: hex_and_escape(text, size); break;
    default: pem(data + 1, size); break;
    }
    return 0;
}
