#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""mssl and the signals that end it: at once, with a code that says what may have run."""

import fcntl
import os
import pty
import signal
import subprocess
import termios
import threading
import time
import unittest

from mssl_fixture import ADMIN, CONNECTION, DENIED, DONE, LED, PROGRAM, UNKNOWN, USAGE, BUSY, Deaf, MsslTest

PROMPT_S = 5        # far below the time-out of 60 s, and far above what ending takes
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Signals(MsslTest):
    def start(self, *words, **options):
        options = {"stdin": subprocess.DEVNULL, **options}
        process = subprocess.Popen([PROGRAM, words[0], "--timeout", "60", *map(str, words[1:])],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.environment(), **options)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        return process

    def ends(self, process, number, code, says):
        since = time.monotonic()
        process.send_signal(number)
        code_seen = process.wait(30)
        took, told = time.monotonic() - since, process.stderr.read().decode()
        self.assertEqual(code_seen, code, told)
        self.assertLess(took, PROMPT_S)
        self.assertIn(says, told)
        return told

    def silent(self):
        """A device that takes one command and never answers; tells when it has it, and what comes next."""
        has, after = threading.Event(), []

        def act(s):
            s.welcome()
            s.command()
            has.set()
            after.append(s.command())
            after.append(s.line.recv(1))
        return self.fake(act), has, after

    def test_a_signal_while_an_answer_is_awaited_is_outcome_unknown_and_closes(self):
        for number in SIGNALS:
            fake, has, after = self.silent()
            process = self.start("exec", self.grant(), fake.place, "led", "on")
            self.assertTrue(has.wait(30))
            told = self.ends(process, number, UNKNOWN, "interrupted before the answer came")
            self.assertIn("may have run or not", told)
            fake.thread.join(30)
            self.assertEqual(after, [0, b""], "an authenticated close")

    def test_a_signal_during_admin_is_outcome_unknown(self):
        fake, has, _ = self.silent()
        process = self.start("admin", self.grant(tasks=LED | ADMIN), fake.place, "epoch")
        self.assertTrue(has.wait(30))
        self.ends(process, signal.SIGTERM, UNKNOWN, "mssl-authority recover")

    def test_a_signal_during_a_batch_is_outcome_unknown(self):
        def act(s):
            s.welcome()
            s.command()
            s.answer(b"\0\1\2\0\0\0\0")
            s.command()
            has.set()
            s.command()
        has = threading.Event()
        fake = self.fake(act)
        process = self.start("connect", self.grant(), fake.place, stdin=subprocess.PIPE)
        self.addCleanup(process.stdin.close)
        process.stdin.write(b"led on\nled off\n")
        process.stdin.flush()
        self.assertTrue(has.wait(30))
        self.ends(process, signal.SIGINT, UNKNOWN, "interrupted")

    def test_a_signal_while_a_batch_waits_for_its_next_line_is_code_3(self):
        """Who writes the lines is told that not all of them ran."""
        for options, first, code in (([], b"led on\n", CONNECTION), (["--keep-going"], b"lamp\n", DENIED)):
            process = self.start("exec", "--batch", *options, self.grant(), self.device(), stdin=subprocess.PIPE)
            self.addCleanup(process.stdin.close)
            process.stdin.write(first)
            process.stdin.flush()
            self.assertTrue(process.stdout.readline())
            self.ends(process, signal.SIGTERM, code, "standard input: interrupted before its end: no later line was sent")

    def test_a_signal_before_the_command_is_sent_is_code_3(self):
        has = threading.Event()
        fake = self.fake(lambda s: (s.hello(), has.set(), s.line.recv(1)))
        process = self.start("exec", self.grant(), fake.place, "led", "on")
        self.assertTrue(has.wait(30))
        self.ends(process, signal.SIGTERM, CONNECTION, "before the command was sent")

    def test_a_signal_while_connecting_is_code_3(self):
        deaf = Deaf(self)
        process = self.start("exec", self.grant(), deaf.places[0], "led", "on")
        self.wait_until(lambda: any(deaf.seen.values()))
        self.ends(process, signal.SIGTERM, CONNECTION, "before the command was sent")

    def test_a_signal_between_tries_is_code_3(self):
        fake = self.fake(lambda s: s.hello())
        process = self.start("exec", "--wait", "--verbose", self.grant(), fake.place, "led", "on")
        while b"trying again" not in process.stderr.readline():
            self.assertIsNone(process.poll())
        self.ends(process, signal.SIGTERM, CONNECTION, "before the command was sent")

    def test_a_signal_while_a_busy_device_is_asked_again_is_code_7(self):
        asked = threading.Semaphore(0)

        def act(s):
            s.welcome()
            while s.command():
                s.answer(b"\5")
                asked.release()
        process = self.start("exec", "--wait", self.grant(), self.fake(act).place, "adc", "7")
        for _ in range(2):
            self.assertTrue(asked.acquire(timeout=30))
        time.sleep(0.25)        # it takes the answer, and pauses for half a second
        self.ends(process, signal.SIGTERM, BUSY, "can't do this now")

    def test_an_ignored_signal_stays_ignored(self):
        def act(s):
            s.welcome()
            s.command()
            has.set()
            go.wait(30)
            s.answer(b"\0on")
            s.command()
            s.close()
        has, go = threading.Event(), threading.Event()
        fake = self.fake(act)
        process = self.start("exec", self.grant(), fake.place, "led", "on",
                             preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        self.assertTrue(has.wait(30))
        process.send_signal(signal.SIGHUP)
        time.sleep(0.5)
        go.set()
        self.assertEqual((process.wait(30), process.stdout.read()), (DONE, b"on\n"))

    def test_ctrl_c_at_a_terminal_ends_a_wait(self):
        def act(s):
            s.welcome()
            s.command()
            s.answer(b"\0\1\2\0\0\0\0")
            s.command()
            has.set()
            s.command()
        has = threading.Event()
        fake = self.fake(act)
        master, slave = pty.openpty()
        self.addCleanup(os.close, master)
        self.addCleanup(os.close, slave)
        before = termios.tcgetattr(slave)

        def at_the_terminal():
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        process = subprocess.Popen([PROGRAM, "connect", "--timeout", "60", self.grant(), fake.place], stdin=slave,
                                   stdout=slave, stderr=slave, preexec_fn=at_the_terminal,
                                   env={**self.environment(), "TERM": "xterm"})
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        seen = b""
        while b"porch> " not in seen:
            seen += os.read(master, 1000)
        os.write(master, b"led on\n")
        self.assertTrue(has.wait(30))
        since = time.monotonic()
        os.write(master, b"\x03")
        self.assertEqual(process.wait(30), UNKNOWN)
        self.assertLess(time.monotonic() - since, PROMPT_S)
        self.assertEqual(termios.tcgetattr(slave), before)


class Unreadable(MsslTest):
    """A standard input that can't be read is not one that ended."""

    def connect(self, redirection):
        return subprocess.run(["sh", "-c", f'exec "$0" "$@" {redirection}', PROGRAM, "connect", self.grant(),
                               self.device()], capture_output=True, timeout=60, env=self.environment())

    def test_a_directory_a_closed_and_a_write_only_input_are_named(self):
        for redirection in ("</", "<&-", f"0>{self.path('out')}"):
            done = self.connect(redirection)
            self.assertEqual(done.returncode, USAGE, (redirection, done.stderr))
            self.assertIn(b"standard input", done.stderr)


if __name__ == "__main__":
    unittest.main()
