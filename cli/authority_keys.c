/* SPDX-License-Identifier: ISC */
/* mssl-authority rollover, reissue, device replace: grants made again. */
#include "authority_cli.h"

#include <stdio.h>

static int out_of(struct cli *cli)
{
    return cli->opt[OPT_OUT] ? 0 : cli_fail(MSSL_AUTH_USAGE, "name the folder for the grants with "
                                                             "--out");
}

/* -- reissue -- */

int cmd_reissue(struct cli *cli)
{
    mssl_auth_err failed;
    unsigned n;
    int err = out_of(cli);

    if (!err)
        err = cli_unlock(cli);
    if (err)
        return err;
    failed = mssl_auth_reissue(cli->a, cli->opt[OPT_DEVICE], cli->opt[OPT_HOST], cli->opt[OPT_OUT],
                               &n);
    if (failed)
        return cli_error(cli, failed);
    printf("wrote %u living grant%s to %s again (mode 0600: they hold the keys)\n", n,
           n == 1 ? "" : "s", cli->opt[OPT_OUT]);
    return 0;
}

/* -- rollover -- */

static int device_row(void *arg, const struct mssl_auth_device *d)
{
    if (d->moved)
        printf("  %s: moved to another authority: not signed anew here\n", d->name);
    else
        printf("  %s: mssl-authority device image %s --modulus modulus.hex --chip CHIP\n", d->name,
               d->name);
    (void)arg;
    return 0;
}

static int report(struct cli *cli, unsigned n, int number)
{
    mssl_auth_err failed;

    printf("a new signing key signs from now on. The former public key: %s/authority.pub.%d\n\n",
           cli->dir, number);
    if (n)
        printf("1 Bring every host its grants of %s (%u). Slots, generations and keys are as before, so\n"
               "  devices need nothing told; until then a host uses its old file with the old key.\n",
               cli->opt[OPT_OUT], n);
    printf("2 Every host pins the new key, at the same time as its new grants:  %s/authority.pub\n"
           "3 A device whose firmware checks signatures has the former modulus. Enrolled hosts go on;\n"
           "  to enrol another it must have the new one, or firmware built with it, of the chip of:\n",
           cli->dir);
    failed = mssl_auth_device_each(cli->a, device_row, NULL);
    return failed ? cli_error(cli, failed) : 0;
}

int cmd_rollover(struct cli *cli)
{
    struct mssl_auth_init_options o = { .bits = 0 };
    char pin[MSSL_AUTH_PASS_MAX + 1] = "";
    mssl_auth_err failed;
    unsigned n;
    int number, err = out_of(cli);

    if (!err)
        err = init_parse(cli, &o);
    if (!err)
        err = cli_unlock(cli);
    if (!err && o.token) {
        err = cli_pin(cli, pin);
        o.pin = pin;
    }
    if (!err) {
        failed = mssl_auth_rollover(cli->a, &o, cli->opt[OPT_OUT], &n, &number);
        err = failed ? cli_error(cli, failed) : report(cli, n, number);
    }
    mssl_wipe(pin, sizeof pin);
    return err;
}

/* -- device replace -- */

int cmd_device_replace(struct cli *cli)
{
    const char *name = cli->words[0], *image = cli->opt[OPT_OUTPUT];
    struct mssl_auth_device d;
    mssl_auth_err failed;
    unsigned n;
    int err = out_of(cli);

    if (!err && !image)
        err = cli_fail(MSSL_AUTH_USAGE, "name the new chip's image: -o %s.hex", name);
    if (!err)
        err = cli_unlock(cli);
    if (!err)
        err = cli_unlock_token(cli);
    if (err)
        return err;
    failed = mssl_auth_device_replace(cli->a, name, image, cli->opt[OPT_OUT], &d, &n);
    if (failed)
        return cli_error(cli, failed);
    printf("%s is a new device from now on: id %08lx, with a key of its own\n", name,
           (unsigned long)d.id);
    if (n)
        printf("1 Bring every host its grant of %s (%u), and delete its former one there.\n",
               cli->opt[OPT_OUT], n);
    printf("2 Write %s to the new chip (`mssl-authority device image --help`), then:\n"
           "  mssl-authority confirm %s image ok\n\n"
           "If the former one is in strange hands: who reads its key out can pose as it to hosts\n"
           "that still have a former grant, and read what was recorded of its present epoch. It\n"
           "opens nothing else: the new device has another id and key.\n", image, name);
    return 0;
}
