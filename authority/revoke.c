/* SPDX-License-Identifier: ISC */
/* Revoking a host, and the device's answer to it. PROTOCOL 9 */
#include "inside.h"

#include <stdio.h>
#include <stdlib.h>

struct slot {
    int slot, generation, delivered, granted, floor;
};

/* granted: the generation now wanted stands for a grant of this epoch. */
#define SLOT_SQL                                                                       \
    "SELECT s.slot,s.generation,s.delivered,EXISTS(SELECT 1 FROM host_grant g"         \
    " WHERE g.device=s.device AND g.slot=s.slot AND g.generation=s.generation"         \
    " AND g.epoch=?2),s.floor FROM slot s WHERE s.device=?1 AND "

static mssl_auth_err take_slot(struct mssl_auth *a, sqlite3_stmt *st, struct slot *s, int *row)
{
    mssl_auth_err err = auth_next(a, st, row);

    if (!err && *row) {
        s->slot = sqlite3_column_int(st, 0);
        s->generation = sqlite3_column_int(st, 1);
        s->delivered = sqlite3_column_int(st, 2);
        s->granted = sqlite3_column_int(st, 3);
        s->floor = sqlite3_column_int(st, 4);
    }
    sqlite3_finalize(st);
    return err;
}

static mssl_auth_err revocation(struct mssl_auth *a, const char *host, const char *device,
                                struct mssl_auth_pending *p)
{
    struct mssl_auth_device d;
    struct slot s = { 0, 0, 0, 0, 0 };
    sqlite3_stmt *st;
    int row = 0;
    mssl_auth_err err = auth_device_ours(a, device, &d);

    if (!err)
        err = auth_ask(a, &st, SLOT_SQL "s.host=?3", "iis", (sqlite3_int64)d.id,
                       (sqlite3_int64)d.epoch, host);
    if (!err)
        err = take_slot(a, st, &s, &row);
    if (err)
        return err;
    if (!row)
        return auth_fail(a, MSSL_AUTH_UNKNOWN, "host %.40s has no grant for %s: `mssl-authority "
                         "list --device %s` names the hosts", host, device, device);
    if (s.granted && s.generation == MSSL_GENERATION_MAX)
        return auth_fail(a, MSSL_AUTH_REFUSED, "slot %d of %s has used its last generation, %d: "
                         "`mssl-authority epoch %s` ends all grants at once", s.slot, device,
                         MSSL_GENERATION_MAX, device);
    if (s.generation < MSSL_GENERATION_MAX)
        s.generation++;
    if (s.generation < s.floor)
        s.generation = s.floor;
    p->slot = (uint8_t)s.slot;
    p->generation = (uint8_t)s.generation;
    p->delivered = (uint8_t)s.delivered;
    err = auth_run(a, "UPDATE slot SET generation=?,host=NULL WHERE device=? AND slot=?", "iii",
                   (sqlite3_int64)s.generation, (sqlite3_int64)d.id, (sqlite3_int64)s.slot);
    return err ? err : auth_log(a, "revoke", device, host, "slot %d goes to generation %d", s.slot,
                                s.generation);
}

mssl_auth_err mssl_auth_revoke(struct mssl_auth *a, const char *host, const char *device,
                               struct mssl_auth_pending *p)
{
    mssl_auth_err err = auth_begin(a);

    return err ? err : auth_end(a, revocation(a, host, device, p));
}

/* -- Everywhere -- */

static mssl_auth_err devices_of(struct mssl_auth *a, const char *host,
                                struct mssl_auth_revoked **list, size_t *count)
{
    size_t room = 0;
    sqlite3_stmt *st;
    int row = 0;
    mssl_auth_err err = auth_ask(a, &st, "SELECT d.name FROM slot s JOIN device d ON d.id=s.device"
                                         " WHERE s.host=? ORDER BY d.name", "s", host);

