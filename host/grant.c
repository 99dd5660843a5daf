/* SPDX-License-Identifier: ISC */
/* Grants and restrictions: 32 bytes to meaning and back: see mssl.h 5, section 3. */
#include "text.h"

#include <string.h>

static uint32_t read_be32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static bool address_ok(const struct mssl_address *a)
{
    if (a->kind == MSSL_ADDRESS_IPV4)
        return a->len <= MSSL_ADDRESS_IPV4_MAX;
    return a->kind == MSSL_ADDRESS_MAC && a->len <= MSSL_ADDRESS_MAC_MAX;
}

/* What a restriction doesn't have is zero when made. */
static bool fits_type(const struct mssl_grant *g)
{
    if (g->type == MSSL_TYPE_GRANT)
        return true;
    return g->type == MSSL_TYPE_RESTRICTION && g->table == 0 && g->device == 0 && g->epoch == 0
        && g->param[0] == 0 && g->param[1] == 0 && g->param[2] == 0;
}

static bool grant_ok(const struct mssl_grant *g)
{
    return fits_type(g) && g->slot < MSSL_SLOTS && g->generation <= MSSL_GENERATION_MAX
        && address_ok(&g->address) && g->host[MSSL_G_HOST_LEN] == '\0' && mssl_host_name_ok(g->host);
}

mssl_err mssl_grant_encode(uint8_t out[MSSL_GRANT_LEN], const struct mssl_grant *g)
{
    int i;

    memset(out, 0, MSSL_GRANT_LEN);
    if (!grant_ok(g))
        return MSSL_E_ARGUMENT;
    out[MSSL_G_TYPE] = g->type;
    out[MSSL_G_TABLE] = g->table;
    for (i = 0; i < MSSL_G_DEVICE_LEN; i++)
        out[MSSL_G_DEVICE + i] = (uint8_t)(g->device >> (24 - 8 * i));
    out[MSSL_G_SLOT] = g->slot;
    out[MSSL_G_GENERATION] = g->generation;
    out[MSSL_G_ADDRESS_LEN] = g->address.len;
    out[MSSL_G_ADDRESS_KIND] = g->address.kind;
    out[MSSL_G_EPOCH] = (uint8_t)(g->epoch >> 8);
    out[MSSL_G_EPOCH + 1] = (uint8_t)g->epoch;
    for (i = 0; i < MSSL_G_TASKS_LEN; i++)
        out[MSSL_G_TASKS + i] = (uint8_t)(g->tasks >> 8 * i);
    memcpy(out + MSSL_G_ADDRESS, g->address.bytes, MSSL_G_ADDRESS_MAX);
    memcpy(out + MSSL_G_PARAM, g->param, MSSL_G_PARAM_LEN);
    memcpy(out + MSSL_G_HOST, g->host, mssl_strlen(g->host));
    return MSSL_OK;
}

/* A host id is zero padded: nothing may hide behind its end. */
static bool decode_host(char host[MSSL_HOST_SIZE], const uint8_t *in)
{
    uint8_t len = mssl_text_len(in, MSSL_G_HOST_LEN);

    memcpy(host, in, MSSL_G_HOST_LEN);
    host[MSSL_G_HOST_LEN] = '\0';
    return mssl_strlen(host) == len && mssl_host_name_ok(host);
}

mssl_err mssl_grant_decode(struct mssl_grant *g, const uint8_t block[MSSL_GRANT_LEN])
{
    int i;

    memset(g, 0, sizeof *g);
    g->type = block[MSSL_G_TYPE];
    g->table = block[MSSL_G_TABLE];
    g->device = read_be32(block + MSSL_G_DEVICE);
    g->slot = block[MSSL_G_SLOT];
    g->generation = block[MSSL_G_GENERATION];
    g->address.len = block[MSSL_G_ADDRESS_LEN];
    g->address.kind = block[MSSL_G_ADDRESS_KIND];
    g->epoch = (uint16_t)(block[MSSL_G_EPOCH] << 8 | block[MSSL_G_EPOCH + 1]);
    for (i = 0; i < MSSL_G_TASKS_LEN; i++)
        g->tasks |= (uint32_t)block[MSSL_G_TASKS + i] << 8 * i;
    memcpy(g->address.bytes, block + MSSL_G_ADDRESS, MSSL_G_ADDRESS_MAX);
    memcpy(g->param, block + MSSL_G_PARAM, MSSL_G_PARAM_LEN);
    if (decode_host(g->host, block + MSSL_G_HOST) && grant_ok(g))
        return MSSL_OK;
    memset(g, 0, sizeof *g);
    return MSSL_E_FORMAT;
}
