/* SPDX-License-Identifier: ISC */
/* Finding the K_D that a cut epoch step left in a device. PROTOCOL 9 */
#include "inside.h"

#include <string.h>

#include "mssl_crypto.h"

#define HELLO_G   1
#define TORN_MAX  256

/* Whether the WELCOME proves that the device derives its keys from kd. */
static int proves(const uint8_t kd[MSSL_KEY_LEN], const uint8_t *hello, size_t hello_len,
                  const uint8_t welcome[MSSL_WELCOME_LEN])
{
    static const uint8_t nonce[MSSL_CCM_NONCE_LEN];     /* record 0 of the device */
    const uint8_t *tag = welcome + MSSL_WELCOME_LEN - MSSL_TAG_LEN;
    size_t end = hello_len - MSSL_NONCE_LEN, at;
    uint8_t k[MSSL_KEY_LEN], t[MSSL_F_INPUT_LEN], none[1];
    mssl_err err = 0;

    memcpy(k, kd, sizeof k);
    for (at = HELLO_G; !err && at < end; at += MSSL_GRANT_LEN)
        err = mssl_f(k, k, hello + at);
    t[0] = MSSL_TYPE_TRANSCRIPT;
    memcpy(t + 1, hello + end - MSSL_G_HOST_LEN, MSSL_G_HOST_LEN);
    memcpy(t + 1 + MSSL_G_HOST_LEN, hello + end, MSSL_NONCE_LEN);
    memcpy(t + 1 + MSSL_G_HOST_LEN + MSSL_NONCE_LEN, welcome, MSSL_NONCE_LEN);
    if (!err)
        err = mssl_f(k, k, t);
    if (!err)
        err = mssl_ccm_open(none, tag, none, 0, k, nonce);
    mssl_wipe(k, sizeof k);
    return !err;
}

static int well_formed(const uint8_t *hello, size_t len, const uint8_t welcome[MSSL_WELCOME_LEN])
{
    size_t at;

    if (len < MSSL_HELLO_LEN || len > MSSL_HELLO_LEN_MAX ||
        (len - MSSL_HELLO_LEN) % MSSL_GRANT_LEN || hello[0] != len - 1)
        return 0;
    for (at = HELLO_G; at + MSSL_NONCE_LEN < len; at += MSSL_GRANT_LEN) {
        if (hello[at] != (at == HELLO_G ? MSSL_TYPE_GRANT : MSSL_TYPE_RESTRICTION))
            return 0;
    }
    return welcome[MSSL_NONCE_LEN] == 0;
}

int mssl_auth_recover_key(uint8_t kd[MSSL_KEY_LEN], const uint8_t old[MSSL_KEY_LEN],
                          const uint8_t *hello, size_t hello_len,
                          const uint8_t welcome[MSSL_WELCOME_LEN])
{
    uint8_t next[MSSL_KEY_LEN];
    int at, byte;

    memset(kd, 0, MSSL_KEY_LEN);
    if (!well_formed(hello, hello_len, welcome) || mssl_lab(next, old, MSSL_TYPE_EPOCH))
        return 0;
    memcpy(kd, next, MSSL_KEY_LEN);
    if (proves(kd, hello, hello_len, welcome))
        goto found;
    memcpy(kd, old, MSSL_KEY_LEN);
    for (at = 0; at < MSSL_KEY_LEN; at++) {
        for (byte = 0; byte < TORN_MAX; byte++) {
            kd[at] = (uint8_t)byte;
            if (proves(kd, hello, hello_len, welcome))
                goto found;
        }
        kd[at] = next[at];
    }
    mssl_wipe(next, sizeof next);
    mssl_wipe(kd, MSSL_KEY_LEN);
    return 0;

found:
    mssl_wipe(next, sizeof next);
    return 1;
}

/* -- In the ledger -- */

struct search {
    struct mssl_auth_device device;
    uint8_t now[MSSL_KEY_LEN], next[MSSL_KEY_LEN], found[MSSL_KEY_LEN];
    int64_t whole;          /* the epoch whose whole key was found; -1: another key */
};

static mssl_auth_err kept_before(struct mssl_auth *a, const struct mssl_auth_device *d,
                                 int64_t *epoch)
{
    sqlite3_stmt *st;
    int row = 0;
    mssl_auth_err err = auth_ask(a, &st, "SELECT epoch FROM device_key WHERE device=? AND epoch<?"
                                         " ORDER BY epoch DESC LIMIT 1", "ii",
                                 (sqlite3_int64)d->id, (sqlite3_int64)*epoch);

    if (err)
        return err;
    err = auth_next(a, st, &row);
    *epoch = row ? sqlite3_column_int64(st, 0) : -1;
    sqlite3_finalize(st);
    return err;
}

/* Is the found key the one of epoch, from which the search began, or the next? */
static mssl_auth_err name_found(struct mssl_auth *a, struct search *s, const uint8_t *kd,
                                int64_t epoch)
{
    uint8_t next[MSSL_KEY_LEN];
    mssl_auth_err err = auth_kd_step(a, next, kd);

    s->whole = -1;
    if (!memcmp(s->found, kd, MSSL_KEY_LEN))
        s->whole = epoch;
    else if (!err && !memcmp(s->found, next, MSSL_KEY_LEN))
        s->whole = epoch + 1;
    mssl_wipe(next, sizeof next);
    return err;
}

