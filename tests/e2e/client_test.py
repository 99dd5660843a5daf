#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""mssl as a person uses it, against the real firmware: names, ping, batch, watch, a
refusal explained, and a key log that opens what was said.

    client_test.py SOURCE BUILD FIRMWARE-FOLDER
"""

import json
import os
import re
import signal
import subprocess
import sys
import unittest

SOURCE, BUILD, FIRMWARE = sys.argv[1:4]
for folder in ("examples/demo", "tests/house"):
    sys.path.insert(0, os.path.join(SOURCE, folder))
import aes  # noqa: E402
from scene import PATIENCE, Scene  # noqa: E402

DONE, FORGED, CONNECTION, REFUSED, ARGUMENT = 0, 2, 3, 4, 6
PROGRAM = os.path.join(BUILD, "cli", "mssl")


class Client(unittest.TestCase):
    """One board for all: each test leaves it as it was."""

    @classmethod
    def setUpClass(cls):
        cls.scene = Scene(SOURCE, BUILD, FIRMWARE, "atmega168")
        cls.addClassCleanup(cls.scene.close)
        cls.scene.grant("alice", "--tasks", "led,uptime")
        cls.scene.grant("bob", "--tasks", "led", "--address", "10.0.2.3/32")
        cls.scene.boot()
        os.makedirs(cls.scene.path("mssl"))
        cls.config = cls.scene.path("mssl/config")
        with open(cls.config, "w", encoding="ascii") as file:
            for name, grant in (("porch", "alice"), ("bobs", "bob")):
                file.write(f"[{name}]\naddress = 127.0.0.1\nport = {cls.scene.board.port('A')}\ngrant = ../{grant}\n"
                           "authority = ../authority/authority.pub\ntimeout = 20\n")
        cls.env = dict(os.environ, XDG_CONFIG_HOME=cls.scene.folder.name)

    def mssl(self, code, *words, lines=""):
        done = subprocess.run([PROGRAM, *words], input=lines, capture_output=True, text=True, timeout=PATIENCE, env=self.env)
        self.assertEqual(done.returncode, code, (words, done.stdout, done.stderr))
        return done

    def test_a_name_and_a_task_switch_the_led(self):
        for state, level in (("on", "1"), ("off", "0")):
            since = self.scene.board.mark()
            self.assertEqual(self.mssl(DONE, "porch", "led", state).stdout, state + "\n")
            self.assertTrue(self.scene.board.wait(lambda e, level=level: e[1:] == ["pin", "PB1", level], since))

    def test_a_batch_runs_in_one_session(self):
        since = self.scene.board.mark()
        done = self.mssl(ARGUMENT, "exec", "--batch", "--keep-going", "--json", "porch",
                         lines="led on\nled off\nled maybe\nuptime\n")
        results = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([(o["line"], o["code"]) for o in results], [(1, 0), (2, 0), (3, 6), (4, 0)])
        self.assertRegex(results[3]["text"], r"\d")
        self.assertEqual([e[3] for e in self.scene.board.pins(since, "PB1")], ["1", "0"])

    def test_ping_measures_sessions_and_leaves_none(self):
        done = self.mssl(DONE, "ping", "-c", "2", "--json", "porch")
        *rounds, total = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual((len(rounds), total["tried"], total["answered"]), (2, 2, 2))
        self.assertTrue(all(0 < r["describe_ms"] and 0 < r["session_ms"] for r in rounds))
        self.mssl(DONE, "porch", "led", "state")

    def test_ping_tells_a_device_that_is_taken(self):
        with subprocess.Popen([PROGRAM, "exec", "--batch", "porch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              text=True, env=self.env) as other:
            other.stdin.write("led state\n")
            other.stdin.flush()
            self.assertEqual(other.stdout.readline(), "0 off\n")
            done = subprocess.run([PROGRAM, "ping", "-c", "1", "porch"], capture_output=True, timeout=PATIENCE, env=self.env)
            self.assertIn(done.returncode, (CONNECTION, REFUSED), done.stderr)
            other.stdin.close()
            self.assertEqual(other.wait(30), DONE)
        self.mssl(DONE, "porch", "led", "state")

    def test_watch_is_served_and_ends_by_a_close(self):
        with subprocess.Popen([PROGRAM, "watch", "--json", "porch"], stdout=subprocess.PIPE, text=True,
                              env=self.env) as process:
            self.assertEqual(json.loads(process.stdout.readline())["state"], "connected")
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(30), DONE)
        self.mssl(DONE, "porch", "led", "state")        # so the one session is free

    def test_a_refusal_is_explained(self):
        done = self.mssl(REFUSED, "exec", "--verbose", "bobs", "led", "on")
        self.assertRegex(done.stderr, "mssl: cause 1: this host's address is .*, and the grant of bob is for 10.0.2.3 ")

    def test_the_logged_key_is_the_sessions(self):
        log = self.scene.path("keys")
        done = self.mssl(DONE, "exec", "--verbose", "--keylog", log, "porch", "led", "state")
        with open(log, encoding="ascii") as file:
            nc, ns, key = re.fullmatch("MSSL_SESSION ([0-9a-f]{24}) ([0-9a-f]{24}) ([0-9a-f]{32})\n", file.read()).groups()
        hello, welcome = (re.search(f"^{what}: (.*)$", done.stderr, re.M)[1] for what in ("hello", "welcome"))
        self.assertEqual((hello[-24:], welcome[:24]), (nc, ns))
        self.assertEqual(welcome[24:], aes.seal(bytes.fromhex(key), 0, 0, b"").hex())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
