/* SPDX-License-Identifier: ISC */
/* Provisioning images: the EEPROM of a device as Intel HEX. PROTOCOL 11 */
#include "inside.h"

#include <string.h>
#include <unistd.h>

/* -- Bytes -- */

void mssl_auth_image_bytes(uint8_t image[MSSL_EE_LEN], const struct mssl_auth_device *d,
                           const struct mssl_auth_image_parts *parts)
{
    /* 0xff: the enrolments, as nobody is enrolled. */
    memset(image, 0xff, MSSL_EE_LEN);
    memcpy(image + MSSL_EE_KD, parts->kd, MSSL_KEY_LEN);
    image[MSSL_EE_DEVICE] = (uint8_t)(d->id >> 24);
    image[MSSL_EE_DEVICE + 1] = (uint8_t)(d->id >> 16);
    image[MSSL_EE_DEVICE + 2] = (uint8_t)(d->id >> 8);
    image[MSSL_EE_DEVICE + 3] = (uint8_t)d->id;
    memcpy(image + MSSL_EE_GENERATIONS, parts->generations, MSSL_SLOTS);
    memcpy(image + MSSL_EE_SEED, parts->seed, MSSL_SEED_LEN);
    memcpy(image + MSSL_EE_MAC, d->mac, 6);
    memcpy(image + MSSL_EE_IP, d->ip, 4);
    memcpy(image + MSSL_EE_NETMASK, d->netmask, 4);
    memcpy(image + MSSL_EE_GATEWAY, d->gateway, 4);
}

size_t mssl_auth_image_hex(char text[MSSL_AUTH_HEX_MAX], const uint8_t image[MSSL_EE_LEN])
{
    return auth_hex(text, 0, image, MSSL_EE_LEN);
}

/* -- From the ledger -- */

static mssl_auth_err generations(struct mssl_auth *a, uint32_t device,
                                 uint8_t out[MSSL_SLOTS])
{
    sqlite3_stmt *st;
    mssl_auth_err err = auth_ask(a, &st, "SELECT generation FROM slot WHERE device=?"
                                         " ORDER BY slot", "i", (sqlite3_int64)device);
    int i, row = 0;

    if (err)
        return err;
    for (i = 0; i < MSSL_SLOTS; i++) {
        err = auth_next(a, st, &row);
        if (!err && !row)
            err = auth_fail(a, MSSL_AUTH_LEDGER,
                            "ledger.db is damaged (slots are missing): restore a backup");
        if (err)
            break;
        out[i] = (uint8_t)sqlite3_column_int(st, 0);
    }
    sqlite3_finalize(st);
    return err;
}

/* After a backup came back: grants that nobody here knows must die by this image, so it
 * brings a key that they were never made for, and generations they never had. */
static mssl_auth_err make_sure(struct mssl_auth *a, struct mssl_auth_device *d)
{
    mssl_auth_err err = d->fresh_key ? 0 : auth_epoch_fresh(a, d);

    return err ? err : auth_run(a, "UPDATE slot SET generation=max(generation,floor) WHERE device=?",
                                "i", (sqlite3_int64)d->id);
}

static mssl_auth_err make(struct mssl_auth *a, const char *name, const char *path, int fd,
                          struct mssl_auth_image_parts *parts, char *text)
{
    uint8_t image[MSSL_EE_LEN];
    struct mssl_auth_device d;
    uint32_t epoch;
    mssl_auth_err err = auth_device_ours(a, name, &d);

    if (!err && d.restored)
        err = make_sure(a, &d);
    if (err)
        goto discard;
    epoch = d.epoch + (d.epoch_pending ? 1 : 0);
    err = auth_kd_load(a, d.id, epoch, parts->kd);
    if (!err)
        err = auth_kd_new(a, parts->seed);
    if (!err)
        err = generations(a, d.id, parts->generations);
    if (!err)
        err = auth_run(a, "UPDATE device SET image_epoch=?,image_generations=? WHERE id=?",
                       "ibi", (sqlite3_int64)epoch, parts->generations, MSSL_SLOTS,
                       (sqlite3_int64)d.id);
    if (!err)
        err = auth_log(a, "image", d.name, NULL, "epoch %lu", (unsigned long)epoch);
    if (err)
        goto discard;
    mssl_auth_image_bytes(image, &d, parts);
    err = auth_fill(a, path, fd, text, mssl_auth_image_hex(text, image));
    mssl_wipe(image, sizeof image);
    return err;

discard:
    auth_discard(path, fd);
    return err;
}

