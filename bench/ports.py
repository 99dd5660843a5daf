# SPDX-License-Identifier: ISC
"""Ports of this machine for the programs that are compared."""

import socket
import time

HERE = "127.0.0.1"
_held = []      # sockets bound to the ports: nobody else gets them; who listens with SO_REUSEADDR does


def free_port():
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    line.bind((HERE, 0))
    _held.append(line)
    return line.getsockname()[1]


def wait_port(port):
    """Until somebody listens there."""
    end = time.monotonic() + 20
    while True:
        try:
            socket.create_connection((HERE, port), 1).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
