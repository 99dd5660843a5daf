#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""mssl against bad arguments and bad files: nothing is sent, nothing is written."""

import os
import socket
import stat
import unittest
from pathlib import Path

from mssl_fixture import (ADMIN, LED, USAGE, DONE, DENIED, FORGED, UPTIME, MsslTest, grant_block,
                          grant_text, serialization, rsa, aes)

NOWHERE = "127.0.0.1:9"


class Arguments(MsslTest):
    def test_help_and_version_work_without_files(self):
        for words in (["--help"], ["help"], ["exec", "--help"], ["help", "restrict"], ["connect", "-h"]):
            self.assertIn("usage: mssl", self.expect(DONE, *words).stdout.decode())
        for command in ("connect", "exec", "info", "ping", "watch", "admin", "restrict", "list", "fingerprint"):
            text = self.expect(DONE, command, "--help").stdout.decode()
            self.assertEqual(self.expect(DONE, "help", command).stdout.decode(), text)
            self.assertIn(f"usage: mssl {command}", text)
            self.assertIn(f"\n  mssl {command}", text)       # an example
            self.assertIn(f"\n  {command} ", self.expect(DONE, "--help").stdout.decode())
        self.assertIn("mssl 0.", self.expect(DONE, "--version").stdout.decode())

    def test_usage_errors_are_code_1(self):
        """The grant isn't there, so each has to say what it is about."""
        for words, says in (([], "usage: mssl"), (["fly"], "neither a command"), (["help", "fly"], "no such command"),
                            (["exec"], "usage: mssl exec"), (["exec", "g", "h"], "usage: mssl exec"),
                            (["connect", "g"], "usage: mssl connect"), (["connect", "g", "h", "x"], "usage: mssl connect"),
                            (["exec", "--fly", "g", "h", "led"], "no such option"), (["exec", "--timeout"], "value is missing"),
                            (["exec", "--timeout", "0", "g", "h", "led"], "no time-out"),
                            (["exec", "--timeout", "x", "g", "h", "led"], "no time-out"),
                            (["exec", "--timeout", "99999", "g", "h", "led"], "no time-out"),
                            (["restrict", "g"], "-o: missing"), (["admin", "g", "h", "dance"], "no admin command"),
                            (["admin", "g", "h", "revoke", "1"], "no admin command"),
                            (["admin", "g", "h", "revoke", "16", "0"], "16: no slot"),
                            (["admin", "g", "h", "revoke", "0", "255"], "255: no generation"),
                            (["admin", "g", "h", "revoke", "-1", "0"], "-1: no such option"),
                            (["admin", "g", "h", "revoke", "--", "-1", "0"], "-1: no slot"),
                            (["admin", "g", "h", "epoch", "1"], "no admin command")):
            self.expect(USAGE, *words, says=says)

    def test_no_control_byte_of_an_argument_or_a_line_reaches_the_terminal(self):
        for words in (["\x1b[2J"], ["help", "\n"], ["decode", "x\x1b[2J.pcap"], ["info", "x\x7f.grant", NOWHERE],
                      ["tunnel", "\x1b]0;x\a"], ["exec", "--\x9b\r", "g", "h", "led"]):
            with self.subTest(words=words):
                said = self.expect(USAGE, *words, says="?").stderr.decode()
                self.assertNotRegex(said[:-1], "[\0-\x1f\x7f]")
        done = self.expect(DENIED, "exec", "--batch", self.grant(), self.device(), stdin="fly\x1b[2J\n")
        self.assertNotIn(b"\x1b", done.stderr)

    def test_a_bad_host_is_named(self):
        grant = self.grant()
        for place, says in (("::1", "IPv6"), ("[::1]:6775", "IPv6"), ("127.0.0.1:0", "port"),
                            ("127.0.0.1:65536", "port"), ("127.0.0.1:x", "port"), (":6775", "host"), ("", "host")):
            self.expect(USAGE, "exec", grant, place, "led", "on", says=says)

    def test_a_command_that_cannot_be_is_refused_before_connecting(self):
        grant = self.grant()
        self.expect(DENIED, "exec", grant, NOWHERE, "lamp", "on", says="lamp")
        self.expect(USAGE, "exec", grant, NOWHERE, "admin", says="mssl admin")
        self.expect(USAGE, "exec", grant, NOWHERE, "led", "x" * 128, says="127")
        self.expect(USAGE, "exec", grant, NOWHERE, "led", "x" * 1000, says="127")


