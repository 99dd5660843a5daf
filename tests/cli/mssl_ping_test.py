#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""mssl ping: authenticated round trips."""

import json
import re
import signal
import subprocess
import unittest

from mssl_fixture import CONNECTION, DONE, FORGED, PROGRAM, REFUSED, USAGE, MsslTest

ROUND = r"porch \(127\.0\.0\.1:\d+\): seq=(\d+) session=(\d+\.\d{3}) ms describe=(\d+\.\d{3}) ms\n"
TIMES = r"session  min/avg/max = ([\d.]+)/([\d.]+)/([\d.]+) ms\ndescribe min/avg/max = ([\d.]+)/([\d.]+)/([\d.]+) ms\n"


def whole(s):
    """A device that describes itself."""
    s.welcome()
    s.take()
    s.answer(b"\0\1\2\0\0\0\0")
    s.take()
    s.close()


def forged(s):
    s.hello()
    s.line.sendall(bytes(21))
    s.line.recv(1)


class Ping(MsslTest):
    def acts(self, *acts):
        waiting = list(acts)
        return self.fake(lambda s: waiting.pop(0)(s), len(acts))

    def test_each_round_is_a_session_with_its_times(self):
        done = self.expect(DONE, "ping", "-c", "2", self.grant(), self.device())
        match = re.fullmatch(ROUND * 2 + "--- porch: 2 tried, 2 answered\n" + TIMES, done.stdout.decode())
        self.assertTrue(match, done.stdout)
        numbers = [float(n) for n in match.groups()]
        self.assertEqual(numbers[0::3][:2], [1, 2])
        sessions, describes = (numbers[1], numbers[4]), (numbers[2], numbers[5])
        for i, seen in ((6, sessions), (9, describes)):
            self.assertEqual(numbers[i], min(seen))
            self.assertAlmostEqual(numbers[i + 1], sum(seen) / 2, places=2)
            self.assertEqual(numbers[i + 2], max(seen))
        self.assertGreater(min(numbers[6], numbers[9]), 0)

    def test_json_gives_an_object_a_round_and_the_sum(self):
        done = self.expect(REFUSED, "ping", "--json", "-c", "1", self.grant(device=2), self.device())
        first, total = map(json.loads, done.stdout.decode().splitlines())
        self.assertEqual((first["device"], first["seq"], first["error"]["code"]), ("porch", 1, REFUSED))
        self.assertEqual(total, {"device": "porch", "tried": 1, "answered": 0})
        done = self.expect(DONE, "ping", "--json", "-c", "1", self.grant(), self.device())
        first, total = map(json.loads, done.stdout.decode().splitlines())
        self.assertEqual(sorted(first), ["describe_ms", "device", "seq", "session_ms"])
        self.assertEqual(total["session_ms"], dict.fromkeys(("min", "avg", "max"), first["session_ms"]))
        self.assertEqual(total["describe_ms"]["avg"], first["describe_ms"])

    def test_one_answer_is_enough_and_each_failure_is_told(self):
        fake = self.acts(lambda s: s.hello(), whole)
        done = self.expect(DONE, "ping", "-c", "2", self.grant(), fake.place, says="closed")
        self.assertIn(b"seq=2 ", done.stdout)
        self.assertIn(b"--- porch: 2 tried, 1 answered\n", done.stdout)
        self.assertEqual(fake.served, 2)        # a refused round is not tried again

    def test_without_an_answer_the_last_failure_is_the_code(self):
        done = self.expect(CONNECTION, "ping", "-c", "2", self.grant(), "127.0.0.1:9", out="--- porch: 2 tried, 0 answered\n")
        self.assertEqual(done.stderr.count(b"\n"), 2)
        self.expect(REFUSED, "ping", "-c", "1", self.grant(), self.acts(lambda s: s.hello()).place)

    def test_an_impostor_is_never_well(self):
        fake = self.acts(whole, forged, whole)
        done = self.expect(FORGED, "ping", "-c", "3", self.grant(), fake.place)
        self.assertIn(b"3 tried, 2 answered", done.stdout)

    def test_an_answer_that_is_lost_late_or_forged_counts_as_none(self):
        """Describe changes nothing, so no outcome is unknown."""
        nothing = "--- porch: 1 tried, 0 answered\n"
        self.expect(CONNECTION, "ping", "-c", "1", self.grant(), self.acts(lambda s: (s.welcome(), s.take())).place,
                    out=nothing, says="without an authenticated close")
        self.expect(CONNECTION, "ping", "-c", "1", "--timeout", "1", self.grant(),
                    self.acts(lambda s: (s.welcome(), s.take(), s.line.recv(1))).place, out=nothing, says="no answer in time")
        self.expect(FORGED, "ping", "-c", "1", self.grant(),
                    self.acts(lambda s: (s.welcome(), s.take(), s.line.sendall(b"\x08" + bytes(16)), s.line.recv(1))).place,
                    out=nothing, says="forged")

    def test_without_a_count_a_signal_ends_it_with_the_sum(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with subprocess.Popen([PROGRAM, "ping", "-i", "60", self.grant(), self.device()], stdout=subprocess.PIPE,
                                  env=self.environment()) as process:
                first = process.stdout.readline()
                process.send_signal(number)
                rest = process.stdout.read()
                self.assertEqual(process.wait(30), DONE)
            self.assertRegex((first + rest).decode(), ROUND + "--- porch: 1 tried, 1 answered\n" + TIMES)

    def test_bad_numbers_are_refused(self):
        for words in (["-c", "0"], ["-c", "x"], ["-c", "-1"], ["-c"], ["-i", "0"], ["-i", "0.5"], ["--interval", "99999"]):
            self.expect(USAGE, "ping", self.grant(), "127.0.0.1:9", *words)
        self.expect(USAGE, "exec", "-c", "1", self.grant(), "127.0.0.1:9", "led", says="not an option of this command")


if __name__ == "__main__":
    unittest.main()
