#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Several hosts at a time: the ATmega328P's firmware serves as many sessions as
it was built for, keeps them apart, and refuses one more at once."""

import os
import subprocess
import sys
import tempfile
import unittest

source, build, firmware = sys.argv[1:4]
sys.path.insert(0, os.path.join(source, "examples", "demo"))
from board import Board  # noqa: E402

SESSIONS = 4
NOT_SERVED = (3, 4)     # no connection, or closed without a word


class Talk:
    """`mssl connect` fed through a pipe, a line at a time."""

    def __init__(self, words):
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True, bufsize=1)

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def end(self):
        """Ends the session as a person's Ctrl-D does; returns the exit code."""
        self.process.stdin.close()
        return self.process.wait(timeout=30)

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        if not self.process.stdin.closed:
            self.process.stdin.close()


class Sessions(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.authority = os.path.join(self.folder.name, "authority")
        self.mssl = os.path.join(build, "cli", "mssl")
        self.make("init", "--no-passphrase")
        self.make("device", "add", "porch", "--ip", "10.0.2.15", "--tasks-table",
                  os.path.join(source, "firmware", "tasks.table"))
        for i in range(SESSIONS + 1):
            self.make("grant", f"host{i}", "--device", "porch", "--tasks", "led,uptime",
                      "-o", self.path(f"host{i}.grant"))
        self.make("device", "image", "porch", "-o", self.path("porch.hex"))
        self.board = Board([os.path.join(build, "board", "mssl-board"), "--mcu", "atmega328p",
                            "--firmware", firmware, "--image", self.path("porch.hex"),
                            "--eeprom", self.path("porch.eeprom"), "--host", "A:0", "--host", "B:0"])
        self.assertIsNotNone(self.board.wait(lambda e: e[1] == "ready"))

    def tearDown(self):
        self.assertEqual(self.board.stop(), 0)
        self.folder.cleanup()

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def make(self, *words):
        subprocess.run([os.path.join(build, "cli", "mssl-authority"), "--dir", self.authority, *words],
                       check=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=60)

    def words(self, command, i, *rest):
        at = "AB"[i % 2]
        return [self.mssl, command, "--authority", os.path.join(self.authority, "authority.pub"),
                "--timeout", "12", self.path(f"host{i}.grant"), f"127.0.0.1:{self.board.port(at)}", *rest]

    def test_four_sessions_at_once_and_not_a_fifth(self):
        # One after the other: a connection younger than 300 ms that proved nothing yet
        # keeps newer ones out (PROTOCOL 8), and libslirp asks again only after 6 s.
        talks = []
        for i in range(SESSIONS):
            talk = Talk(self.words("connect", i))
            self.addCleanup(talk.stop)
            talks.append(talk)
            wanted = ("on", "off")[i % 2]
            self.assertEqual(talk.ask(f"led {wanted}"), wanted)
        for talk in reversed(talks):
            self.assertEqual(talk.ask("led state"), "off")
        fifth = subprocess.run(self.words("exec", SESSIONS, "led", "on"), capture_output=True, timeout=60)
        self.assertIn(fifth.returncode, NOT_SERVED, fifth.stderr)
        self.assertEqual(talks[0].ask("led state"), "off")
        self.assertEqual([talk.end() for talk in talks], [0] * SESSIONS)
        again = subprocess.run(self.words("exec", SESSIONS, "led", "on"), capture_output=True, timeout=60)
        self.assertEqual(again.returncode, 0, again.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
