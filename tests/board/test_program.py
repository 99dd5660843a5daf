#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""mssl-board from outside: command line, events, commands, hosts, files, signals.

    test_program.py MSSL-BOARD FOLDER-OF-PROBES

The network's picture; the probe answers ARP for 10.0.2.9 and tells what else it hears:

    test -- 127.0.0.1:a -- host A 10.0.2.2 \\
                                             switch -- ENC28J60 -- probe 10.0.2.9
    test -- 127.0.0.1:b -- host B 10.0.2.3 /
"""
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

from program import BOARD, PATIENCE, PROBES, Running, image


class Board(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="mssl-board-")
        self.addCleanup(shutil.rmtree, self.folder)
        image(self.folder + "/image.hex")

    def start(self, probe, *words):
        running = Running(self.folder, probe, *words)
        self.addCleanup(running.kill)
        return running

    def fails(self, *words):
        """Runs to the end; expects exit 1 and returns the message."""
        done = subprocess.run([BOARD, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=PATIENCE)
        self.assertEqual(done.returncode, 1, done)
        self.assertTrue(done.stderr.startswith("mssl-board: "), done.stderr)
        return done.stderr

    def cells(self):
        with open(self.folder + "/ee", "rb") as f:
            return f.read()

    def captured(self, pcap, part):
        """Waits until the capture holds the bytes."""
        end = time.monotonic() + PATIENCE
        while True:
            with open(pcap, "rb") as f:
                if part in f.read():
                    return
            self.assertLess(time.monotonic(), end, "not captured: %s" % part.hex())
            time.sleep(0.05)

    # -- Command line --

    def test_help_and_version_are_told(self):
        for word, part in (("--help", "Exit codes"), ("-h", "Exit codes"), ("--version", "mssl-board 0.")):
            done = subprocess.run([BOARD, word], capture_output=True, text=True)
            self.assertEqual((done.returncode, part in done.stdout), (0, True))

    def test_bad_arguments_name_the_thing(self):
        firmware = ["--firmware", PROBES + "/board-probe_spi.elf"]
        self.assertIn("--bad", self.fails("--bad"))
        self.assertIn("--limit", self.fails("--limit"))
        self.assertIn("x", self.fails("--limit", "x"))
        self.assertIn("stray", self.fails("stray"))
        self.assertIn("--eeprom", self.fails(*firmware))
        for host in ("C:1", "A:", "A:65536", "A:-1", "A:1x", "1"):
            self.assertIn(host, self.fails("--host", host))
        self.assertIn("atmega8", self.fails(*firmware, "--eeprom", "x", "--mcu", "atmega8"))

    def test_bad_files_name_the_file_and_leave_no_eeprom(self):
        firmware = PROBES + "/board-probe_spi.elf"
        eeprom = self.folder + "/ee"
        hexes = self.folder + "/image.hex"
        self.assertIn("--image", self.fails("--firmware", firmware, "--eeprom", eeprom))
        self.assertIn("/none.hex", self.fails("--firmware", firmware, "--eeprom", eeprom, "--image", "/none.hex"))
        self.assertFalse(os.path.exists(eeprom))
        self.assertIn("/none/ee", self.fails("--firmware", firmware, "--eeprom", "/none/ee", "--image", hexes))
        self.assertIn("/none.pcap/x", self.fails("--firmware", firmware, "--eeprom", eeprom, "--image", hexes,
                                                 "--pcap", "/none.pcap/x"))
        self.assertIn("/none/ev", self.fails("--firmware", firmware, "--eeprom", eeprom, "--events", "/none/ev"))
        self.assertIn("/none.elf", self.fails("--firmware", "/none.elf", "--eeprom", eeprom, "--image", hexes))
        self.assertIn("not an ELF", self.fails("--firmware", hexes, "--eeprom", eeprom, "--image", hexes))
        self.assertFalse(os.path.exists(eeprom))

    def test_keys_that_others_may_read_are_refused(self):
        firmware, eeprom, hexes = PROBES + "/board-probe_spi.elf", self.folder + "/ee", self.folder + "/image.hex"
        words = ("--firmware", firmware, "--eeprom", eeprom, "--image", hexes)
        os.chmod(hexes, 0o640)
        self.assertIn("chmod 600", self.fails(*words))
        self.assertFalse(os.path.exists(eeprom))
        os.chmod(hexes, 0o600)
        self.assertEqual(self.start("spi", "--fast", "--limit", "0.1").end(), 0)
        os.chmod(eeprom, 0o604)
        self.assertIn("chmod 600", self.fails(*words))

    def test_host_needs_a_device_in_its_network(self):
        image(self.folder + "/image.hex", (192, 168, 1, 9))
        self.assertIn("10.0.2.0/24", self.fails(
            "--firmware", PROBES + "/board-probe_spi.elf", "--eeprom", self.folder + "/ee",
            "--image", self.folder + "/image.hex", "--host", "A:0"))

    def test_taken_port_is_refused(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            self.assertIn(str(port), self.fails(
                "--firmware", PROBES + "/board-probe_spi.elf", "--eeprom", self.folder + "/ee",
                "--image", self.folder + "/image.hex", "--host", "A:%d" % port))

    # -- Ends --

    def test_limit_ends_the_run_at_its_simulated_time(self):
        board = self.start("spi", "--fast", "--limit", "2.5")
        self.assertEqual(board.end(), 0)
        self.assertEqual(board.events[-1][1], "end limit")
        self.assertAlmostEqual(float(board.events[-1][0]), 2.5, delta=0.01)

    def test_paced_board_takes_real_time(self):
        since = time.monotonic()
        self.assertEqual(self.start("spi", "--limit", "0.5").end(), 0)
        self.assertGreaterEqual(time.monotonic() - since, 0.49)

    def test_the_deepest_stack_is_told_before_the_end(self):
        board = self.start("stack", "--fast", "--limit", "0.1")
        self.assertEqual(board.end(), 0)
        kind, deepest, room = board.events[-2][1].split()
        self.assertEqual((kind, int(deepest)), ("stack", 0x4FF - 0x3F6))
        self.assertGreater(int(room), 0x4FF - 0x180)

    def test_quit_and_signals_end_cleanly(self):
        board = self.start("spi")
        board.wait("ready")
        board.say("quit")
        self.assertEqual((board.end(), board.events[-1][1]), (0, "end quit"))
        for number in (signal.SIGINT, signal.SIGTERM):
            board = self.start("spi")
            board.wait("ready")
            board.process.send_signal(number)
            self.assertEqual((board.end(), board.events[-1][1]), (0, "end signal"))

    def test_closed_standard_input_does_not_end_the_board(self):
        board = self.start("spi", "--limit", "0.3")
        board.process.stdin.close()
        self.assertEqual((board.end(), board.events[-1][1]), (0, "end limit"))

    def test_events_can_go_to_a_file(self):
        self.assertEqual(self.start("spi", "--fast", "--limit", "0.1", "--events", self.folder + "/ev").end(), 0)
        with open(self.folder + "/ev") as f:
            self.assertIn("0.000000 ready\n", f.readlines())

    # -- The chip's events and commands --

    def test_pins_uart_and_resets_are_told(self):
        board = self.start("pins", "--fast", "--limit", "0.1")
        self.assertEqual(board.end(), 0)
        told = [text for _, text in board.events]
        for text in ("reset power", "pin PB1 1", "pin PB1 0", 'uart "hello \\"board\\""', "reset watchdog", "halt"):
            self.assertIn(text, told)

    def test_eeprom_is_told_and_kept_with_its_wear(self):
        for wear in (1, 2):
            board = self.start("eeprom", "--fast", "--limit", "0.1")
            self.assertEqual(board.end(), 0)
            self.assertIn("eeprom 11 77 %d" % wear, [text for _, text in board.events])
        kept = self.cells()
        self.assertEqual(len(kept), 512 * 5)
        self.assertEqual(kept[11], 0x77)
        self.assertEqual(struct.unpack_from("<I", kept, 512 + 4 * 11)[0], 2)
        self.assertEqual(os.stat(self.folder + "/ee").st_mode & 0o777, 0o600)

    def test_power_off_and_on_begins_anew(self):
        board = self.start("spi")
        board.wait("halt")
        board.say("power off")
        board.wait("power off")
        board.forget()
        board.say("power on")
        board.wait("reset power")
        board.say("quit")
        self.assertEqual(board.end(), 0)

    def test_cut_tears_a_cell_and_ends_the_power(self):
        board = self.start("eeprom", "--limit", "30")
        board.wait("halt")
        board.say("cut 2 99")
        board.say("reset")
        board.wait("power off")
        board.say("quit")
        self.assertEqual(board.end(), 0)
        told = [text for _, text in board.events]
        self.assertLess(told.index("torn 10 99 6"), told.index("power off"))
        self.assertEqual(self.cells()[10], 0x99)

    def test_skip_outruns_real_time_and_no_further(self):
        board = self.start("spi")
        board.wait("ready")
        began = time.monotonic()
        board.say("skip 30000")
        skipped = float(board.wait("skipped")[0])
        self.assertLess(time.monotonic() - began, 20)
        self.assertGreaterEqual(skipped, 30)
        time.sleep(0.5)
        board.say("quit")
        self.assertEqual(board.end(), 0)
        self.assertLess(float(board.events[-1][0]) - skipped, min(10, time.monotonic() - began + 1))

    def test_an_echo_comes_behind_all_that_happened_before_it(self):
        board = self.start("spi")
        for line in ("power off", "echo one  1", "echo two", "quit"):
            board.say(line)
        self.assertEqual(board.end(), 0)
        told = [text for _, text in board.events]
        self.assertEqual([text for text in told if text in ("power off", "echo one  1", "echo two")],
                         ["power off", "echo one  1", "echo two"])
        self.assertEqual(told[-1], "end quit")

    def test_unknown_command_is_named_and_changes_nothing(self):
        board = self.start("spi")
        board.wait("ready")
        for line in ("explode", "cut", "cut x", "cut 1 100", "adc 8 1", "skip", "skip 3600001", "power", ""):
            board.say(line)
        board.say("quit")
        self.assertEqual(board.end(), 0)
        self.assertEqual(board.error.count("is no command"), 9)

    # -- The network --

    def test_each_host_reaches_the_device_with_its_own_address(self):
        pcap = self.folder + "/net.pcap"
        board = self.start("network", "--host", "A:0", "--host", "B:0", "--pcap", pcap)
        board.wait("ready")
        ports = [int(board.wait("host %s 127.0.0.1 " % name)[1].split()[-1]) for name in "AB"]
        for port, last in zip(ports, (2, 3)):
            board.forget()
            with socket.create_connection(("127.0.0.1", port)):
                board.wait('uart "hears 0800')
                self.captured(pcap, bytes([0x52, 0x55, 10, 0, 2, last, 8, 0]))
                self.captured(pcap, bytes([10, 0, 2, last, 10, 0, 2, 9]))
                self.captured(pcap, struct.pack(">H", 6775))
        board.say("quit")
        self.assertEqual(board.end(), 0, board.events)

    def test_broken_rule_ends_a_strict_board(self):
        board = self.start("network")
        board.wait("ready")
        time.sleep(0.1)
        board.say("reset")  # the probe sets up the ring anew while reception is enabled
        self.assertEqual(board.end(), 2)
        self.assertTrue(any(text.startswith("strict DS") for _, text in board.events), board.events)
        self.assertEqual(board.events[-1][1], "end strict")

    def test_no_strict_tells_and_goes_on(self):
        board = self.start("network", "--no-strict")
        board.wait("ready")
        time.sleep(0.1)
        board.say("reset")
        board.wait("strict DS")
        board.say("quit")
        self.assertEqual((board.end(), board.events[-1][1]), (0, "end quit"))

    def test_a_frame_from_a_neighbour_reaches_the_chip(self):
        board = self.start("network", "--pcap", self.folder + "/net.pcap")
        board.wait("ready")
        time.sleep(0.1)
        ask = (b"\xff" * 6 + bytes([2, 0, 0, 0, 0, 1]) + bytes.fromhex("0806000108000604" "0001")
               + bytes([2, 0, 0, 0, 0, 1]) + bytes([10, 0, 2, 1]) + bytes(6) + bytes([10, 0, 2, 9]))
        board.say("frame " + ask.hex())
        self.captured(self.folder + "/net.pcap", bytes.fromhex("08060001080006040002"))
        for bad in ("", "00" * 13, "00" * 1519, "00" * 20 + "0", "zz" * 20):
            board.say("frame " + bad)
        board.say("quit")
        self.assertEqual(board.end(), 0)
        self.assertEqual(board.error.count("is no command"), 5)

    def asked(self, board):
        """A host has asked for the device's address, and there was time for what would follow."""
        self.captured(self.folder + "/net.pcap", bytes.fromhex("0806000108000604" "0001" "52550a000202"))
        board.say("skip 300")
        board.wait("skipped")

    def test_pulled_link_keeps_frames_out(self):
        board = self.start("network", "--host", "A:0", "--pcap", self.folder + "/net.pcap")
        board.wait("ready")
        port = int(board.wait("host A")[1].split()[-1])
        board.say("link down")
        board.say("echo it is")
        board.wait("echo it is")
        with socket.create_connection(("127.0.0.1", port)):
            self.asked(board)
            board.say("quit")
            self.assertEqual(board.end(), 0)
        self.assertFalse(any(text.startswith("uart") for _, text in board.events), board.events)

    def test_a_link_that_loses_all_keeps_frames_out_and_says_so(self):
        board = self.start("network", "--host", "A:0", "--faults", "loss=100", "--pcap", self.folder + "/net.pcap")
        board.wait("ready")
        port = int(board.wait("host A")[1].split()[-1])
        with socket.create_connection(("127.0.0.1", port)):
            self.asked(board)
            self.assertFalse(any(text.startswith("uart") for _, text in board.events), board.events)
            board.say("faults none")
            board.wait("uart")
            board.say("faults loss=most")
            board.say("quit")
            self.assertEqual(board.end(), 0)
        self.assertIn("loss=most", board.error)
        self.assertRegex(board.wait("faults passed")[1], r"^faults passed 0 lost [1-9]")

    def test_malformed_faults_are_refused(self):
        self.assertIn("percent", self.fails("--firmware", "x", "--eeprom", "y", "--faults", "loss=101"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