class Grants(MsslTest):
    def refused(self, text, says, mode=0o600):
        path = self.write("bad.grant", text, mode)
        done = self.expect(USAGE, "exec", path, NOWHERE, "led", "on", says=says)
        self.assertIn(path, done.stderr.decode())

    def test_a_missing_file_a_directory_and_a_loose_mode_are_named(self):
        self.expect(USAGE, "exec", self.path("no"), NOWHERE, "led", "on", says="No such file")
        self.expect(USAGE, "exec", self.folder, NOWHERE, "led", "on", says="directory")
        self.refused(grant_text(grant_block()), "chmod 600", 0o640)
        self.refused(grant_text(grant_block()), "chmod 600", 0o604)

    def test_what_is_no_grant_file_is_refused(self):
        text = grant_text(grant_block())
        self.refused("", "")
        self.refused(b"\x7fELF\0\0\0", "")
        self.refused(os.urandom(500), "")
        self.refused(text[:-1], "cut off")
        self.refused(text + "more: x\n", "line 11")
        self.refused(text.replace("grant: 1", "grant: 2", 1), "version")
        self.refused(text + "\n" * 20000, "too long")
        self.refused(text.replace("\n", "\r\n"), "line 1")
        self.refused(text.replace("host-name: alice", "host-name: alicealice"), "line 3")

    def test_a_grant_of_another_authority_is_not_used(self):
        other = rsa.generate_private_key(65537, 2048).public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        path = self.write("other.pub", other, 0o644)
        self.expect(FORGED, "exec", "--authority", path, self.grant(), NOWHERE, "led", "on",
                    says="not signed by the pinned authority")

    def test_a_grant_changed_after_signing_is_not_used(self):
        block = grant_block(tasks=LED)
        wider = grant_block(tasks=LED | ADMIN)
        text = grant_text(block).replace(block.hex(), wider.hex())
        path = self.write("wider.grant", text)
        self.expect(FORGED, "exec", path, NOWHERE, "led", "on", says="not signed")

    def test_a_missing_or_wrong_authority_file_is_named(self):
        grant = self.grant()
        self.expect(USAGE, "exec", grant, NOWHERE, "led", "on", authority=False, says=".config/mssl/authority.pub")
        self.authority = ""         # set, and empty
        self.expect(USAGE, "exec", grant, NOWHERE, "led", "on", says=".config/mssl/authority.pub")
        self.expect(USAGE, "exec", "--authority", self.path("no"), grant, NOWHERE, "led", "on", says="No such file")
        self.expect(USAGE, "exec", "--authority", grant, grant, NOWHERE, "led", "on", says="no RSA public key")
        short = rsa.generate_private_key(65537, 1024).public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        self.expect(USAGE, "exec", "--authority", self.write("s.pub", short), grant, NOWHERE, "led", "on",
                    says="2048")

    def test_nothing_is_sent_when_the_grant_is_not_signed(self):
        other = self.write("other.pub", rsa.generate_private_key(65537, 2048).public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
        with socket.create_server(("127.0.0.1", 0)) as listener:
            place = f"127.0.0.1:{listener.getsockname()[1]}"
            self.expect(FORGED, "exec", "--authority", other, self.grant(), place, "led", "on")
            listener.settimeout(0)
            self.assertRaises(BlockingIOError, listener.accept)


class Restrict(MsslTest):
    def test_a_helper_gets_less_and_a_key_of_its_own(self):
        block = grant_block(tasks=LED | UPTIME | ADMIN)
        grant, out = self.write("a.grant", grant_text(block)), self.path("carol.grant")
        self.expect(DONE, "restrict", grant, "-o", out, "--host", "carol", "--tasks", "led", out="")
        lines = dict(line.split(": ", 1) for line in Path(out).read_text().splitlines())
        restriction = bytes.fromhex(lines["restriction"])
        self.assertEqual(restriction, bytes([0x12]) + bytes(11) + bytes([2]) + bytes(12) + b"carol\0\0")
        self.assertEqual(lines["key"], aes.f(aes.f(bytes(range(16)), block), restriction).hex())
        self.assertEqual(lines["host-name"], "carol")
        self.assertEqual(stat.S_IMODE(os.stat(out).st_mode), 0o600)

    def test_without_tasks_all_but_admin_are_handed_on(self):
        grant, out = self.grant(tasks=LED | UPTIME | ADMIN), self.path("carol.grant")
        self.expect(DONE, "restrict", grant, "-o", out, "--host", "carol")
        self.assertIn("restriction: " + "12" + "00" * 11 + "0a000000", Path(out).read_text())

    def test_what_would_widen_or_does_not_fit_is_refused_and_writes_nothing(self):
        grant, out = self.grant(tasks=LED), self.path("carol.grant")
        for options, says in ((["--host", "carol", "--tasks", "uptime"], "more than the grant"),
                              (["--host", "carol", "--tasks", "lamp"], "lamp"),
                              (["--host", "carol", "--tasks", "led,"], "--tasks"),
                              (["--host", "caroline"], "caroline"), (["--host", ""], "host name"),
                              (["--host", "Carol"], "Carol"), ([], "--host"),
                              (["--host", "carol", "--address", "10.0.2.3/12"], "10.0.2.3/12"),
                              (["--host", "carol", "--address", "10.0.2.3/24"], "zeros"),
                              (["--host", "carol", "--mac", "52:55"], "52:55"),
                              (["--host", "carol", "--mac", "52:55:0a:00:02:02", "--address", "10.0.2.3"], "--mac")):
            self.expect(USAGE, "restrict", grant, "-o", out, *options, says=says)
            self.assertFalse(os.path.exists(out))

    def test_an_existing_file_is_kept(self):
        out = self.write("carol.grant", "precious")
        self.expect(USAGE, "restrict", self.grant(), "-o", out, "--host", "carol", says="exists")
        self.assertEqual(Path(out).read_text(), "precious")

    def test_an_address_that_shuts_the_helper_out_is_warned_of(self):
        grant = self.grant(address="10.0.2.2/32")
        self.expect(DONE, "restrict", grant, "-o", self.path("1"), "--host", "carol", "--address", "10.0.2.3",
                    says="no helper can use this")
        self.expect(DONE, "restrict", grant, "-o", self.path("2"), "--host", "carol", says="elsewhere is refused")
        done = self.expect(DONE, "restrict", grant, "-o", self.path("3"), "--host", "carol", "--address", "10.0.2.2")
        self.assertEqual(done.stderr, b"")

    def test_a_fourth_restriction_is_refused(self):
        last = self.grant()
        for name in ("b", "c", "d"):
            self.expect(DONE, "restrict", last, "-o", self.path(name), "--host", name)
            last = self.path(name)
        self.expect(USAGE, "restrict", last, "-o", self.path("e"), "--host", "e", says="3 restrictions")


if __name__ == "__main__":
    unittest.main()
