#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""How deep the stack of the running firmware goes, and that it fits: on each chip,
under sessions, floods of frames, refused and broken connections, administration and
resets. `make stack` prints what this measures.

    stack_test.py SOURCE BUILD FIRMWARE-FOLDER
"""

import os
import random
import socket
import struct
import sys
import threading
import time

SOURCE, BUILD, FIRMWARE = sys.argv[1:4]
sys.path.insert(0, os.path.join(SOURCE, "examples", "demo"))
sys.path.insert(0, os.path.join(SOURCE, "tests", "house"))
import aes  # noqa: E402
from scene import Scene  # noqa: E402

CHIPS = (("atmega168", 1024), ("atmega328p", 2048))
MARGIN = 128                # bytes that must stay free: for a user's own tasks
MAC, IP, PORT = bytes([2, 0, 0, 0, 0, 1]), bytes([10, 0, 2, 15]), 6775
NEIGHBOUR, NEIGHBOUR_IP = bytes([2, 0, 0, 0, 0, 0x77]), bytes([10, 0, 2, 77])
FRAMES = 400                # of each flood


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ip(rng, protocol, payload, fragment=0):
    options = rng.choice((b"", b"", b"\x01" * 4, b"\x07\x27\x08" + bytes(37)))
    head = struct.pack(">BBHHHBBH", 0x45 + len(options) // 4, 0, 20 + len(options) + len(payload),
                       rng.randrange(65536), fragment, 64, protocol, 0) + NEIGHBOUR_IP + IP + options
    head = head[:10] + struct.pack(">H", checksum(head)) + head[12:]
    return MAC + NEIGHBOUR + b"\x08\x00" + head + payload


def tcp(rng):
    options = rng.choice((b"", b"\x02\x04\x05\xb4", b"\x02\x04\x00\x00", b"\x01" * 40))
    data = rng.randbytes(rng.choice((0, 0, 1, 45, 137, 1000)))
    segment = struct.pack(">HHIIBBHHH", rng.randrange(1024, 1032), rng.choice((PORT, PORT, PORT, 80)),
                          rng.getrandbits(32), rng.getrandbits(32), (5 + len(options) // 4) << 4,
                          rng.choice((2, 2, 0x12, 0x10, 0x18, 0x11, 4, 0x14, 0, 0x3F)),
                          rng.choice((0, 1, 536, 65535)), 0, 0) + options + data
    pseudo = NEIGHBOUR_IP + IP + struct.pack(">HH", 6, len(segment))
    return segment[:16] + struct.pack(">H", checksum(pseudo + segment)) + segment[18:]


def frame(rng):
    """One of the frames that a device must take: right, odd or broken."""
    kind = rng.randrange(6)
    if kind == 0:
        asked = rng.choice((IP, IP, bytes([10, 0, 2, 99])))
        arp = bytes.fromhex("0001080006040001") + NEIGHBOUR + NEIGHBOUR_IP + bytes(6) + asked
        return rng.choice((b"\xff" * 6, MAC)) + NEIGHBOUR + b"\x08\x06" + arp
    if kind == 1:
        echo = struct.pack(">BBHHH", 8, 0, 0, 1, rng.randrange(65536)) + rng.randbytes(rng.choice((0, 1, 56, 1472 - 40)))
        return ip(rng, 1, echo[:2] + struct.pack(">H", checksum(echo)) + echo[4:])
    if kind in (2, 3):
        return ip(rng, 6, tcp(rng), fragment=rng.choice((0, 0, 0, 0x2000, 0x4000)))
    if kind == 4:
        return ip(rng, rng.randrange(256), rng.randbytes(rng.randrange(200)))
    return rng.choice((MAC, b"\xff" * 6)) + rng.randbytes(rng.randrange(8, 1508))


class Stress(Scene):
    def __init__(self, chip):
        super().__init__(SOURCE, BUILD, FIRMWARE, chip, "--mac", MAC.hex(":"))
        self.rng = random.Random(1)
        for name in "abcd":
            self.grant(name, "--tasks", "led,adc,uptime")
        self.grant("boss", "--admin")
        self.boot()
        self.place = ("127.0.0.1", self.board.port("A"))

    def flood(self):
        for _ in range(FRAMES):
            self.say("frame " + frame(self.rng).hex())
            time.sleep(0.002)

    def serve(self):
        """Commands, right and wrong; the device must serve throughout, as every figure depends on it."""
        self.mssl(0, "exec", "a", "led", "on")
        self.mssl(0, "info", "b")
        self.mssl(6, "connect", "c", lines="uptime\nadc 3\nled off\nled " + "x" * 120 + "\nadc 9\nhelp\n")
        self.mssl(6, "exec", "d", "led", "y" * 127)

    def pipelined(self):
        """Commands of every size in one segment, written from PROTOCOL alone."""
        with open(self.path("a"), encoding="ascii") as file:
            fields = dict(line.rstrip("\n").split(": ", 1) for line in file)
        g, nc = bytes.fromhex(fields["grant"]), os.urandom(12)
        with socket.create_connection(self.place, timeout=20) as line:
            line.sendall(bytes([44]) + g + nc)
            welcome = b""
            while len(welcome) < 21:
                welcome += line.recv(21 - len(welcome)) or sys.exit("stack: no WELCOME")
            key = aes.f(bytes.fromhex(fields["key"]), b"\x21" + g[25:] + nc + welcome[:12])
            sizes = (8, 16, 32, 64, 128, 128)
            line.sendall(b"".join(aes.seal(key, 1, i, bytes([29, 1, 1]).ljust(n, b"\0")) for i, n in enumerate(sizes)))
            got = b""
            while len(got) < len(sizes) * (32 + 9):
                got += line.recv(1000) or sys.exit("stack: a pipelined command was not answered")
            line.sendall(self.rng.randbytes(200))       # a bad tag, and what follows it

    def strangers(self):
        """HELLOs that are refused, broken off or too much, from both hosts."""
        with open(self.path("a"), encoding="ascii") as file:
            g = bytes.fromhex(dict(line.rstrip("\n").split(": ", 1) for line in file)["grant"])
        for i in range(12):
            hello = bytearray(bytes([44]) + g + bytes(12))
            if i % 3:
                hello[self.rng.randrange(33)] ^= 1 << self.rng.randrange(8)
            with socket.create_connection(("127.0.0.1", self.board.port("AB"[i % 2])), timeout=20) as line:
                line.sendall(bytes(hello[:self.rng.choice((1, 20, 45))]) + self.rng.randbytes(i % 2 * 300))
                time.sleep(0.4)

    def lost_answers(self):
        """The link goes while an answer is due, so that it is sent again."""
        talk = threading.Thread(target=self.mssl, args=(0, "connect", "b"), kwargs={"lines": "uptime\n" * 40})
        talk.start()
        for _ in range(3):
            time.sleep(0.3)
            self.say("link down")
            time.sleep(0.3)
            self.say("link up")
        talk.join()

    def measure(self):
        """Bytes of the deepest stack, and the room for it."""
        self.serve()
        flood = threading.Thread(target=self.flood)
        flood.start()
        self.pipelined()
        self.serve()
        flood.join()
        self.strangers()
        self.lost_answers()
        self.mssl(0, "admin", "boss", "revoke", "3", "1")
        self.mssl(4, "exec", "d", "led", "on")
        for command in ("reset", "power off", "power on"):
            self.say(command)
        time.sleep(0.5)
        self.mssl(0, "exec", "a", "led", "on")
        self.mssl(0, "admin", "boss", "epoch")
        self.mssl(2, "exec", "a", "led", "on")
        self.flood()
        self.say("quit")
        told = self.board.wait(lambda e: e[1] == "stack")
        if told is None:
            raise SystemExit("stack: the board told none")
        return int(told[2]), int(told[3])


def main():
    fits = True
    print(f"{'chip':<12}{'RAM':>6}{'static':>8}{'stack':>7}{'free':>6}   (bytes; at least {MARGIN} must stay free)")
    for chip, ram in CHIPS:
        stress = Stress(chip)
        try:
            deepest, room = stress.measure()
        finally:
            code = stress.close()
        print(f"{chip:<12}{ram:>6}{ram - room:>8}{deepest:>7}{room - deepest:>6}", flush=True)
        if code != 0:
            print(f"stack: {chip}: the board ended with {code}")
        fits = fits and code == 0 and 0 < deepest and deepest + MARGIN <= room
    print("stack: ok" if fits else "stack: does not fit")
    return 0 if fits else 1


if __name__ == "__main__":
    sys.exit(main())
