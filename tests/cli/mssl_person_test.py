#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""mssl connect at a terminal: prompt, editing, history, events, Ctrl-D."""

import os
import pty
import select
import signal
import subprocess
import termios
import time
import unittest

from mssl_fixture import DONE, LED, PROGRAM, UPTIME, MsslTest, terminal_text


class Person(MsslTest):
    def connect(self, *device_options, **grant):
        master, slave = pty.openpty()
        self.before = termios.tcgetattr(slave)
        env = dict(os.environ, TERM="xterm", HOME=self.folder, MSSL_AUTHORITY=self.authority)
        self.process = subprocess.Popen([PROGRAM, "connect", self.grant(**grant), self.device(*device_options)],
                                        stdin=slave, stdout=slave, stderr=slave, env=env, start_new_session=True)
        self.slave = slave
        self.master = master
        self.seen = b""
        self.addCleanup(os.close, master)
        self.addCleanup(self.close_slave)
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

    def close_slave(self):
        if self.slave is not None:
            os.close(self.slave)
            self.slave = None

    def end(self):
        """Waits for the end; checks that the terminal is as it was."""
        code = self.process.wait(30)
        self.assertEqual(termios.tcgetattr(self.slave), self.before)
        return code

    def test_commands_are_answered_and_ctrl_d_ends(self):
        self.connect()
        self.type(b"led on\n")
        self.until(b"on\r\non\r\n")
        self.until(b"porch> ")
        self.type(b"\x04")
        self.assertEqual(self.end(), DONE)

    def test_a_line_can_be_edited_and_recalled(self):
        self.connect()
        self.type(b"lex on\x1b[D\x1b[D\x1b[D\x08d\n")
        self.until(b"\non\r\n")
        self.until(b"porch> ")
        self.type(b"\x1b[A\n")
        self.until(b"\non\r\n")
        self.until(b"porch> ")
        self.type(b"\x04")
        self.assertEqual(self.end(), DONE)

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

    def test_errors_are_red_for_a_person_who_did_not_say_no(self):
        red = b"\x1b[1;31mmssl:\x1b[0m "
        for more, wanted in (({}, True), ({"NO_COLOR": ""}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False),
                             ({"TERM": ""}, False)):
            master, slave = pty.openpty()
            subprocess.run([PROGRAM, "fly"], stderr=slave, env={**self.environment(), "TERM": "xterm", **more}, timeout=60)
            os.close(slave)
            said = terminal_text(master)
            os.close(master)
            self.assertEqual(said.startswith(red), wanted, (more, said))
            self.assertEqual(b"\x1b" in said, wanted)

    def test_an_interrupt_ends_by_a_close(self):
        self.connect()
        self.process.send_signal(signal.SIGINT)
        self.assertEqual(self.end(), DONE)

    def test_a_session_is_kept_alive_while_a_person_thinks_or_a_watch_waits(self):
        """M-8.8"""
        thought = {}

        def act(who, then):
            def whole(s):
                s.welcome()
                s.command()
                s.answer(b"\0\1\2\0\0\0\0")
                s.line.settimeout(60)
                start = time.monotonic()
                s.command()
                thought[who] = time.monotonic() - start
                s.answer(b"\0\1\2\0\0\0\0")
                then(s)
                s.command()
                s.close()
            return self.fake(whole).place

        def start(*words):
            process = subprocess.Popen([PROGRAM, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                       env=self.environment())
            self.addCleanup(process.wait)
            self.addCleanup(process.kill)
            return process
        person = start("connect", self.grant(), act("person", lambda s: (s.command(), s.answer(b"\0on"))))
        watch = start("watch", "-c", "1", self.grant(), act("watch", lambda s: s.answer(b"\x83tick")))
        self.wait_until(lambda: len(thought) == 2, 60)
        out, _ = person.communicate(b"led on\n", timeout=30)
        self.assertEqual((person.returncode, out), (DONE, b"on\n"))
        self.assertIn(b"uptime: tick\n", watch.communicate(timeout=30)[0])
        for took in thought.values():
            self.assertGreater(took, 15)
            self.assertLess(took, 50)


if __name__ == "__main__":
    unittest.main()
