/* SPDX-License-Identifier: ISC */
/* mssl-authority revoke, epoch, recover: what devices must be told, and how. */
#include "authority_cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* -- The lines that deliver -- */

/* Nobody here knows where a host keeps its grant: the line has a place for it. */
static void admin_line(struct cli *cli, const struct mssl_auth_device *d, const char *what)
{
    char host[MSSL_HOST_SIZE], ip[16];

    text_ip(ip, d->ip);
    if (mssl_auth_admin_host(cli->a, d->name, host) || !host[0]) {
        printf("  tell it:     mssl admin GRANT %s %s\n", ip, what);
        printf("               (no host may do so now: mssl-authority grant HOST --device %s "
               "--admin;\n               or write a new image)\n", d->name);
        return;
    }
    printf("  tell it:     mssl admin GRANT %s %s\n"
           "               (GRANT: the file of %s for %s, which may do so)\n", ip, what, host, d->name);
}

void tell_revoke(struct cli *cli, const struct mssl_auth_device *d,
                 const struct mssl_auth_pending *p)
{
    char what[40];

    snprintf(what, sizeof what, "revoke %u %u", p->slot, p->generation);
    admin_line(cli, d, what);
    printf("  then:        mssl-authority confirm %s revoke %u %u ok\n", d->name, p->slot,
           p->generation);
}

void tell_epoch(struct cli *cli, const struct mssl_auth_device *d)
{
    admin_line(cli, d, "epoch");
    printf("  then:        mssl-authority confirm %s epoch %lu ok\n", d->name,
           (unsigned long)d->epoch);
}

/* -- revoke -- */

static int report_revoked(struct cli *cli, const char *host, const char *device,
                          const struct mssl_auth_pending *p)
{
    struct mssl_auth_device d;
    mssl_auth_err failed = mssl_auth_device_get(cli->a, device, &d);

    if (failed)
        return cli_error(cli, failed);
    printf("revoked %s on %s: slot %u goes to generation %u\n", host, device, p->slot,
           p->generation);
    if (p->delivered < p->generation) {
        printf("it still opens the device until the device is told (or has a new image):\n");
        tell_revoke(cli, &d, p);
    }
    return 0;
}

static void not_revoked(struct cli *cli, const char *host, const char *device)
{
    struct mssl_auth_device d;

    if (!mssl_auth_device_get(cli->a, device, &d) && d.moved)
        cli_fail(MSSL_AUTH_REFUSED, "%s is NOT revoked on %s, which was exported: revoke it where it was "
                 "imported", host, device);
    else
        cli_fail(MSSL_AUTH_REFUSED, "%s is NOT revoked on %s, whose slot has used its last generation: "
                 "`mssl-authority epoch %s` ends all grants there", host, device, device);
}

static int revoke_everywhere(struct cli *cli, const char *host)
{
    struct mssl_auth_revoked *list;
    size_t n, i;
    mssl_auth_err failed = mssl_auth_revoke_everywhere(cli->a, host, &list, &n);
    int err = 0, refused = 0;

    if (failed)
        return cli_error(cli, failed);
    for (i = 0; !err && i < n; i++) {
        if (!list[i].refused)
            err = report_revoked(cli, host, list[i].device, &list[i].pending);
        refused |= list[i].refused;
    }
    for (i = 0; !err && i < n; i++) {
        if (list[i].refused)
            not_revoked(cli, host, list[i].device);
    }
    free(list);
    return err ? err : refused ? MSSL_AUTH_REFUSED : 0;
}

int cmd_revoke(struct cli *cli)
{
    const char *device = cli->opt[OPT_DEVICE], *everywhere = cli->opt[OPT_HOST];
    struct mssl_auth_pending p;
    mssl_auth_err failed;
    int err;

    if (everywhere && (device || cli->n_words))
        return cli_fail(MSSL_AUTH_USAGE, "--host NAME is for all its devices: give it alone, or HOST "
                                         "--device NAME");
    if (!everywhere && (!device || !cli->n_words))
        return cli_fail(MSSL_AUTH_USAGE, "HOST --device NAME, or --host HOST for all its devices");
    err = cli_open(cli);
    if (err || everywhere)
        return err ? err : revoke_everywhere(cli, everywhere);
    failed = mssl_auth_revoke(cli->a, cli->words[0], device, &p);
    return failed ? cli_error(cli, failed) : report_revoked(cli, cli->words[0], device, &p);
}

/* -- epoch -- */

static int cancel(struct cli *cli, const char *device)
{
    mssl_auth_err failed;
    int err = cli_open(cli);

    if (err)
        return err;
    failed = mssl_auth_epoch_cancel(cli->a, device);
    if (failed)
        return cli_error(cli, failed);
    printf("the epoch step of %s is no longer pending\n", device);
    return 0;
}

int cmd_epoch(struct cli *cli)
{
    const char *device = cli->words[0];
    struct mssl_auth_device d;
    mssl_auth_err failed;
    int err;

    if (cli->opt[OPT_CANCEL])
        return cancel(cli, device);
    err = cli_unlock(cli);
    if (err)
        return err;
    failed = mssl_auth_epoch(cli->a, device);
    if (!failed)
        failed = mssl_auth_device_get(cli->a, device, &d);
    if (failed)
        return cli_error(cli, failed);
    printf("an epoch step of %s is pending: it will end all grants of epoch %lu\n", device,
           (unsigned long)d.epoch);
    tell_epoch(cli, &d);
    printf("  no answer?   mssl admin --verbose again, its hello and welcome lines to a FILE; then\n"
           "               mssl-authority recover %s --from FILE\n", device);
    return 0;
}

