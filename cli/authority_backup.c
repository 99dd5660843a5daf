/* SPDX-License-Identifier: ISC */
/* mssl-authority backup and restore. */
#include "authority_cli.h"

#include <stdio.h>

int cmd_backup(struct cli *cli)
{
    mssl_auth_err failed;
    int err = cli_open(cli);

    if (err)
        return err;
    failed = mssl_auth_backup(cli->a, cli->words[0]);
    if (failed)
        return cli_error(cli, failed);
    printf("wrote a backup of %s to %s (mode 0600: it holds the keys%s)\n", cli->dir, cli->words[0],
           mssl_auth_is_locked(cli->a) ? ", sealed under the passphrase of now" : ", unsealed");
    return 0;
}

static int device_row(void *arg, const struct mssl_auth_device *d)
{
    (void)arg;
    if (d->restored && !d->moved)
        printf("  mssl-authority device image %s -o %s.hex\n", d->name, d->name);
    return 0;
}

int cmd_restore(struct cli *cli)
{
    long skip = MSSL_AUTH_SKIP_DEFAULT;
    char why[MSSL_AUTH_WHY_LEN];
    mssl_auth_err failed;
    int err;

    if (cli->opt[OPT_SKIP] &&
        !cli_number(&skip, cli->opt[OPT_SKIP], 1, MSSL_GENERATION_MAX, "--skip"))
        return MSSL_AUTH_USAGE;
    failed = mssl_auth_restore(cli->dir, cli->words[0], (int)skip, why);
    if (failed)
        return cli_fail(failed, "%s", why);
    err = cli_open(cli);
    if (err)
        return err;
    printf("restored %s from %s\n\n"
           "Nobody here knows what was granted, revoked or stepped since that backup:\n"
           "- grants made since then still open their devices, and no list here names them;\n"
           "- revocations made since then and told to a device hold there; others are undone;\n"
           "- a device that was exported since is here again, and two authorities would grant for it:\n"
           "  mssl-authority device remove NAME --force;\n"
           "- every slot goes on above its next %ld generations, so that no grant meets a lost one,\n"
           "  unless a slot had more grants and revocations than that since. Was this backup\n"
           "  restored before, what was granted then is lost, too: restore it with --skip as the\n"
           "  sum of the former one and of what may have come after it;\n"
           "- a slot that may be used up that way takes no grant until its image is confirmed.\n"
           "An image ends what is unknown for certain: after a restore it brings a fresh key, under\n"
           "which no grant but new ones is good. For each device, then confirm it and grant again:\n",
           cli->dir, cli->words[0], skip);
    failed = mssl_auth_device_each(cli->a, device_row, NULL);
    if (failed)
        return cli_error(cli, failed);
    printf("A device that nobody can reach for an image: raise its slots (`revoke`, `mssl admin`).\n");
    return 0;
}
