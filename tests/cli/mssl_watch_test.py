#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""mssl watch: events as they come, through lost sessions too. PROTOCOL 7.3, 8"""

import json
import signal
import subprocess
import time
import unittest

from mssl_fixture import (CONNECTION, DONE, FORGED, LED, PROGRAM, REFUSED, UNWRITTEN, USAGE, UPTIME, MsslTest)

SELF = b"\0\1\2\0\0\0\0"


class Watch(MsslTest):
    def acts(self, *acts):
        """A device that answers the describe of each session, and then acts; what came at its end."""
        waiting, self.last, self.began = list(acts), [], []

        def whole(s):
            self.began.append(time.monotonic())
            s.welcome()
            s.take()
            s.answer(SELF)
            waiting.pop(0)(s)
        return self.fake(whole, len(acts))

    def ends(self, s):
        """Waits for the host's authenticated close."""
        self.last.append(s.take())
        s.close()

    def watch(self, *words):
        process = subprocess.Popen([PROGRAM, "watch", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   env=self.environment())
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        return process

    def test_events_of_a_device_come_with_their_time(self):
        done = self.expect(DONE, "watch", "-c", "3", self.grant(), self.device("--event-ms", 50))
        lines = done.stdout.decode().splitlines()
        self.assertEqual(len(lines), 3)
        for line in lines:
            self.assertRegex(line, r"^2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\dZ uptime: tick$")

    def test_json_gives_an_object_for_each_event(self):
        done = self.expect(DONE, "watch", "--json", "--count", "2", self.grant(), self.device("--event-ms", 50))
        state, *events = map(json.loads, done.stdout.decode().splitlines())
        self.assertEqual((state["device"], state["state"]), ("porch", "connected"))
        self.assertEqual(len(events), 2)
        for event in events:
            self.assertRegex(event.pop("time"), "^2.*Z$")
            self.assertEqual(event, {"device": "porch", "task": 3, "event": "uptime", "text": "tick", "hex": b"tick".hex()})

    def test_control_bytes_of_an_event_are_escaped(self):
        def act(s):
            s.answer(b"\x81\x1b[2J\\")
            self.ends(s)
        done = self.expect(DONE, "watch", "-c", "1", self.grant(), self.acts(act).place)
        self.assertTrue(done.stdout.endswith(b" led: \\x1b[2J\\\\\n"), done.stdout)

    def test_an_event_before_the_answer_to_describe_counts(self):
        def act(s):
            s.welcome()
            s.take()
            s.answer(b"\x83early")
            s.answer(SELF)
            self.ends(s)
        self.last = []
        done = self.expect(DONE, "watch", "-c", "1", self.grant(), self.fake(act).place)
        self.assertIn(b"uptime: early", done.stdout)

    def test_a_signal_ends_it_with_an_authenticated_close(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            fake = self.acts(lambda s: (s.answer(b"\x83tick"), self.ends(s)))
            process = self.watch(self.grant(), fake.place)
            self.assertIn("tick", process.stdout.readline())
            process.send_signal(number)
            self.assertEqual(process.wait(30), DONE)
            fake.thread.join(30)
            self.assertEqual((self.last, process.stderr.read()), ([b""], ""))

    def test_it_connects_again_after_a_random_pause(self):
        """M-8.14"""
        grant = self.grant()
        fake = self.acts(lambda s: s.answer(b"\x83one"), lambda s: (s.answer(b"\x83two"), s.close()),
                         lambda s: (s.answer(b"\x83three"), self.ends(s)))
        done = self.expect(DONE, "watch", "-c", "3", grant, fake.place)
        self.assertEqual([line.split()[-1] for line in done.stdout.splitlines()], [b"one", b"two", b"three"])
        self.assertEqual(done.stderr.count(b"mssl: porch: connected again\n"), 2)
        self.assertIn(b"the device closed the session", done.stderr)
        for before, after in zip(self.began, self.began[1:]):
            self.assertGreater(after - before, 0.29)
            self.assertLess(after - before, 10)
        fake.thread.join(30)
        self.assertEqual(self.last, [b""])

    def test_a_device_that_refuses_for_a_while_is_waited_for(self):
        def shut(s):
            s.hello()
        waiting = [lambda s: None, shut, shut, shut, lambda s: (s.answer(b"\x83back"), self.ends(s))]
        self.last = []

        def act(s):
            now = waiting.pop(0)
            if now is shut:
                return now(s)
            s.welcome()
            s.take()
            s.answer(SELF)
            return now(s)
        done = self.expect(DONE, "watch", "-c", "1", self.grant(), self.fake(act, 5).place)
        self.assertIn(b"uptime: back", done.stdout)
        self.assertEqual(waiting, [])

    def test_a_first_session_that_fails_ends_it(self):
        self.expect(CONNECTION, "watch", self.grant(), "127.0.0.1:9", out="")
        self.expect(REFUSED, "watch", self.grant(device=2), self.device(), out="")

    def test_a_device_that_lost_its_key_meanwhile_ends_it(self):
        sessions = []

        def act(s):
            sessions.append(s)
            s.hello()
            if len(sessions) == 2:
                s.key = bytes(16)
            s.line.sendall(s.ns + s.seal(b""))
            if len(sessions) == 1:
                s.take()
                s.answer(SELF)
            else:
                s.line.recv(1)
        fake = self.fake(act, 3)
        self.expect(FORGED, "watch", self.grant(), fake.place, out="")
        self.assertEqual(fake.served, 2)

    def test_a_forged_record_shows_nothing_and_leads_to_a_new_session(self):
        def forge(s):
            record = bytearray(s.seal(b"\x83forged"))
            record[3] ^= 1
            s.line.sendall(record)
            s.line.recv(1)
        fake = self.acts(forge, lambda s: (s.answer(b"\x83true"), self.ends(s)))
        done = self.expect(DONE, "watch", "-c", "1", self.grant(), fake.place)
        self.assertIn(b"uptime: true", done.stdout)
        self.assertEqual(done.stdout.count(b"\n"), 1)

    def test_an_output_that_is_full_ends_it(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([PROGRAM, "watch", self.grant(), self.device("--event-ms", 50)], stdout=full,
                                  stderr=subprocess.PIPE, timeout=60, env=self.environment())
        self.assertEqual(done.returncode, UNWRITTEN, done.stderr)

    def test_a_grant_without_the_task_sees_none_of_its_events(self):
        """M-7.12"""
        device = self.device("--event-ms", 50)
        process = self.watch("--json", self.grant("led.grant", tasks=LED), device)
        self.assertIn("connected", process.stdout.readline())
        self.expect(DONE, "watch", "-c", "9", self.grant(), device)     # who may see them does
        process.send_signal(signal.SIGTERM)
        self.assertEqual((process.wait(30), process.stdout.read()), (DONE, ""))

    def test_bad_words_are_refused(self):
        self.expect(USAGE, "watch", self.grant())
        self.expect(USAGE, "watch", "-i", "1", self.grant(tasks=UPTIME), "127.0.0.1:9", says="not an option")


if __name__ == "__main__":
    unittest.main()
