#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The signature option on the virtual board with the real firmware: the chip
verifies RSA-2048 while its network lives on. The host here is a script of its
own, so that it can send what no good host does. PROTOCOL 10.

    enrol_test.py SOURCE BUILD FIRMWARE.ELF CHIP [EXPONENT]

Prints how long the check took on the chip's clock: docs/RSA.md, Figures."""

import os
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESCCM
from cryptography.hazmat.primitives.serialization import load_pem_public_key

source, build, firmware, mcu = sys.argv[1:5]
exponent = sys.argv[5] if len(sys.argv) > 5 else "65537"
sys.path.insert(0, os.path.join(source, "examples", "demo"))
from board import Board  # noqa: E402

OK, SIGNATURE, FAILED = 0, 4, 6
LED, UPTIME, DESCRIBE, ENROL = 1, 3, 29, 30
LEN = 256
MARGIN = 128            # bytes of RAM for a user's own tasks
SYN, FIN, ACK = 2, 1, 16
DEVICE, HOST_B, NEIGHBOUR = bytes([10, 0, 2, 15]), bytes([10, 0, 2, 3]), bytes([10, 0, 2, 77])


def f(key, x):
    aes = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    first = aes.update(x[:16])
    return aes.update(bytes(a ^ b for a, b in zip(first, x[16:])))


def frames(path):
    """(simulated time, frame) of a capture."""
    with open(path, "rb") as file:
        data = file.read()
    at = 24
    while at + 16 <= len(data):
        seconds, micros, length = struct.unpack_from("<III", data, at)
        yield seconds + micros / 1e6, data[at + 16:at + 16 + length]
        at += 16 + length


def checksum(data):
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return struct.pack(">H", ~total & 0xFFFF)


def syn_frame(to, port):
    """The neighbour's SYN."""
    head = struct.pack(">BBHHHBBH", 0x45, 0, 40, 1, 0, 64, 6, 0) + NEIGHBOUR + DEVICE
    tcp = struct.pack(">HHIIBBHHH", port, 6775, 1000, 0, 0x50, SYN, 1000, 0, 0)
    pseudo = NEIGHBOUR + DEVICE + struct.pack(">HH", 6, len(tcp))
    return (to + bytes([2, 0, 0, 0, 0, 0x77]) + b"\x08\x00" + head[:10] + checksum(head) + head[12:]
            + tcp[:16] + checksum(pseudo + tcp) + tcp[18:])


class Session:
    """One connection from HELLO on, with a grant file's fields."""

    def __init__(self, port, grant):
        g, key = bytes.fromhex(grant["grant"]), bytes.fromhex(grant["key"])
        nc = os.urandom(12)
        self.line = socket.create_connection(("127.0.0.1", port), timeout=90)
        self.line.sendall(bytes([44]) + g + nc)
        welcome = self.take(21)
        self.key = f(key, b"\x21" + g[25:32] + nc + welcome[:12])
        self.sent, self.received = 0, 0
        assert self.open(welcome[12:]) == b""

    def take(self, count):
        data = b""
        while len(data) < count:
            more = self.line.recv(count - len(data))
            if not more:
                raise EOFError(data)
            data += more
        return data

    def seal(self, plain):
        nonce = b"\x01" + self.sent.to_bytes(2, "big") + bytes(10)
        self.sent += 1
        return bytes([len(plain)]) + AESCCM(self.key, tag_length=8).encrypt(nonce, plain, None)

    def open(self, record):
        nonce = b"\x00" + self.received.to_bytes(2, "big") + bytes(10)
        self.received += 1
        return AESCCM(self.key, tag_length=8).decrypt(nonce, record[1:], None)

    def command(self, task, args=b""):
        plain = bytes([task]) + args
        size = next(n for n in (8, 16, 32, 64, 128) if n >= len(plain))
        return self.seal(plain.ljust(size, b"\0"))

    def answer(self):
        head = self.take(1)
        return self.open(head + self.take(head[0] + 8))

    def ask(self, task, args=b""):
        self.line.sendall(self.command(task, args))
        return self.answer()

    def chunks(self, u):
        for at in range(0, LEN, 100):
            part = u[at:at + 100]
            yield at.to_bytes(2, "big") + bytes([len(part)]) + part

    def enrol(self, u, behind=b"", before=None):
        """All chunks, the last one with more bytes behind it in the same segment."""
        *first, last = self.chunks(u)
        for chunk in first:
            assert self.ask(ENROL, chunk)[:2] == b"\0\0"
        if before:
            before()
        self.line.sendall(self.command(ENROL, last) + (behind() if behind else b""))
        return self.answer()

    def is_over(self):
        """A close, then the end of the stream."""
        closed = self.answer() == b""
        return closed and self.line.recv(1) == b""

    def end(self, board):
        """Closes. A SYN before the last FIN would not be answered until libslirp repeats it, after 6 s."""
        self.line.sendall(self.seal(b""))
        assert self.is_over()
        self.line.close()
        board.mark()


