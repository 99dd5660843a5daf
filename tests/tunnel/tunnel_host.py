# SPDX-License-Identifier: ISC
"""A host and a server written from PROTOCOL and TUNNEL.md alone: to break rules with."""

import os
import socket

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESCCM

from mssl_fixture import FakeSession
from tunnel_fixture import KD, PATIENCE, aes

OPEN, LEAVE, CLOSE = b"\0\1\1", b"\0\5", b""


class Refused(Exception):
    """The server closed before WELCOME, or without a close."""


def nonce(direction, counter):
    return bytes([direction]) + counter.to_bytes(2, "big") + bytes(10)


class Host:
    def __init__(self, port, block, nc=None, kd=KD, room=None):
        self.line = socket.socket()
        self.line.settimeout(PATIENCE)
        if room:        # for little in the kernels on the way, at both ends
            self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
            self.line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
            self.line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, room)
        self.line.connect(("127.0.0.1", port))
        self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.had, self.sent, self.received, self.events = b"", 0, 0, []
        try:
            self.handshake(block, nc or os.urandom(12), kd)
        except (Refused, OSError):
            self.line.close()
            raise

    def handshake(self, block, nc, kd):
        self.line.sendall(bytes([44]) + block + nc)
        self.ns = self.read(12)
        self.ccm = AESCCM(aes.f(aes.f(kd, block), b"\x21" + block[25:] + nc + self.ns), tag_length=8)
        if self.take() != b"":
            raise Refused

    def read(self, n):
        while len(self.had) < n:
            more = self.line.recv(65536)
            if not more:
                raise Refused
            self.had += more
        taken, self.had = self.had[:n], self.had[n:]
        return taken

    def seal(self, plain):
        if plain:
            plain = plain.ljust(next(n for n in (8, 16, 32, 64, 128) if n >= len(plain)), b"\0")
        self.sent += 1
        return bytes([len(plain)]) + self.ccm.encrypt(nonce(1, self.sent - 1), plain, None)

    def send(self, *frames, task=0):
        self.line.sendall(b"".join(self.seal(bytes([task]) + frame if frame else b"") for frame in frames))

    def take(self):
        """The next record's plaintext, padding included."""
        length = self.read(1)
        sealed = self.read(length[0] + 8)
        self.received += 1
        try:
            return self.ccm.decrypt(nonce(0, self.received - 1), sealed, None)
        except InvalidTag as forged:
            raise Refused from forged

    def answer(self):
        """The next answer's status and data; events before it are kept."""
        while True:
            plain = self.take()
            if plain == b"":
                raise Refused
            if plain[0] < 0x80:
                return plain[0], plain[1:]
            self.events.append(plain[1:])

    def event(self):
        if self.events:
            return self.events.pop(0)
        plain = self.take()
        while plain[0] < 0x80:
            plain = self.take()
        return plain[1:]

    def ask(self, frame, task=0):
        self.send(frame, task=task)
        return self.answer()

    def close(self):
        self.line.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Server(FakeSession):
    """The server's side of a session, sealed by libcrypto: for hundreds of records."""

    def seal(self, plain, counter=None):
        if plain:
            plain = plain.ljust(next(n for n in (8, 16, 32, 64, 128) if n >= len(plain)), b"\0")
        self.sent += 1
        return bytes([len(plain)]) + AESCCM(self.key, tag_length=8).encrypt(nonce(0, self.sent - 1), plain, None)

    def event(self, *frames, task=0):
        self.line.sendall(b"".join(self.seal(bytes([0x80 + task]) + frame) for frame in frames))


def data(text):
    return bytes([len(text)]) + text
