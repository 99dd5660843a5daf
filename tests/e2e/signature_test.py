#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The firmware that checks signatures itself, on the virtual board, with an authority
whose exponent is 3 (the demo has 65537): enrolment through power cuts, and several
hosts that enrol one after another in sessions that stay open. PROTOCOL 10."""

import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import unittest

source, build, firmwares = sys.argv[1:4]
sys.path.insert(0, os.path.join(source, "examples", "demo"))
from board import Board  # noqa: E402

DONE, FORGED, NOT_RUN = 0, 2, 3
ENROLMENTS = range(52, 308)


class Signature(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.authority = self.path("authority")
        self.make("init", "--no-passphrase", "--exponent", "3")
        self.make("device", "add", "porch", "--ip", "10.0.2.15", "--tasks-table",
                  os.path.join(source, "firmware", "tasks.table"))
        for i in range(4):
            self.make("grant", f"host{i}", "--device", "porch", "--tasks", "led,uptime", "-o", self.path(f"host{i}"))

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def make(self, *words):
        subprocess.run([os.path.join(build, "cli", "mssl-authority"), "--dir", self.authority, *words],
                       check=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=60)

    def boot(self, chip, *options):
        self.make("device", "image", "porch", "-o", self.path("porch.hex"), "--modulus", self.path("modulus.hex"),
                  "--chip", chip)
        self.board = Board([os.path.join(build, "board", "mssl-board"), "--mcu", chip, "--firmware",
                            os.path.join(firmwares, chip, "firmware", "mssl-firmware-signature.elf"),
                            "--image", self.path("porch.hex"), "--eeprom", self.path("porch.eeprom"),
                            "--host", "A:0", *options])
        self.addCleanup(self.stop)
        self.assertIsNotNone(self.board.wait(lambda e: e[1] == "ready"))

    def stop(self):
        self.assertEqual(self.board.stop(), 0)

    def say(self, line):
        self.board.tell(line)

    def words(self, command, i, *rest):
        return [os.path.join(build, "cli", "mssl"), command, "--verbose", "--authority",
                self.authority + "/authority.pub", self.path(f"host{i}"), f"127.0.0.1:{self.board.port('A')}", *rest]

    def mssl(self, code, command, i, *rest, stdin=""):
        """Runs mssl; did the chip enrol the grant?"""
        done = subprocess.run(self.words(command, i, *rest), input=stdin, capture_output=True, text=True, timeout=90)
        self.assertEqual(done.returncode, code, (done.stdout, done.stderr))
        return "enrolled after" in done.stderr

    def digest(self, i):
        """SHA-256 of the grant: its first half is what the chip keeps."""
        with open(self.path(f"host{i}"), encoding="ascii") as file:
            block = next(line.split()[1] for line in file if line.startswith("grant: "))
        return hashlib.sha256(bytes.fromhex(block)).digest()

    def stored(self, since):
        return [int(e[2]) for e in self.board.told(since, "eeprom", "torn") if int(e[2]) in ENROLMENTS]

    def test_a_power_cut_during_the_store_enrols_nobody(self):
        self.boot("atmega168", "--flash", self.path("modulus.hex"))
        for slot, cells in enumerate((0, 7, 15)):
            with self.subTest(cells=cells):
                self.mssl(DONE, "info", slot)       # the seed is stored once a boot: here
                since = self.board.mark()
                # Torn to another byte than is being written: who loses nothing is enrolled.
                self.say(f"cut {cells} {self.digest(slot)[cells] ^ 1:02x}")
                with subprocess.Popen(self.words("exec", slot, "led", "on"), stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE) as host:
                    self.assertIsNotNone(self.board.wait(lambda e: e[1:3] == ["power", "off"], since, 60))
                    host.send_signal(signal.SIGINT)
                    self.assertEqual(host.wait(30), NOT_RUN)
                self.assertEqual(self.stored(since), [52 + 16 * slot + n for n in range(cells + 1)])
                self.say("power on")
                self.assertIsNotNone(self.board.wait(lambda e: e[1:3] == ["reset", "power"], since))
                self.assertTrue(self.mssl(DONE, "exec", slot, "led", "on"))
                self.assertFalse(self.mssl(DONE, "exec", slot, "led", "off"))

    def test_a_chip_without_its_modulus_enrols_nobody(self):
        self.boot("atmega168")
        self.mssl(FORGED, "exec", 0, "led", "on")
        self.assertEqual(self.stored(0), [])

    def test_four_hosts_enrol_while_the_sessions_of_others_stay_open(self):
        self.boot("atmega328p", "--flash", self.path("modulus.hex"))
        talks = []
        for i in range(4):
            talk = subprocess.Popen(self.words("connect", i), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                    stderr=subprocess.DEVNULL, text=True, bufsize=1)
            talks.append(talk)
            self.addCleanup(talk.stdout.close)
            self.addCleanup(talk.wait)
            self.addCleanup(talk.kill)
            talk.stdin.write("led on\n")
            self.assertEqual(talk.stdout.readline(), "on\n")
        for talk in talks:
            talk.stdin.write("led state\n")
            self.assertEqual(talk.stdout.readline(), "on\n")
            talk.stdin.close()
            self.assertEqual(talk.wait(30), DONE)
        self.assertEqual(len(self.stored(0)), 4 * 16)
        for i in range(4):
            self.assertFalse(self.mssl(DONE, "exec", i, "led", "off"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
