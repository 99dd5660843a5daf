/* SPDX-License-Identifier: ISC */
/* mssl-authority device export and device import. */
#include "authority_cli.h"

#include <stdio.h>

static int file_passphrase(struct cli *cli, char pass[MSSL_AUTH_PASS_MAX + 1], int twice)
{
    return cli_passphrase_from(cli->opt[OPT_FILE_PASSPHRASE_FILE], "--file-passphrase-file FILE",
                               "Passphrase of the exported file", pass, twice);
}

int cmd_device_export(struct cli *cli)
{
    const char *name = cli->words[0], *path = cli->opt[OPT_OUTPUT];
    char pass[MSSL_AUTH_PASS_MAX + 1] = "";
    mssl_auth_err failed;
    int err;

    if (!path)
        return cli_fail(MSSL_AUTH_USAGE, "name the file: -o %s.device", name);
    err = cli_unlock(cli);
    if (!err)
        err = file_passphrase(cli, pass, 1);
    if (!err) {
        failed = mssl_auth_device_export(cli->a, name, pass, cli->opt[OPT_FORCE] != NULL, path);
        err = failed ? cli_error(cli, failed) : 0;
    }
    mssl_wipe(pass, sizeof pass);
    if (err)
        return err;
    printf("wrote %s to %s (mode 0600, under its passphrase); nothing is granted for it here now\n"
           "there:  mssl-authority device import %s --out DIR\n"
           "here:   mssl-authority device remove %s     # forgets its keys\n", name, path, path, name);
    return 0;
}

int cmd_device_import(struct cli *cli)
{
    char pass[MSSL_AUTH_PASS_MAX + 1] = "";
    struct mssl_auth_device d;
    mssl_auth_err failed;
    unsigned n = 0;
    int err = cli_unlock(cli);

    if (!err)
        err = file_passphrase(cli, pass, 0);
    if (!err)
        err = cli_unlock_token(cli);
    if (!err) {
        failed = mssl_auth_device_import(cli->a, cli->words[0], pass, cli->opt[OPT_OUT], &d, &n);
        err = failed ? cli_error(cli, failed) : 0;
    }
    mssl_wipe(pass, sizeof pass);
    if (err)
        return err;
    printf("%s is here now: id %08lx, epoch %lu\n", d.name, (unsigned long)d.id,
           (unsigned long)d.epoch);
    if (n)
        printf("1 Bring every host its grant of %s (%u), signed by this authority, whose\n"
               "  authority.pub it then pins.\n"
               "2 If the device's firmware checks signatures, it needs the modulus of this authority:\n"
               "  mssl-authority device image %s --modulus modulus.hex --chip CHIP\n",
               cli->opt[OPT_OUT], n, d.name);
    return 0;
}
