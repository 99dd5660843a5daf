#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""mssl exec --batch: many commands over one session, a line of output each."""

import os
import subprocess
import time
import unittest

from mssl_fixture import (ADC, ARGUMENT, BUSY, CONNECTION, DENIED, DONE, FORGED, LED, PROGRAM, UNKNOWN, USAGE, MsslTest)

LAST = 0xFF00


class Batch(MsslTest):
    def batch(self, code, text, *options, device=None, grant=None, **expect):
        return self.expect(code, "exec", "--batch", *options, grant or self.grant(), device or self.device(),
                           stdin=text, **expect)

    def test_each_command_has_a_line_of_output(self):
        done = self.batch(DONE, "led on\n\n# a comment\n  led state  \r\nuptime", out="0 on\n0 on\n0 42 s\n")
        self.assertEqual(done.stderr, b"")

    def test_a_failure_ends_it(self):
        done = self.batch(ARGUMENT, "led on\nled maybe\nled off\n", out="0 on\n6\n",
                          says="mssl: line 2: led: bad arguments")
        self.assertIn(b"line 2: the end of this batch: no later line was sent", done.stderr)

    def test_with_keep_going_the_rest_runs_and_the_first_failure_is_the_code(self):
        done = self.batch(ARGUMENT, "led maybe\nlamp\nadc 7\nled on\n", "--keep-going", device=self.device("--busy", 9),
                          out="6\n5\n7\n0 on\n")
        for line in (b"line 1: led: ", b"line 2: lamp: ", b"line 3: adc: "):
            self.assertIn(line, done.stderr)

    def test_what_is_no_command_is_a_failure_of_its_line(self):
        done = self.batch(USAGE, b"led\0on\n" + b"led " + b"x" * 5000 + b"\nled " + b"x" * 200 + b"\nled on\n",
                          "--keep-going", out="1\n1\n1\n0 on\n")
        for n in (1, 2, 3):
            self.assertIn(f"mssl: line {n}: ".encode(), done.stderr)

    def test_a_task_that_is_not_granted_is_denied(self):
        self.batch(DENIED, "uptime\n", grant=self.grant(tasks=LED), out="5\n")

    def test_wait_asks_a_busy_device_again(self):
        self.batch(DONE, "adc 7\nadc 1\n", "--wait", device=self.device("--busy", 2), grant=self.grant(tasks=ADC),
                   out="0 512\n0 512\n")

    def test_nothing_to_do_is_done(self):
        self.batch(DONE, "", out="")

    def test_words_and_batch_do_not_go_together(self):
        self.expect(USAGE, "exec", "--batch", self.grant(), self.device(), "led", "on")
        self.expect(USAGE, "exec", "--keep-going", self.grant(), self.device(), "led", "on")
        self.expect(USAGE, "exec", self.grant(), self.device())

    def test_an_answer_comes_before_the_next_line_is_there(self):
        with subprocess.Popen([PROGRAM, "exec", "--batch", self.grant(), self.device()], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, env=self.environment()) as process:
            for text, answer in ((b"led on\n", b"0 on\n"), (b"uptime\n", b"0 42 s\n")):
                process.stdin.write(text)
                process.stdin.flush()
                self.assertEqual(process.stdout.readline(), answer)
            process.stdin.close()
            self.assertEqual(process.wait(30), DONE)


