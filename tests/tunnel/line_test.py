#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Plain line clients at a local port, and a device core behind it."""

import os
import socket
import stat
import subprocess
import threading
import time
import unittest

from tunnel_fixture import ADC, PATIENCE, UPTIME, Tunnel, TunnelTest, dial, grant_block, grant_text, read_all
from tunnel_host import Server
from mssl_fixture import PUBLIC_NUMBERS
from mssl_signing_test import hex_lines, section


class Line(TunnelTest):
    def line(self, place, accept="127.0.0.1:0", more="", name="line", before=""):
        if not os.path.exists(self.path("alice.grant")):
            self.grant()
        return Tunnel(self, f"authority = {self.authority}\naccess = access-line.log\n{before}[porch]\nmode = line\n"
                      f"accept = {accept}\nconnect = {place}\ngrant = alice.grant\n{more}", name)

    def port(self, *options, more=""):
        self.tunnel = self.line(self.device(*options), more=more)
        return self.tunnel.port("porch")

    def ask(self, port, data):
        """What comes back for these bytes, and how it ends."""
        with dial(port) as line:
            line.sendall(data)
            line.shutdown(socket.SHUT_WR)
            return read_all(line)[0]

    def test_a_line_in_is_a_command_and_a_line_out_its_answer(self):
        port = self.port()
        self.assertEqual(self.ask(port, b"led on\nled state\nadc 3\nuptime\n"), b"on\non\n512\n42 s\n")

    def test_errors_come_as_a_line_that_no_answer_can_look_like(self):
        port = self.port()
        self.assertEqual(self.ask(port, b"lamp on\nadc 9\nadc 6\nled raw\nadmin x\n\n"),
                         b"! 5 line: no such task in this grant's task table\n! 6 adc: bad arguments\n"
                         b"! 8 adc: the task failed on the device\n\\x1b[2J\\\\\\x07\n"
                         b"! 5 admin: no such task in this grant's task table\n")

    def test_telnet_s_line_ends_and_options_are_understood(self):
        port = self.port()
        said = self.ask(port, b"\xff\xfd\x01\xff\xfb\x1fled\xff\xf9 on\r\n\xff\xfa\x1f\0\x50\0\x18\xff\xf0led state\r\0"
                        b"junk\xff\xf4uptime\n")
        self.assertEqual(said, b"\xff\xfc\x01\xff\xfe\x1fon\non\n42 s\n")

    def test_wrong_lines_are_refused_and_the_next_is_served(self):
        port = self.port()
        said = self.ask(port, b"led o\0n\n" + b"x" * 5000 + b"\nled " + b"a" * 128 + b"\nled " + b"a" * 127
                        + b"\nled state\nled on")
        self.assertEqual(said, b"! 1 line: it has a zero byte: a command is text\n"
                         b"! 1 line: too long: a command has at most 127 bytes of arguments\n"
                         b"! 1 led: too long: a command has at most 127 bytes of arguments\n"
                         b"! 6 led: bad arguments\noff\n! 1 line: it did not end: not run\n")
        self.assertEqual(self.ask(port, b"led state\n"), b"off\n")

    def test_every_one_of_many_wrong_lines_is_answered(self):
        said = self.ask(self.port(), b"x\n" * 2000 + b"led state\n")
        self.assertEqual(said.count(b"! 5 line: no such task in this grant's task table\n"), 2000)
        self.assertTrue(said.endswith(b"\noff\n"))

    def unix(self, place):
        """A client at a Unix socket, which takes 200 KB where TCP takes megabytes."""
        tunnel = self.line(place, accept=self.path("porch.sock"), before=f"pid = {self.path('pid')}\n")
        self.wait_until(lambda: os.path.exists(self.path("pid")))
        line = socket.socket(socket.AF_UNIX)
        self.addCleanup(line.close)
        line.settimeout(PATIENCE)
        line.connect(self.path("porch.sock"))
        return tunnel, line

    def test_who_asks_and_never_reads_is_heard_no_more_until_it_reads(self):
        tunnel, line = self.unix(self.device())
        asked, sent = b"x\n" * 1_000_000, 0
        line.settimeout(2)
        with self.assertRaises(TimeoutError):
            while sent < len(asked):
                sent += line.send(asked[sent:sent + 100])
        self.assertLess(tunnel.memory_kb("VmHWM"), 20_000)
        line.setblocking(False)
        said, rest = b"", b"\n" * (sent % 2) + b"led state\n"
        end = time.monotonic() + PATIENCE
        while b"\noff\n" not in said[-10:] and time.monotonic() < end:
            try:
                rest = rest[line.send(rest):] if rest else rest
            except BlockingIOError:
                pass
            try:
                said += line.recv(65536)
            except BlockingIOError:
                time.sleep(0.005)
        self.assertEqual(said.count(b"! 5 line"), (sent + 1) // 2)
        self.assertTrue(said.endswith(b"\noff\n"), said[-100:])

    def test_events_that_nobody_reads_push_no_answer_out(self):
        told = threading.Event()

        def act(session):
            session = Server(session.line)
            session.welcome()
            session.take()
            session.event(*[b"\1" * 127] * 1000, task=3)
            session.answer(b"\0done")
            told.wait(PATIENCE)
        _, line = self.unix(self.fake(act).place)
        line.sendall(b"led on\n")
        self.access("line", "task=led bytes=2 result=0")
        told.set()
        said = b""
        while not said.endswith(b"\ndone\n"):
            said += line.recv(65536)
        self.assertLess(said.count(b"* uptime: "), 1000)

    def test_many_clients_share_one_session_and_get_their_own_answers(self):
        port = self.port()
        got = []

        def one(n):
            word = str(n % 6).encode()
            got.append(self.ask(port, (b"adc " + word + b"\n") * 20))
        threads = [threading.Thread(target=one, args=(n,)) for n in range(12) if n % 7 != 6]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
        self.assertEqual(got, [b"512\n" * 20] * len(threads))

    def test_events_reach_who_is_there(self):
        port = self.port("--event-ms", "100")
        with dial(port) as line:
            line.sendall(b"led on\n")
            said = b""
            while b"* uptime: tick\n" not in said:
                said += line.recv(1000)
            self.assertIn(b"on\n", said)

    def test_a_device_that_is_not_there_is_an_error_line(self):
        tunnel = self.line(self.nowhere(), more="timeout = 1\n")
        self.assertEqual(self.ask(tunnel.port("porch"), b"led on\n"), b"! 3 led: Connection refused\n")

    def test_a_grant_the_device_refuses_is_an_error_line(self):
        self.grant(slot=3, generation=7)
        self.assertTrue(self.ask(self.port(more="timeout = 2\n"), b"led on\n").startswith(b"! 4 led: "))

    def test_a_forged_device_is_an_error_line(self):
        self.write("alice.grant", grant_text(grant_block(), kd=bytes(16)))
        self.assertTrue(self.ask(self.port(), b"led on\n").startswith(b"! 2 led: "))

    def test_a_task_without_its_right_is_refused_by_the_device(self):
        self.grant(tasks=ADC | UPTIME)
        self.assertEqual(self.ask(self.port(), b"led on\nadc 1\n"), b"! 5 led: not permitted by this grant\n512\n")

    def test_a_cut_before_the_answer_is_an_unknown_outcome(self):
        def act(session):
            session.welcome()
            session.command()
        tunnel = self.line(self.fake(act, 2).place)
        with dial(tunnel.port("porch")) as line:
            line.sendall(b"led on\n")
            self.assertIn(b"! 9 led: the session ended before the answer: it may have run or not\n", line.recv(1000))

    def test_a_device_that_closes_first_did_not_run_the_command(self):
        def act(session):
            session.welcome()
            session.command()
            session.close()
        tunnel = self.line(self.fake(act, 2).place)
        with dial(tunnel.port("porch")) as line:
            line.sendall(b"led on\n")
            self.assertIn(b"! 3 led: the device closed the session: not run\n", line.recv(1000))

    def test_the_session_is_left_when_nobody_asks(self):
        left = threading.Event()

        def act(session):
            session.welcome()
            while session.command() > 0:
                session.answer(b"\0on")
            session.close()
            left.set()
        device = self.fake(act, 2)
        tunnel = self.line(device.place, more="idle = 1\n")
        with dial(tunnel.port("porch")) as line:
            line.sendall(b"led on\n")
            self.assertEqual(line.recv(100), b"on\n")
            self.assertTrue(left.wait(PATIENCE))
            line.sendall(b"led state\n")        # a new session
            self.assertEqual(line.recv(100), b"on\n")
        self.assertEqual(device.served, 2)

    def test_a_unix_socket_has_the_wanted_mode_and_goes_at_the_end(self):
        path = self.path("porch.sock")
        pid = self.path("pid")
        tunnel = self.line(self.device(), accept=path, more="socket-mode = 0660\n", before=f"pid = {pid}\n")
        self.wait_until(lambda: os.path.exists(path))
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o660)
        self.wait_until(lambda: os.path.exists(pid))        # it listens too
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(PATIENCE)
            line.connect(path)
            line.sendall(b"led on\n")
            self.assertEqual(line.recv(100), b"on\n")
        self.assertEqual(tunnel.stop(), 0)
        self.assertFalse(os.path.exists(path))

    def test_a_device_with_the_signature_option_gets_the_grant_s_signature(self):
        modulus = self.write("modulus.hex", "".join(hex_lines(0x3EFC, section(PUBLIC_NUMBERS))), 0o644)
        tunnel = self.line(self.device("--modulus", modulus, program=os.environ["MSSL_SIGNING_DEVICE"]))
        self.assertEqual(self.ask(tunnel.port("porch"), b"led on\nled state\n"), b"on\non\n")

    def test_nc_and_the_access_log(self):
        port = self.port()
        done = subprocess.run(["nc", "-N", "127.0.0.1", str(port)], input=b"led on\n", capture_output=True,
                              timeout=PATIENCE)
        self.assertEqual(done.stdout, b"on\n")
        said = self.access("line", "porch command peer=127.0.0.1 task=led bytes=2 result=0")
        self.assertNotIn("on ", said.split("task=led")[1])


if __name__ == "__main__":
    unittest.main()
