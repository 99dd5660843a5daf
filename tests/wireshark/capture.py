# SPDX-License-Identifier: ISC
"""Captures written by hand: TCP connections between a host and a device, segment by
segment, so that a test decides what the network did to them. Keys are known."""

import struct

import mssl_model as model

PORT, FIN, SYN, RST, ACK = 6775, 1, 2, 4, 16
HOST, DEVICE = bytes([192, 0, 2, 2]), bytes([192, 0, 2, 7])
NC, NS = bytes(range(0x40, 0x4C)), bytes(range(0x60, 0x6C))


def ethernet(packet):
    return bytes.fromhex("020000000007" "020000000002" "0800") + packet


LINKS = {
    1: ethernet,
    0: lambda p: bytes([2, 0, 0, 0]) + p,
    101: lambda p: p,
    113: lambda p: bytes.fromhex("0000000100060200000000070000" "0800") + p,
    276: lambda p: bytes.fromhex("0800" "0000" "00000001" "0001" "00" "06" "0200000000070000") + p,
}


def tagged(packet):
    """An Ethernet frame with a VLAN tag."""
    return bytes.fromhex("020000000007" "020000000002" "81000007" "0800") + packet


class Capture:
    """Frames, a millisecond apart, and the key log of their sessions."""

    def __init__(self, port=PORT):
        self.frames, self.keys, self.ports, self.port = [], [], 40000, port

    def connection(self, **options):
        self.ports += 1
        return Connection(self, self.ports, **options)

    def add(self, packet):
        self.frames.append(packet)

    def write(self, path, link=1, dress=None, big=False, snap=65535, since=1):
        order = ">" if big else "<"
        dress = dress or LINKS[link]
        with open(path, "wb") as file:
            file.write(struct.pack(order + "IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, snap, link))
            for i, packet in enumerate(self.frames):
                frame = dress(packet)
                kept = frame[:snap]
                file.write(struct.pack(order + "IIII", since + i // 1000, i % 1000 * 1000, len(kept), len(frame)) + kept)
        return path

    def write_keys(self, path):
        with open(path, "w", encoding="ascii") as file:
            file.write("# keys of a test\n" + "".join(line + "\n" for line in self.keys))
        return path


class Connection:
    """One TCP connection. Bytes go out by host() and device(), or later, in another
    order, by cut() and send()."""

    def __init__(self, capture, port, isn=(1000, 5000), syn=True, blocks=None):
        self.capture, self.port = capture, port
        self.next = list(isn)
        self.sent = [0, 1]              # records; WELCOME has the device's first
        self.nc = struct.pack(">I", port) + NC[4:]
        self.ns = struct.pack(">I", port) + NS[4:]
        self.blocks = blocks or [model.grant(1, 1, 0, 0, tasks=[1, 31], ipv4=(192, 0, 2, 2), prefix=4, host="alice")]
        self.key = model.f_prf(bytes(16), model.transcript(self.blocks[-1], self.nc, self.ns))
        capture.keys.append(f"MSSL_SESSION {self.nc.hex()} {self.ns.hex()} {self.key.hex()}")
        if syn:
            for side in (0, 1):
                self.send((side, self.next[side], b""), SYN)
                self.next[side] += 1

    def cut(self, side, data):
        """(side, number, data): the next bytes of a side, not sent yet."""
        piece = (side, self.next[side], data)
        self.next[side] += len(data)
        return piece

    def send(self, piece, flags=ACK):
        side, number, data = piece
        ports = (self.port, self.capture.port) if side == 0 else (self.capture.port, self.port)
        tcp = struct.pack(">HHIIBBHHH", *ports, number % 2 ** 32, self.next[1 - side] % 2 ** 32, 0x50, flags, 4096, 0, 0)
        ends = (HOST, DEVICE) if side == 0 else (DEVICE, HOST)
        self.capture.add(struct.pack(">BBHHHBBH4s4s", 0x45, 0, 40 + len(data), 0, 0, 64, 6, 0, *ends) + tcp + data)

    def host(self, *data):
        self.send(self.cut(0, b"".join(data)))

    def device(self, *data):
        self.send(self.cut(1, b"".join(data)))

    def end(self, side, flags=FIN | ACK):
        self.send((side, self.next[side], b""), flags)
        self.next[side] += flags & FIN

    # -- messages --
    def hello(self):
        return model.hello(self.blocks, self.nc)

    def welcome(self):
        return model.welcome(self.key, self.ns)

    def greet(self):
        self.host(self.hello())
        self.device(self.welcome())
        return self

    def record(self, side, plain, counter=None):
        """The next record of a side; b"" is a close."""
        if counter is None:
            counter, self.sent[side] = self.sent[side], self.sent[side] + 1
        direction = model.HOST if side == 0 else model.DEVICE
        if not plain:
            return model.close(self.key, direction, counter)
        return model.record(self.key, direction, counter, model.pad(plain))

    def command(self, *plain):
        return self.record(0, b"".join(plain))

    def answer(self, *plain):
        return self.record(1, b"".join(plain))