class Enrolment(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.make("init", "--no-passphrase", "--exponent", exponent)
        cls.make("device", "add", "porch", "--ip", "10.0.2.15", "--tasks-table",
                 os.path.join(source, "firmware", "tasks.table"))
        for host in ("alice", "bob", "carol", "dave"):
            cls.make("grant", host, "--device", "porch", "--tasks", "led,uptime", "-o", cls.path(host))
        cls.make("device", "image", "porch", "-o", cls.path("porch.hex"))
        with open(os.path.join(cls.path("authority"), "authority.pub"), "rb") as file:
            cls.n = load_pem_public_key(file.read()).public_numbers().n
        cls.provision()
        cls.board = Board([os.path.join(build, "board", "mssl-board"), "--mcu", mcu,
                           "--firmware", cls.path("firmware.elf"), "--image", cls.path("porch.hex"),
                           "--eeprom", cls.path("porch.eeprom"), "--host", "A:0", "--host", "B:0",
                           "--pcap", cls.path("pcap")])
        assert cls.board.wait(lambda e: e[1] == "ready")

    @classmethod
    def tearDownClass(cls):
        code = cls.board.stop()
        cls.folder.cleanup()
        assert code == 0, f"the board ended with {code}"
        deepest, room = next(map(int, e[2:4]) for e in cls.board.events if e[1] == "stack")
        print(f"deepest stack {deepest} of {room} bytes")
        assert room - deepest >= MARGIN, "too little of RAM would stay free"

    @classmethod
    def path(cls, name):
        return os.path.join(cls.folder.name, name)

    @classmethod
    def make(cls, *words):
        subprocess.run([os.path.join(build, "cli", "mssl-authority"), "--dir", cls.path("authority"),
                        *words], check=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=60)

    @classmethod
    def provision(cls):
        """The authority's modulus into the firmware's own section. docs/FORMATS.md"""
        low = cls.n & 0xFF
        inverse = next(x for x in range(256) if low * x & 0xFF == 0xFF)
        with open(cls.path("modulus"), "wb") as file:
            file.write(bytes([LEN // 32, 16 if exponent == "65537" else 1, inverse]) + cls.n.to_bytes(LEN, "little") + b"\0")
        subprocess.run(["avr-objcopy", "--update-section", ".mssl_modulus=" + cls.path("modulus"),
                        firmware, cls.path("firmware.elf")], check=True)

    def grant(self, host):
        with open(self.path(host), encoding="ascii") as file:
            return dict(line.rstrip("\n").split(": ", 1) for line in file)

    def u(self, grant):
        s = int(grant["signature"], 16)
        return (s * pow(256, LEN + 1, self.n) % self.n).to_bytes(LEN, "big")

    def test_1_first_session_enrols_and_the_second_need_not(self):
        alice = self.grant("alice")
        session = Session(self.board.port("A"), alice)
        self.assertEqual(session.ask(LED, b"on")[0], SIGNATURE)
        since = self.board.mark()
        # What stands behind the last chunk in its segment is read after the check.
        answer = session.enrol(self.u(alice), lambda: session.command(LED, b"on"))
        self.assertEqual(answer[:2], b"\x00\x01")
        self.assertEqual(session.answer()[:3], b"\x00on")
        self.assertEqual(self.board.told(since, "reset"), [])
        pin = self.board.wait(lambda e: e[1] == "pin" and e[2] == "PB1", since)
        self.assertEqual(pin[3], "1")
        stored, _ = self.stored(since)
        came = [(at, frame[38:42]) for at, frame in frames(self.path("pcap"))
                if frame[30:34] == DEVICE and len(frame) > 54 + 64 and at < stored]
        first = next(at for at, number in came if number == came[-1][1])    # later ones are repetitions
        print(f"{os.path.basename(firmware)}, {mcu}, e = {exponent}: checked in {stored - first:.3f} s")
        self.assertEqual(session.ask(DESCRIBE)[6], 3)
        session.end(self.board)
        session = Session(self.board.port("A"), alice)
        self.assertEqual(session.ask(LED, b"off")[:4], b"\x00off")
        session.end(self.board)

    def test_2_forged_signature_is_refused_although_the_key_is_right(self):
        bob = self.grant("bob")
        u = bytearray(self.u(bob))
        u[200] ^= 1
        session = Session(self.board.port("B"), bob)
        since = self.board.mark()
        self.assertEqual(session.enrol(bytes(u))[0], FAILED)
        self.assertTrue(session.is_over())
        session.line.close()
        self.board.mark()
        self.assertEqual(self.board.told(since, "eeprom"), [])
        session = Session(self.board.port("B"), bob)
        self.assertEqual(session.ask(LED, b"on")[0], SIGNATURE)
        self.assertEqual(session.enrol(self.u(bob))[:2], b"\x00\x01")
        self.assertEqual(session.ask(LED, b"on")[:3], b"\x00on")
        session.end(self.board)

    def test_3_the_clock_lost_nothing(self):
        session = Session(self.board.port("A"), self.grant("alice"))
        session.ask(LED, b"off")
        since = self.board.mark()
        self.assertEqual(session.ask(LED, b"on")[0], OK)
        up = int(session.ask(UPTIME)[1:].rstrip(b"\0"))
        session.ask(LED, b"off")
        started = float(self.board.told(0, "reset")[0][0])
        before, after = (float(e[0]) - started for e in self.board.pins(since, "PB1"))
        self.assertTrue(before - 1.5 < up < after + 1.5, (before, up, after))
        session.end(self.board)

    def sent(self, to, flags):
        """(time, port) of the segments with these flags that the device sent there."""
        return [(at, frame[36:38]) for at, frame in frames(self.path("pcap"))
                if frame[12:14] == b"\x08\x00" and frame[26:34] == DEVICE + to and frame[47] & (SYN | FIN) == flags]

    def answered(self, to, count):
        """Waits until the device has sent so many answers to a SYN there, and tells them."""
        end = time.monotonic() + 20
        while len(sent := self.sent(to, SYN)) < count:
            self.assertLess(time.monotonic(), end)
            time.sleep(0.05)
        return sent

    def stored(self, since):
        """Times of the first and the last byte of an enrolment."""
        cells = [float(e[0]) for e in self.board.told(since, "eeprom")]
        self.assertEqual(len(cells), 16)
        return cells[0], cells[-1]

    @unittest.skipUnless(mcu == "atmega328p", "one session has no others")
    def test_4_other_sessions_time_passes_during_a_check(self):
        carol = self.grant("carol")
        session = Session(self.board.port("A"), carol)
        self.assertEqual(session.ask(LED, b"on")[0], SIGNATURE)
        since = self.board.mark()
        with socket.socket() as idle:
            idle.settimeout(30)

            def stranger():
                known = len(self.sent(HOST_B, SYN))
                idle.connect(("127.0.0.1", self.board.port("B")))
                self.answered(HOST_B, known + 1)

            self.assertEqual(session.enrol(self.u(carol), before=stranger)[:2], b"\x00\x01")
            self.assertEqual(idle.recv(1), b"")         # PROTOCOL 8: 5 s without a HELLO
        (opened, port), (closed, same) = self.sent(HOST_B, SYN)[-1], self.sent(HOST_B, FIN)[-1]
        self.assertEqual(port, same)
        first, last = self.stored(since)
        self.assertTrue(opened < first and last < closed)
        self.assertLess(abs(closed - opened - 5), 0.6)
        session.end(self.board)

    @unittest.skipUnless(mcu == "atmega328p", "one session has no others")
    def test_5_what_was_due_during_a_check_is_repeated_after_it(self):
        dave = self.grant("dave")
        session = Session(self.board.port("A"), dave)
        self.assertEqual(session.ask(LED, b"on")[0], SIGNATURE)
        device = next(frame[6:12] for _, frame in frames(self.path("pcap")) if frame[26:30] == DEVICE)
        since = self.board.mark()

        def knock():
            self.board.tell("frame " + syn_frame(device, 1024).hex())
            self.answered(NEIGHBOUR, 1)

        self.assertEqual(session.enrol(self.u(dave), before=knock)[:2], b"\x00\x01")
        _, stored = self.stored(since)
        # The answer was sent in time, and is not repeated: only the neighbour is silent.
        self.assertEqual(session.ask(LED, b"off")[:4], b"\x00off")
        (first, _), (second, _), *_ = self.answered(NEIGHBOUR, 2)
        self.assertLess(first, stored)
        self.assertGreater(second - first, 0.9)
        self.assertLess(second, max(first + 1.1, stored + 0.15))
        session.end(self.board)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
