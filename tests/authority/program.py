#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Runs mssl-authority, and computes what it should have computed.

Keys and tags are computed here with python3-cryptography, and signatures are
checked by the openssl program: nothing is believed because the program says so.
"""
import atexit
import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESCCM

PROGRAM = sys.argv.pop(1)
DOCS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs")
USAGE, FILE, UNKNOWN, PASSPHRASE, REFUSED, NOT_SIGNED, LEDGER = range(1, 8)


def aes(key, block):
    return Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(block)


def f(key, x):
    assert len(x) == 32
    return aes(key, bytes(a ^ b for a, b in zip(aes(key, x[:16]), x[16:])))


def lab(key, c):
    return f(key, bytes([c]) + bytes(31))


def handshake(kd, g):
    """HELLO and WELCOME of a chip that holds kd, PROTOCOL 4 and 6."""
    nc, ns = os.urandom(12), os.urandom(12)
    ks = f(f(kd, g), b"\x21" + g[25:] + nc + ns)
    tag = AESCCM(ks, tag_length=8).encrypt(bytes(13), b"", None)
    return (bytes([44]) + g + nc).hex(), (ns + b"\0" + tag).hex()


def grant_fields(path):
    with open(path) as file:
        return dict(line.rstrip("\n").split(": ", 1) for line in file)


class Case(unittest.TestCase):
    def setUp(self):
        self.work = tempfile.mkdtemp(prefix="mssl-authority-")
        self.addCleanup(shutil.rmtree, self.work)
        self.dir = os.path.join(self.work, "authority")
        self.env = {"PATH": os.environ["PATH"], "HOME": self.work}

    def both(self, *words, stdin=None, **env):
        """For what says something on both outputs."""
        return subprocess.run([PROGRAM, "--dir", self.dir, *words], capture_output=True, text=True,
                              input=stdin, stdin=None if stdin is not None else subprocess.DEVNULL,
                              cwd=self.work, env={**self.env, **env}, timeout=60,
                              start_new_session=True)

    def run_it(self, *words, expect=0, stdin=None, **env):
        done = self.both(*words, stdin=stdin, **env)
        self.assertEqual(done.returncode, expect, f"{words}: {done.stdout}{done.stderr}")
        if expect:
            self.assertEqual(done.stdout, "", words)
            self.assertRegex(done.stderr, r"\Amssl-authority: .+\n\Z")
            self.assertTrue(done.stderr[:-1].isprintable(), ascii(done.stderr))
        else:
            self.assertEqual(done.stderr, "")
        return done.stderr if expect else done.stdout

    def path(self, name):
        return os.path.join(self.work, name)

    def write(self, name, text, mode=0o600):
        with open(self.path(name), "w") as file:
            file.write(text)
        os.chmod(self.path(name), mode)
        return self.path(name)

    made = {}

    def begin(self, which=""):
        """An authority with the device porch; its RSA key is made once for all tests."""
        if which not in self.made:
            mine, self.dir = self.dir, tempfile.mkdtemp(prefix="mssl-authority-")
            atexit.register(shutil.rmtree, self.dir)
            self.run_it("init", "--no-passphrase")
            self.run_it("device", "add", "porch")
            self.made[which], self.dir = self.dir, mine
        shutil.copytree(self.made[which], self.dir)

    def image(self, name="porch"):
        """The device's EEPROM, read back by avr-objcopy."""
        hex_file, raw = self.path("image.hex"), self.path("image.bin")
        self.run_it("device", "image", name, "-o", hex_file)
        subprocess.run(["avr-objcopy", "-I", "ihex", "-O", "binary", hex_file, raw], check=True)
        with open(raw, "rb") as file:
            data = file.read()
        os.unlink(hex_file)
        self.assertEqual(len(data), 326)
        return data

    def openssl_says(self, grant, public):
        """Runs the lines of mssl-grant(5), as they stand there."""
        with open(os.path.join(DOCS, "man", "mssl-grant.5")) as file:
            page = file.read()
        lines = page.split('.\\" begin:')[1].split("\n", 1)[1].split('.\\" end')[0]
        for roff, text in (("\\-", "-"), ("\\(aq", "'"), ("\\(ha", "^")):
            lines = lines.replace(roff, text)
        for path, name in ((grant, "alice.grant"), (public, "authority.pub")):
            if self.path(path) != self.path(name):
                shutil.copy(self.path(path), self.path(name))
        done = subprocess.run(["sh", "-c", lines], cwd=self.work, capture_output=True, text=True)
        return done.returncode, done.stdout.strip()

    def tree(self):
        """Every file's content, except the ledger's pages that SQLite may tidy up."""
        seen = {}
        for root, _, names in os.walk(self.work):
            for name in names:
                path = os.path.join(root, name)
                if os.path.islink(path):
                    seen[path] = os.readlink(path)
                elif not name.startswith("ledger.db"):
                    with open(path, "rb") as file:
                        seen[path] = file.read()
        if os.path.exists(self.dir + "/ledger.db"):
            with contextlib.closing(sqlite3.connect(self.dir + "/ledger.db")) as db:
                seen["ledger"] = "\n".join(db.iterdump())
        return seen

    def refused(self, code, *words, **env):
        before = self.tree()
        text = self.run_it(*words, expect=code, **env)
        self.assertEqual(self.tree(), before, words)
        return text
