/* SPDX-License-Identifier: ISC */
/* The help texts of mssl. */
#include <stddef.h>
#include <string.h>

#include "mssl_cli.h"
#include "tunnel_cli.h"

static const char help_all[] =
    "usage: mssl NAME TASK [ARGUMENT ...]             run one task on a device with a name\n"
    "       mssl COMMAND ...\n"
    "\n"
    "  connect DEVICE                     talk to a device, line by line\n"
    "  exec DEVICE TASK [ARGUMENT ...]    run one task\n"
    "  info DEVICE                        list what the grant allows there\n"
    "  ping DEVICE                        is it there, is it the right one, how fast\n"
    "  watch DEVICE                       print its events as they come\n"
    "  admin DEVICE revoke SLOT GENERATION\n"
    "  admin DEVICE epoch                 deliver what mssl-authority asked for\n"
    "  restrict GRANT -o OUT --host NAME ...         hand on a part of a grant, offline\n"
    "  import -o FILE                     make a grant file of typed lines\n"
    "  list                               print the names of devices\n"
    "  fingerprint [NAME|FILE]            print the pinned authority key's fingerprint\n"
    "  tunnel CONFIG                      plain connections through MSSL\n"
    "  decode CAPTURE [--keylog FILE]     explain the sessions of a capture\n"
    "\n"
    "DEVICE is a NAME of ~/.config/mssl/config (see mssl-config(5)), or GRANT HOST[:PORT].\n"
    "A name has no '/' and no '.': ./porch is a file. HOST is a host name or an IPv4\n"
    "address (devices speak no IPv6); the port is 6775.\n"
    "\n"
    "  --authority FILE   the authority's public key (else the device's own, else\n"
    "                     $MSSL_AUTHORITY, else ~/.config/mssl/authority.pub)\n"
    "  --timeout SECONDS  for connecting, and for each answer (default 10)\n"
    "  --wait             while the device is busy, try again until the time-out\n"
    "  --keylog FILE      append the session's key, to decode captures: dangerous\n"
    "  --json             results and errors as JSON (not of connect, restrict, import\n"
    "                     and tunnel; of decode no errors)\n"
    "  --verbose          say on standard error what happens\n"
    "  --help             this, or the help of a command\n"
    "  --version\n"
    "\n"
    "A device that wants the grant's signature checks it once, for some seconds; exec,\n"
    "connect and admin send it when the device asks.\n"
    "Exit codes: 0 done, 1 usage or file, 2 not authentic, 3 no connection, 4 refused by\n"
    "the device, 5 not permitted, 6 bad arguments, 7 busy, 8 failed, 9 outcome unknown,\n"
    "10 done, but the result could not be written.\n"
    "\n"
    "  mssl porch led on\n"
    "  mssl exec porch.grant 192.0.2.7 led on\n";

static const char help_connect[] =
    "usage: mssl connect DEVICE      (a NAME, or GRANT HOST[:PORT])\n"
    "\n"
    "Opens a session and runs each line as a command: a task's name and its arguments.\n"
    "'help' lists the tasks. Answers and events are printed as they come; control bytes\n"
    "in them are shown as \\xNN. Ctrl-D ends the session with an authenticated close.\n"
    "When standard input is no terminal there is no prompt, and the exit code is that of\n"
    "the first command that failed.\n"
    "\n"
    "  mssl connect porch\n"
    "  mssl connect porch.grant 192.0.2.7\n"
    "  printf 'led on\\nuptime\\n' | mssl connect porch.grant 192.0.2.7\n";

static const char help_exec[] =
    "usage: mssl exec [--wait] [--json] DEVICE TASK [ARGUMENT ...]\n"
    "       mssl exec --batch [--keep-going] [--json] DEVICE\n"
    "       mssl NAME TASK [ARGUMENT ...]\n"
    "       (DEVICE: a NAME, or GRANT HOST[:PORT])\n"
    "\n"
    "Runs one task and prints the device's answer. What follows DEVICE belongs to\n"
    "the command, also if it begins with a dash.\n"
    "\n"
    "  --batch       runs each line of standard input as a command, all in one session;\n"
    "                prints for each its exit code and its answer\n"
    "  --keep-going  goes on after a line that failed; a lost session ends it all the same\n"
    "  --json        one JSON object for each command (see FORMATS.md)\n"
    "\n"
    "  mssl porch led on\n"
    "  mssl exec porch.grant 192.0.2.7 led on\n"
    "  mssl exec --wait --timeout 60 porch.grant porch.example.org:6775 adc 0\n"
    "  printf 'led on\\nuptime\\n' | mssl exec --batch porch\n"
    "  mssl exec porch.grant 192.0.2.7 led on || echo \"not done: $?\"\n";

