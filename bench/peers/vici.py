# SPDX-License-Identifier: ISC
"""As much of strongSwan's control protocol as bench needs: requests with their
answers, and no program started for each, which would be timed too."""

import socket
import struct

REQUEST, RESPONSE = 0, 1
SECTION, SECTION_END, KEY_VALUE, LIST, LIST_ITEM, LIST_END = 1, 2, 3, 4, 5, 6


def text(value):
    raw = str(value).encode()
    return struct.pack(">H", len(raw)) + raw


def pack(message):
    out = b""
    for key, value in message.items():
        name = bytes([len(key)]) + key.encode()
        if isinstance(value, dict):
            out += bytes([SECTION]) + name + pack(value) + bytes([SECTION_END])
        elif isinstance(value, list):
            items = b"".join(bytes([LIST_ITEM]) + text(item) for item in value)
            out += bytes([LIST]) + name + items + bytes([LIST_END])
        else:
            out += bytes([KEY_VALUE]) + name + text(value)
    return out


class Vici:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)

    def exactly(self, n):
        got = b""
        while len(got) < n:
            more = self.socket.recv(n - len(got))
            if not more:
                raise ConnectionError("charon has closed its control socket")
            got += more
        return got

    def ask(self, command, message):
        """Raises RuntimeError unless charon says that it succeeded."""
        data = bytes([REQUEST, len(command)]) + command.encode() + pack(message)
        self.socket.sendall(struct.pack(">I", len(data)) + data)
        answer = self.exactly(struct.unpack(">I", self.exactly(4))[0])
        if answer[0] != RESPONSE or b"success\x00\x03yes" not in answer:
            raise RuntimeError(f"{command}: {answer[1:].decode(errors='replace')!r}")
