/* SPDX-License-Identifier: ISC */
/* Restrictions: a host hands on less than it has, offline: see mssl.h 7. */
#include "text.h"

#include <string.h>

uint32_t mssl_grant_file_tasks(const struct mssl_grant_file *g)
{
    uint32_t tasks = g->count > 0 ? UINT32_MAX : 0;
    struct mssl_grant block;
    uint8_t i;

    for (i = 0; i < g->count; i++) {
        if (mssl_grant_decode(&block, g->blocks[i]) != MSSL_OK)
            return 0;
        tasks &= block.tasks;
    }
    return tasks;
}

mssl_err mssl_grant_file_restrict(struct mssl_grant_file *g, uint32_t tasks,
                                  const struct mssl_address *address, const char *host)
{
    struct mssl_grant first, made = { .type = MSSL_TYPE_RESTRICTION, .tasks = tasks };
    uint8_t block[MSSL_GRANT_LEN], key[MSSL_KEY_LEN];
    mssl_err e;

    if (g->count >= MSSL_BLOCKS_MAX)
        return MSSL_E_ROOM;
    if (mssl_grant_decode(&first, g->blocks[0]) != MSSL_OK || !mssl_host_name_ok(host)
        || (tasks & ~mssl_grant_file_tasks(g)) != 0)
        return MSSL_E_ARGUMENT;
    made.slot = first.slot;
    made.generation = first.generation;
    if (address != NULL)
        made.address = *address;
    memcpy(made.host, host, mssl_strlen(host));
    e = mssl_grant_encode(block, &made);
    if (e != MSSL_OK)
        return e;
    e = mssl_f(key, g->key, block);         /* K_i = F(K_{i-1}, R_i). Section 4 */
    if (e != MSSL_OK)
        return e;
    memcpy(g->blocks[g->count++], block, MSSL_GRANT_LEN);
    memcpy(g->key, key, MSSL_KEY_LEN);
    memcpy(g->host_name, made.host, sizeof made.host);
    mssl_wipe(key, sizeof key);
    return MSSL_OK;
}
