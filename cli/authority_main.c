/* SPDX-License-Identifier: ISC */
/* mssl-authority: the program of the third party. */
#include "authority_cli.h"
#include "std_fds.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static void print_help(void)
{
    const struct command *c;

    printf("usage: mssl-authority [--dir DIR] [--passphrase-file FILE] COMMAND ...\n\n"
           "Makes and keeps the rights of hosts on micro servers.\n\n");
    for (c = authority_commands; c->name; c++)
        printf("  %-13s %s\n", c->name, c->usage);
    printf("\n`mssl-authority COMMAND --help` explains one and gives examples.\n"
           "DIR: --dir, else $MSSL_AUTHORITY_DIR, else ~/.local/share/mssl/authority\n"
           "passphrase: --passphrase-file, else $MSSL_PASSPHRASE_FILE, else the terminal\n"
           "exit codes: 0 done, 1 usage, 2 file, 3 unknown or taken name, 4 passphrase, 5 refused\n"
           "by a rule, 6 not the authority's signature, 7 ledger of another version or damaged\n");
}

static int run(struct cli *cli)
{
    const struct command *c = cli->command;

    if (cli->opt[OPT_VERSION]) {
        printf("mssl-authority %s\n", MSSL_VERSION);
        return 0;
    }
    if (!c) {
        print_help();
        return 0;
    }
    if (cli->opt[OPT_HELP]) {
        printf("usage: mssl-authority %s %s\n\n%s", c->name, c->usage, c->help);
        return 0;
    }
    return c->run(cli);
}

int main(int argc, char **argv)
{
    struct cli cli;
    int err;

    /* What others must not read is created so; this is for what SQLite adds. */
    umask(077);
    if (!cli_std_fds())
        return 2;
    memset(&cli, 0, sizeof cli);
    err = cli_parse(&cli, argc, argv);
    if (!err)
        err = run(&cli);
    mssl_auth_close(cli.a);
    if (fflush(stdout) || ferror(stdout))
        err = err ? err : cli_fail(MSSL_AUTH_FILE, "the output cannot be written: make room");
    return err;
}
