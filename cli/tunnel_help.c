/* SPDX-License-Identifier: ISC */
/* The help of mssl tunnel. */
#include "tunnel_cli.h"

const char mssl_help_tunnel[] =
    "usage: mssl tunnel [--check] CONFIG\n"
    "\n"
    "Carries plain connections through MSSL, as the config's services say:\n"
    "  line    a local port for telnet, nc and scripts: a line in is a command of a\n"
    "          device, a line out its answer; '! CODE TASK: REASON' is an error\n"
    "  client  a local port whose bytes go to a server's tunnel\n"
    "  server  a device of MSSL in front of a plain service of this machine\n"
    "--check reads the config and all that it names, and ends. SIGHUP reads it again,\n"
    "SIGTERM lets what runs finish. See mssl-tunnel(1) and mssl-tunnel.conf(5).\n"
    "\n"
    "  mssl tunnel /etc/mssl/tunnel.conf\n"
    "  mssl tunnel --check tunnel.conf\n";
