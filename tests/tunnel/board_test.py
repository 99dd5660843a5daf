#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Plain line clients and the real firmware on the virtual board: nc and telnet
switch the LED of an ATmega168, which has one session for all of them."""

import os
import signal
import subprocess
import sys
import unittest

source, build, firmware = sys.argv[1:4]
sys.path.insert(0, os.path.join(source, "examples", "demo"))
sys.path.insert(0, os.path.join(source, "tests", "e2e"))
from scene import PATIENCE, Scene  # noqa: E402

PORT_LINE = "listening at port"


class Board(unittest.TestCase):
    def setUp(self):
        self.scene = Scene(source, build, firmware, "atmega168")
        self.addCleanup(self.scene.close)
        self.scene.grant("alice", "--tasks", "led,uptime", "--address", "10.0.2.2/32")
        self.scene.boot()
        config = self.scene.path("tunnel.conf")
        with open(config, "w", encoding="ascii") as file:
            file.write(f"authority = authority/authority.pub\n[porch]\nmode = line\naccept = 127.0.0.1:0\n"
                       f"connect = 127.0.0.1:{self.scene.board.port('A')}\ngrant = alice\ntimeout = 30\n")
        self.tunnel = subprocess.Popen([os.path.join(build, "cli", "mssl"), "tunnel", config],
                                       stderr=subprocess.PIPE, text=True)
        self.addCleanup(self.end_tunnel)
        line = self.tunnel.stderr.readline()
        self.assertIn(PORT_LINE, line)
        self.port = line.split()[-1]

    def end_tunnel(self):
        self.tunnel.kill()
        self.tunnel.wait()
        self.tunnel.stderr.close()

    def nc(self, text):
        return subprocess.run(["nc", "-N", "127.0.0.1", self.port], input=text, capture_output=True, text=True,
                              timeout=PATIENCE).stdout

    def telnet(self, text, wanted):
        """telnet ends with its input, so that stays open until the answer came."""
        program = subprocess.Popen(["telnet", "127.0.0.1", self.port], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        program.stdin.write(text)
        program.stdin.flush()
        said = b""
        while wanted not in said:
            more = os.read(program.stdout.fileno(), 1000)
            self.assertTrue(more, said)
            said += more
        program.kill()
        program.wait()
        program.stdin.close()
        program.stdout.close()

    def test_lines_switch_the_led_and_the_session_is_left_authenticated(self):
        mark = self.scene.board.mark()
        self.assertEqual(self.nc("led on\nled state\n"), "on\non\n")
        self.telnet(b"led off\r\n", b"\noff\n")
        both = [subprocess.Popen(["nc", "-N", "127.0.0.1", self.port], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                 text=True) for _ in range(2)]
        said = [program.communicate("led state\n" * 3, timeout=PATIENCE)[0] for program in both]
        self.assertEqual(said, ["off\noff\noff\n"] * 2)
        self.assertEqual(self.nc("adc 0\n"), "! 5 adc: not permitted by this grant\n")
        self.assertEqual([pin[3] for pin in self.scene.board.pins(mark, "PB1")], ["1", "0"])
        # The chip reset: the session is lost, the next line gets a new one.
        self.scene.say("reset")
        self.scene.board.mark()
        self.assertIn(self.nc("led on\n"), ("on\n", "! 9 led: the session ended before the answer: "
                                            "it may have run or not\n"))
        self.assertEqual(self.nc("led on\n"), "on\n")
        self.tunnel.send_signal(signal.SIGTERM)
        self.assertEqual(self.tunnel.wait(PATIENCE), 0)
        # Its close was heard: another host gets the only session at once.
        self.assertEqual(self.scene.mssl(0, "exec", "alice", "led", "state").stdout, "on\n")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
