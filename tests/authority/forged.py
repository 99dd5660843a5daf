#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Exported devices that somebody wrote by hand: sealed well, but what they say is not believed."""
import json
import os
import unittest

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from program import FILE, Case, grant_fields

WORD, LABEL = "abracadabra", b"mssl device"
ESCAPE = b"\xff\x1b[31m"


class Forged(Case):
    def setUp(self):
        super().setUp()
        self.file = ("--file-passphrase-file", self.write("word", WORD + "\n"))
        self.begin()
        self.run_it("grant", "mal", "--device", "porch", "--tasks", "led")
        self.run_it("device", "export", "porch", "-o", "d", *self.file)
        with open(self.path("d")) as file:
            self.head, salt, sealed = file.read().splitlines()
        self.salt, sealed = salt, bytes.fromhex(sealed.removeprefix("sealed: "))
        self.key = Scrypt(bytes.fromhex(salt.removeprefix("salt: ")), 32, 2 ** 14, 8, 5).derive(WORD.encode())
        self.text = AESGCM(self.key).decrypt(sealed[:12], sealed[12:], LABEL)
        self.dir = self.path("there")
        self.begin("there")
        self.run_it("device", "remove", "porch")
        self.run_it("device", "add", "safe")
        self.safe = json.loads(self.run_it("device", "show", "safe", "--json"))["id"]

    def sealed(self, text):
        nonce = os.urandom(12)
        body = (nonce + AESGCM(self.key).encrypt(nonce, text, LABEL)).hex()
        return self.write("forged", f"{self.head}\n{self.salt}\nsealed: {body}\n")

    def with_word(self, line, n, value):
        """The text with word n of the first line that begins so exchanged."""
        lines = self.text.split(b"\n")
        at = next(i for i, seen in enumerate(lines) if seen.startswith(line))
        words = lines[at].split(b" ")
        words[n] = value
        lines[at] = b" ".join(words)
        return b"\n".join(lines)

    def with_block(self, at, value):
        line = next(seen for seen in self.text.split(b"\n") if seen.startswith(b"grant "))
        block = bytearray.fromhex(line.split(b" ")[6].decode())
        block[at:at + len(value)] = value
        return self.with_word(b"grant ", 6, bytes(block).hex().encode())

    def not_taken(self, text):
        said = self.refused(FILE, "device", "import", self.sealed(text), "--out", "x", *self.file)
        self.assertFalse(os.path.exists(self.path("x")))
        self.assertTrue(said.rstrip("\n").isprintable(), said)

    def test_what_was_exported_may_be_sealed_again(self):
        self.run_it("device", "import", self.sealed(self.text), "--out", "new", *self.file)
        self.assertEqual(grant_fields(self.path("new/mal-porch.grant"))["grant"],
                         grant_fields(self.path("mal-porch.grant"))["grant"])

    def test_no_block_for_another_device_is_signed(self):
        self.not_taken(self.with_block(2, self.safe.to_bytes(4, "big")))

    def test_a_block_that_is_not_what_its_line_says_is_not_signed(self):
        for at, value in ((0, b"\x12"), (1, b"\x02"), (6, b"\x07"), (7, b"\x01"), (10, b"\x00\x09"),
                          (25, b"boss\0\0\0")):
            with self.subTest(at=at):
                self.not_taken(self.with_block(at, value))
        for word, value in ((1, b"9"), (2, b"7"), (3, b"1"), (4, b"boss"), (6, b"00" * 32)):
            with self.subTest(word=word):
                self.not_taken(self.with_word(b"grant ", word, value))

    def test_nothing_reaches_a_terminal_or_the_log_as_it_stands(self):
        for line, word, value in ((b"signer ", 1, b"\x1b]0;owned\x07\xff"), (b"signer ", 1, b"0" * 63),
                                  (b"signer ", 1, b"A" * 64), (b"slot ", 5, ESCAPE),
                                  (b"slot ", 5, b"Boss"), (b"grant ", 4, ESCAPE), (b"device ", 1, ESCAPE)):
            with self.subTest(line=line, value=value):
                self.not_taken(self.with_word(line, word, value))
        self.text = self.with_word(b"grant ", 4, ESCAPE)
        self.not_taken(self.with_block(25, ESCAPE + bytes(7 - len(ESCAPE))))
        json.loads(self.run_it("log", "--json"))
        json.loads(self.run_it("list", "--json"))


if __name__ == "__main__":
    unittest.main()
