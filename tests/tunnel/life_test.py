#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Configs and their errors, reload, drain, socket activation, what systemd is told."""

import os
import socket
import subprocess
import sys
import unittest
from pathlib import Path

from tunnel_fixture import (END, PATIENCE, PROGRAM, RESET, Service, Tunnel, TunnelTest, dial, echo, image, read_all,
                            stream_block, stream_grant)

# What systemd does: the sockets at 3 and 4, and the process's own number.
LAUNCH = """import os, sys
os.dup2(int(sys.argv[1]), 4)
os.dup2(4, 3)
os.environ["LISTEN_PID"] = str(os.getpid())
os.execv(sys.argv[2], sys.argv[2:])"""
GOOD = "[web]\nmode = server\naccept = 127.0.0.1:0\nconnect = 127.0.0.1:9\n"


class Config(TunnelTest):
    def check(self, text, says=None):
        path = self.write("check.conf", text)
        done = subprocess.run([PROGRAM, "tunnel", "--check", path], capture_output=True, text=True, timeout=PATIENCE,
                              env=self.environment())
        if says is None:
            self.assertEqual((done.returncode, done.stderr), (0, ""))
        else:
            self.assertEqual(done.returncode, 1, text)
            self.assertIn(says, done.stderr)

    def test_every_error_names_its_line(self):
        for text, says in (
                ("", "no service"),
                ("\n\nfoo\n", "line 3: neither [NAME] nor NAME = VALUE"),
                ("colour = red\n", "line 1: no such option before"),
                ("# c\n; c\n" + GOOD + "colour = red\n", "line 7: no such option of a service"),
                ("store = a\nstore = b\n", "line 2: this option was given already"),
                ("store =\n", "line 1: the value is missing"),
                ("[web\n", "line 1: a section is [NAME]"),
                ("[We b]\n", "line 1: a service's name is"),
                ("[" + "a" * 33 + "]\n", "line 1: a service's name is"),
                (GOOD + "[web]\n", "line 5: this service is there already"),
                ("drain = soon\n", "line 1: no number"),
                ("drain = -1\n", "line 1: no number"),
                ("drain = 99999999999999999999\n", "line 1: out of range"),
                ("[a]\nrenew = 7\n", "line 2: out of range"),
                ("[a]\nrenew = 65001\n", "line 2: out of range"),
                ("[a]\nsocket-mode = 0888\n", "line 2: no octal number"),
                ("[a]\naccept = [::1]:80\n", "line 2: an IPv6 address"),
                ("[a]\naccept = localhost:80\n", "line 2: no IPv4 address"),
                ("[a]\naccept = 1.2.3.4:65536\n", "line 2: the port is not"),
                ("[a]\naccept = /" + "a" * 120 + "\n", "line 2: the path of a Unix socket"),
                ("store = " + "a" * 300 + "\n", "line 1: too long"),
                ("[a]\n" + "x" * 600 + "\n", "line 2: too long"),
                ("level = loud\n" + GOOD, "level is not"),
                ("\n[a]\nmode = both\n", "line 2: [a] mode is not line, client or server"),
                ("[a]\nmode = server\n", "line 1: [a] accept is missing"),
                ("[a]\nmode = server\naccept = 1\n", "line 1: [a] connect is missing"),
                (GOOD, "line 1: [web] a server needs store"),
                ("store = s\n" + GOOD + "grant = g\n", "line 2: [web] a server has no grant"),
                ("store = s\n" + GOOD + "task = led\n", "line 2: [web] task: not stream"),
                ("store = s\n" + GOOD.replace("127.0.0.1:0", "/x"), "line 2: [web] accept of a server is an IPv4"),
                ("store = s\n" + GOOD.replace("127.0.0.1:0", "fd:x") + GOOD.replace("127.0.0.1:0", "fd:x").replace("web", "b"),
                 "line 6: [b] accept: another service has this socket"),
                ("[a]\nmode = line\naccept = 1\nconnect = 127.0.0.1\n", "line 1: [a] grant is missing"),
                ("[a]\nmode = line\naccept = 1\nconnect = 127.0.0.1\ngrant = g\n", "no authority"),
                ("x\0y", "not a text")):
            self.check(text, says)

    def test_grants_and_their_signatures_are_checked(self):
        head = f"authority = {self.authority}\n[a]\nmode = client\naccept = 1\nconnect = 127.0.0.1\ngrant = g\n"
        self.check(head, "g: No such file")
        self.write("g", stream_grant(stream_block()), 0o644)
        self.check(head, "chmod 600")
        self.write("g", stream_grant(stream_block()))
        self.check(head)
        self.check(head + "task = led\n", "the grant's task table has no such name")
        text = stream_grant(stream_block())
        at = text.index("signature: ") + 30
        self.write("g", text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1:])
        self.check(head, "not signed by this authority")
        self.check(head.replace("connect = 127.0.0.1", "connect = nobody.invalid"), "line 2: [a] ")

    def test_usage(self):
        for words in ((), ("a", "b"), ("--what", "a")):
            done = subprocess.run([PROGRAM, "tunnel", *words], capture_output=True, text=True, timeout=PATIENCE,
                                  env=self.environment())
            self.assertEqual(done.returncode, 1)
            self.assertIn("mssl: ", done.stderr)
        done = subprocess.run([PROGRAM, "tunnel", "--help"], capture_output=True, text=True, timeout=PATIENCE,
                              env=self.environment())
        self.assertIn("usage: mssl tunnel", done.stdout)

    def test_a_place_that_is_taken_is_an_error(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            self.write("store.hex", image())
            tunnel = Tunnel(self, f"store = store.hex\n{GOOD.replace(':0', ':%d' % other.getsockname()[1])}")
            self.assertEqual(tunnel.process.wait(PATIENCE), 1)
            tunnel.wait_for("can't listen at")

    def test_a_log_that_can_t_be_opened_is_named(self):
        self.write("store.hex", image())
        for option in ("log", "access"):
            tunnel = Tunnel(self, f"store = store.hex\n{option} = nowhere/{option}.log\n{GOOD}")
            self.assertEqual(tunnel.process.wait(PATIENCE), 1)
            tunnel.wait_for(self.path(f"nowhere/{option}.log: No such file"))


class Life(TunnelTest):
    def test_a_reload_changes_what_comes_and_leaves_what_runs(self):
        port = self.pair()
        second = Service(self, lambda line: line.sendall(b"second"))
        with dial(port) as line:
            line.sendall(b"one")
            self.assertEqual(line.recv(10), b"one")
            old = open(self.far.path, encoding="ascii")
            text = old.read()
            old.close()
            self.far.hangup(text.replace(f"127.0.0.1:{self.plain.port}", f"127.0.0.1:{second.port}"))
            self.near.hangup()
            line.sendall(b"two")
            self.assertEqual(line.recv(10), b"two")
            with dial(port) as other:
                self.assertEqual(read_all(other), (b"second", END))
            # An error changes nothing.
            self.far.hangup("nonsense", says="not reloaded")
            with dial(port) as other:
                self.assertEqual(read_all(other), (b"second", END))
            # A service that is gone takes nobody new.
            self.far.hangup(text.replace("[web]", "[other]"))
            self.far.wait_for("reloaded", 3)
            line.sendall(b"three")
            self.assertEqual(line.recv(10), b"three")

    def test_a_server_may_come_with_a_reload_and_needs_a_store_then(self):
        self.plain = Service(self, echo)
        self.write("stream.grant", stream_grant(stream_block()))
        client = (f"authority = {self.authority}\nstore = store.hex\n[spare]\nmode = client\naccept = 127.0.0.1:0\n"
                  "connect = 127.0.0.1:9\ngrant = stream.grant\n")
        tunnel = Tunnel(self, client)
        tunnel.port("spare")
        both = client + GOOD.replace(":9", f":{self.plain.port}")
        tunnel.hangup(both, says="not reloaded")
        tunnel.wait_for("store.hex: No such file")
        self.write("store.hex", image())
        tunnel.hangup(both)
        near = self.client(tunnel.port("web"))
        with dial(near.port("web")) as line:
            line.sendall(b"x")
            self.assertEqual(line.recv(1), b"x")
            tunnel.hangup(both.replace("store = store.hex", "store = other.hex"))
            tunnel.wait_for("store has changed")
            line.sendall(b"y")
            self.assertEqual(line.recv(1), b"y")

    def test_a_reload_that_fails_leaves_logs_and_store_as_they_were(self):
        near = self.client(9)
        near.port("web")
        both = f"store = store.hex\n{Path(near.path).read_text(encoding='ascii')}" + GOOD.replace("[web]", "[far]")
        near.hangup("log = other.log\n" + both, says="not reloaded")        # for want of a store
        self.assertFalse(os.path.exists(self.path("other.log")))
        self.write("store.hex", image())
        near.hangup("log = nowhere/other.log\n" + both, says="not reloaded")
        self.server("127.0.0.1:9").port("web")          # the store is held by nobody

    def test_a_service_that_was_taken_out_refuses_and_logs_are_opened_anew(self):
        port = self.pair()
        with open(self.near.path, encoding="ascii") as file:
            text = file.read()
        os.rename(self.path("access-client.log"), self.path("rotated.log"))
        spare = text.split("[web]")[0] + "[spare]" + text.split("[web]")[1]
        self.near.hangup(spare.replace("accept = 127.0.0.1:0", "accept = /" + self.path("s").lstrip("/")))
        with self.assertRaises(ConnectionRefusedError):
            dial(port)
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(PATIENCE)
            line.connect(self.path("s"))
            line.sendall(b"x")
            self.assertEqual(line.recv(1), b"x")
        self.access("client", "spare stream peer=unix")

    def test_a_term_lets_streams_finish_and_a_second_one_cuts_them(self):
        port = self.pair()
        line = dial(port)
        line.sendall(b"one")
        self.assertEqual(line.recv(10), b"one")
        self.near.process.terminate()
        self.near.wait_for("ending")
        with self.assertRaises(OSError):
            dial(port)
        line.sendall(b"two")
        self.assertEqual(line.recv(10), b"two")
        line.shutdown(socket.SHUT_WR)
        self.assertEqual(read_all(line), (b"", END))
        line.close()
        self.assertEqual(self.near.process.wait(PATIENCE), 0)
        near = self.client(self.far.port("web"), name="second")
        with dial(near.port("web")) as line:
            line.sendall(b"one")
            self.assertEqual(line.recv(10), b"one")
            self.far.process.terminate()
            self.far.wait_for("ending")
            self.far.process.terminate()
            self.assertEqual(read_all(line), (b"", RESET))
        self.assertEqual(self.far.process.wait(PATIENCE), 0)
        self.access("server", "end=shutdown")

    def test_a_drain_has_an_end(self):
        self.plain = Service(self, echo)
        self.far = self.server(f"127.0.0.1:{self.plain.port}")
        self.near = self.client(self.far.port("web"), before="drain = 1\n")
        with dial(self.near.port("web")) as line:
            line.sendall(b"one")
            self.assertEqual(line.recv(10), b"one")
            self.assertEqual(self.near.stop(), 0)
            self.assertEqual(read_all(line), (b"", RESET))

    def test_sockets_passed_in_and_what_systemd_hears(self):
        self.plain = Service(self, echo)
        self.far = self.server(f"127.0.0.1:{self.plain.port}")
        self.write("stream.grant", stream_grant(stream_block()))
        notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        notify.settimeout(PATIENCE)
        notify.bind(self.path("notify"))
        with socket.create_server(("127.0.0.1", 0)) as passed:
            near = Tunnel(self, f"authority = {self.authority}\n[web]\nmode = client\naccept = fd:web\n"
                          f"connect = 127.0.0.1:{self.far.port('web')}\ngrant = stream.grant\n", "passed",
                          words=[sys.executable, "-c", LAUNCH, str(passed.fileno()), PROGRAM, "tunnel"],
                          env={**self.environment(), "LISTEN_FDS": "2", "LISTEN_FDNAMES": "other:web",
                               "NOTIFY_SOCKET": self.path("notify")}, pass_fds=(passed.fileno(),))
            self.assertEqual(notify.recv(100), b"READY=1")
            with dial(passed.getsockname()[1]) as line:
                line.sendall(b"x")
                self.assertEqual(line.recv(10), b"x")
            # As it is, without it, and again: nothing else was opened in its place.
            config = Path(near.path).read_text(encoding="ascii")
            for text in (config, config.replace("fd:web", "127.0.0.1:0"), config):
                near.hangup(text)
                self.assertEqual(notify.recv(100), b"RELOADING=1")
                self.assertEqual(notify.recv(100), b"READY=1")
            with dial(passed.getsockname()[1]) as line:
                line.sendall(b"y")
                self.assertEqual(line.recv(10), b"y")
            self.assertEqual(near.stop(), 0)
            self.assertEqual(notify.recv(100), b"STOPPING=1")
        notify.close()

    def test_a_service_on_a_unix_socket_and_a_stale_socket_file(self):
        Service(self, echo, socket.AF_UNIX, self.path("plain.sock"))
        far = self.server(self.path("plain.sock"))
        with socket.socket(socket.AF_UNIX) as stale:
            stale.bind(self.path("near.sock"))
        self.write("stream.grant", stream_grant(stream_block()))
        Tunnel(self, f"authority = {self.authority}\npid = near.pid\n[web]\nmode = client\naccept = {self.path('near.sock')}\n"
               f"connect = 127.0.0.1:{far.port('web')}\ngrant = stream.grant\n", "near")
        self.wait_until(lambda: os.path.exists(self.path("near.pid")))
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(PATIENCE)
            line.connect(self.path("near.sock"))
            line.sendall(b"x")
            line.shutdown(socket.SHUT_WR)
            self.assertEqual(read_all(line), (b"x", END))


if __name__ == "__main__":
    unittest.main()
