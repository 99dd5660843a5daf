# SPDX-License-Identifier: ISC
"""Floods: what they may not touch while they last, and that all is well when they end."""

import random
import threading
import time

import frames
from lab import Broken
from frames import ACK, SYN
from peer import MSS_OPTION, RAISED
from table import attack
from talk import LED, WELCOME_LEN
from wire import PORT

SEGMENT, ANSWER = 536, 17
SEED = 20100101         # floods are the same each time
EARLY = 0.1             # seconds; a stranger's SYN keeps others out for 0.3
FLOOD_MAX = 40000       # frames; a flood ends when the attack is over, at the latest here


class Flood(threading.Thread):
    """Injects frames of make(i), in bursts, until it is told to stop."""

    def __init__(self, lab, make, burst=16, pause=0.004):
        super().__init__(daemon=True)
        self.lab, self.make, self.burst, self.pause = lab, make, burst, pause
        self.over = threading.Event()
        self.chance = random.Random(SEED)   # in step with TCP's repetitions a few SYNs are a flood
        self.sent = 0
        self.start()

    def run(self):
        while not self.over.is_set() and self.sent < FLOOD_MAX:
            for _ in range(self.burst):
                self.lab.wire.inject(self.make(self.sent))
                self.sent += 1
            self.over.wait(self.pause * self.chance.uniform(0.5, 1.5))

    def stop(self):
        self.over.set()
        self.join(30)


class InStep(threading.Thread):
    """A stranger's SYN right before the granted host's first one and before each one that
    its TCP repeats, as they can be foretold; and one a second in step with the first."""

    def __init__(self, lab):
        super().__init__(daemon=True)
        self.lab, self.made, self.sent = lab, set(), 0
        self.begun, self.over = threading.Event(), threading.Event()
        lab.wire.to_device = self.see
        self.start()

    def stranger(self):
        self.lab.wire.inject(syn(self.lab, self.sent))
        self.sent += 1

    def see(self, frame):
        s = frames.Segment.of(frame)
        if s and s.flags & SYN and s.source == self.lab.wire.pc["alice"].ip:
            if not self.made or s.ports[0] in self.made:
                self.stranger()
            self.made.add(s.ports[0])
            self.begun.set()
        return frame

    def run(self):
        self.begun.wait()
        due = time.monotonic() - EARLY
        while not self.over.is_set():
            due += 1
            self.over.wait(due - time.monotonic())
            self.stranger()

    def stop(self):
        self.over.set()
        self.begun.set()
        self.join(30)
        self.lab.wire.to_device = None


