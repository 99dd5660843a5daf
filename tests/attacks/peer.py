# SPDX-License-Identifier: ISC
"""A TCP connection to the device from any address, made of single segments."""

import queue
import random
import time

import frames
from frames import ACK, FIN, PSH, RST, SYN
from wire import PORT

PATIENCE = 20.0         # seconds; the machine may be slow, the device never is
AGAIN = 0.4             # a SYN and unacknowledged bytes are sent again after that
MSS_OPTION = bytes([2, 4, 5, 0xB4])
RAISED = 1 << 32

ports = iter(random.Random(6775).sample(range(20000, 30000), 10000))


class Peer:
    def __init__(self, wire, ip, mac, port=None):
        self.wire, self.ip, self.mac = wire, ip, mac
        self.port = port or next(ports)
        self.queue = wire.take(ip, self.port)
        self.seq = self.first = random.getrandbits(32)
        self.ack = 0            # RCV.NXT
        self.una = self.seq     # what the device has acknowledged
        self.data = b""         # what the device said and receive() has not given
        self.ended = None       # "fin" or "rst", by the device: whichever came first
        self.gone = False       # reset by the device, or both FINs went over
        self.finished = False   # we sent a FIN
        self.established = False

    # -- segments --

    def segment(self, flags, payload=b"", seq=None, ack=None, mac=None, **how):
        """Sends one segment; nothing of the connection's state changes."""
        body = frames.tcp(self.ip, self.wire.ip, (self.port, PORT),
                          self.seq if seq is None else seq, self.ack if ack is None else ack,
                          flags, payload, **how)
        self.wire.inject(frames.ethernet(self.wire.mac, mac or self.mac, 0x0800,
                                         frames.ipv4(self.ip, self.wire.ip, frames.TCP, body)))

    def syn(self):
        self.segment(SYN, seq=self.first, ack=0, options=MSS_OPTION)

    def pump(self, wait):
        """Handles one segment of the device's, if one comes within wait seconds."""
        try:
            s = self.queue.get(timeout=max(wait, 0.0001))
        except queue.Empty:
            return False
        if s.flags & RST:
            self.ended, self.gone = self.ended or "rst", True
            return True
        if s.flags & ACK and 0 < (s.ack - self.una) % RAISED <= (self.seq - self.una) % RAISED:
            self.una = s.ack
        if s.flags & SYN:
            if not self.established:
                self.ack, self.seq = (s.seq + 1) % RAISED, (self.first + 1) % RAISED
                self.una, self.established = self.seq, True
            self.segment(ACK)
            return True
        old = (self.ack - s.seq) % RAISED
        length = len(s.payload) + bool(s.flags & FIN)
        if old < length:
            self.data += s.payload[old:]
            self.ack = (s.seq + length) % RAISED
            if s.flags & FIN:
                self.ended = self.ended or "fin"
        if length:
            self.segment(ACK)
        return True

    def until(self, met, patience=PATIENCE, again=None):
        """Pumps until met(); calls again() now and then. False: out of patience."""
        end = time.monotonic() + patience
        soon = time.monotonic() + AGAIN
        while not met():
            now = time.monotonic()
            if now >= end:
                return False
            if again and now >= soon:
                again()
                soon = now + AGAIN
            self.pump(min(end, soon) - now)
        return True

    # -- a well-behaved client --

    def open(self, patience=PATIENCE):
        """Connects; asks again like any TCP while the SYN stays unanswered."""
        self.syn()
        self.until(lambda: self.established or self.ended, patience, self.syn)
        return self.established and not self.ended

    def put(self, data, flags=ACK | PSH):
        """Sends bytes without waiting."""
        self.segment(flags, data)
        self.seq = (self.seq + len(data) + bool(flags & FIN)) % RAISED

    def send(self, data, patience=PATIENCE):
        """Sends bytes (at most a segment) and sees to it that they arrive."""
        start = self.seq
        self.put(data)

        def missing():
            self.segment(ACK | PSH, data[(self.una - start) % RAISED:], seq=self.una)
        return self.until(lambda: self.ended or self.una == self.seq, patience, missing)

    def receive(self, n, patience=PATIENCE):
        """n bytes of the device's, or what there is when it ends or patience does."""
        self.until(lambda: len(self.data) >= n or self.ended, patience)
        out, self.data = self.data[:n], self.data[n:]
        return out

    def wait_end(self, patience=PATIENCE):
        """How the device ended the connection, or None."""
        self.until(lambda: self.ended, patience)
        return self.ended

    def fin(self):
        self.put(b"", FIN | ACK)
        self.finished = True

    def reset(self):
        self.segment(RST | ACK)

    def close(self):
        """Leaves nothing behind on the device."""
        if self.established and not self.gone:
            if self.ended == "fin":
                if not self.finished:
                    self.fin()
                self.until(lambda: self.una == self.seq or self.gone, 2)
            else:
                self.reset()
        self.wire.taken.pop((self.ip, self.port), None)