/* From the present key, then from every one kept: a step may have been believed
 * done that was not. */
static mssl_auth_err look(struct mssl_auth *a, struct search *s, const uint8_t *hello,
                          size_t len, const uint8_t *welcome)
{
    int64_t epoch = s->device.epoch;
    uint8_t kd[MSSL_KEY_LEN];
    int hit = 0;
    mssl_auth_err err = auth_kd_load(a, s->device.id, s->device.epoch, s->now);

    if (!err)
        err = auth_kd_step(a, s->next, s->now);
    while (!err && !hit && epoch >= 0) {
        err = auth_kd_load(a, s->device.id, (uint32_t)epoch, kd);
        if (!err)
            hit = mssl_auth_recover_key(s->found, kd, hello, len, welcome);
        if (hit)
            err = name_found(a, s, kd, epoch);
        else if (!err)
            err = kept_before(a, &s->device, &epoch);
    }
    mssl_wipe(kd, sizeof kd);
    if (!err && !hit)
        err = auth_fail(a, MSSL_AUTH_NOT_SIGNED, "no key that a cut step could have left in %s "
                        "fits this WELCOME: check that both lines are of one connection; else "
                        "make a new image", s->device.name);
    return err;
}

/* The found key takes an epoch of its own; when torn, the step from it is pending. */
static mssl_auth_err follow(struct mssl_auth *a, struct search *s, int torn)
{
    uint32_t epoch = s->device.epoch + 1;
    mssl_auth_err err;

    /* From a torn key one more step must follow. */
    if (epoch + (torn ? 1 : 0) > MSSL_AUTH_EPOCH_MAX)
        return auth_fail(a, MSSL_AUTH_REFUSED, "%s has used all %d epochs: remove the device and "
                         "add it again", s->device.name, MSSL_AUTH_EPOCH_MAX);
    err = auth_kd_forget_after(a, s->device.id, s->device.epoch);
    if (!err)
        err = auth_kd_store(a, s->device.id, epoch, s->found);
    if (!err)
        err = auth_epoch_advance(a, &s->device, torn);
    if (!err && torn)
        err = auth_kd_step(a, s->next, s->found);
    if (!err && torn)
        err = auth_kd_store(a, s->device.id, epoch + 1, s->next);
    /* A WELCOME under the complete new key is the session that was waited for. */
    if (!err && !torn)
        err = auth_kd_forget_before(a, s->device.id, epoch);
    if (!err)
        err = auth_log(a, "recover", s->device.name, NULL, "%s, now epoch %lu",
                       torn ? "a torn key" : "the step is complete", (unsigned long)epoch);
    return err;
}

static mssl_auth_err recover(struct mssl_auth *a, struct search *s, const char *device,
                             const uint8_t *hello, size_t len, const uint8_t *welcome,
                             uint8_t *found)
{
    mssl_auth_err err = auth_device_ours(a, device, &s->device);
    uint32_t id;

    if (err)
        return err;
    if (!well_formed(hello, len, welcome))
        return auth_fail(a, MSSL_AUTH_USAGE, "these are not a HELLO (45, 77, 109 or 141 bytes) "
                         "and its WELCOME (21 bytes): copy both from one connection");
    hello += HELLO_G + MSSL_G_DEVICE;
    id = (uint32_t)hello[0] << 24 | (uint32_t)hello[1] << 16 | (uint32_t)hello[2] << 8 | hello[3];
    hello -= HELLO_G + MSSL_G_DEVICE;
    if (id != s->device.id)
        return auth_fail(a, MSSL_AUTH_UNKNOWN, "this HELLO is for device id %08x, %s has %08x: "
                         "name the right device", (unsigned)id, device, (unsigned)s->device.id);
    err = look(a, s, hello, len, welcome);
    if (err)
        return err;
    if (s->whole < 0)
        *found = MSSL_AUTH_FOUND_TORN;
    else if (s->whole > s->device.epoch)
        *found = MSSL_AUTH_FOUND_NEXT;
    else
        *found = s->whole < s->device.epoch ? MSSL_AUTH_FOUND_BEHIND : MSSL_AUTH_FOUND_PRESENT;
    /* An earlier key must not take a new epoch: its steps lead through the keys
     * of the epochs since, whose grants would then stand beside new ones. */
    if (*found == MSSL_AUTH_FOUND_BEHIND || *found == MSSL_AUTH_FOUND_PRESENT)
        return 0;
    return follow(a, s, *found == MSSL_AUTH_FOUND_TORN);
}

mssl_auth_err mssl_auth_recover(struct mssl_auth *a, const char *device, const uint8_t *hello,
                                size_t hello_len, const uint8_t welcome[MSSL_WELCOME_LEN],
                                uint8_t *found, uint32_t *epoch)
{
    struct search s;
    mssl_auth_err err = auth_need_key(a);

    if (!err)
        err = auth_begin(a);
    if (!err) {
        err = auth_end(a, recover(a, &s, device, hello, hello_len, welcome, found));
        if (!err && epoch)
            *epoch = s.whole < 0 ? s.device.epoch + 1 : (uint32_t)s.whole;
        mssl_wipe(&s, sizeof s);
    }
    if (!err && *found == MSSL_AUTH_FOUND_NEXT)
        auth_scrub(a);
    return err;
}