/* -- recover -- */

struct pair {
    uint8_t hello[MSSL_HELLO_LEN_MAX], welcome[MSSL_WELCOME_LEN];
    size_t hello_len;
};

static int parse_pair(struct pair *p, const char *hello, size_t hello_len, const char *welcome,
                      size_t welcome_len)
{
    p->hello_len = hello_len / 2;
    if (hello_len % 2 || p->hello_len > MSSL_HELLO_LEN_MAX ||
        mssl_from_hex(p->hello, p->hello_len, hello, hello_len))
        return cli_fail(MSSL_AUTH_USAGE, "the HELLO is not 90 to %d lower-case hex digits",
                        2 * MSSL_HELLO_LEN_MAX);
    if (mssl_from_hex(p->welcome, MSSL_WELCOME_LEN, welcome, welcome_len))
        return cli_fail(MSSL_AUTH_USAGE, "the WELCOME is not %d lower-case hex digits",
                        2 * MSSL_WELCOME_LEN);
    return 0;
}

/* The value of "name: value" or "name value" in text; its length, 0 if none. */
static size_t line_value(const char **value, const char *text, const char *name)
{
    size_t n = strlen(name);
    const char *p = text;

    while (p) {
        if (!strncmp(p, name, n) && strspn(p + n, ": ")) {
            p += n;
            p += strspn(p, ": ");
            *value = p;
            return strcspn(p, " \r\n");
        }
        p = strchr(p, '\n');
        p = p ? p + 1 : NULL;
    }
    return 0;
}

static int pair_from_file(struct pair *p, const char *path)
{
    const char *hello, *welcome;
    char text[4097];
    size_t len = sizeof text - 1, n, m;

    if (mssl_file_read(text, &len, path))
        return cli_fail(MSSL_AUTH_FILE, "%s cannot be read, or is too long: two lines \"hello: "
                        "HEX\" and \"welcome: HEX\" are wanted", path);
    text[len] = 0;
    n = line_value(&hello, text, "hello");
    m = line_value(&welcome, text, "welcome");
    if (!n || !m)
        return cli_fail(MSSL_AUTH_FILE, "%s: two lines \"hello: HEX\" and \"welcome: HEX\" are "
                        "wanted", path);
    return parse_pair(p, hello, n, welcome, m);
}

static int get_pair(struct cli *cli, struct pair *p)
{
    const char *hello = cli->opt[OPT_HELLO], *welcome = cli->opt[OPT_WELCOME];
    const char *from = cli->opt[OPT_FROM];

    if (from && !hello && !welcome)
        return pair_from_file(p, from);
    if (from || !hello || !welcome)
        return cli_fail(MSSL_AUTH_USAGE, "give both --hello HEX and --welcome HEX, or --from FILE");
    return parse_pair(p, hello, strlen(hello), welcome, strlen(welcome));
}

static void say_behind(const struct mssl_auth_device *d, uint32_t epoch)
{
    printf("%s holds the key of epoch %lu: steps that were confirmed since never happened.\n"
           "Nothing changed here. Bring it to epoch %lu, once for each step, with an admin grant of\n"
           "the epoch it is at then:\n  deliver:     mssl admin GRANT HOST epoch\n"
           "or, where there is no such grant, by a new image:\n"
           "               mssl-authority device image %s -o FILE\n", d->name, (unsigned long)epoch,
           (unsigned long)d->epoch, d->name);
}

static void say_found(struct cli *cli, const struct mssl_auth_device *d, uint8_t found,
                      uint32_t epoch)
{
    switch (found) {
    case MSSL_AUTH_FOUND_BEHIND:
        say_behind(d, epoch);
        break;
    case MSSL_AUTH_FOUND_PRESENT:
        printf("%s holds the key of epoch %lu: no step has begun, its grants are good\n",
               d->name, (unsigned long)d->epoch);
        if (d->epoch_pending)
            tell_epoch(cli, d);
        break;
    case MSSL_AUTH_FOUND_NEXT:
        printf("%s completed the step: it is at epoch %lu now, all older grants are dead and "
               "their keys forgotten\n", d->name, (unsigned long)d->epoch);
        printf("  next:        mssl-authority grant HOST --device %s --tasks ...\n", d->name);
        break;
    default:
        printf("found the torn key of %s; it counts as epoch %lu. Step it again at once:\n",
               d->name, (unsigned long)d->epoch);
        printf("  first:       mssl-authority grant HOST --device %s --admin -o FILE\n", d->name);
        tell_epoch(cli, d);
    }
}

int cmd_recover(struct cli *cli)
{
    struct mssl_auth_device d;
    mssl_auth_err failed;
    struct pair p;
    uint8_t found = 0;
    uint32_t epoch = 0;
    int err = get_pair(cli, &p);

    if (!err)
        err = cli_unlock(cli);
    if (err)
        return err;
    failed = mssl_auth_recover(cli->a, cli->words[0], p.hello, p.hello_len, p.welcome, &found,
                               &epoch);
    if (!failed)
        failed = mssl_auth_device_get(cli->a, cli->words[0], &d);
    if (failed)
        return cli_error(cli, failed);
    say_found(cli, &d, found, epoch);
    return 0;
}
