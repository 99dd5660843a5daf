#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Bad input gets a message, its own exit code, and changes nothing."""
import json
import os
import sqlite3
import unittest

from program import FILE, LEDGER, REFUSED, UNKNOWN, USAGE, Case


class BadInputs(Case):
    def test_usage(self):
        self.begin()
        grant = ("grant", "alice", "--device", "porch", "--tasks", "led")
        for words in (
                (), ("frobnicate",), ("device",), ("device", "frob"), ("grant",), ("list", "extra"),
                ("--frob",), ("list", "--bits", "2048"), ("grant", "a", "--device"),
                ("init", "--bits", "1024"), ("init", "--bits", "2049", "--no-passphrase"),
                ("init", "--bits", "x"), ("init", "--exponent", "17", "--no-passphrase"),
                ("device", "add", ""), ("device", "add", "Porch"), ("device", "add", "x" * 33),
                ("device", "add", "a/b"), ("device", "add", "p", "--ip", "10.0.2"),
                ("device", "add", "p", "--ip", "10.0.2.256"), ("device", "add", "p", "--ip", "::1"),
                ("device", "add", "p", "--ip", "10.0.2.1/24"),
                ("device", "add", "p", "--netmask", "255.0.255.0"),
                ("device", "add", "p", "--gateway", "10.9.9.9"),
                ("device", "add", "p", "--mac", "02:00:00:00:00"),
                ("device", "add", "p", "--mac", "03:00:00:00:00:01"),
                ("device", "image", "porch"),
                ("grant", "alice", "--device", "porch"), ("grant", "alice", "--tasks", "led"),
                ("grant", "eightchr", "--device", "porch", "--tasks", "led"),
                ("grant", "Alice", "--device", "porch", "--tasks", "led"),
                ("grant", "alice", "--device", "porch", "--tasks", "fly"),
                ("grant", "alice", "--device", "porch", "--tasks", "led,"),
                ("grant", "alice", "--device", "porch", "--tasks", ""),
                ("grant", "alice", "--device", "porch", "--tasks", "describe"),
                (*grant, "--address", "10.0.2.1/24"), (*grant, "--address", "10.0.0.0/9"),
                (*grant, "--address", "fe80::1"), (*grant, "--mac", "52:55:0a:00:02:03/3"),
                (*grant, "--mac", "52:55:0a:00:02:03/7"), (*grant, "--mac", "hello"),
                (*grant, "--address", "10.0.2.2", "--mac", "52:55:0a:00:02:03"),
                (*grant, "--param", "0a0b"), (*grant, "--param", "0a0b0c0d"),
                (*grant, "--param", "zzzzzz"), (*grant, "--slot", "16"), (*grant, "--slot", "-1"),
                (*grant, "--slot", "1", "--slot", "2"), (*grant, "more"),
                ("revoke", "alice"), ("confirm", "porch"), ("confirm", "porch", "epoch"),
                ("confirm", "porch", "epoch", "no"), ("confirm", "porch", "epoch", "ok"),
                ("confirm", "porch", "epoch", "x", "ok"), ("confirm", "porch", "epoch", "70000", "ok"), ("confirm", "porch", "frob", "ok"),
                ("confirm", "porch", "revoke", "16", "1", "ok"),
                ("confirm", "porch", "revoke", "0", "255", "ok"),
                ("confirm", "porch", "revoke", "a", "1", "ok"), ("confirm", "-"),
                ("recover", "porch"), ("recover", "porch", "--hello", "00"),
                ("recover", "porch", "--hello", "00" * 45, "--welcome", "00" * 21),
                ("recover", "porch", "--hello", "0", "--welcome", "00" * 21),
                ("recover", "porch", "--hello", "xy" * 45, "--welcome", "00" * 21),
                ("recover", "porch", "--hello", "00" * 500, "--welcome", "00" * 21)):
            with self.subTest(words=words):
                self.refused(USAGE, *words)

    def test_the_tail_of_a_long_line_is_not_confirmed(self):
        self.begin()
        self.run_it("grant", "alice", "--device", "porch", "--tasks", "led")
        self.run_it("revoke", "alice", "--device", "porch")
        for text in ("x" * 199 + "confirm porch revoke 0 1 ok\n", "confirm porch revoke 0 1 ok"):
            self.refused(USAGE, "confirm", "-", stdin=text)

    def test_unknown_and_taken_names(self):
        self.begin()
        self.refused(UNKNOWN, "device", "add", "porch")
        self.run_it("device", "add", "mac", "--mac", "02:00:00:00:00:01")
        self.refused(UNKNOWN, "device", "add", "mac2", "--mac", "02:00:00:00:00:01")
        for words in (("device", "show", "shed"), ("device", "remove", "shed"),
                      ("device", "image", "shed", "-o", "x.hex"), ("list", "--device", "shed"),
                      ("grant", "alice", "--device", "shed", "--tasks", "led"),
                      ("revoke", "alice", "--device", "porch"), ("epoch", "shed"),
                      ("revoke", "alice", "--device", "shed"), ("confirm", "shed", "epoch", "0", "ok"),
                      ("confirm", "shed", "revoke", "0", "1", "ok")):
            with self.subTest(words=words):
                self.refused(UNKNOWN, *words)

    def test_rules(self):
        self.begin()
        self.run_it("grant", "alice", "--device", "porch", "--tasks", "led")
        self.refused(REFUSED, "grant", "bob", "--device", "porch", "--tasks", "led", "--slot", "0")
        self.refused(REFUSED, "grant", "alice", "--device", "porch", "--tasks", "led", "--slot",
                     "1", "-o", "x")
        self.refused(REFUSED, "confirm", "porch", "epoch", "0", "ok")
        self.refused(REFUSED, "confirm", "porch", "image", "ok")
        self.refused(REFUSED, "epoch", "porch", "--cancel")

    def test_files_that_are_not_what_they_should_be(self):
        self.begin()
        self.run_it("grant", "alice", "--device", "porch", "--tasks", "led")
        with open(self.path("alice-porch.grant")) as file:
            text = file.read()
        lines = text.splitlines(True)
        bad = {"empty": "", "noise": "hello\n", "cut": text[:-5], "no-key": "".join(lines[:-1]),
               "order": "".join(lines[1:2] + lines[:1] + lines[2:]), "twice": text + lines[-1],
               "long": text + "x" * 20000, "zero": text.replace("alice", "al\0ce"),
               "version": text.replace("mssl-grant: 1", "mssl-grant: 2"),
               "upper": text.replace("key: ", "key: A", 1)}
        for name, content in bad.items():
            with self.subTest(name=name):
                path = self.write(name, content)
                self.assertIn(name, self.refused(FILE, "show", path))
                self.refused(FILE, "verify", path)
        self.refused(FILE, "show", self.path("missing"))
        self.refused(FILE, "show", self.work)
        os.chmod(self.path("alice-porch.grant"), 0o640)
        self.assertIn("chmod 600", self.refused(FILE, "show", "alice-porch.grant"))
        os.chmod(self.path("alice-porch.grant"), 0o600)
        self.refused(FILE, "verify", "alice-porch.grant", "--authority", self.path("none"))
        self.refused(FILE, "verify", "alice-porch.grant", "--authority", self.path("noise"))
        for name, content in {"t1": "", "t2": "task 1 led\n", "t3": "table 256\n",
                              "t4": "table 1\ntask 29 led\n", "t5": "table 1\n" * 1000,
                              "t6": "table 1\ntask 1 led\ntask 2 led\n"}.items():
            with self.subTest(name=name):
                self.refused(FILE, "device", "add", "p", "--tasks-table", self.write(name, content))
        self.refused(FILE, "device", "add", "p", "--tasks-table", self.path("missing"))
        self.refused(FILE, "recover", "porch", "--from", self.path("noise"))
        self.refused(FILE, "recover", "porch", "--from", self.path("missing"))

    def test_existing_and_unwritable_outputs(self):
        self.begin()
        self.write("there", "precious")
        grant = ("grant", "alice", "--device", "porch", "--tasks", "led", "-o")
        self.refused(FILE, *grant, "there")
        self.refused(FILE, *grant, "no/such/dir/x")
        self.refused(FILE, "device", "image", "porch", "-o", "there")
        os.symlink("target", self.path("link"))
        self.refused(FILE, *grant, "link")
        self.assertFalse(os.path.exists(self.path("target")))
        self.assertEqual(json.loads(self.run_it("list", "--json"))[0]["grants"], [])
        self.refused(FILE, "init", "--no-passphrase")

    def test_missing_open_and_foreign_directories(self):
        self.refused(FILE, "list")
        os.mkdir(self.dir, 0o700)
        self.refused(FILE, "list")
        self.write("authority/stray", "x")
        self.refused(FILE, "init", "--no-passphrase")
        os.unlink(self.dir + "/stray")
        self.run_it("init", "--no-passphrase")      # an empty directory will do
        os.chmod(self.dir, 0o755)
        self.assertIn("chmod go-rwx", self.refused(FILE, "list"))
        self.dir = self.write("file", "x")
        self.refused(FILE, "list")
        self.refused(FILE, "init", "--no-passphrase")

    def test_read_only_directory(self):
        if os.geteuid() == 0:
            # Root writes anywhere: /proc is where even root makes no directory.
            self.dir = "/proc/mssl-authority"
            self.run_it("init", "--no-passphrase", expect=FILE)
            return
        os.chmod(self.work, 0o500)
        self.addCleanup(os.chmod, self.work, 0o700)
        self.refused(FILE, "init", "--no-passphrase")

    def test_ledgers_of_other_versions_and_damaged_ones(self):
        self.begin()
        with sqlite3.connect(self.dir + "/ledger.db") as db:
            db.execute("PRAGMA user_version=3")
        self.assertIn("newer", self.refused(LEDGER, "list"))
        with sqlite3.connect(self.dir + "/ledger.db") as db:
            db.execute("PRAGMA user_version=2")
        self.run_it("list")
        with open(self.dir + "/ledger.db", "r+b") as file:
            file.seek(4096)
            file.write(os.urandom(20000))
        self.run_it("grant", "alice", "--device", "porch", "--tasks", "led", expect=LEDGER)
        with open(self.dir + "/ledger.db", "wb") as file:
            file.write(b"just text, no ledger\n" * 100)
        self.run_it("list", expect=LEDGER)

    def test_damaged_signing_key(self):
        self.begin()
        with open(self.dir + "/authority.key", "w") as file:
            file.write("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
        self.refused(FILE, "grant", "alice", "--device", "porch", "--tasks", "led")


class Terminal(Case):
    def test_no_control_byte_of_an_argument_or_a_line_reaches_it(self):
        self.begin()
        for words, stdin in ((("device", "show", "\x1b[2J"), None), (("\x1b]0;x\a",), None),
                             (("verify", "x\x7f.grant"), None), (("confirm", "-"), "confirm \x1b[2J image ok\n")):
            with self.subTest(words=words):
                self.assertIn("?", self.run_it(*words, stdin=stdin, expect=self.both(*words, stdin=stdin).returncode))


if __name__ == "__main__":
    unittest.main()
