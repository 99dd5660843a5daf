#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""mssl and a device that checks the grant's signature itself. PROTOCOL 10.

The device here is written from PROTOCOL alone, with python's integers."""

import hashlib
import os
import pty
import signal
import subprocess
import threading
import unittest

from mssl_fixture import (ADMIN, BUSY, CONNECTION, DENIED, DONE, FORGED, LED, PROGRAM, PUBLIC_NUMBERS, UNKNOWN,
                          UPTIME, MsslTest, terminal_text)

OK, UNKNOWN_TASK, ARGUMENT, SIGNATURE, BUSY_STATUS, BAD = 0, 1, 3, 4, 5, 6
DESCRIBE, ENROL, ADMIN_TASK = 29, 30, 31
DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


class Signing:
    """A device with the signature option. What it does wrong is for its user to set."""

    def __init__(self, length=256, busy=0, refuses=None, slow=0, keeps=True):
        self.length, self.busy, self.refuses, self.slow, self.keeps = length, busy, refuses, slow, keeps
        self.hurry = threading.Event()      # ends what is slow
        self.enrolled, self.chunks, self.ran, self.asked = False, [], [], []

    def good(self, u, grant):
        """u = s * R mod N: s^e mod N must be the whole EMSA-PKCS1-v1_5 block."""
        n, e = PUBLIC_NUMBERS.n, PUBLIC_NUMBERS.e
        s = int.from_bytes(u, "big") * pow(2 ** (8 * (self.length + 1)), -1, n) % n
        t = DIGEST_INFO + hashlib.sha256(grant).digest()
        block = b"\0\1" + b"\xff" * (self.length - 3 - len(t)) + b"\0" + t
        return int.from_bytes(u, "big") < n and pow(s, e, n) == int.from_bytes(block, "big")

    def enrol(self, session, args):
        offset, count = int.from_bytes(args[:2], "big"), args[2]
        self.chunks.append((offset, count))
        if self.busy > 0:
            self.busy -= 1
            return bytes([BUSY_STATUS])
        if self.enrolled:
            return bytes([UNKNOWN_TASK])
        if offset == 0:
            session.u = b""
        if offset != len(session.u) or not 1 <= count <= min(124, len(args) - 3) or offset + count > self.length:
            session.u = b""
            return bytes([ARGUMENT])
        session.u += args[3:3 + count]
        if len(session.u) < self.length:
            return bytes([OK, 0])
        self.hurry.wait(self.slow)
        if not self.good(session.u, session.hello_bytes[:32]):
            return bytes([BAD])
        self.enrolled = self.keeps
        return bytes([OK, 1])

    def run(self, session, task, args):
        self.asked.append(task)
        if self.refuses is not None and task == ENROL:
            return self.refuses(session)
        if task == DESCRIBE:
            return bytes([OK, 1]) + (LED | UPTIME).to_bytes(4, "little") + bytes([3 if self.enrolled else 1])
        if task == ENROL:
            return self.enrol(session, args)
        if not self.enrolled:
            return bytes([SIGNATURE])
        self.ran.append(task)
        return bytes([OK]) + (b"" if task == ADMIN_TASK else b"on")

    def __call__(self, session):
        session.welcome()
        session.u = b""
        while True:
            plain = session.take()
            if not plain:
                return session.close()
            answer = self.run(session, plain[0], plain[1:])
            if answer is None:
                return None
            session.answer(answer)
            if answer[0] == BAD:
                return session.close()
            if plain[0] == ADMIN_TASK and answer[0] == OK:
                return None


def lost(session):
    """The connection ends inside the enrolment."""


def unsealed(session):
    session.line.sendall(bytes([8]) + bytes(16))