mssl_auth_err auth_image_end(struct mssl_auth *a, const char *name, const char *path, int fd)
{
    struct mssl_auth_image_parts parts;
    char text[MSSL_AUTH_HEX_MAX];
    mssl_auth_err err = make(a, name, path, fd, &parts, text);

    mssl_wipe(&parts, sizeof parts);
    mssl_wipe(text, sizeof text);
    /* The image is on disk before the ledger speaks of it. */
    if (err)
        return auth_end(a, err);
    err = auth_end(a, 0);
    if (err)
        unlink(path);
    return err;
}

mssl_auth_err mssl_auth_image(struct mssl_auth *a, const char *name, const char *path)
{
    struct mssl_auth_device d;
    mssl_auth_err err = auth_need_key(a);
    int fd;

    if (!err)
        err = mssl_auth_device_get(a, name, &d);
    if (!err)
        err = auth_create(a, path, 0600, &fd);
    if (err)
        return err;
    err = auth_begin(a);
    if (err) {
        auth_discard(path, fd);
        return err;
    }
    return auth_image_end(a, name, path, fd);
}

/* -- Confirm -- */

static mssl_auth_err delivered(struct mssl_auth *a, uint32_t device,
                               const uint8_t generation[MSSL_SLOTS])
{
    mssl_auth_err err = 0;
    int i;

    /* Not the higher of both: the chip holds what was in the image. */
    for (i = 0; !err && i < MSSL_SLOTS; i++)
        err = auth_run(a, "UPDATE slot SET delivered=? WHERE device=? AND slot=?", "iii",
                       (sqlite3_int64)generation[i], (sqlite3_int64)device, (sqlite3_int64)i);
    return err;
}

static mssl_auth_err last_image(struct mssl_auth *a, const struct mssl_auth_device *d,
                                uint32_t *epoch, uint8_t generation[MSSL_SLOTS])
{
    sqlite3_stmt *st;
    mssl_auth_err err;
    int row = 0;

    if (!d->image_waiting)
        return auth_fail(a, MSSL_AUTH_REFUSED, "no image of %s waits to be confirmed, or an "
                         "epoch step came after it: `mssl-authority device image` makes one",
                         d->name);
    err = auth_ask(a, &st, "SELECT image_epoch,image_generations FROM device WHERE id=?", "i",
                   (sqlite3_int64)d->id);
    if (err)
        return err;
    err = auth_next(a, st, &row);
    *epoch = (uint32_t)sqlite3_column_int(st, 0);
    if (!err)
        err = auth_blob(a, st, 1, generation, MSSL_SLOTS);
    sqlite3_finalize(st);
    return err;
}

static mssl_auth_err confirm(struct mssl_auth *a, const char *name)
{
    uint8_t generation[MSSL_SLOTS];
    struct mssl_auth_device d;
    uint32_t epoch = 0;
    mssl_auth_err err = auth_device_ours(a, name, &d);

    if (!err)
        err = last_image(a, &d, &epoch, generation);
    if (!err && epoch > d.epoch)
        err = auth_epoch_advance(a, &d, 0);
    if (!err)
        err = delivered(a, d.id, generation);
    if (!err)
        err = auth_run(a, "UPDATE device SET image_epoch=NULL,image_generations=NULL,torn=0,"
                          "restored=0 WHERE id=?", "i", (sqlite3_int64)d.id);
    if (!err && d.restored)
        err = auth_run(a, "UPDATE slot SET floor=0 WHERE device=?", "i", (sqlite3_int64)d.id);
    if (!err)
        err = auth_log(a, "confirm image", d.name, NULL, "epoch %lu", (unsigned long)epoch);
    return err;
}

mssl_auth_err mssl_auth_confirm_image(struct mssl_auth *a, const char *device)
{
    mssl_auth_err err = auth_begin(a);

    if (!err)
        err = auth_end(a, confirm(a, device));
    if (!err)
        auth_scrub(a);
    return err;
}
