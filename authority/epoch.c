/* SPDX-License-Identifier: ISC */
/* Epoch steps: asked for, taken back, confirmed. PROTOCOL 9 */
#include "inside.h"

/* -- Ask -- */

static mssl_auth_err step(struct mssl_auth *a, const char *device)
{
    uint8_t kd[MSSL_KEY_LEN];
    struct mssl_auth_device d;
    mssl_auth_err err = auth_device_ours(a, device, &d);

    if (!err && d.epoch_pending)
        err = auth_fail(a, MSSL_AUTH_REFUSED, "an epoch step of %s is pending already: deliver "
                        "and confirm it, or `mssl-authority epoch %s --cancel` if it was never "
                        "sent", device, device);
    if (!err && d.epoch >= MSSL_AUTH_EPOCH_MAX)
        err = auth_fail(a, MSSL_AUTH_REFUSED, "%s has used all %d epochs: remove the device and "
                        "add it again", device, MSSL_AUTH_EPOCH_MAX);
    if (!err)
        err = auth_kd_load(a, d.id, d.epoch, kd);
    if (err)
        return err;
    err = auth_kd_step(a, kd, kd);
    if (!err)
        err = auth_kd_store(a, d.id, d.epoch + 1, kd);
    if (!err)
        err = auth_log(a, "epoch", device, NULL, "a step from %lu", (unsigned long)d.epoch);
    mssl_wipe(kd, sizeof kd);
    return err;
}

mssl_auth_err mssl_auth_epoch(struct mssl_auth *a, const char *device)
{
    mssl_auth_err err = auth_need_key(a);

    if (!err)
        err = auth_begin(a);
    return err ? err : auth_end(a, step(a, device));
}

mssl_auth_err auth_epoch_fresh(struct mssl_auth *a, struct mssl_auth_device *d)
{
    uint8_t kd[MSSL_KEY_LEN];
    mssl_auth_err err = 0;

    if (d->epoch >= MSSL_AUTH_EPOCH_MAX)
        return auth_fail(a, MSSL_AUTH_REFUSED, "%s has used all %d epochs: `device replace` gives it "
                         "a new id", d->name, MSSL_AUTH_EPOCH_MAX);
    err = auth_kd_forget_after(a, d->id, d->epoch);
    if (!err)
        err = auth_kd_new(a, kd);
    if (!err)
        err = auth_kd_store(a, d->id, d->epoch + 1, kd);
    if (!err)
        err = auth_run(a, "UPDATE device SET fresh_key=1 WHERE id=?", "i", (sqlite3_int64)d->id);
    mssl_wipe(kd, sizeof kd);
    d->epoch_pending = 1;
    d->fresh_key = 1;
    return err;
}

/* -- Take back -- */

static mssl_auth_err cancel(struct mssl_auth *a, const char *device)
{
    struct mssl_auth_device d;
    mssl_auth_err err = auth_device_ours(a, device, &d);

    if (!err && !d.epoch_pending)
        err = auth_fail(a, MSSL_AUTH_REFUSED, "no epoch step of %s is pending", device);
    if (!err && d.torn)
        err = auth_fail(a, MSSL_AUTH_REFUSED, "the key of %s is torn and must be stepped: send "
                        "the step", device);
    if (!err)
        err = auth_kd_forget_after(a, d.id, d.epoch);
    /* An image that holds the next key is no longer of this ledger. */
    if (!err)
        err = auth_run(a, "UPDATE device SET image_epoch=NULL,image_generations=NULL"
                          " WHERE id=? AND image_epoch>epoch", "i", (sqlite3_int64)d.id);
    if (!err)
        err = auth_run(a, "UPDATE device SET fresh_key=0 WHERE id=?", "i", (sqlite3_int64)d.id);
    if (!err)
        err = auth_log(a, "epoch cancel", device, NULL, "no step from %lu", (unsigned long)d.epoch);
    return err;
}

mssl_auth_err mssl_auth_epoch_cancel(struct mssl_auth *a, const char *device)
{
    mssl_auth_err err = auth_begin(a);

    if (!err)
        err = auth_end(a, cancel(a, device));
    if (!err)
        auth_scrub(a);
    return err;
}

/* -- Confirm -- */

mssl_auth_err auth_epoch_advance(struct mssl_auth *a, const struct mssl_auth_device *d,
                                 int torn)
{
    mssl_auth_err err = 0;

    if (!torn)
        err = auth_kd_forget_before(a, d->id, d->epoch);
    if (!err)
        err = auth_run(a, "UPDATE device SET epoch=epoch+1,torn=?,image_epoch=NULL,"
                          "image_generations=NULL,fresh_key=0 WHERE id=?", "ii", (sqlite3_int64)torn,
                       (sqlite3_int64)d->id);
    return err;
}

static mssl_auth_err confirm(struct mssl_auth *a, const char *device, uint32_t from)
{
    struct mssl_auth_device d;
    mssl_auth_err err = auth_device_ours(a, device, &d);

    if (!err && d.epoch != from)
        err = auth_fail(a, MSSL_AUTH_REFUSED, "%s is at epoch %lu here, this answer is of a step from "
                        "%lu: an answer counts once", device, (unsigned long)d.epoch,
                        (unsigned long)from);
    if (!err && d.fresh_key)
        err = auth_fail(a, MSSL_AUTH_REFUSED, "no epoch step of %s is pending but a fresh key, which "
                        "only its image brings", device);
    if (!err && !d.epoch_pending)
        err = auth_fail(a, MSSL_AUTH_REFUSED, "no epoch step of %s is pending: if a host stepped "
                        "the device unasked, use `mssl-authority recover %s`", device, device);
    if (!err)
        err = auth_epoch_advance(a, &d, 0);
    return err ? err : auth_log(a, "confirm epoch", device, NULL, "at epoch %lu",
                                (unsigned long)d.epoch + 1);
}

mssl_auth_err mssl_auth_confirm_epoch(struct mssl_auth *a, const char *device, uint32_t from)
{
    mssl_auth_err err = auth_begin(a);

    if (!err)
        err = auth_end(a, confirm(a, device, from));
    if (!err)
        auth_scrub(a);
    return err;
}

static mssl_auth_err session(struct mssl_auth *a, const char *device)
{
    struct mssl_auth_device d;
    mssl_auth_err err = auth_device_ours(a, device, &d);

    if (!err && d.torn)
        err = auth_fail(a, MSSL_AUTH_REFUSED, "the key of %s is torn: step it first", device);
    if (!err)
        err = auth_kd_forget_before(a, d.id, d.epoch);
    return err ? err : auth_log(a, "confirm session", device, NULL, "at epoch %lu",
                                (unsigned long)d.epoch);
}

mssl_auth_err mssl_auth_confirm_session(struct mssl_auth *a, const char *device)
{
    mssl_auth_err err = auth_begin(a);

    if (!err)
        err = auth_end(a, session(a, device));
    if (!err)
        auth_scrub(a);
    return err;
}
