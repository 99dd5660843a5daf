/* SPDX-License-Identifier: ISC */
/* The help text of mssl decode. */
#include "mssl_cli.h"

const char mssl_help_decode[] =
    "usage: mssl decode [--keylog FILE] [--tasks-table FILE] [--port PORT] [--json] CAPTURE\n"
    "\n"
    "Prints the messages of a capture (pcap or pcapng; - is standard input), a line each:\n"
    "HELLO with all that its grant says, refusals, how each session ended; with a key log\n"
    "also what was commanded and answered, each tag verified.\n"
    "--keylog: what mssl --keylog wrote. Who has that file reads these sessions: delete it.\n"
    "--tasks-table: names for task numbers, such as firmware/tasks.table.\n"
    "--json: an object a line instead.\n"
    "Exit code 2 when a tag did not verify, 1 when a file could not be read to its end.\n"
    "\n"
    "  tcpdump -i eth0 -w porch.pcap tcp port 6775\n"
    "  mssl decode porch.pcap\n"
    "  mssl decode --keylog porch.keys --tasks-table tasks.table porch.pcap\n";
