#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""mssl connect at a terminal: prompt, editing, history, events, Ctrl-D."""

import os
import pty
import select
import signal
import subprocess
import time
import unittest

from mssl_fixture import DONE, LED, PROGRAM, UPTIME, MsslTest


class Person(MsslTest):
    def connect(self, *device_options, **grant):
        master, slave = pty.openpty()
        env = dict(os.environ, TERM="xterm", HOME=self.folder, MSSL_AUTHORITY=self.authority)
        self.process = subprocess.Popen([PROGRAM, "connect", self.grant(**grant), self.device(*device_options)],
                                        stdin=slave, stdout=slave, stderr=slave, env=env, start_new_session=True)
        os.close(slave)
        self.master = master
        self.seen = b""
        self.addCleanup(os.close, master)
        self.addCleanup(self.process.wait)
        self.addCleanup(self.process.kill)
        self.until(b"porch> ")

    def until(self, text, seconds=30):
        """Reads until text came; forgets what came up to it."""
        end = time.monotonic() + seconds
        while text not in self.seen:
            ready, _, _ = select.select([self.master], [], [], max(0, end - time.monotonic()))
            self.assertTrue(ready, (text, self.seen))
            try:
                self.seen += os.read(self.master, 4096)
            except OSError:
                self.fail((text, self.seen))
        before, self.seen = self.seen.split(text, 1)
        return before

    def type(self, data):
        os.write(self.master, data)

    def drain(self):
        """Reads to the end, so that the program never blocks on its terminal."""
        try:
            while os.read(self.master, 4096):
                pass
        except OSError:
            pass
        return self.process.wait(30)

    def test_commands_are_answered_and_ctrl_d_ends(self):
        self.connect()
        self.type(b"led on\n")
        self.until(b"on\r\non\r\n")
        self.until(b"porch> ")
        self.type(b"\x04")
        self.assertEqual(self.drain(), DONE)

    def test_a_line_can_be_edited_and_recalled(self):
        self.connect()
        self.type(b"lex on\x1b[D\x1b[D\x1b[D\x08d\n")
        self.until(b"\non\r\n")
        self.until(b"porch> ")
        self.type(b"\x1b[A\n")
        self.until(b"\non\r\n")
        self.until(b"porch> ")
        self.type(b"\x04")
        self.assertEqual(self.drain(), DONE)

    def test_help_lists_tasks(self):
        self.connect(tasks=LED)
        self.type(b"help\n")
        self.until(b"led on|off|state\r\n")

    def test_events_come_while_a_line_is_typed_and_the_line_stays(self):
        self.connect("--event-ms", 300, tasks=LED | UPTIME)
        self.type(b"led o")
        self.until(b"event uptime: tick\r\n")
        self.until(b"porch> led o")
        self.type(b"n\n")
        self.until(b"\non\r\n")

    def test_an_interrupt_ends_by_a_close(self):
        self.connect()
        self.process.send_signal(signal.SIGINT)
        self.assertEqual(self.drain(), DONE)


if __name__ == "__main__":
    unittest.main()
