#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""mssl --keylog: off by default, warned about, and what it gives opens the session."""

import os
import re
import resource
import stat
import subprocess
import unittest
from pathlib import Path

from mssl_fixture import DONE, KD, PROGRAM, UPTIME, USAGE, MsslTest, aes

LINE = re.compile(r"MSSL_SESSION ([0-9a-f]{24}) ([0-9a-f]{24}) ([0-9a-f]{32})\n")


class Keylog(MsslTest):
    def setUp(self):
        super().setUp()
        self.log = self.path("keys")

    def logged(self, code, *words, **options):
        return self.expect(code, words[0], "--keylog", self.log, self.grant(), self.device(), *words[1:], **options)

    def refused(self, says):
        """Nothing is even connected to."""
        self.expect(USAGE, "exec", "--keylog", self.log, self.grant(), "127.0.0.1:9", "led", "on", says=says)

    def test_the_line_is_the_sessions_key(self):
        seen = []

        def device(s):
            s.welcome()
            s.take()
            seen.append((s.hello_bytes[-12:].hex(), s.ns.hex(), s.key.hex()))
            s.answer(b"\0on")
            s.take()
            s.close()
        grant, fake = self.grant(), self.fake(device, 2)
        for n in (1, 2):
            done = self.expect(DONE, "exec", "--keylog", self.log, grant, fake.place, "led", "on", out="on\n")
            self.assertIn(f"mssl: warning: {self.log}: this session's keys go there", done.stderr.decode())
            self.assertEqual(LINE.findall(Path(self.log).read_text()), seen)
            self.assertEqual(len(seen), n)
        self.assertEqual(stat.S_IMODE(os.stat(self.log).st_mode), 0o600)
        self.assertEqual(LINE.sub("", Path(self.log).read_text()), "")

    def test_a_real_device_agrees_on_the_key(self):
        self.logged(DONE, "exec", "led", "on")
        nc, ns, ks = LINE.fullmatch(Path(self.log).read_text()).groups()
        block = bytes.fromhex(re.search("^grant: (.*)$", Path(self.path("alice.grant")).read_text(), re.M)[1])
        transcript = b"\x21" + block[25:] + bytes.fromhex(nc) + bytes.fromhex(ns)
        self.assertEqual(aes.f(aes.f(KD, block), transcript).hex(), ks)

    def test_every_command_with_a_session_can_log(self):
        self.logged(DONE, "info")
        self.logged(DONE, "connect", stdin="led on\n")
        self.assertEqual(len(LINE.findall(Path(self.log).read_text())), 2)

    def test_without_the_option_there_is_no_log_whatever_the_environment_says(self):
        env = dict(self.environment(), SSLKEYLOGFILE=self.log, MSSLKEYLOGFILE=self.log, MSSL_KEYLOG=self.log)
        done = subprocess.run([PROGRAM, "exec", self.grant(), self.device(), "led", "on"], env=env, timeout=60,
                              capture_output=True)
        self.assertEqual((done.returncode, done.stderr), (DONE, b""))
        self.assertFalse(os.path.exists(self.log))

    def test_what_stands_in_the_file_is_kept(self):
        self.write("keys", "# mine\n")
        self.logged(DONE, "exec", "led", "on")
        self.assertRegex(Path(self.log).read_text(), "# mine\n" + LINE.pattern)

    def test_what_was_cut_off_in_the_file_does_not_swallow_the_line(self):
        for half in ("# mine", "MSSL_SESSION 0123"):
            self.write("keys", half)
            self.logged(DONE, "exec", "led", "on")
            self.assertRegex(Path(self.log).read_text(), rf"\A{half}\n{LINE.pattern}\Z")

    def test_a_file_that_others_may_read_is_refused(self):
        for mode in (0o640, 0o604, 0o666):
            self.write("keys", "", mode)
            self.refused("others may read")
        self.assertEqual(Path(self.log).read_text(), "")

    def test_a_link_is_refused(self):
        target = self.write("target", "")
        os.symlink(target, self.log)
        self.refused("a symbolic link")
        self.assertEqual(Path(target).read_text(), "")

    def test_what_is_no_ordinary_file_is_refused(self):
        os.mkfifo(self.log, 0o600)
        self.refused("")
        os.unlink(self.log)
        os.mkdir(self.log)
        self.refused("directory")
        self.log = "/dev/null"
        self.refused("no ordinary file")
        self.log = self.path("no/keys")
        self.refused("No such file")

    @unittest.skipIf(os.geteuid() != 0, "needs another user")
    def test_a_file_of_another_user_is_refused(self):
        self.write("keys", "")
        os.chown(self.log, 65534, 65534)
        self.refused("another user")

    def test_a_line_that_cannot_be_written_ends_the_session_before_its_command(self):
        commands = []

        def device(s):
            s.welcome()
            commands.append(s.take())
            s.close()
        for command, words in (("exec", ["led", "on"]), ("ping", ["-c", "3"]), ("watch", [])):
            with self.subTest(command=command):
                commands.clear()
                self.ends_unlogged(device, command, words)
                self.assertEqual(commands, [b""])       # a close

    def ends_unlogged(self, device, command, words):
        fake = self.fake(device)
        self.write("keys", "")
        done = subprocess.run([PROGRAM, command, "--keylog", self.log, self.grant(), fake.place, *words], timeout=60,
                              capture_output=True, env=self.environment(),
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20, 20)))
        self.assertEqual(done.returncode, USAGE, done.stderr)
        # Nothing after it: a session that has ended is not used.
        self.assertRegex(done.stderr.decode(),
                         r"\Amssl: warning: [^\n]*\nmssl: [^\n]*no command was sent[^\n]*\n\Z")
        fake.thread.join(30)

    def test_a_refused_session_leaves_no_line(self):
        self.expect(4, "exec", "--keylog", self.log, self.grant(device=2, tasks=UPTIME), self.device(), "uptime")
        self.assertEqual(Path(self.log).read_text(), "")


if __name__ == "__main__":
    unittest.main()
