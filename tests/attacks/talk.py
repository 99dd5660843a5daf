# SPDX-License-Identifier: ISC
"""A host's side of MSSL over a Peer, with the model of wire/vectors as its crypto.

On a weakened firmware an honest host follows the weakened protocol: where the
build lacks the counter in the nonce, say, the host has none either (see weak.py)."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESCCM

import mssl_model as model

WELCOME_LEN, OVERHEAD, CLOSE_LEN = 21, 9, 9
OK, UNKNOWN, DENIED, ARGUMENT = 0, 1, 2, 3
LED, ADC, UPTIME, DESCRIBE, ADMIN = 1, 2, 3, 29, 31


class Talk:
    def __init__(self, peer, blocks, key, without=()):
        self.peer, self.blocks, self.key, self.without = peer, blocks, key, without
        self.nc = os.urandom(12)
        self.ns = self.ks = None
        self.sent, self.received = 0, 1     # WELCOME's empty record is the device's first

    def hello_bytes(self):
        return model.hello(self.blocks, self.nc)

    def session_key(self, ns):
        if "transcript" in self.without:
            return self.key
        return model.session_key(self.key, self.blocks[-1], self.nc, ns)

    def nonce(self, direction, counter):
        direction = 0 if "direction" in self.without else direction
        counter = 0 if "counter" in self.without else counter
        return bytes([direction]) + counter.to_bytes(2, "big") + bytes(10)

    def seal(self, plain, counter=None, direction=model.HOST):
        """The next record of plain (b"": a close), or that of another number."""
        if counter is None:
            counter, self.sent = self.sent, self.sent + 1
        plain = model.pad(plain) if plain else b""
        return bytes([len(plain)]) + AESCCM(self.ks, tag_length=8).encrypt(
            self.nonce(direction, counter), plain, None)

    def unseal(self, record, counter):
        """The plaintext, or None for a bad tag."""
        try:
            return AESCCM(self.ks, tag_length=8).decrypt(
                self.nonce(model.DEVICE, counter), record[1:], None)
        except InvalidTag:
            return None

    def hello(self):
        """Connects and says HELLO. Returns what came: 21 bytes, or fewer and the end."""
        if not self.peer.open():
            return b""
        self.peer.send(self.hello_bytes())
        return self.peer.receive(WELCOME_LEN)

    def greet(self):
        """Does the handshake. True: the device proved that it knows the key."""
        welcome = self.hello()
        return len(welcome) == WELCOME_LEN and self.knows(welcome)

    def knows(self, welcome):
        self.ns = welcome[:12]
        self.ks = self.session_key(self.ns)
        return self.unseal(welcome[12:], 0) == b""

    def answer(self, patience=20.0):
        """Status and data of the next answer, or None."""
        first = self.peer.receive(1, patience)
        if not first:
            return None
        record = first + self.peer.receive(first[0] + OVERHEAD - 1, patience)
        plain = self.unseal(record, self.received)
        self.received += 1
        self.record = record
        return (plain[0], plain[1:]) if plain else None

    def command(self, task, text="", counter=None):
        plain = bytes([task]) + (text.encode() if isinstance(text, str) else text)
        self.peer.send(self.seal(plain, counter))
        return self.answer()

    def close(self):
        """Ends the session as a host should."""
        self.peer.send(self.seal(b""))
        closed = self.peer.receive(CLOSE_LEN)
        self.peer.wait_end()
        self.peer.close()
        return len(closed) == CLOSE_LEN and self.unseal(closed, self.received) == b""
