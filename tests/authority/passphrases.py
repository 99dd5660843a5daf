#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Passphrases guard the key and the ledger, and are asked for unseen."""
import fcntl
import os
import pty
import resource
import signal
import subprocess
import termios
import unittest

from program import FILE, PASSPHRASE, PROGRAM, USAGE, Case


class Passphrases(Case):
    def setUp(self):
        super().setUp()
        self.good = self.write("good", "open sesame\n")
        self.bad = self.write("bad", "open barley\n")

    def test_passphrase_guards_key_and_ledger(self):
        self.run_it("--passphrase-file", self.good, "init")
        with open(self.dir + "/authority.key") as file:
            self.assertEqual(file.readline(), "-----BEGIN ENCRYPTED PRIVATE KEY-----\n")
        subprocess.run(["openssl", "pkey", "-in", self.dir + "/authority.key", "-passin",
                        "file:" + self.good, "-noout"], check=True)
        self.run_it("device", "add", "porch", expect=PASSPHRASE)
        self.run_it("--passphrase-file", self.bad, "device", "add", "porch", expect=PASSPHRASE)
        self.run_it("device", "add", "porch", MSSL_PASSPHRASE_FILE=self.good)
        grant = ("grant", "alice", "--device", "porch", "--tasks", "led")
        self.run_it(*grant, expect=PASSPHRASE)
        self.assertFalse(os.path.exists(self.path("alice-porch.grant")))
        self.run_it(*grant, "--passphrase-file", self.good)
        # What needs no secret asks for none.
        self.run_it("list")
        self.run_it("verify", "alice-porch.grant")
        self.run_it("revoke", "alice", "--device", "porch")
        self.run_it("confirm", "porch", "revoke", "0", "1", "ok")

    def changed(self):
        """An authority whose passphrase went from good to new; its device's K_D as before."""
        self.env["MSSL_PASSPHRASE_FILE"] = self.good
        self.begin_sealed()
        kd = self.image()[:16]
        new = self.write("new", "abracadabra\n")
        self.run_it("passwd", "--new-passphrase-file", new)
        return kd, new

    def begin_sealed(self):
        self.run_it("init")
        self.run_it("device", "add", "porch")

    def test_passwd_changes_key_and_ledger_together(self):
        kd, new = self.changed()
        for words in (("device", "add", "shed"), ("device", "image", "porch", "-o", "x.hex"),
                      ("grant", "alice", "--device", "porch", "--tasks", "led"), ("passwd", "--no-passphrase")):
            self.refused(PASSPHRASE, *words)
        self.env["MSSL_PASSPHRASE_FILE"] = new
        self.assertEqual(self.image()[:16], kd)
        self.run_it("grant", "alice", "--device", "porch", "--tasks", "led")
        subprocess.run(["openssl", "pkey", "-in", self.dir + "/authority.key", "-passin",
                        "file:" + new, "-noout"], check=True)
        self.assertEqual(sorted(os.listdir(self.dir)), ["authority.key", "authority.pub", "ledger.db"])
        self.assertEqual(os.stat(self.dir + "/authority.key").st_mode & 0o777, 0o600)

    def test_passwd_takes_the_passphrase_away_and_gives_one(self):
        kd, new = self.changed()
        self.run_it("passwd", "--no-passphrase", MSSL_PASSPHRASE_FILE=new)
        del self.env["MSSL_PASSPHRASE_FILE"]
        self.assertEqual(self.image()[:16], kd)
        self.run_it("grant", "alice", "--device", "porch", "--tasks", "led")
        with open(self.dir + "/ledger.db", "rb") as file:
            self.assertIn(kd, file.read())
        self.run_it("passwd", "--new-passphrase-file", self.good)
        for name in os.listdir(self.dir):
            with open(f"{self.dir}/{name}", "rb") as file:
                self.assertNotIn(kd, file.read(), name)
        self.refused(PASSPHRASE, "device", "add", "shed")
        self.assertEqual(self.run_it("device", "image", "porch", "-o", "x.hex", "--passphrase-file",
                                     self.good)[:5], "wrote")

    def test_passwd_says_which_passphrase_holds_when_the_key_file_fails(self):
        self.env["MSSL_PASSPHRASE_FILE"] = self.good
        self.begin_sealed()
        os.mkdir(self.dir + "/authority.key.new")
        new = self.write("new", "abracadabra\n")
        self.assertIn("the passphrase is the new one, but",
                      self.run_it("passwd", "--new-passphrase-file", new, expect=FILE))
        os.rmdir(self.dir + "/authority.key.new")
        self.run_it("list")                             # whoever comes next puts it in place
        self.refused(PASSPHRASE, "device", "add", "shed")
        self.env["MSSL_PASSPHRASE_FILE"] = new
        self.run_it("device", "add", "shed")
        self.run_it("grant", "alice", "--device", "porch", "--tasks", "led")

    def test_passwd_refuses_half_a_request(self):
        self.env["MSSL_PASSPHRASE_FILE"] = self.good
        self.begin_sealed()
        self.refused(USAGE, "passwd", "--no-passphrase", "--new-passphrase-file", self.good)
        self.refused(FILE, "passwd", "--new-passphrase-file", self.path("none"))
        self.refused(FILE, "passwd", "--new-passphrase-file", self.write("empty", "\n"))
        self.refused(PASSPHRASE, "passwd")      # no terminal to ask for the new one

    def test_init_without_terminal_wants_a_decision(self):
        self.run_it("init", expect=PASSPHRASE)
        self.run_it("init", "--no-passphrase", "--passphrase-file", self.good, expect=USAGE)
        self.assertFalse(os.path.exists(self.dir))

    def test_passphrase_files_are_checked(self):
        os.chmod(self.good, 0o644)
        self.run_it("init", "--passphrase-file", self.good, expect=FILE)
        self.run_it("init", "--passphrase-file", self.path("none"), expect=FILE)
        self.run_it("init", "--passphrase-file", self.write("empty", "\nx\n"), expect=FILE)
        self.run_it("init", "--passphrase-file", self.write("long", "x" * 2000), expect=FILE)

    def test_terminal_asks_twice_and_shows_nothing(self):
        for second, code in (("hush", 0), ("other", PASSPHRASE)):
            self.dir = self.path("tty" + second)
            pid, fd = pty.fork()
            if not pid:
                os.execve(PROGRAM, [PROGRAM, "--dir", self.dir, "init"], self.env)
            seen = self.answer(fd, b"New passphrase: ", b"hush\n")
            seen += self.answer(fd, b"again: ", second.encode() + b"\n")
            seen += self.answer(fd, None, b"")
            self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), code)
            self.assertNotIn(b"hush", seen.replace(self.dir.encode(), b""))
            self.assertEqual(os.path.exists(self.dir), code == 0)

    def test_a_signal_at_the_prompt_ends_it_and_leaves_echo_on(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            for typed in (b"", b"hus"):
                self.check_signal(number, typed)

    def check_signal(self, number, typed):
        self.dir = self.path("signal")
        master, slave = pty.openpty()
        self.addCleanup(os.close, master)
        self.addCleanup(os.close, slave)
        before = termios.tcgetattr(slave)

        def at_the_terminal():
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))    # SIGQUIT would leave one
        process = subprocess.Popen([PROGRAM, "--dir", self.dir, "init"], env=self.env, stdin=slave, stdout=slave,
                                   stderr=slave, preexec_fn=at_the_terminal)
        self.answer(master, b"New passphrase: ", typed)
        self.assertFalse(termios.tcgetattr(slave)[3] & termios.ECHO)
        process.send_signal(number)
        self.assertEqual(process.wait(10), -number)
        self.assertEqual(termios.tcgetattr(slave), before)
        self.assertFalse(os.path.exists(self.dir))

    def answer(self, fd, until, line):
        seen = b""
        while until is None or until not in seen:
            try:
                data = os.read(fd, 1000)
            except OSError:         # Linux: the other end is closed
                data = b""
            if not data:
                break
            seen += data
        if line:
            os.write(fd, line)
        return seen


if __name__ == "__main__":
    unittest.main()
