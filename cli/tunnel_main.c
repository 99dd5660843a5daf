/* SPDX-License-Identifier: ISC */
/* mssl tunnel: its command line. docs/man/mssl-tunnel.1 */
#include <string.h>

#include "tunnel_cli.h"
#include "tunnel_run.h"

#include "mssl_cli.h"

int mssl_run_tunnel(char **argv)
{
    bool check = false;

    for (; *argv != NULL && (*argv)[0] == '-'; argv++) {
        if (strcmp(*argv, "--check") != 0)
            return mssl_report(MSSL_EXIT_USAGE, *argv, "no such option", "see mssl tunnel --help");
        check = true;
    }
    if (argv[0] == NULL || argv[1] != NULL)
        return mssl_report(MSSL_EXIT_USAGE, "tunnel", "give one config file", "see mssl tunnel --help");
    return tunnel_run(argv[0], check);
}