def syn(lab, i):
    """A SYN from one of many addresses."""
    ip = bytes([10, 6, 1 + i // 200 % 200, 1 + i % 200])
    body = frames.tcp(ip, lab.wire.ip, (1024 + i % 50000, PORT), i * 64000, 0, SYN, options=MSS_OPTION)
    return frames.ethernet(lab.wire.mac, b"\x02\xbb" + ip, 0x0800,
                           frames.ipv4(ip, lab.wire.ip, frames.TCP, body))


def ping(lab, i, size=8):
    ip = bytes([10, 6, 0, 100 + i % 100])
    return frames.ethernet(lab.wire.mac, b"\x02\xbb" + ip, 0x0800,
                           frames.ipv4(ip, lab.wire.ip, frames.ICMP, frames.icmp_echo(bytes(size))))


def leave(talk, got):
    """Ends an honest session as a host should: a single reset may get lost in a flood,
    and then the device waits a minute for the host to go on."""
    if got or not talk.close():
        talk.peer.close()


def session_under(lab, make, seconds=3, quiet=False, **how):
    """A proven session while frames flood in, that says something meanwhile or only
    after. Why it did not survive, or None."""
    talk = lab.talk()
    if not talk.greet() or not lab.switch(talk):
        raise Broken("no session")
    resets, got = len(lab.events("reset")), None
    flood = Flood(lab, make, **how)
    end = time.monotonic() + seconds
    while not got and time.monotonic() < end:
        if quiet:
            time.sleep(0.2)
        elif not lab.switch(talk):
            got = f"a proven session ended after {flood.sent} frames"
    flood.stop()
    if not got and not lab.switch(talk):
        got = f"a proven session ended under {flood.sent} frames"
    leave(talk, got)
    if len(lab.events("reset")) > resets:
        got = "the flood made the device restart"
    return got or lab.ran()


@attack(weak="proven", quick=True)
def syn_flood(lab):
    """A proven session under SYNs from many addresses."""
    return session_under(lab, lambda i: syn(lab, i), burst=4)


@attack(weak="host-anew")
def syns_in_step(lab):
    """SYNs in step with those that a host's TCP repeats, and one a second: the real
    program connects anew in another moment, and is served within 30 s."""
    step = InStep(lab)
    served = lab.serve(30, "--wait")
    step.stop()
    return lab.ran() if served else f"{step.sent} SYNs kept a host out for 30 s: {lab.refusal}"


@attack(weak="drain", strict=False)
def ping_flood(lab):
    """A proven session under more pings than can be answered."""
    return session_under(lab, lambda i: ping(lab, i, 400), 6, True, burst=16)


@attack(weak="drain", strict=False)
def giant_ping_flood(lab):
    """The same with pings as long as a frame may be."""
    return session_under(lab, lambda i: ping(lab, i, 1472), 6, True, burst=8)


@attack(weak="proven")
def hello_flood(lab):
    """A proven session while strangers connect and say bad HELLOs."""
    talk = lab.talk()
    if not talk.greet() or not lab.switch(talk):
        raise Broken("no session")
    got = None
    for _ in range(30):
        peer = lab.peer("mallory")
        if peer.open(1):
            peer.send(b"\x2c" + lab.grant(ip=lab.wire.pc["alice"].ip) + bytes(12), 1)
        peer.close()
        got = got or (None if lab.switch(talk) else "a proven session ended under HELLOs")
    leave(talk, got)
    return got or lab.ran()


@attack(weak="early", quick=True)
def bad_hellos_wear(lab):
    """After a reset strangers say bad HELLOs: no cell may wear by them."""
    lab.restart()
    worn = len(lab.events("eeprom"))
    for _ in range(20):
        peer = lab.peer("mallory")
        peer.open()
        peer.send(b"\x2c" + lab.grant(ip=lab.wire.pc["alice"].ip) + bytes(12))
        peer.wait_end()
        peer.close()
    lab.skip(0.2)
    worn = len(lab.events("eeprom")) - worn
    return f"{worn} cells were written for strangers" if worn else None


@attack(weak="seed-each", says=WELCOME_LEN)
def good_hellos_wear(lab):
    """An impostor says good HELLOs: the seed wears once a reset, not once a HELLO."""
    worn = len(lab.events("eeprom"))
    for _ in range(10):
        talk = lab.talk([lab.site.file("alice")[0][0]], bytes(16), attacker=True)
        talk.hello()
        talk.peer.close()
    worn = len(lab.events("eeprom")) - worn
    return f"{worn} cells were written for an impostor" if worn else None


@attack(weak="young", quick=True)
def newcomers_during_a_handshake(lab):
    """SYNs of strangers arrive all through the granted host's handshake: for 300 ms it
    keeps its place."""
    def with_strangers(segment):
        def send(*what, **how):
            segment(*what, **how)
            for _ in range(3):
                lab.wire.inject(syn(lab, next(numbers)))
        return send
    numbers = iter(range(1000000))
    for _ in range(6):      # a machine that is slower than 300 ms proves nothing
        talk = lab.talk()
        plain, talk.peer.segment = talk.peer.segment, with_strangers(talk.peer.segment)
        served = talk.peer.open(4) and talk.peer.send(talk.hello_bytes(), 2) and \
            talk.knows(talk.peer.receive(WELCOME_LEN, 2).ljust(WELCOME_LEN, b"\0")) and lab.switch(talk)
        talk.peer.segment = plain
        talk.peer.close()
        if served:
            return lab.ran()
        lab.skip(1)
    return "strangers took the place of a host in its handshake"


@attack(weak="room", strict=False)
def commands_without_reading(lab):
    """A granted host sends commands by the dozen and takes no answer: a closed window."""
    talk = lab.talk()
    if not talk.greet():
        raise Broken("no session")
    peer, commands = talk.peer, 60
    records = b"".join(talk.seal(bytes([LED]) + b"state") for _ in range(commands))
    start, plain = peer.seq, peer.segment

    def flow():
        """Sends on from what is acknowledged, as a TCP would."""
        peer.seq = peer.una
        at = (peer.una - start) % RAISED
        if at < len(records):
            peer.put(records[at:at + SEGMENT])
    peer.segment = lambda *what, **how: plain(*what, **{**how, "window": 0})
    for i in range(10):
        flow()
        lab.wire.inject(ping(lab, i, 40))
        peer.until(lambda: False, 0.1)
    peer.segment = plain
    peer.segment(ACK)
    peer.until(lambda: len(peer.data) >= ANSWER * commands or peer.ended, 30, flow)
    whole = 0
    while whole < commands and talk.answer(0.1) is not None:
        whole += 1
    peer.close()
    return lab.ran() if whole == commands else f"of {commands} answers {whole} came whole"


@attack(weak="proven", chip="atmega328p")
def commands_beside_others(lab):
    """A granted host floods with commands, strangers send a SYN now and then; another
    host is served."""
    talk = lab.talk()
    if not talk.greet():
        raise Broken("no session")
    flood = Flood(lab, lambda i: syn(lab, i), burst=1, pause=3)
    got = None
    for i in range(40):
        if talk.command(LED, "state") is None:
            got = got or "the flooding host's session ended"
        if i % 20 == 10 and not lab.serve(30, "--wait"):
            got = got or f"another host was not served: {lab.refusal}"
    flood.stop()
    leave(talk, got)
    return got or lab.ran()