static const char help_info[] =
    "usage: mssl info DEVICE      (a NAME, or GRANT HOST[:PORT])\n"
    "\n"
    "Asks the device what this grant allows there, and prints a line a task.\n"
    "\n"
    "  mssl info porch\n"
    "  mssl info porch.grant 192.0.2.7\n";

static const char help_ping[] =
    "usage: mssl ping [-c COUNT] [-i SECONDS] [--json] DEVICE\n"
    "\n"
    "Opens a session, asks the device to describe itself, and closes: once a second, until\n"
    "a signal. Prints for each round how long it took until the device was proven, and\n"
    "then until it answered; at the end the least, mean and greatest of both.\n"
    "Ends with 0 when one round was answered, with 2 when anything was not authentic.\n"
    "\n"
    "  -c, --count COUNT       ends after so many rounds\n"
    "  -i, --interval SECONDS  from one round to the next (default 1)\n"
    "\n"
    "  mssl ping -c 3 porch\n"
    "  mssl ping -c 1 porch > /dev/null || echo \"porch is away: $?\"\n";

static const char help_watch[] =
    "usage: mssl watch [-c COUNT] [--json] DEVICE\n"
    "\n"
    "Prints the events of the tasks that the grant allows, a line each: time, task, text.\n"
    "Keeps the session alive, and opens a new one when it is lost. A signal ends it, with an\n"
    "authenticated close. The device's build must have events.\n"
    "\n"
    "  -c, --count COUNT       ends after so many events\n"
    "\n"
    "  mssl watch porch\n"
    "  mssl watch --json porch | while read -r event; do logger \"$event\"; done\n";

static const char help_admin[] =
    "usage: mssl admin DEVICE revoke SLOT GENERATION\n"
    "       mssl admin DEVICE epoch\n"
    "\n"
    "Delivers what 'mssl-authority revoke' or 'mssl-authority epoch' asked for. The grant\n"
    "needs the task admin. Prints a line that 'mssl-authority confirm' takes.\n"
    "revoke: hosts in SLOT (0 to 15) with a generation below GENERATION (0 to 254) are out.\n"
    "epoch: the device's secret steps on; every older grant is dead, this one too.\n"
    "\n"
    "  mssl admin admin.grant 192.0.2.7 revoke 2 4\n"
    "  mssl admin porch epoch\n";

static const char help_restrict[] =
    "usage: mssl restrict GRANT|NAME -o OUT --host NAME [--tasks NAME,...]\n"
    "                     [--address IPV4[/8|/16|/24|/32] | --mac MAC[/BYTES]]\n"
    "\n"
    "Writes a grant file for a helper that may do less: offline, without the authority.\n"
    "The helper's file does not reveal yours. Without --tasks it gets all of your tasks\n"
    "but admin. The device's build must take restrictions, at most 3 in a chain.\n"
    "\n"
    "  mssl restrict porch.grant -o carol.grant --host carol --tasks led\n"
    "  mssl restrict porch.grant -o pi.grant --host pi --address 192.0.2.9\n";

static const char help_list[] =
    "usage: mssl list\n"
    "\n"
    "Prints the names of ~/.config/mssl/config: a line each, name, HOST:PORT and grant file\n"
    "with tabs between. Nothing is asked of the devices.\n"
    "\n"
    "  mssl list\n";

static const char help_fingerprint[] =
    "usage: mssl fingerprint [--authority FILE] [NAME|FILE]\n"
    "\n"
    "Prints the fingerprint (SHA-256) of the authority's public key that is pinned, of the\n"
    "one for the device NAME, or of FILE: to compare it with what the authority says.\n"
    "\n"
    "  mssl fingerprint\n"
    "  mssl fingerprint new-authority.pub\n";

const char *mssl_help(const char *name)
{
    static const struct { const char *name, *text; } texts[] = {
        { "connect", help_connect }, { "exec", help_exec }, { "info", help_info },
        { "ping", help_ping }, { "watch", help_watch }, { "admin", help_admin }, { "restrict", help_restrict },
        { "list", help_list }, { "fingerprint", help_fingerprint },
        { "tunnel", mssl_help_tunnel },
        { "decode", mssl_help_decode }, { "import", mssl_help_import },
    };
    size_t i;

    if (name == NULL)
        return help_all;
    for (i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (strcmp(name, texts[i].name) == 0)
            return texts[i].text;
    return NULL;
}
