#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""A device's life with the programs a user runs: blank, provisioned, administered,
switched off and on, torn in the middle of an epoch step and recovered.

    life_test.py SOURCE BUILD FIRMWARE-FOLDER
"""

import json
import os
import subprocess
import sys
import unittest

SOURCE, BUILD, FIRMWARE = sys.argv[1:4]
sys.path.insert(0, os.path.join(SOURCE, "examples", "demo"))
from scene import PATIENCE, Scene  # noqa: E402

DONE, FORGED, REFUSED, UNKNOWN = 0, 2, 4, 9


class Life(unittest.TestCase):
    def scene(self, chip="atmega168"):
        scene = Scene(SOURCE, BUILD, FIRMWARE, chip)
        self.addCleanup(scene.close)
        scene.grant("alice", "--tasks", "led,uptime")
        scene.grant("boss", "--admin")
        return scene

    def states(self, scene):
        """Each grant's state, and what the device must still be told."""
        listed = json.loads(scene.authority("list", "--json"))[0]
        return [(g["host"], g["epoch"], g["state"]) for g in listed["grants"]], listed["pending"]

    def deliver(self, scene, name, *words):
        """mssl admin ... | mssl-authority confirm -"""
        told = scene.mssl(DONE, "admin", name, *words).stdout
        scene.authority("confirm", "-", lines=told)

    def test_a_blank_chip_blinks_and_sends_nothing(self):
        for chip in ("atmega168", "atmega328p"):
            scene = self.scene(chip)
            with open(scene.path("eeprom"), "wb") as file:      # erased cells, never worn
                size = {"atmega168": 512, "atmega328p": 1024}[chip]
                file.write(b"\xff" * size + bytes(4 * size))
            os.chmod(scene.path("eeprom"), 0o600)
            done = subprocess.run([os.path.join(BUILD, "board", "mssl-board"), "--mcu", chip, "--firmware",
                                   scene.firmware, "--eeprom", scene.path("eeprom"), "--pcap", scene.path("pcap"),
                                   "--fast", "--limit", "2.1"], stdin=subprocess.DEVNULL, capture_output=True,
                                  text=True, timeout=PATIENCE)
            blinks = [line.split(" ", 1)[1] for line in done.stdout.splitlines() if " pin PB1 " in line]
            self.assertEqual((done.returncode, blinks), (0, ["pin PB1 1", "pin PB1 0"] * 4), chip)
            self.assertEqual(os.path.getsize(scene.path("pcap")), 24, "a capture without a frame")

    def test_a_revocation_is_delivered_and_outlives_the_power(self):
        scene = self.scene()
        scene.boot()
        scene.mssl(DONE, "exec", "alice", "led", "on")
        scene.authority("revoke", "alice", "--device", "porch")
        self.assertEqual(len(self.states(scene)[1]), 1)
        self.deliver(scene, "boss", "revoke", "0", "1")
        self.assertEqual(self.states(scene), ([("alice", 0, "revoked"), ("boss", 0, "valid")], []))
        scene.mssl(REFUSED, "exec", "alice", "led", "on")
        self.assertEqual(scene.halt(), 0)
        scene.boot()
        scene.mssl(REFUSED, "exec", "alice", "led", "on")
        scene.grant("alice", "--tasks", "led", name="again")
        scene.mssl(DONE, "exec", "again", "led", "on")

    def test_an_epoch_step_ends_every_grant_and_new_ones_are_served(self):
        scene = self.scene("atmega328p")
        scene.boot()
        scene.authority("epoch", "porch")
        self.deliver(scene, "boss", "epoch")
        self.assertEqual({state for _, _, state in self.states(scene)[0]}, {"dead"})
        scene.mssl(FORGED, "exec", "alice", "led", "on")
        scene.grant("alice", "--tasks", "led", name="again")
        scene.mssl(DONE, "exec", "again", "led", "on")
        scene.authority("confirm", "porch", "session", "ok")

    def test_a_cut_epoch_step_is_recovered_and_healed(self):
        scene = self.scene()
        scene.boot()
        scene.mssl(DONE, "exec", "alice", "led", "on")      # the seed's step of this boot is done
        scene.authority("epoch", "porch")
        scene.say("cut 5 5a")
        lost = scene.mssl(UNKNOWN, "admin", "boss", "epoch", options=("--timeout", "8"))
        self.assertIn("mssl-authority recover", lost.stderr)
        self.assertIsNotNone(scene.board.wait(lambda e: e[1:4] == ["torn", "5", "5a"]))
        scene.say("power on")
        torn = scene.mssl(FORGED, "admin", "boss", "epoch", options=("--verbose",))
        with open(scene.path("lines"), "w", encoding="ascii") as file:
            file.write(torn.stderr)
        self.assertIn("torn key", scene.authority("recover", "porch", "--from", scene.path("lines")))
        scene.grant("boss", "--admin", name="heal")
        self.deliver(scene, "heal", "epoch")
        scene.grant("alice", "--tasks", "led", name="again")
        scene.mssl(DONE, "exec", "again", "led", "on")

    def test_a_board_that_is_gone_says_so_at_once_and_for_good(self):
        scene = self.scene()
        scene.boot()
        scene.say("quit")
        self.assertIsNotNone(scene.board.wait(lambda e: e[1] == "gone"))
        for _ in range(2):
            scene.say("reset")
            self.assertEqual(scene.board.mark(), len(scene.board.events))
        self.assertEqual([e[1] for e in scene.board.told(0, "end", "reset", "gone")], ["reset", "end", "gone"])
        self.assertIsNone(scene.board.wait(lambda e: False, scene.board.mark()))
        self.assertEqual(scene.halt(), 0)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