    if (err)
        return err;
    err = auth_next(a, st, &row);
    while (!err && row) {
        if (*count == room) {
            struct mssl_auth_revoked *more = realloc(*list, (2 * room + 16) * sizeof *more);

            if (!more)
                err = auth_fail(a, MSSL_AUTH_FILE, "out of memory");
            *list = more ? more : *list;
            room = 2 * room + 16;
        }
        if (!err) {
            snprintf((*list)[*count].device, sizeof (*list)->device, "%s",
                     (const char *)sqlite3_column_text(st, 0));
            ++*count;
            err = auth_next(a, st, &row);
        }
    }
    sqlite3_finalize(st);
    return err;
}

/* A slot that has no generation left does not keep the other devices open. */
static mssl_auth_err everywhere(struct mssl_auth *a, const char *host,
                                struct mssl_auth_revoked **list, size_t *count)
{
    mssl_auth_err err = devices_of(a, host, list, count);
    size_t i;

    if (!err && !*count)
        return auth_fail(a, MSSL_AUTH_UNKNOWN, "host %.40s has no grant on any device: "
                         "`mssl-authority list` names the hosts", host);
    for (i = 0; !err && i < *count; i++) {
        struct mssl_auth_revoked *r = &(*list)[i];

        err = revocation(a, host, r->device, &r->pending);
        r->refused = err == MSSL_AUTH_REFUSED;
        if (r->refused)
            err = 0;
    }
    return err;
}

mssl_auth_err mssl_auth_revoke_everywhere(struct mssl_auth *a, const char *host,
                                          struct mssl_auth_revoked **list, size_t *count)
{
    mssl_auth_err err = auth_begin(a);

    *list = NULL;
    *count = 0;
    if (!err)
        err = auth_end(a, everywhere(a, host, list, count));
    if (err) {
        free(*list);
        *list = NULL;
        *count = 0;
    }
    return err;
}

static mssl_auth_err confirmation(struct mssl_auth *a, const char *device, uint8_t slot,
                                  uint8_t generation, int adopt)
{
    struct mssl_auth_device d;
    struct slot s = { 0, 0, 0, 0, 0 };
    sqlite3_stmt *st;
    int row = 0, wanted;
    mssl_auth_err err = auth_device_ours(a, device, &d);

    if (!err)
        err = auth_ask(a, &st, SLOT_SQL "s.slot=?3", "iii", (sqlite3_int64)d.id,
                       (sqlite3_int64)d.epoch, (sqlite3_int64)slot);
    if (!err)
        err = take_slot(a, st, &s, &row);
    if (err)
        return err;
    if (generation > s.generation && !adopt)
        return auth_fail(a, MSSL_AUTH_REFUSED, "slot %d of %s was asked to be at generation %d, "
                         "not %d: check the line; if the device answered so, add --adopt", slot,
                         device, s.generation, generation);
    if (generation <= s.delivered)
        return 0;
    wanted = generation > s.generation ? generation : s.generation;
    /* The ledger that was lost asked for it, and may have granted with it. */
    if (d.restored && generation > s.generation && generation >= s.floor)
        s.floor = generation < MSSL_GENERATION_MAX ? generation + 1 : MSSL_GENERATION_MAX;
    err = auth_run(a, "UPDATE slot SET generation=?,delivered=?,floor=? WHERE device=? AND slot=?",
                   "iiiii", (sqlite3_int64)wanted, (sqlite3_int64)generation,
                   (sqlite3_int64)s.floor, (sqlite3_int64)d.id, (sqlite3_int64)slot);
    return err ? err : auth_log(a, "confirm revoke", device, NULL, "slot %d is at generation %d",
                                slot, generation);
}

mssl_auth_err mssl_auth_confirm_revoke(struct mssl_auth *a, const char *device, uint8_t slot,
                                       uint8_t generation, int adopt)
{
    mssl_auth_err err;

    if (slot >= MSSL_SLOTS || generation > MSSL_GENERATION_MAX)
        return auth_fail(a, MSSL_AUTH_USAGE, "slot %d generation %d: slots are 0 to %d, "
                         "generations 0 to %d", slot, generation, MSSL_SLOTS - 1,
                         MSSL_GENERATION_MAX);
    err = auth_begin(a);
    return err ? err : auth_end(a, confirmation(a, device, slot, generation, adopt));
}
