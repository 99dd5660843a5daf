#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""mssl-board plugged into interfaces, in a network namespace of the test's own.

    test_attach.py MSSL-BOARD FOLDER-OF-PROBES
"""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

from program import BOARD, PATIENCE, PROBES, image


def namespace(script):
    """Runs a shell script as root of a network namespace of its own; None where that is not allowed."""
    if not (shutil.which("unshare") and shutil.which("ip")) \
            or subprocess.run(["unshare", "-Urn", "true"], capture_output=True).returncode != 0:
        return None
    return subprocess.run(["unshare", "-Urn", "sh", "-ec", script], capture_output=True, text=True,
                          timeout=PATIENCE)


ASK = """
import socket, sys
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0806))
s.bind((sys.argv[1], 0))
s.settimeout(20)
me = bytes([2, 0, 0, 0, 0, 1])
ask = b"\\xff" * 6 + me + bytes([8, 6, 0, 1, 8, 0, 6, 4, 0, 1]) + me + bytes([10, 0, 2, 1]) + bytes(6) + bytes([10, 0, 2, 9])
s.send(ask)
while True:
    frame = s.recv(2000)
    if frame[20:22] == bytes([0, 2]):
        print("answer from", frame[6:12].hex())
        break
"""


class Attachments(unittest.TestCase):
    """The probe answers an ARP request that comes in through an interface."""

    def ask(self, setup, interface, option):
        with tempfile.TemporaryDirectory(prefix="mssl-board-") as folder:
            image(folder + "/image.hex")
            with open(folder + "/ask.py", "w") as f:
                f.write(ASK)
            done = namespace("""%s
                mkfifo %s/in
                %s --firmware %s/board-probe_network.elf --eeprom %s/ee --image %s/image.hex %s \
                    <%s/in >%s/events &
                exec 3>%s/in
                until grep -q ready %s/events; do kill -0 $!; sleep 0.1; done
                ip link set %s up
                /usr/bin/python3 %s/ask.py %s
                echo quit >&3
                wait""" % (setup, folder, BOARD, PROBES, folder, folder, option, folder, folder, folder,
                           folder, interface, folder, interface))
        if done is None:
            self.skipTest("no user namespaces or no iproute2 here")
        self.assertEqual((done.returncode, done.stdout.strip()), (0, "answer from 020000000009"), done.stderr)

    def test_packet_plugs_in_a_veth(self):
        self.ask("ip link add e0 type veth peer name e1; ip link set e1 up; ip link set e0 up", "e0", "--packet e1")

    def test_tap_plugs_in_an_interface(self):
        if not os.access("/dev/net/tun", os.R_OK | os.W_OK):
            self.skipTest("no /dev/net/tun here")
        self.ask("", "t0", "--tap t0")

    def test_missing_interface_is_named(self):
        with tempfile.TemporaryDirectory(prefix="mssl-board-") as folder:
            image(folder + "/image.hex")
            done = subprocess.run([BOARD, "--firmware", PROBES + "/board-probe_spi.elf", "--eeprom", folder + "/ee",
                                   "--image", folder + "/image.hex", "--packet", "nope0"],
                                  capture_output=True, text=True, stdin=subprocess.DEVNULL)
        self.assertEqual((done.returncode, "nope0" in done.stderr), (1, True))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