class Enrolment(MsslTest):
    def served(self, code, device=None, command=("exec",), words=("led", "on"), options=(), connections=1, **expect):
        device = device or Signing()
        fake = self.fake(device, connections)
        grant = self.grant(tasks=LED | UPTIME | ADMIN)
        done = self.expect(code, *command, *options, grant, fake.place, *words, **expect)
        return device, done

    def test_exec_enrols_and_runs_the_command_once(self):
        device, done = self.served(DONE, out="on\n")
        self.assertEqual(device.chunks, [(0, 124), (124, 124), (248, 8)])
        self.assertEqual(device.asked, [1, ENROL, ENROL, ENROL, 1])
        self.assertEqual(device.ran, [1])
        self.assertEqual(done.stderr, b"")

    def test_the_second_session_needs_no_enrolment(self):
        device = Signing()
        fake, grant = self.fake(device, 2), self.grant()
        for _ in range(2):
            self.expect(DONE, "exec", grant, fake.place, "led", "on", out="on\n")
        self.assertEqual(device.asked, [1, ENROL, ENROL, ENROL, 1, 1])

    def test_verbose_tells_progress(self):
        _, done = self.served(DONE, options=("--verbose",))
        self.assertRegex(done.stderr.decode(), r"sending \.\.\. it computes, 15 s at most: enrolled after \d+\.\d s\n")

    def test_a_terminal_sees_progress(self):
        fake, (master, slave) = self.fake(Signing()), pty.openpty()
        self.addCleanup(os.close, master)
        with subprocess.Popen([PROGRAM, "exec", self.grant(), fake.place, "led", "on"], stdout=subprocess.PIPE,
                              stderr=slave, env=self.environment()) as process:
            os.close(slave)
            self.assertEqual(process.stdout.read(), b"on\n")
            self.assertEqual(process.wait(30), DONE)
        self.assertIn(b"enrolled after", terminal_text(master))

    def test_a_slow_chip_has_more_time_than_the_time_out(self):
        self.served(DONE, Signing(slow=6), options=("--timeout", "2"), out="on\n")

    def test_connect_enrols_before_the_first_line(self):
        device, _ = self.served(DONE, command=("connect",), words=(), stdin="led on\nled on\n", out="on\non\n")
        self.assertEqual(device.asked, [DESCRIBE, ENROL, ENROL, ENROL, 1, 1])

    def test_admin_enrols_too(self):
        device, _ = self.served(DONE, command=("admin",), words=("revoke", "0", "1"),
                                out="confirm porch revoke 0 1 ok\n")
        self.assertEqual(device.ran, [ADMIN_TASK])

    def test_info_does_not_enrol(self):
        device, _ = self.served(DONE, command=("info",), words=(), stdin="")
        self.assertNotIn(ENROL, device.asked)

    def test_a_helper_enrols_the_grant_it_descends_from(self):
        device, helper = Signing(), self.path("carol.grant")
        self.expect(DONE, "restrict", self.grant(), "-o", helper, "--host", "carol", "--tasks", "led")
        self.expect(DONE, "exec", helper, self.fake(device).place, "led", "on", out="on\n")
        self.assertTrue(device.enrolled)

    def test_a_pinned_key_that_can_be_read_only_once_serves(self):
        fake, grant = self.fake(Signing()), self.grant()
        done = subprocess.run(["sh", "-c", '(sleep 1; cat "$MSSL_AUTHORITY") | "$0" "$@"', PROGRAM, "exec", "--authority",
                               "/dev/stdin", grant, fake.place, "led", "on"], capture_output=True, timeout=60,
                              env=self.environment())
        self.assertEqual((done.returncode, done.stdout), (DONE, b"on\n"), done.stderr)

    def test_a_grant_enrolled_meanwhile_counts_as_enrolled(self):
        device = Signing()

        def meanwhile(_):
            device.enrolled, device.refuses = True, None
            return bytes([UNKNOWN_TASK])
        device.refuses = meanwhile
        self.served(DONE, device, out="on\n")
        self.assertEqual(device.asked, [1, ENROL, 1])

    def test_a_busy_device_is_code_7_and_nothing_ran(self):
        device, _ = self.served(BUSY, Signing(busy=9), says="--wait", out="")
        self.assertEqual((device.ran, device.asked), ([], [1, ENROL]))

    def test_wait_asks_a_busy_device_again_from_the_first_byte(self):
        device, _ = self.served(DONE, Signing(busy=2), options=("--wait",), out="on\n")
        self.assertEqual([offset for offset, _ in device.chunks], [0, 0, 0, 124, 248])

    def test_a_busy_device_leaves_connect_open(self):
        for busy, lines in ((1, "led on\n"), (2, "led on\nled off\n")):
            device, _ = self.served(BUSY, Signing(busy=busy), command=("connect",), words=(), stdin=lines, out="on\n")
            self.assertEqual(device.ran, [1])

    def test_a_signature_that_the_chip_refuses_is_code_2(self):
        device, _ = self.served(FORGED, Signing(refuses=lambda s: bytes([BAD])), out="", says="signature bad")
        self.assertEqual(device.ran, [])

    def test_connect_ends_when_the_chip_refuses(self):
        device, done = self.served(FORGED, Signing(refuses=lambda s: bytes([BAD])), command=("connect",), words=(),
                                   stdin="led on\nled off\n", out="")
        self.assertEqual(device.asked, [DESCRIBE, ENROL])
        self.assertEqual(done.stderr.count(b"\n"), 1)

    def test_a_chip_with_a_modulus_of_another_length_is_code_2(self):
        for length in (128, 384):
            device, _ = self.served(FORGED, Signing(length=length), out="", says="another length")
            self.assertEqual(device.ran, [])

    def test_an_answer_that_no_device_gives_is_code_2(self):
        for answer in (bytes([OK, 1]), bytes([OK, 2]), bytes([2]), bytes([99])):
            self.served(FORGED, Signing(refuses=lambda s, answer=answer: answer), out="", says="no device gives")

    def test_a_connection_lost_in_the_enrolment_is_code_3_as_nothing_ran(self):
        self.served(CONNECTION, Signing(refuses=lost), out="", says="did not run")

    def test_a_close_in_the_enrolment_is_code_3(self):
        self.served(CONNECTION, Signing(refuses=lambda s: s.close()), out="")

    def test_a_signal_ends_the_wait_for_the_check(self):
        device = Signing(slow=40)
        fake = self.fake(device)
        self.addCleanup(device.hurry.set)
        with subprocess.Popen([PROGRAM, "exec", "--verbose", self.grant(), fake.place, "led", "on"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.environment()) as process:
            said = b""
            while b"computes" not in said:
                said += process.stderr.read(1)
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(10), CONNECTION)      # the time-outs together are 25 s
            self.assertEqual(process.stdout.read(), b"")

    def test_a_forged_answer_to_a_chunk_is_code_2(self):
        self.served(FORGED, Signing(refuses=unsealed), out="")

    def test_a_device_that_forgets_is_not_asked_for_ever(self):
        device, _ = self.served(DENIED, Signing(keeps=False), out="", says="still wanted")
        self.assertEqual(device.asked, [1, ENROL, ENROL, ENROL, 1])

    def test_a_command_lost_after_the_enrolment_is_outcome_unknown(self):
        device = Signing()
        run = device.run

        def once(session, task, args):
            return None if device.enrolled and task != ENROL else run(session, task, args)
        device.run = once
        self.served(UNKNOWN, device, out="")


if __name__ == "__main__":
    unittest.main()
