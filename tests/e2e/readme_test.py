#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Runs the README's shell blocks as a reader would: in an empty folder, one
after the other, on the virtual board with the real firmware."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile

README_PORT = "40001"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def main(source, build):
    with open(os.path.join(source, "README.md"), encoding="utf-8") as file:
        blocks = re.findall(r"^```sh\n(.*?)^```", file.read(), re.S | re.M)
    if len(blocks) < 2:
        print("readme: expected the five minutes path and the openssl lines", file=sys.stderr)
        return 1
    script = "set -eu\n" + "\n".join(blocks).replace(README_PORT, free_port())
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
