#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The Linux kernel's TCP against the firmware, in a network namespace of this
test's own, over a link with faults. Runs as any user who may unshare.

    this process, mssl -- e0 10.0.2.2/24 ==veth== e1 -- switch -- faults -- ENC28J60 -- ATmega328P 10.0.2.15

Each run of mssl must end with the right result or a clean failure."""

import array
import errno
import fcntl
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest

INSIDE = "--inside"
DEVICE = ("10.0.2.15", 6775)
UNREACHED = {3, 4, 9}   # no connection, closed without a word, outcome unknown: docs/FORMATS.md
SIOCETHTOOL, ETHTOOL_STXCSUM = 0x8946, 0x17

if INSIDE not in sys.argv:
    words = ["unshare", "-Urn", "--", "/usr/bin/python3", "-B", *sys.argv, INSIDE]
    if not (shutil.which("unshare") and shutil.which("ip")) \
            or subprocess.run(["unshare", "-Urn", "true"], capture_output=True).returncode != 0:
        print("kernel_test: skipped: no user namespaces or no iproute2 here")
        sys.exit(77)
    os.execvp(words[0], words)

source, build, firmware = sys.argv[1:4]
sys.path.insert(0, os.path.join(source, "examples", "demo"))
from board import Board  # noqa: E402


def fill_checksums(interface):
    """veth leaves checksums to a network card; there is none here. (ethtool -K tx off)"""
    value = array.array("B", struct.pack("II", ETHTOOL_STXCSUM, 0))
    request = struct.pack("16sP", interface.encode(), value.buffer_info()[0])
    with socket.socket() as s:
        fcntl.ioctl(s, SIOCETHTOOL, request)


def setUpModule():
    for words in (("link", "set", "lo", "up"), ("link", "add", "e0", "type", "veth", "peer", "name", "e1"),
                  ("link", "set", "e1", "up"), ("link", "set", "e0", "up"), ("addr", "add", "10.0.2.2/24", "dev", "e0")):
        subprocess.run(["ip", *words], check=True)
    fill_checksums("e0")


class Kernel(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.authority = self.path("authority")
        self.make("init", "--no-passphrase")
        self.make("device", "add", "porch", "--ip", DEVICE[0], "--tasks-table",
                  os.path.join(source, "firmware", "tasks.table"))
        for name in ("anna", "bert"):
            self.make("grant", name, "--device", "porch", "--tasks", "led,uptime", "-o", self.path(name + ".grant"))
        self.make("device", "image", "porch", "-o", self.path("porch.hex"))
        self.board = Board([os.path.join(build, "board", "mssl-board"), "--mcu", "atmega328p",
                            "--firmware", firmware, "--image", self.path("porch.hex"),
                            "--eeprom", self.path("porch.eeprom"), "--packet", "e1"])
        self.addCleanup(self.board.stop)
        self.assertIsNotNone(self.board.wait(lambda e: e[1] == "ready"))

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def make(self, *words):
        subprocess.run([os.path.join(build, "cli", "mssl-authority"), "--dir", self.authority, *words],
                       check=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=60)

    def say(self, line):
        self.board.tell(line)

    def words(self, command, host, *rest):
        return [os.path.join(build, "cli", "mssl"), command, "--authority",
                os.path.join(self.authority, "authority.pub"), "--timeout", "20", self.path(host + ".grant"),
                f"{DEVICE[0]}:{DEVICE[1]}", *rest]

    def run_mssl(self, host, *rest):
        return subprocess.run(self.words("exec", host, *rest), capture_output=True, text=True, timeout=90)

    def check(self, done, wanted):
        """Right or clean. Returns 1 if right."""
        if done.returncode == 0:
            self.assertEqual(done.stdout.strip(), wanted)
            return 1
        self.assertIn(done.returncode, UNREACHED, done.stderr)
        return 0

    def faulty(self, faults, least):
        self.say("faults " + faults)
        right = sum(self.check(self.run_mssl("anna", "led", word), word) for word in ("on", "off") * 4)
        self.say("faults none")
        self.assertGreaterEqual(right, least)
        self.assertEqual(self.run_mssl("bert", "led", "on").stdout.strip(), "on")

    def test_loss(self):
        self.faulty("loss=10,seed=1", 4)

    def test_duplicates_and_reordering(self):
        self.faulty("duplicate=30,reorder=30,delay=10,seed=2", 8)

    def test_corruption(self):
        self.faulty("corrupt=10,seed=3", 4)

    def test_all_at_once(self):
        self.faulty("loss=5,duplicate=5,reorder=10,corrupt=3,delay=20,seed=4", 3)

    def test_keepalive_probes_are_answered(self):
        began = time.monotonic()        # before the device's clock does
        with socket.create_connection(DEVICE, 10) as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 1)
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 1)
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 1)
            s.settimeout(20)
            self.assertEqual(s.recv(1), b"")        # the device's own 5 s, not a keep-alive's 2
            self.assertGreater(time.monotonic() - began, 4)

    def test_a_dead_device_is_noticed_by_keepalive(self):
        """The control of the test above: unanswered probes end the connection."""
        with socket.create_connection(DEVICE, 10) as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 1)
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 1)
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 1)
            self.say("power off")
            s.settimeout(20)
            with self.assertRaises(TimeoutError) as noticed:
                s.recv(1)
            self.assertEqual(noticed.exception.errno, errno.ETIMEDOUT)      # the kernel's, not settimeout's

    def test_peers_that_vanish_keep_nobody_out(self):
        gone = subprocess.Popen(self.words("connect", "anna"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        gone.stdin.write("led on\n")
        gone.stdin.flush()
        self.assertEqual(gone.stdout.readline().strip(), "on")
        half = socket.create_connection(DEVICE, 10)
        self.say("link down")           # neither says goodbye
        self.board.mark()
        gone.send_signal(signal.SIGKILL)
        gone.wait()
        gone.stdin.close()
        gone.stdout.close()
        half.close()
        time.sleep(0.5)
        self.say("link up")
        self.assertEqual(self.run_mssl("bert", "led", "off").stdout.strip(), "off")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
