#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The real firmware on a wire, commanded through the kernel's own TCP by two hosts'
addresses: in a network namespace that the test makes for itself.

    mssl -- kernel -- e0 10.0.2.2, 10.0.2.3 == veth == e1 -- switch -- ENC28J60 -- firmware 10.0.2.15
    mssl -- kernel -- t0 10.0.2.2, 10.0.2.3 ========= TAP -- switch -- ENC28J60 -- firmware 10.0.2.15

    wire_test.py SOURCE BUILD FIRMWARE-FOLDER
"""

import os
import shutil
import subprocess
import sys
import unittest

SOURCE, BUILD, FIRMWARE = sys.argv[1:4]
sys.path.insert(0, os.path.join(SOURCE, "examples", "demo"))
from scene import PATIENCE, Scene  # noqa: E402

# Codes of mssl, in order: alice is bound to 10.0.2.2, and the kernel picks its source
# address from the route.
TALK = """
[ $INTERFACE != e0 ] || { ip link add e0 type veth peer name e1; ip link set e1 up; }
mkfifo in
"$BOARD" --firmware "$FIRMWARE" --eeprom eeprom --image image.hex $PLUG --pcap pcap <in >events &
exec 3>in
until grep -q ready events; do kill -0 $!; sleep 0.1; done
ip link set $INTERFACE address 02:00:00:00:00:02
ip link set $INTERFACE up
ip addr add 10.0.2.2/24 dev $INTERFACE
ip addr add 10.0.2.3/24 dev $INTERFACE
sleep 0.5
for source in 10.0.2.2 10.0.2.3; do
    ip route replace 10.0.2.15/32 dev $INTERFACE src $source
    for grant in alice bob other; do
        "$MSSL" exec --authority authority/authority.pub $grant 10.0.2.15 led on >/dev/null 2>&1 && code=0 || code=$?
        echo "$source $grant $code"
    done
done
echo quit >&3
wait
"""


def namespaces():
    return shutil.which("unshare") and shutil.which("ip") \
        and subprocess.run(["unshare", "-Urnm", "true"], capture_output=True).returncode == 0


@unittest.skipUnless(namespaces(), "no user namespaces or no iproute2 here")
class Wire(unittest.TestCase):
    def talk(self, interface, plug):
        scene = Scene(SOURCE, BUILD, FIRMWARE, "atmega168")
        self.addCleanup(scene.close)
        scene.grant("alice", "--tasks", "led", "--address", "10.0.2.2/32")
        scene.grant("bob", "--tasks", "led", "--mac", "02:00:00:00:00:02")
        scene.grant("other", "--tasks", "led", "--mac", "02:00:00:00:00:03")
        scene.authority("device", "image", "porch", "-o", scene.path("image.hex"))
        done = subprocess.run(["unshare", "-Urnm", "sh", "-eu", "-c", TALK], cwd=scene.folder.name, timeout=PATIENCE,
                              capture_output=True, text=True,
                              env={**os.environ, "BOARD": os.path.join(BUILD, "board", "mssl-board"),
                                   "MSSL": os.path.join(BUILD, "cli", "mssl"), "FIRMWARE": scene.firmware,
                                   "PLUG": plug, "INTERFACE": interface})
        self.assertEqual((done.returncode, done.stdout.split("\n")),
                         (0, ["10.0.2.2 alice 0", "10.0.2.2 bob 0", "10.0.2.2 other 4",
                              "10.0.2.3 alice 4", "10.0.2.3 bob 0", "10.0.2.3 other 4", ""]), done.stderr)

    def test_a_host_on_a_veth_is_served_and_another_address_is_not(self):
        self.talk("e0", "--packet e1")

    def test_a_host_on_a_tap_is_served_and_another_address_is_not(self):
        if not os.access("/dev/net/tun", os.R_OK | os.W_OK):
            self.skipTest("no /dev/net/tun here")
        self.talk("t0", "--tap t0")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