class Lost(MsslTest):
    def lost(self, act, code, text, *options, connections=1, **expect):
        commands = []

        def device(s):
            s.welcome()
            while True:
                plain = s.take()
                if not plain:
                    return s.close()
                commands.append(plain.rstrip(b"\0"))
                if not act(s, plain):
                    return None
        fake = self.fake(device, connections)
        done = self.expect(code, "exec", "--batch", *options, self.grant(), fake.place, stdin=text, **expect)
        return fake, commands, done

    def test_after_a_lost_session_nothing_is_sent_again_and_nothing_more(self):
        """M-8.21"""
        for options in ([], ["--keep-going"]):
            fake, commands, _ = self.lost(
                lambda s, plain: plain[0] == 29 and (s.answer(b"\0\1\2") or True), UNKNOWN,
                "led on\nled off\n", *options, connections=2, out="9\n", says="line 1: porch: ")
            self.assertEqual((fake.served, commands), (1, [b"\x1d", b"\1on"]))

    def test_a_closed_session_did_not_run_its_command_which_is_not_sent_again(self):
        """M-8.20"""
        def act(s, plain):
            if plain[0] == 29:
                s.answer(b"\0\1\2")
                return True
            s.close()
            return False
        fake, commands, _ = self.lost(act, CONNECTION, "led on\nled off\n", "--keep-going", connections=2, out="3\n")
        self.assertEqual((fake.served, commands), (1, [b"\x1d", b"\1on"]))

    def test_a_session_that_is_lost_before_the_first_line_names_no_line(self):
        fake, _, done = self.lost(lambda s, plain: None, CONNECTION, "led on\n", out="")
        self.assertRegex(done.stderr.decode(), r"\Amssl: porch: [^\n]*\n\Z")

    def test_a_session_that_ends_while_no_line_comes_is_told(self):
        for command in (["exec", "--batch"], ["connect"]):
            for last, code, says in (
                    (lambda s: s.seal(b""), CONNECTION, b"closed the session"),
                    (lambda s: b"", CONNECTION, b"without an authenticated close"),
                    (lambda s: s.seal(b"\x83tick")[:9], CONNECTION, b"without an authenticated close"),
                    (lambda s: s.seal(b"\x83tick", counter=1), FORGED, b"forged, replayed or reordered"),
                    (lambda s: s.seal(b"\0on"), FORGED, b"no record that a device sends"),
                    (lambda s: s.seal(b"\x9dtick"), FORGED, b"no record that a device sends"),
                    (lambda s: b"\x09" + bytes(17), FORGED, b"no record that a device sends")):
                with self.subTest(command=command, says=says):
                    self.ends_idle(command, last, code, says)

    def ends_idle(self, command, last, code, says):
        def device(s):
            s.welcome()
            s.take()
            s.answer(b"\0\1\2")
            s.line.sendall(last(s))
        fake = self.fake(device)
        with subprocess.Popen([PROGRAM, *command, self.grant(), fake.place], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.environment()) as process:
            self.assertEqual(process.wait(30), code)
            self.assertIn(says, process.stderr.read())
            self.assertEqual(process.stdout.read(), b"")

    @unittest.skipIf("MSSL_SANITIZED" in os.environ, "minutes under a sanitizer, and nothing new for it")
    def test_a_new_session_takes_over_before_the_counters_end(self):
        """M-2.6, M-8.19: what was sent is not sent again."""
        n = LAST + 100
        for words, answer in ((["exec", "--batch"], b"0 on\n"), (["connect"], b"on\n")):
            done = self.expect(DONE, *words, self.grant(), self.device(), stdin="led on\n" * n)
            self.assertTrue(done.stdout == answer * n, (words, len(done.stdout)))


class Events(MsslTest):
    def test_an_event_in_one_piece_with_an_answer_is_shown_at_once(self):
        """No byte comes after it, so the socket says nothing of it."""
        def device(s):
            s.welcome()
            s.take()
            s.line.sendall(s.seal(b"\0\1\2") + s.seal(b"\x83tick"))
            s.take()
            s.close()
        with subprocess.Popen([PROGRAM, "connect", self.grant(), self.fake(device).place], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, env=self.environment()) as process:
            began = time.monotonic()
            self.assertEqual(process.stdout.readline(), b"event uptime: tick\n")
            self.assertLess(time.monotonic() - began, 10)       # a sign of life comes after 20 s
            process.stdin.close()
            self.assertEqual(process.wait(30), DONE)


class Busy(MsslTest):
    def test_a_device_that_stays_busy_is_code_7(self):
        self.expect(BUSY, "exec", "--batch", self.grant(), self.device("--busy", 9), stdin="adc 7\nled on\n", out="7\n")


if __name__ == "__main__":
    unittest.main()
