/* SPDX-License-Identifier: ISC */
/* mssl tunnel, as the program's table of commands sees it. */
#ifndef TUNNEL_CLI_H
#define TUNNEL_CLI_H

/* argv: the words behind 'tunnel'. Returns an exit code. */
int mssl_run_tunnel(char **argv);

extern const char mssl_help_tunnel[];

#endif
