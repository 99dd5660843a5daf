#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Runs the README's shell blocks as a reader would: in an empty folder, one
after the other, on the virtual board with the real firmware."""

import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile

README_PORT = "40001"
WAIT = "\nsleep 2\n"
# A reader sees that the board listens; a slow machine wants more than two seconds.
LISTENS = "\nuntil grep -q ':{:04X} 00000000:0000 0A' /proc/net/tcp; do kill -0 $!; sleep 0.1; done\n"


def free_port():
    """One that the kernel gives nobody by itself."""
    with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as file:
        first = int(file.read().split()[0])
    while True:
        port = random.randrange(1024, first)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                pass


def main(source, build):
    with open(os.path.join(source, "README.md"), encoding="utf-8") as file:
        blocks = re.findall(r"^```sh\n(.*?)^```", file.read(), re.S | re.M)
    if len(blocks) < 2:
        print("readme: expected the five minutes path and the openssl lines", file=sys.stderr)
        return 1
    port = free_port()
    script = "set -eu\n" + "\n".join(blocks).replace(README_PORT, str(port))
    if script.count(WAIT) != 1:
        print("readme: the board is not waited for as it was", file=sys.stderr)
        return 1
    script = script.replace(WAIT, LISTENS.format(port))
    path = os.pathsep.join([os.path.join(build, "cli"), os.path.join(build, "board"),
                            os.environ["PATH"]])
    with tempfile.TemporaryDirectory() as folder:
        # The person's part of `mssl connect` comes on standard input.
        run = subprocess.Popen(["sh", "-c", script], cwd=folder, start_new_session=True,
                               env={**os.environ, "MSSL": source, "PATH": path, "HOME": folder},
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True)
        try:
            # The board stays in the background and keeps the pipe open, so read to the last line.
            run.stdin.write("led off\n")
            run.stdin.close()
            output = []
            for line in run.stdout:
                output.append(line)
                if "Verified OK" in line:
                    break
            code = run.wait(timeout=60)
        finally:
            os.killpg(run.pid, signal.SIGTERM)
    text = "".join(output)
    print(text)
    for wanted in ("\non\n", "off\n", "Verified OK"):
        if wanted not in text:
            print(f"readme: no {wanted.strip()!r} in the output", file=sys.stderr)
            return 1
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
