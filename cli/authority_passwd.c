/* SPDX-License-Identifier: ISC */
/* mssl-authority passwd. */
#include "authority_cli.h"

#include <stdio.h>

int cmd_passwd(struct cli *cli)
{
    int none = cli->opt[OPT_NO_PASSPHRASE] != NULL, err;
    char pass[MSSL_AUTH_PASS_MAX + 1] = "";
    mssl_auth_err failed;

    if (none && cli->opt[OPT_NEW_PASSPHRASE_FILE])
        return cli_fail(MSSL_AUTH_USAGE, "--no-passphrase or --new-passphrase-file, not both");
    err = cli_unlock(cli);
    if (!err && !none)
        err = cli_passphrase_from(cli->opt[OPT_NEW_PASSPHRASE_FILE],
                                  "--new-passphrase-file FILE (or --no-passphrase)", "New passphrase",
                                  pass, 1);
    if (!err) {
        failed = mssl_auth_passwd(cli->a, none ? NULL : pass);
        if (failed)
            err = cli_error(cli, failed);
        else if (none)
            printf("the authority in %s has no passphrase any more: who reads its files has its "
                   "keys\n", cli->dir);
        else
            printf("the passphrase of the authority in %s is another now, for its key and its "
                   "ledger.\nCopies and backups made before open with the former one.\n", cli->dir);
    }
    mssl_wipe(pass, sizeof pass);
    return err;
}
