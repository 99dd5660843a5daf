#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The client against a server that breaks the rules of TUNNEL.md, one by one: its plain
side sees a reset, never an end, and the next connection is served."""

import os
import socket
import threading
import unittest
from pathlib import Path

from tunnel_fixture import END, PATIENCE, RESET, Service, TunnelTest, dial, read_all
from tunnel_host import OPEN, Server, data

OK = b"\0"
END_FRAME, LEAVE, ATTACH = b"\0\2", b"\0\5", b"\0\6"


def credit(n):
    return b"\0\4" + n.to_bytes(4, "big")


class Hostile(TunnelTest):
    def start(self, act, more="", **options):
        """A client whose server is act(Server) for each connection; the port to dial."""
        self.bad = Service(self, lambda line: self.run_act(act, line))
        self.near = self.client(self.bad.port, more=more, **options)
        return self.near

    def setUp(self):
        super().setUp()
        self.failures, self.renewals = [], 0
        self.addCleanup(lambda: self.assertEqual(self.failures, []))

    def run_act(self, act, line):
        try:
            act(Server(line))
        except EOFError:
            pass                # the client left without a close, as it may
        except AssertionError as failure:
            self.failures.append(failure)

    def opened(self, session):
        session.welcome()
        self.assertEqual(session.take()[:4], b"\0" + OPEN)
        session.answer(OK)

    def until_close(self, session):
        while session.command() > 0:
            pass
        session.close()

    def each(self, cases):
        """Sends each case's bytes or records; its stream must end as it says."""
        turn = iter(cases)

        def act(session):
            self.opened(session)
            self.assertEqual(session.take()[:3], b"\0" + data(b"x"))
            session.answer(OK)
            next(turn)[0](session)
            self.until_close(session)
        port = self.start(act).port("web")
        for count, (_, said) in enumerate(cases, 1):
            with dial(port) as line:
                line.sendall(b"x")
                self.assertEqual(read_all(line)[1], RESET, said)
            self.assertIn("end=" + said + " ", self.access("client", " stream ", count))

    def test_frames_that_break_a_rule_are_a_breach(self):
        frames = [(END_FRAME, END_FRAME), (END_FRAME, data(b"late")), (credit(0),), (credit(2),), (credit(0xFFFFFFFF),),
                  (OPEN,), (LEAVE,), (ATTACH + bytes(16),), (b"\0\7",), (b"\5hell\0!",), (b"\xff" + b"x" * 20,),
                  (b"\0\2\1",)]
        self.each([(lambda session, frames=frames: session.event(*frames), "breach") for frames in frames])

    def test_a_reset_of_any_reason_is_one(self):
        says = ["reset", "cut-by-server", "no-service", "idle", "breach", "server-ends", "reset"]
        self.each([(lambda session, reason=reason: session.event(b"\0\3" + bytes([reason]), data(b"late")), said)
                   for reason, said in [*enumerate(says), (255, "reset")]])

    def test_bytes_that_are_no_answer_cut_the_stream(self):
        def torn(session):
            session.line.sendall(session.seal(b"\x80" + data(b"x" * 100))[:40])
            session.line.shutdown(socket.SHUT_WR)

        def forged(session):
            record = bytearray(session.seal(b"\x80" + data(b"x" * 100)))
            record[-1] ^= 1
            session.line.sendall(record)
            session.line.shutdown(socket.SHUT_WR)

        def again(session):
            session.line.sendall(session.seal(b"\x80" + data(b"x")) * 2)
        self.each([(torn, "cut"), (forged, "cut"), (again, "cut"),
                   (lambda session: session.answer(OK), "cut"),             # to nothing that was asked
                   (lambda session: session.line.sendall(b"\x09" + bytes(200)), "cut"),
                   (lambda session: session.close(), "cut")])

    def test_any_status_but_0_cuts_the_stream(self):
        says = ["no-such-task", "not-permitted", "breach", "signature-wanted", "busy", "renewal-failed", "refused", "refused"]
        turn = iter((1, 2, 3, 4, 5, 6, 7, 127))

        def act(session):
            session.welcome()
            session.take()
            session.answer(bytes([next(turn)]))
            self.until_close(session)
        port = self.start(act).port("web")
        for count, said in enumerate(says, 1):
            with dial(port) as line:
                self.assertEqual(read_all(line), (b"", RESET))
            self.assertIn("end=" + said + " ", self.access("client", " stream ", count))

    def test_a_server_that_never_answers_is_left(self):
        def act(session):
            self.opened(session)
            session.line.recv(1000)
            self.until_close(session)
        with dial(self.start(act, "timeout = 3\n").port("web")) as line:
            line.sendall(b"x")
            self.assertEqual(read_all(line), (b"", RESET))
        self.access("client", "end=cut")

    def test_more_data_than_the_window_is_a_breach(self):
        def act(session):
            self.opened(session)
            for _ in range(40):
                session.event(*[data(b"x" * 126)] * 100)    # with no regard for credit
            self.until_close(session)
        self.start(act).port("web")
        config = Path(self.near.path).read_text(encoding="ascii")
        self.near.hangup(config.replace("accept = 127.0.0.1:0", f"accept = {self.path('plain')}"))
        with socket.socket(socket.AF_UNIX) as line:         # which takes 200 KB, and TCP megabytes
            line.settimeout(PATIENCE)
            line.connect(self.path("plain"))
            self.access("client", "end=breach")

    def test_events_of_another_task_are_none_of_the_stream_s(self):
        def act(session):
            self.opened(session)
            session.event(data(b"no"), END_FRAME, task=1)
            session.event(data(b"yes"), END_FRAME)
            self.assertEqual(session.take()[:3], b"\0" + END_FRAME)
            session.answer(OK)
            self.until_close(session)
        with dial(self.start(act).port("web")) as line:
            line.shutdown(socket.SHUT_WR)
            self.assertEqual(read_all(line), (b"yes", END))

    def test_a_kept_session_that_speaks_is_dropped(self):
        dropped = threading.Event()

        def act(session):
            self.opened(session)
            self.assertEqual(session.take()[:3], b"\0" + END_FRAME)
            session.answer(OK)
            session.event(END_FRAME)
            if self.bad.served == 1:
                self.access("client", "end=done")
                session.event(data(b"for nobody"))
                self.assertEqual(session.line.recv(1), b"")
                dropped.set()
        port = self.start(act, "keep = 1\n").port("web")
        for _ in range(2):
            with dial(port) as line:
                line.shutdown(socket.SHUT_WR)
                self.assertEqual(read_all(line), (b"", END))
            self.assertTrue(dropped.wait(PATIENCE))
        self.assertEqual(self.bad.served, 2)

    def renewal(self, left, attached, end):
        """A stream that must be renewed; left and attached answer LEAVE and ATTACH."""
        def act(session):
            if self.bad.served % 2 == 1:
                self.opened(session)
                session.event(*[data(b"x")] * 10)
                self.assertEqual(session.take()[:3], b"\0" + LEAVE)
                left(session)
            else:
                session.welcome()
                self.assertEqual(session.take()[:2], b"\x1d\0")     # describe
                session.answer(OK + b"\xc8\1\0\0\0\0")
                if attached is not None:
                    self.assertEqual(session.take()[:19], b"\0" + ATTACH + self.id)
                    attached(session)
            self.until_close(session)
        self.id = os.urandom(16)
        with dial(self.start(act, "renew = 8\n").port("web")) as line:
            self.assertEqual(read_all(line), (b"x" * 10, RESET))
        self.renewals += 1
        self.assertIn("end=" + end + " ", self.access("client", " stream ", self.renewals))
        self.near.kill()

    def test_leave_that_is_not_answered_by_an_id_cuts_the_stream(self):
        for answer in (OK, OK + bytes(15), b"\6", b"\3" + bytes(16)):
            self.renewal(lambda session, answer=answer: session.answer(answer), None, "renewal-failed")

    def test_what_fails_between_leave_and_attach_cuts_the_stream(self):
        def leave(session):
            session.answer(OK + self.id)
        self.renewal(lambda session: session.event(b"\0\3\1"), None, "cut-by-server")
        self.renewal(leave, lambda session: session.answer(b"\6"), "renewal-failed")
        self.renewal(leave, lambda session: session.event(b"\0\3\4"), "breach")
        self.renewal(leave, lambda session: session.close(), "cut")


if __name__ == "__main__":
    unittest.main()
