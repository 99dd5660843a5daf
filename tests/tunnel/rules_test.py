#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The server against a host that breaks the rules of TUNNEL.md, one by one."""

import os
import socket
import threading
import time
import unittest
from pathlib import Path

from tunnel_fixture import RESET, Service, Tunnel, TunnelTest, dial, echo, image, read_all, stream_block
from tunnel_host import LEAVE, OPEN, Host, Refused, data

OK, UNKNOWN, DENIED, ARGUMENT, SIGNATURE, BUSY, FAILED = range(7)
END, BREACH = b"\0\2", b"\0\3\4"
CREDIT_ALL = b"\0\4" + (16384).to_bytes(4, "big")


class Rules(TunnelTest):
    def setUp(self):
        super().setUp()
        self.plain = Service(self, echo)
        self.far = self.server(f"127.0.0.1:{self.plain.port}", more="timeout = 30\n")
        self.port = self.far.port("web")

    def host(self, **fields):
        host = Host(self.port, stream_block(**fields))
        self.addCleanup(host.close)
        return host

    def test_an_honest_stream_comes_back(self):
        host = self.host()
        self.assertEqual(host.ask(OPEN)[0], OK)
        self.assertEqual(host.ask(data(b"hello"))[0], OK)
        self.assertEqual(host.event()[:6], data(b"hello"))
        self.assertEqual(host.ask(END)[0], OK)
        self.assertEqual(host.event()[:2], END)
        host.send(b"")
        self.assertEqual(host.take(), b"")      # the close, answered

    def test_frames_of_no_stream_fail_and_change_nothing(self):
        host = self.host()
        for frame in (data(b"x"), END, LEAVE, b"\0\3\1", b"\0\4\0\0\0\1"):
            self.assertEqual(host.ask(frame)[0], FAILED, frame)
        self.assertEqual(host.ask(OPEN)[0], OK)

    def test_what_is_no_frame_is_refused(self):
        host = self.host()
        self.assertEqual(host.ask(OPEN)[0], OK)
        for frame in (b"\0\7", b"\0\0", bytes([127]) + b"x" * 126, b"\5hell\0!", b"\0\2\1", b"\0\4\0\0\0\1\1",
                      b"\xff" + b"x" * 20):
            self.assertEqual(host.ask(frame)[0], ARGUMENT, frame)

    def test_another_version_or_a_second_open_is_refused(self):
        host = self.host()
        self.assertEqual(host.ask(b"\0\1\2")[0], ARGUMENT)
        self.assertEqual(host.ask(OPEN)[0], OK)
        self.assertEqual(host.ask(OPEN)[0], ARGUMENT)
        self.assertEqual(host.event()[:3], BREACH)

    def test_another_task_is_another_service_s(self):
        host = self.host(tasks=0b11)
        self.assertEqual(host.ask(OPEN, task=1)[0], UNKNOWN)
        self.assertEqual(host.ask(OPEN, task=2)[0], DENIED)
        self.assertEqual(self.host(tasks=0b10).ask(OPEN)[0], DENIED)

    def test_a_grant_bound_to_a_mac_is_refused(self):
        for length, mac in (1, bytes(6)), (6, bytes(6)), (6, b"\xff" * 6):
            block = bytearray(stream_block())
            block[8:10], block[16:22] = bytes([length, 4]), mac
            with self.assertRaises(Refused):
                Host(self.port, bytes(block))
        self.assertEqual(self.host().ask(OPEN)[0], OK)

    def breach(self, *frames):
        host = self.host()
        host.send(OPEN, *frames)
        said = [host.answer()[0] for _ in range(1 + len(frames))]
        self.assertIn(ARGUMENT, said)
        events = []
        while not events or events[-1][:2] != b"\0\3":
            events.append(host.event())
        self.assertEqual(events[-1][:3], BREACH)
        self.assertEqual(host.ask(data(b"late"))[0], FAILED)
        self.assertEqual(host.ask(OPEN)[0], OK)     # the session is good for another

    def test_data_after_an_end_is_a_breach(self):
        self.breach(END, data(b"more"))

    def test_more_credit_than_there_is_data_is_a_breach(self):
        self.breach(CREDIT_ALL)
        self.breach(b"\0\4\0\0\0\0")

    def test_more_data_than_the_window_is_a_breach(self):
        done = threading.Event()
        # A Unix socket: the kernel takes 200 KB, and megabytes of a TCP connection.
        Service(self, lambda line: done.wait(60), socket.AF_UNIX, self.path("plain"))
        self.addCleanup(done.set)
        self.write("unix.hex", image())
        far = Tunnel(self, f"store = unix.hex\n[web]\nmode = server\naccept = 127.0.0.1:0\n"
                     f"connect = {self.path('plain')}\n", "unix")
        host = Host(far.port("web"), stream_block())
        self.addCleanup(host.close)
        self.assertEqual(host.ask(OPEN)[0], OK)
        status, sent, late = OK, 0, 0
        while status != FAILED and late < 2 and sent < 2_000_000:
            late += status != OK
            host.send(*[data(b"x" * 126)] * 200)        # with no regard for credit
            for _ in range(200):
                status = max(status, host.answer()[0])
            sent += 200 * 126
        self.assertEqual(status, FAILED)                # ARGUMENT until its chunk's end, then there is no stream
        self.assertTrue(any(event[:3] == BREACH for event in host.events))

    def parked(self, **fields):
        host = self.host(**fields)
        self.assertEqual(host.ask(OPEN)[0], OK)
        status, answer = host.ask(LEAVE)
        self.assertEqual(status, OK)
        return b"\0\6" + answer[:16]

    def test_a_stream_is_taken_up_once_by_who_left_it(self):
        attach = self.parked()
        self.assertEqual(self.host().ask(attach[:-1] + bytes([attach[-1] ^ 1]))[0], FAILED)
        self.assertEqual(self.host(slot=1).ask(attach)[0], FAILED)
        self.assertEqual(self.host(host="mallory").ask(attach)[0], FAILED)
        host = self.host()
        self.assertEqual(host.ask(attach)[0], OK)
        self.assertEqual(self.host().ask(attach)[0], FAILED)
        self.assertEqual(host.ask(data(b"on"))[0], OK)
        self.assertEqual(host.event()[:3], data(b"on"))
        self.assertEqual(self.plain.came(), 1)

    def test_a_stream_that_nobody_takes_up_is_cut(self):
        config = Path(self.far.path).read_text(encoding="ascii")
        self.far.hangup(config.replace("timeout = 30", "timeout = 1"))
        attach = self.parked()
        self.access("server", "end=not-taken-up")
        self.assertEqual(self.host().ask(attach)[0], FAILED)

    def test_what_follows_leave_fails_and_the_stream_goes_on(self):
        host = self.host()
        host.send(OPEN, data(b"a"), LEAVE, LEAVE, data(b"b"), END, b"\0\3\1")
        answers = [host.answer() for _ in range(7)]
        self.assertEqual([status for status, _ in answers], [OK, OK, OK, FAILED, FAILED, FAILED, FAILED])
        second = self.host()
        self.assertEqual(second.ask(b"\0\6" + answers[2][1][:16])[0], OK)
        self.assertEqual(second.ask(data(b"c"))[0], OK)
        came = b"".join(event[1:1 + event[0]] for event in host.events)
        while len(came) < 2:
            event = second.event()
            came += event[1:1 + event[0]]
        self.assertEqual(came, b"ac")

    def test_guessed_ids_take_nothing(self):
        attach, other = self.parked(), self.host()
        other.send(*[b"\0\6" + os.urandom(16) for _ in range(500)], b"\0\6" + bytes(16))
        self.assertEqual({other.answer()[0] for _ in range(501)}, {FAILED})
        self.assertEqual(self.host().ask(attach)[0], OK)

    def test_an_attach_beside_a_stream_is_a_breach(self):
        attach, other = self.parked(), self.host()
        self.assertEqual(other.ask(OPEN)[0], OK)
        self.assertEqual(other.ask(attach)[0], ARGUMENT)
        self.assertEqual(other.event()[:3], BREACH)
        self.assertEqual(other.ask(attach)[0], OK)      # it is still there

    def test_a_hello_is_taken_once_and_no_record_before_welcome(self):
        hello = bytes([44]) + stream_block() + bytes(12)
        for more in (hello, b"\x08" + bytes(16), b"\0" + bytes(8), b"\x09", b"\xff" * 200):
            with dial(self.port) as line:
                line.sendall(hello + more)
                self.assertIn(len(read_all(line)[0]), (0, 21))      # a reset may overtake WELCOME
            with dial(self.port) as line:
                line.sendall(hello)
                self.assertEqual(len(line.recv(100)), 21)
                line.sendall(more)
                self.assertEqual(read_all(line)[0], b"")
        self.assertEqual(self.plain.came(), 0)

    def test_who_asks_and_never_reads_is_heard_no_more_until_it_reads(self):
        host = Host(self.port, stream_block(), room=4096)
        self.addCleanup(host.close)
        count, rest, before = 0, b"", self.far.memory_kb()
        host.line.settimeout(2)
        with self.assertRaises(TimeoutError):
            while count < 60_000:
                rest += b"".join(host.seal(b"\x1d\1\0") for _ in range(100))     # describe: 17 bytes for 73
                count += 100
                rest = rest[host.line.send(rest):]
        self.assertLess(self.far.memory_kb() - before, 500)
        host.line.settimeout(60)
        sender = threading.Thread(target=host.line.sendall, args=(rest,))
        sender.start()
        self.assertEqual({host.answer() for _ in range(count)}, {(OK, b"stream a byte stream: docs/TUNNEL.md".ljust(63, b"\0"))})
        sender.join()

    def test_two_ids_never_agree(self):
        self.assertEqual(len({self.parked() for _ in range(8)}), 8)

    def test_a_session_that_is_cut_cuts_its_stream(self):
        seen = []
        self.plain.act = lambda line: seen.append(read_all(line)[1])
        host = self.host()
        self.assertEqual(host.ask(OPEN)[0], OK)
        host.close()
        self.access("server", "end=cut")
        self.assertEqual(self.wait_until(lambda: seen), [RESET])

    def test_a_record_split_into_bytes_is_one(self):
        host = self.host()
        for byte in host.seal(b"\0" + OPEN):
            host.line.sendall(bytes([byte]))
            time.sleep(0.002)
        self.assertEqual(host.answer()[0], OK)

    def test_a_replayed_or_forged_record_ends_the_session_without_a_word(self):
        host = self.host()
        record = host.seal(b"\0" + OPEN)
        host.line.sendall(record)
        self.assertEqual(host.answer()[0], OK)
        host.line.sendall(record)
        with self.assertRaises((Refused, OSError)):
            host.take()

    def test_a_store_from_a_backup_repeats_no_nonce(self):
        nc, first = b"n" * 12, set()
        for name in ("one", "two"):
            self.write("store.hex", image())
            self.far.stop()
            self.far = self.server("127.0.0.1:9", name=name)
            with Host(self.far.port("web"), stream_block(), nc=nc) as host:
                first.add(host.ns)
        self.assertEqual(len(first), 2)
        self.assertNotEqual(image(), Path(self.path("store.hex")).read_text(encoding="ascii"))
        self.assertEqual(os.stat(self.path("store.hex")).st_mode & 0o777, 0o600)


if __name__ == "__main__":
    unittest.main()
