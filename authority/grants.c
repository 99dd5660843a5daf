/* SPDX-License-Identifier: ISC */
/* Reading the ledger's grants and what devices lack. */
#include "inside.h"

#include <stdio.h>
#include <string.h>

static uint8_t state_of(uint32_t epoch, uint32_t now, int generation, int wanted, int delivered)
{
    if (epoch < now)
        return MSSL_AUTH_DEAD;
    if (generation < delivered)
        return MSSL_AUTH_REVOKED;
    if (generation < wanted)
        return MSSL_AUTH_REVOKING;
    return delivered < wanted ? MSSL_AUTH_WAITING : MSSL_AUTH_VALID;
}

static const char grants_sql[] =
    "SELECT d.name,g.host,g.epoch,g.slot,g.generation,g.g,d.epoch,s.generation,s.delivered"
    " FROM host_grant g JOIN device d ON d.id=g.device"
    " JOIN slot s ON s.device=g.device AND s.slot=g.slot"
    " WHERE ?1 IS NULL OR d.name=?1 ORDER BY d.name,g.slot,g.epoch,g.generation";

static mssl_auth_err row_to_grant(struct mssl_auth *a, sqlite3_stmt *st,
                                  struct mssl_auth_grant *g)
{
    mssl_auth_err err;

    memset(g, 0, sizeof *g);
    snprintf(g->device, sizeof g->device, "%s", (const char *)sqlite3_column_text(st, 0));
    snprintf(g->host, sizeof g->host, "%s", (const char *)sqlite3_column_text(st, 1));
    g->epoch = (uint32_t)sqlite3_column_int(st, 2);
    g->slot = (uint8_t)sqlite3_column_int(st, 3);
    g->generation = (uint8_t)sqlite3_column_int(st, 4);
    err = auth_blob(a, st, 5, g->g, MSSL_GRANT_LEN);
    if (err)
        return err;
    g->state = state_of(g->epoch, (uint32_t)sqlite3_column_int(st, 6), g->generation,
                        sqlite3_column_int(st, 7), sqlite3_column_int(st, 8));
    g->admin = g->g[MSSL_G_TASKS + MSSL_TASK_ADMIN / 8] >> (MSSL_TASK_ADMIN % 8) & 1;
    if (g->g[MSSL_G_SLOT] != g->slot || g->g[MSSL_G_GENERATION] != g->generation)
        return auth_fail(a, MSSL_AUTH_LEDGER,
                         "ledger.db is damaged (a grant contradicts itself): restore a backup");
    return 0;
}

/* A device that does not exist is an error, not an empty list. */
static mssl_auth_err check_name(struct mssl_auth *a, const char *device)
{
    struct mssl_auth_device d;

    return device ? mssl_auth_device_get(a, device, &d) : 0;
}

mssl_auth_err mssl_auth_grant_each(struct mssl_auth *a, const char *device,
                                   int (*row)(void *arg, const struct mssl_auth_grant *g),
                                   void *arg)
{
    struct mssl_auth_grant g;
    sqlite3_stmt *st;
    int more = 0;
    mssl_auth_err err = check_name(a, device);

    if (!err)
        err = auth_ask(a, &st, grants_sql, "s", device);
    if (err)
        return err;
    err = auth_next(a, st, &more);
    while (!err && more) {
        err = row_to_grant(a, st, &g);
        if (err || row(arg, &g))
            break;
        err = auth_next(a, st, &more);
    }
    sqlite3_finalize(st);
    return err;
}

static int keep_admin(void *arg, const struct mssl_auth_grant *g)
{
    char *host = arg;

    if (!g->admin || (g->state != MSSL_AUTH_VALID && g->state != MSSL_AUTH_REVOKING))
        return 0;
    memcpy(host, g->host, sizeof g->host);
    return g->state == MSSL_AUTH_VALID;     /* look on for a better one */
}

mssl_auth_err mssl_auth_admin_host(struct mssl_auth *a, const char *device,
                                   char host[MSSL_HOST_SIZE])
{
    host[0] = 0;
    return mssl_auth_grant_each(a, device, keep_admin, host);
}

mssl_auth_err mssl_auth_pending_each(struct mssl_auth *a, const char *device,
                                     int (*row)(void *arg, const struct mssl_auth_pending *p),
                                     void *arg)
{
    struct mssl_auth_pending p;
    sqlite3_stmt *st;
    int more = 0;
    mssl_auth_err err = check_name(a, device);

    if (!err)
        err = auth_ask(a, &st, "SELECT s.slot,s.generation,s.delivered FROM slot s"
                               " JOIN device d ON d.id=s.device"
                               " WHERE d.name=? AND s.delivered<s.generation ORDER BY s.slot",
                       "s", device);
    if (err)
        return err;
    err = auth_next(a, st, &more);
    while (!err && more) {
        p.slot = (uint8_t)sqlite3_column_int(st, 0);
        p.generation = (uint8_t)sqlite3_column_int(st, 1);
        p.delivered = (uint8_t)sqlite3_column_int(st, 2);
        if (row(arg, &p))
            break;
        err = auth_next(a, st, &more);
    }
    sqlite3_finalize(st);
    return err;
}
